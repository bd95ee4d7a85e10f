//! The hashes of weight files, kept so that a large model is hashed once and not at every start.

use std::{
    fs,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sha2::{Digest, Sha256};

use crate::folders;

/// The hash that was kept of a model's files, as they are now.
pub fn known(model: &Path) -> Option<String> {
    let hash = fs::read_to_string(place(model).ok()?).ok()?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
    is_hash.then_some(hash)
}

/// Keeps the hash of a model's files, unless one is kept.
///
/// # Errors
/// The files are gone, or the cache's folder cannot be written.
pub fn keep(model: &Path, hash: &str) -> anyhow::Result<()> {
    let place = place(model)?;
    if !place.exists() {
        fs::create_dir_all(place.parent().unwrap_or(&place))?;
        fs::write(&place, hash)?;
    }
    Ok(())
}

/// Where it is: named after the weight files, their sizes and the times of their last change.
fn place(model: &Path) -> anyhow::Result<PathBuf> {
    let mut key = Sha256::new();
    for file in weights(model)? {
        let about = fs::metadata(&file)?;
        let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        key.update(file.as_os_str().as_encoded_bytes());
        key.update(about.len().to_le_bytes());
        key.update(changed.as_nanos().to_le_bytes());
    }
    let folder = folders::base("XDG_CACHE_HOME", ".cache")?.join("gimlet/hashes");
    Ok(folder.join(format!("{:x}", key.finalize())))
}

/// The files that the weights are in: the model itself, or those in its folder.
fn weights(model: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let model = model.canonicalize()?;
    if model.is_file() {
        return Ok(vec![model]);
    }
    let entries = fs::read_dir(&model)?.map(|entry| Ok(entry?.path()));
    let mut files = entries.collect::<std::io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "safetensors"));
    files.sort();
    Ok(files)
}
