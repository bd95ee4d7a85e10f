//! From the first word of a command to the file that is run.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

use crate::error::Fault;

/// The file of a program: `./name` and `folder/name` are looked for in `folder`, a bare name in the
/// folders of `path`.
pub(crate) fn find(program: &str, folder: &Path, path: Option<&OsStr>) -> Result<PathBuf, Fault> {
    if program.contains('/') {
        let file = folder.join(program.strip_prefix("./").unwrap_or(program));
        return match fs::metadata(&file) {
            Err(_) => Err(Fault::NoProgram(file.display().to_string())),
            Ok(meta) if !is_executable(&meta) => Err(Fault::NotExecutable(file)),
            Ok(_) => Ok(file),
        };
    }
    let folders = path.map(std::env::split_paths).into_iter().flatten().filter(|folder| folder.is_absolute());
    let found = folders
        .flat_map(|folder| names(folder.join(program)))
        .find(|file| fs::metadata(file).is_ok_and(|m| is_executable(&m)));
    found.ok_or_else(|| match folder.join(program).is_file() {
        true => Fault::NoProgram(format!(
            "{program} in the PATH: for the one beside the manifest write \"./{program}\""
        )),
        false => Fault::NoProgram(format!("{program} in the PATH")),
    })
}

/// What a program's file may be called: on Windows a name stands for those with the endings of programs.
fn names(file: PathBuf) -> impl Iterator<Item = PathBuf> {
    let endings: &[&str] = if cfg!(windows) { &["exe", "com"] } else { &[] };
    let longer: Vec<PathBuf> = endings.iter().map(|ending| file.with_added_extension(ending)).collect();
    std::iter::once(file).chain(longer)
}

#[cfg(unix)]
fn is_executable(meta: &fs::Metadata) -> bool {
    meta.is_file() && std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o111 != 0
}

/// There is no such right: whether it is a program is seen when it is started.
#[cfg(not(unix))]
fn is_executable(meta: &fs::Metadata) -> bool {
    meta.is_file()
}
