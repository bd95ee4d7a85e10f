//! `gimlet config trust`: which folders' settings files may grant something.
//!
//! A file of the user's state folder holds the path and the hash of each that may; a file that has
//! changed is not trusted any more.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Context, anyhow};
use sha2::{Digest, Sha256};

use super::{FOLDERS_FILE, parse, read};
use crate::{
    args,
    exit::{Exit, Failure},
    folders,
};

/// Trusted files by their absolute paths, with the hash of each.
type Trusted = BTreeMap<PathBuf, String>;

/// Whether the user has trusted this file as it is. Whatever cannot be read is not.
pub fn is_trusted(file: &Path, text: &str) -> bool {
    let known = store().and_then(|store| load(&store));
    let path = file.canonicalize();
    known.is_ok_and(|known| path.is_ok_and(|path| known.get(&path) == Some(&hash(text))))
}

/// Trusts the current folder's settings file as it is now, or with `revoke` no longer.
///
/// # Errors
/// There is none, it is not in order, or the user's state folder cannot be written.
pub fn trust(revoke: bool) -> Result<Exit, Failure> {
    let path = Path::new(FOLDERS_FILE);
    let text = read(path).map_err(Failure::usage)?;
    let text = text.ok_or_else(|| Failure::usage(anyhow!("there is no settings file {FOLDERS_FILE}")))?;
    let file = parse(path, &text).map_err(Failure::usage)?;
    let path = path.canonicalize()?;
    let store = store().map_err(Failure::runtime)?;
    let mut known = load(&store).map_err(Failure::runtime)?;
    let mut stdout = std::io::stdout().lock();
    if revoke {
        let was_known = known.remove(&path).is_some();
        save(&store, &known).map_err(Failure::runtime)?;
        let words = if was_known { "is not trusted any more" } else { "was not trusted" };
        writeln!(stdout, "{} {words}", path.display())?;
        return Ok(Exit::Ok);
    }
    known.insert(path.clone(), hash(&text));
    save(&store, &known).map_err(Failure::runtime)?;
    writeln!(stdout, "{} is trusted until it changes", path.display())?;
    for grant in file.grants(|_| false, |name| name == args::TOOLS) {
        writeln!(stdout, "  {}", agent::clean(&grant.to_string()))?;
    }
    Ok(Exit::Ok)
}

fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

fn store() -> anyhow::Result<PathBuf> {
    Ok(folders::base("XDG_STATE_HOME", ".local/state")?.join("gimlet/trusted.json"))
}

fn load(store: &Path) -> anyhow::Result<Trusted> {
    let context = || format!("cannot read {}, which holds the trusted folders", store.display());
    match std::fs::read(store) {
        Ok(bytes) => serde_json::from_slice(&bytes).with_context(context),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Trusted::new()),
        Err(error) => Err(error).with_context(context),
    }
}

/// Through a second file, so that a full disk leaves the first as it was.
fn save(store: &Path, known: &Trusted) -> anyhow::Result<()> {
    let context = || format!("cannot write {}, which holds the trusted folders", store.display());
    let fresh = store.with_extension(format!("{}.new", std::process::id()));
    let folder = store.parent().unwrap_or(store);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&fresh, serde_json::to_vec_pretty(known)?))
        .and_then(|()| std::fs::rename(&fresh, store))
        .with_context(context)
}
