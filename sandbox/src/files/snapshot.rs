//! What lies in the work folder before and after a call of a worker that opens files itself.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, statat};

use super::{Files, Folder};

/// What changes when a file does: its number, its size, and when it was changed.
type Stamp = (u64, i64, i64, i64);

/// The regular files of a folder; links are none.
pub(crate) type Snapshot = BTreeMap<PathBuf, Stamp>;

/// How deep, and how many files, a snapshot goes; what lies further is no artifact.
const MAX_DEPTH: usize = 16;
const MAX_FILES: usize = 10_000;

impl Files {
    /// What is there now, if there is a work folder that can be read.
    pub fn snapshot(&mut self) -> Snapshot {
        let mut found = Snapshot::new();
        if let Some(folder) = self.work_folder() {
            // A folder that goes away meanwhile holds no artifact.
            let _ = look(folder, Path::new("."), MAX_DEPTH, &mut found);
        }
        found
    }

    /// Notes what has changed since: it is what the call leaves.
    pub fn note_changes_since(&mut self, before: &Snapshot) {
        let now = self.snapshot();
        let changed = now.into_iter().filter(|(name, stamp)| before.get(name) != Some(stamp));
        self.changed.extend(changed.map(|(name, _)| name));
    }

    /// Whether the work folder holds more than it may.
    pub fn is_over_quota(&mut self) -> bool {
        self.work_folder().is_some_and(Folder::is_over_quota)
    }
}

fn look(folder: &Folder, name: &Path, depth: usize, found: &mut Snapshot) -> io::Result<()> {
    let opened = folder.root().open_beneath(name, OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty())?;
    for entry in Dir::read_from(&opened)? {
        let entry = entry?;
        let file_name = entry.file_name();
        if matches!(file_name.to_bytes(), b"." | b"..") || found.len() >= MAX_FILES {
            continue;
        }
        // Names that are no text cannot be told to anybody.
        let Ok(text) = file_name.to_str() else { continue };
        let inner = if name == Path::new(".") { PathBuf::from(text) } else { name.join(text) };
        let Ok(stat) = statat(&opened, file_name, AtFlags::SYMLINK_NOFOLLOW) else { continue };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => {
                let stamp = (stat.st_ino, stat.st_size, stat.st_mtime, stat.st_mtime_nsec as i64);
                found.insert(inner, stamp);
            }
            FileType::Directory if depth > 0 => look(folder, &inner, depth - 1, found)?,
            _ => {}
        }
    }
    Ok(())
}
