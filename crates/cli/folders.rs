//! Where gimlet keeps things, by the XDG base directory specification.

use std::path::PathBuf;

use anyhow::anyhow;

/// The folder of the session logs: `gimlet/sessions` in `$XDG_STATE_HOME`, or in its default.
///
/// # Errors
/// As [`base`].
pub fn sessions() -> anyhow::Result<PathBuf> {
    Ok(base("XDG_STATE_HOME", ".local/state")?.join("gimlet/sessions"))
}

/// The log of the session of this id.
///
/// # Errors
/// As [`base`].
pub fn log(session: &str) -> anyhow::Result<PathBuf> {
    Ok(sessions()?.join(format!("{session}.jsonl")))
}

/// The folder that `variable` names, or `default` in the home folder.
///
/// # Errors
/// Neither is set to an absolute path.
pub fn base(variable: &str, default: &str) -> anyhow::Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable)
        .or_else(|| Some(absolute("HOME")?.join(default)))
        .ok_or_else(|| anyhow!("neither {variable} nor HOME is set to an absolute folder"))
}
