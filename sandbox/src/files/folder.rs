//! One folder of the user's that Python sees, with what may be put into it.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, mkdirat, renameat, statat, unlinkat};

use super::{FileReply, FileRequest, MAX_PART, beneath::Root};
use crate::Quota;

/// Of a folder's names, how many are shown.
const MAX_NAMES: usize = 10_000;
/// How deep folders are measured.
const MAX_DEPTH: usize = 32;

/// Enough to ask what a name is.
#[cfg(target_os = "linux")]
const LOOK: OFlags = OFlags::PATH;
#[cfg(not(target_os = "linux"))]
const LOOK: OFlags = OFlags::RDONLY.union(OFlags::NONBLOCK);

/// A folder, open for as long as its worker lives.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    root: Root,
    /// `None` where nothing may be written.
    quota: Option<Quota>,
    usage: Option<Usage>,
}

/// What lies in a folder.
#[derive(Clone, Copy, Debug, Default)]
struct Usage {
    bytes: u64,
    n_files: u64,
}

impl Folder {
    /// Opens the folder at `path`; without a quota it can only be read.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: &Path, quota: Option<Quota>) -> io::Result<Self> {
        let path = path.canonicalize()?;
        let root = Root::open(&path)?;
        Ok(Self { path, root, quota, usage: None })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder itself.
    pub(super) fn root(&self) -> &Root {
        &self.root
    }

    /// Whether it holds more than it may, by a fresh measure; one that fails says nothing.
    pub(super) fn is_over_quota(&mut self) -> bool {
        let Some(quota) = self.quota else { return false };
        self.usage = None;
        self.usage().is_ok_and(|usage| usage.bytes > quota.bytes || usage.n_files > quota.n_files)
    }

    /// Chooses how names are opened, for tests of each way.
    #[cfg(test)]
    pub(super) fn go(&mut self, way: super::beneath::Way) {
        self.root.go(way);
    }

    /// Measures anew before the next change.
    pub fn forget_usage(&mut self) {
        self.usage = None;
    }

    /// A regular file in it, open for reading.
    ///
    /// # Errors
    /// What the system says; a name that is no regular file is `EACCES`.
    pub fn read(&self, name: &Path) -> io::Result<File> {
        // NONBLOCK: a FIFO that somebody put there must not hold the parent.
        self.regular(name, OFlags::RDONLY | OFlags::NONBLOCK)
    }

    fn regular(&self, name: &Path, flags: OFlags) -> io::Result<File> {
        // The system takes rights only where it may create.
        let rights = if flags.contains(OFlags::CREATE) { 0o644 } else { 0 };
        let file = File::from(self.root.open_beneath(name, flags, Mode::from_raw_mode(rights))?);
        let kind = file.metadata()?.file_type();
        match () {
            () if kind.is_file() => Ok(file),
            () if kind.is_dir() => Err(io::Error::from_raw_os_error(libc::EISDIR)),
            () => Err(io::Error::from_raw_os_error(libc::EACCES)),
        }
    }

    /// Does what a request about `name` asks; `to` is the other name of a rename.
    ///
    /// # Errors
    /// What the system or the quota says.
    pub fn answer(&mut self, request: &FileRequest, name: &Path, to: Option<&Path>) -> io::Result<FileReply> {
        match request {
            FileRequest::Stat { .. } => self.stat(name),
            FileRequest::List { .. } => self.list(name),
            FileRequest::Read { offset, length, .. } => {
                let mut file = self.read(name)?;
                file.seek(SeekFrom::Start(*offset))?;
                let mut bytes = Vec::new();
                file.take((*length).min(MAX_PART) as u64).read_to_end(&mut bytes)?;
                Ok(FileReply::Bytes { base64: BASE64_STANDARD.encode(bytes) })
            }
            change => {
                if self.quota.is_none() {
                    return Err(io::Error::from_raw_os_error(libc::EROFS));
                }
                self.change(change, name, to)
            }
        }
    }

    fn stat(&self, name: &Path) -> io::Result<FileReply> {
        let file = File::from(self.root.open_beneath(name, LOOK, Mode::empty())?);
        let data = file.metadata()?;
        Ok(FileReply::Stat { size: data.size(), is_folder: data.is_dir(), modified_s: data.mtime() })
    }

    fn list(&self, name: &Path) -> io::Result<FileReply> {
        let folder = self.root.open_beneath(name, OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty())?;
        let mut names = Vec::new();
        for entry in Dir::read_from(&folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !matches!(name.as_str(), "." | "..") && names.len() < MAX_NAMES {
                names.push((name, entry.file_type() == FileType::Directory));
            }
        }
        names.sort();
        Ok(FileReply::Names { names })
    }

    fn change(&mut self, request: &FileRequest, name: &Path, to: Option<&Path>) -> io::Result<FileReply> {
        let usage = self.usage()?;
        match request {
            FileRequest::Write { offset, base64, .. } => self.write(name, *offset, base64, usage),
            FileRequest::Create { exclusive, truncate, .. } => {
                let is_new = self.regular(name, OFlags::RDONLY | OFlags::NONBLOCK).is_err();
                if is_new {
                    self.check(Usage { n_files: usage.n_files + 1, ..usage })?;
                }
                let when_there = if *exclusive { OFlags::EXCL } else { OFlags::empty() };
                let file =
                    self.regular(name, OFlags::WRONLY | OFlags::CREATE | OFlags::NONBLOCK | when_there)?;
                if *truncate {
                    file.set_len(0)?;
                }
                self.usage = None;
                Ok(FileReply::Done)
            }
            FileRequest::Truncate { size, .. } => {
                let file = self.regular(name, OFlags::WRONLY | OFlags::NONBLOCK)?;
                let more = size.saturating_sub(file.metadata()?.len());
                self.check(Usage { bytes: usage.bytes.saturating_add(more), ..usage })?;
                file.set_len(*size)?;
                self.usage = None;
                Ok(FileReply::Done)
            }
            FileRequest::MakeFolder { .. } => {
                self.check(Usage { n_files: usage.n_files + 1, ..usage })?;
                let (parent, last) = self.root.open_parent(name)?;
                self.done(Ok(mkdirat(parent, last, Mode::from_raw_mode(0o755))?))
            }
            FileRequest::Remove { .. } => {
                let (parent, last) = self.root.open_parent(name)?;
                self.done(Ok(unlinkat(parent, last, AtFlags::empty())?))
            }
            FileRequest::RemoveFolder { .. } => {
                let (parent, last) = self.root.open_parent(name)?;
                self.done(Ok(unlinkat(parent, last, AtFlags::REMOVEDIR)?))
            }
            FileRequest::Rename { .. } => {
                let (parent, last) = self.root.open_parent(name)?;
                let to = to.ok_or_else(|| io::Error::from_raw_os_error(libc::EINVAL))?;
                let (to_parent, to_last) = self.root.open_parent(to)?;
                self.done(Ok(renameat(parent, last, to_parent, to_last)?))
            }
            FileRequest::Stat { .. } | FileRequest::List { .. } | FileRequest::Read { .. } => {
                unreachable!("what only reads was answered before")
            }
        }
    }

    fn done(&mut self, result: io::Result<()>) -> io::Result<FileReply> {
        self.usage = None;
        result.map(|()| FileReply::Done)
    }

    fn write(
        &mut self,
        name: &Path,
        offset: Option<u64>,
        base64: &str,
        usage: Usage,
    ) -> io::Result<FileReply> {
        if base64.len() > 2 * MAX_PART {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        let bytes = BASE64_STANDARD.decode(base64).map_err(io::Error::other)?;
        let mut file = self.regular(name, OFlags::WRONLY | OFlags::NONBLOCK)?;
        let size = file.metadata()?.len();
        let offset = offset.unwrap_or(size);
        let end = offset.saturating_add(bytes.len() as u64);
        let after = Usage { bytes: usage.bytes.saturating_add(end.saturating_sub(size)), ..usage };
        self.check(after)?;
        self.usage = None;
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(&bytes)?;
        self.usage = Some(after);
        Ok(FileReply::Written { n: bytes.len(), offset: end })
    }

    fn check(&self, after: Usage) -> io::Result<()> {
        let quota = self.quota.unwrap_or_default();
        if after.bytes > quota.bytes {
            let limit = quota.bytes >> 20;
            return Err(full(format!("the work folder may hold {limit} MiB in all: remove files first")));
        }
        if after.n_files > quota.n_files {
            let limit = quota.n_files;
            return Err(full(format!("the work folder may hold {limit} files in all: remove files first")));
        }
        Ok(())
    }

    fn usage(&mut self) -> io::Result<Usage> {
        if let Some(usage) = self.usage {
            return Ok(usage);
        }
        let mut usage = Usage::default();
        measure(&self.root, Path::new("."), MAX_DEPTH, &mut usage)?;
        Ok(*self.usage.insert(usage))
    }
}

/// `ENOSPC`, in words.
fn full(reason: String) -> io::Error {
    io::Error::new(io::ErrorKind::StorageFull, reason)
}

/// Adds up what lies beneath `name`; no link is followed.
fn measure(root: &Root, name: &Path, depth: usize, usage: &mut Usage) -> io::Result<()> {
    let folder = root.open_beneath(name, OFlags::DIRECTORY | OFlags::RDONLY, Mode::empty())?;
    for entry in Dir::read_from(&folder)? {
        let entry = entry?;
        if matches!(entry.file_name().to_bytes(), b"." | b"..") {
            continue;
        }
        usage.n_files += 1;
        // A file that is gone by now has no size.
        let Ok(stat) = statat(&folder, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) else { continue };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::RegularFile => usage.bytes += u64::try_from(stat.st_size).unwrap_or_default(),
            FileType::Directory if depth > 0 => {
                let inner = name.join(std::str::from_utf8(entry.file_name().to_bytes()).unwrap_or_default());
                measure(root, &inner, depth - 1, usage)?;
            }
            _ => {}
        }
    }
    Ok(())
}
