//! Whose a file or folder is, and opening one that is the user's without following a link.

pub(super) use system::{is_ours, make_folder, open};

#[cfg(unix)]
mod system {
    use std::{
        fs::{DirBuilder, File, Metadata},
        io,
        os::unix::fs::{DirBuilderExt, MetadataExt},
        path::Path,
    };

    use rustix::fs::{Mode, OFlags};

    /// A file of the user's, open for reading; nothing if it is a link, another's, or no file.
    pub(in super::super) fn open(path: &Path) -> Option<(File, Metadata)> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = File::from(rustix::fs::open(path, flags, Mode::empty()).ok()?);
        let about = file.metadata().ok()?;
        (about.is_file() && about.uid() == own_uid()).then_some((file, about))
    }

    /// Makes a folder that is the user's alone, with those above it.
    pub(in super::super) fn make_folder(folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)
    }

    /// Whether nobody else can put a file into a folder.
    pub(in super::super) fn is_ours(folder: &Path) -> bool {
        std::fs::symlink_metadata(folder)
            .is_ok_and(|about| about.is_dir() && about.uid() == own_uid() && about.mode() & 0o022 == 0)
    }

    fn own_uid() -> u32 {
        rustix::process::geteuid().as_raw()
    }
}

/// Windows gives a user's own folders rights that files in them inherit, so that a folder beneath them
/// is the user's; who made it is not asked.
#[cfg(windows)]
mod system {
    use std::{
        fs::{DirBuilder, File, Metadata, OpenOptions},
        io,
        os::windows::fs::OpenOptionsExt,
        path::Path,
    };

    /// The flag of `CreateFile` for opening a link itself and not what it leads to.
    const OPEN_REPARSE_POINT: u32 = 0x0020_0000;

    /// A file, open for reading; nothing if it is a link or no file.
    pub(in super::super) fn open(path: &Path) -> Option<(File, Metadata)> {
        let file = OpenOptions::new().read(true).custom_flags(OPEN_REPARSE_POINT).open(path).ok()?;
        let about = file.metadata().ok()?;
        about.is_file().then_some((file, about))
    }

    /// Makes a folder, with those above it.
    pub(in super::super) fn make_folder(folder: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).create(folder)
    }

    /// Whether it is a folder and no link to one.
    pub(in super::super) fn is_ours(folder: &Path) -> bool {
        std::fs::symlink_metadata(folder).is_ok_and(|about| about.is_dir())
    }
}
