//! Where gimlet keeps what it must not lose.

use std::path::PathBuf;

/// The folder of the session logs: `gimlet/sessions` in `$XDG_STATE_HOME`, or in its default.
///
/// # Errors
/// Neither that nor a home folder is known.
pub fn sessions() -> anyhow::Result<PathBuf> {
    let absolute = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| Some(absolute("HOME")?.join(".local/state")))
        .ok_or_else(|| anyhow::anyhow!("neither XDG_STATE_HOME nor HOME is set to an absolute folder"))?;
    Ok(state.join("gimlet/sessions"))
}
