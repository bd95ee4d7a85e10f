//! From the first word of a command to the file that is run.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::PermissionsExt,
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
        .map(|folder| folder.join(program))
        .find(|file| fs::metadata(file).is_ok_and(|m| is_executable(&m)));
    found.ok_or_else(|| match folder.join(program).is_file() {
        true => Fault::NoProgram(format!(
            "{program} in the PATH: for the one beside the manifest write \"./{program}\""
        )),
        false => Fault::NoProgram(format!("{program} in the PATH")),
    })
}

fn is_executable(meta: &fs::Metadata) -> bool {
    meta.is_file() && meta.permissions().mode() & 0o111 != 0
}
