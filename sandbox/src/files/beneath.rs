//! Opening names beneath a folder: the one place where a path of the worker meets the system.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::fd::{AsFd, OwnedFd},
    path::{Component, Path, PathBuf},
};

use rustix::fs::{Mode, OFlags};

/// Opens `name` beneath `folder`. No link on the way is followed, whatever `flags` say.
///
/// # Errors
/// What the system says; a way out is `EXDEV`, a link `ELOOP`.
#[cfg(target_os = "linux")]
pub(super) fn open(folder: impl AsFd, name: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};
    let inside = ResolveFlags::BENEATH
        | ResolveFlags::NO_SYMLINKS
        | ResolveFlags::NO_MAGICLINKS
        | ResolveFlags::NO_XDEV;
    Ok(openat2(folder, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode, inside)?)
}

/// Opens `name` beneath `folder`, one component after the other, each without following a link.
///
/// # Errors
/// What the system says; a way out is `EXDEV`, a link `ELOOP`.
#[cfg(not(target_os = "linux"))]
pub(super) fn open(folder: impl AsFd, name: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    use rustix::fs::openat;
    let (parent, last) = split(name).unwrap_or((PathBuf::from("."), OsString::from(".")));
    let step = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut at = openat(folder, ".", step, Mode::empty())?;
    for component in parent.components() {
        match component {
            Component::Normal(part) => at = openat(&at, part, step, Mode::empty())?,
            Component::CurDir => {}
            _ => return Err(io::Error::from_raw_os_error(libc::EXDEV)),
        }
    }
    Ok(openat(&at, last.as_os_str(), flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode)?)
}

/// Opens the folder that `name` stands in, and gives the last part of it, which is a plain name.
///
/// # Errors
/// What the system says, or that there is no plain name at the end.
pub(super) fn open_parent(folder: impl AsFd, name: &Path) -> io::Result<(OwnedFd, OsString)> {
    let (parent, last) = split(name).ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
    let flags = OFlags::DIRECTORY | OFlags::RDONLY;
    Ok((open(folder, &parent, flags, Mode::empty())?, last))
}

fn split(name: &Path) -> Option<(PathBuf, OsString)> {
    let Some(Component::Normal(last)) = name.components().next_back() else { return None };
    let parent = name.parent().filter(|parent| parent.as_os_str() != OsStr::new(""));
    Some((parent.unwrap_or(Path::new(".")).to_owned(), last.to_owned()))
}
