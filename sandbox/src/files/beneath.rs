//! Opening names beneath a folder: the one place where a path of the worker meets the system.
//!
//! Linux does it in one call, `openat2`. Where there is no such call (macOS, and a Linux that is older or
//! forbids it) the name is walked: each part is opened in the folder that was opened before it, and none
//! may be a link. Both give the same answers, which the tests compare.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    path::{Component, Path, PathBuf},
};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, fstat, openat, statat};

/// How many parts a walked name may have: each holds a descriptor open.
const MAX_PARTS: usize = 64;

/// A folder, open for as long as its worker lives.
#[derive(Debug)]
pub(crate) struct Root {
    folder: OwnedFd,
    way: Way,
}

/// How names are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By the kernel, in one call.
    #[cfg(target_os = "linux")]
    Kernel,
    /// Part by part.
    Walk,
}

impl Root {
    /// Opens the folder at `path`.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
        let folder = rustix::fs::open(path, flags, Mode::empty())?;
        let way = best_way(folder.as_fd());
        Ok(Self { folder, way })
    }

    /// Opens `name` beneath it. No link on the way is followed, whatever `flags` say.
    ///
    /// # Errors
    /// What the system says; a way out is `EXDEV`, a link `ELOOP`.
    pub(super) fn open_beneath(&self, name: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
        match self.way {
            #[cfg(target_os = "linux")]
            Way::Kernel => by_kernel(self.folder.as_fd(), name, flags, mode),
            Way::Walk => walk(self.folder.as_fd(), name, flags, mode),
        }
    }

    /// Opens the folder that `name` stands in, and gives the last part of it, which is a plain name.
    ///
    /// # Errors
    /// What the system says, or that there is no plain name at the end.
    pub(super) fn open_parent(&self, name: &Path) -> io::Result<(OwnedFd, OsString)> {
        let (parent, last) = split(name).ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
        let flags = OFlags::DIRECTORY | OFlags::RDONLY;
        Ok((self.open_beneath(&parent, flags, Mode::empty())?, last))
    }

    /// Chooses how names are opened, for tests of both.
    #[cfg(test)]
    pub(super) fn go(&mut self, way: Way) {
        self.way = way;
    }
}

/// The kernel's where it has one and allows it: a container may forbid what its makers did not know.
#[cfg(target_os = "linux")]
fn best_way(folder: BorrowedFd) -> Way {
    match by_kernel(folder, Path::new("."), OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty()) {
        Ok(_) => Way::Kernel,
        Err(_) => Way::Walk,
    }
}

#[cfg(not(target_os = "linux"))]
fn best_way(_: BorrowedFd) -> Way {
    Way::Walk
}

#[cfg(target_os = "linux")]
fn by_kernel(folder: BorrowedFd, name: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    use rustix::fs::{ResolveFlags, openat2};
    let inside = ResolveFlags::BENEATH
        | ResolveFlags::NO_SYMLINKS
        | ResolveFlags::NO_MAGICLINKS
        | ResolveFlags::NO_XDEV;
    Ok(openat2(folder, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode, inside)?)
}

/// Opens one part after the other. A `..` goes back to the folder that was opened before, which cannot
/// lead out whatever is moved meanwhile.
fn walk(root: BorrowedFd, name: &Path, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    let error = io::Error::from_raw_os_error;
    let device = fstat(root)?.st_dev;
    let (parent, last) = split(name).unwrap_or((name.to_owned(), OsString::from(".")));
    let mut opened: Vec<OwnedFd> = Vec::new();
    for part in parent.components() {
        let at = opened.last().map_or(root, AsFd::as_fd);
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(opened.pop().ok_or_else(|| error(libc::EXDEV))?),
            Component::Normal(_) if opened.len() == MAX_PARTS => return Err(error(libc::ENAMETOOLONG)),
            Component::Normal(part) => {
                let next = enter(at, part)?;
                if fstat(&next)?.st_dev != device {
                    return Err(error(libc::EXDEV));
                }
                opened.push(next);
            }
            Component::RootDir | Component::Prefix(_) => return Err(error(libc::EXDEV)),
        }
    }
    let file = step(opened.last().map_or(root, AsFd::as_fd), &last, flags, mode)?;
    if fstat(&file)?.st_dev == device { Ok(file) } else { Err(error(libc::EXDEV)) }
}

/// Opens one part, which may be no link.
fn step(folder: BorrowedFd, part: &OsStr, flags: OFlags, mode: Mode) -> io::Result<OwnedFd> {
    Ok(openat(folder, part, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode)?)
}

/// Opens a folder on the way.
fn enter(folder: BorrowedFd, part: &OsStr) -> io::Result<OwnedFd> {
    step(folder, part, OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty()).map_err(|e| {
        // The system says of a link that it is no folder.
        let is_link = || {
            statat(folder, part, AtFlags::SYMLINK_NOFOLLOW)
                .is_ok_and(|about| FileType::from_raw_mode(about.st_mode) == FileType::Symlink)
        };
        let is_loop = e.raw_os_error() == Some(libc::ENOTDIR) && is_link();
        if is_loop { io::Error::from_raw_os_error(libc::ELOOP) } else { e }
    })
}

fn split(name: &Path) -> Option<(PathBuf, OsString)> {
    let Some(Component::Normal(last)) = name.components().next_back() else { return None };
    let parent = name.parent().filter(|parent| parent.as_os_str() != OsStr::new(""));
    Some((parent.unwrap_or(Path::new(".")).to_owned(), last.to_owned()))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
