//! The folders that Python sees, served by the parent: the worker itself can open nothing.
//!
//! A path from the worker is split into a mount and the rest; the rest is opened beneath the
//! mount's folder without following any link, so that no name, `..`, link or race leads out.

mod artifact;
mod beneath;
mod folder;
mod request;
mod snapshot;

pub(crate) use folder::Folder;
pub(crate) use request::{FileReply, FileRequest, MAX_PART};

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};

use crate::{Artifact, Options, WORK_FOLDER, message::SeenFolder};

/// Where Python finds the packages that the user named.
pub(crate) const PACKAGES: &str = "/packages";

/// The mounts of one worker.
#[derive(Debug, Default)]
pub(crate) struct Files {
    mounts: Vec<(String, Folder)>,
    /// Paths in the work folder that the running call has written, by their names there.
    changed: BTreeSet<PathBuf>,
}

impl Files {
    /// Opens the folders of the options.
    ///
    /// # Errors
    /// One cannot be opened: which, and why.
    pub fn open(options: &Options) -> Result<Self, (PathBuf, io::Error)> {
        let mut mounts = Vec::new();
        let mut add = |at: String, path: &Path, quota| match Folder::open(path, quota) {
            Ok(folder) => {
                mounts.push((at, folder));
                Ok(())
            }
            Err(e) => Err((path.to_owned(), e)),
        };
        if let Some(path) = &options.work_folder {
            add(WORK_FOLDER.to_owned(), path, Some(options.quota))?;
        }
        for (i, path) in options.packages.iter().enumerate() {
            add(format!("{PACKAGES}/{i}"), path, None)?;
        }
        for (name, path) in &options.readable {
            add(format!("/mnt/{name}"), path, None)?;
        }
        Ok(Self { mounts, changed: BTreeSet::new() })
    }

    /// Where they are.
    pub fn mounts(&self) -> Vec<String> {
        self.mounts.iter().map(|(at, _)| at.clone()).collect()
    }

    /// The folders as a worker sees them that opens files itself.
    pub fn seen(&self) -> Vec<SeenFolder> {
        let seen = |(at, folder): &(String, Folder)| SeenFolder {
            at: at.into(),
            source: folder.path().to_owned(),
            is_writable: at == WORK_FOLDER,
        };
        self.mounts.iter().map(seen).collect()
    }

    /// Forgets what earlier calls wrote, and measures what is there: the user may have changed it.
    pub fn begin_call(&mut self) {
        self.changed.clear();
        for (_, folder) in &mut self.mounts {
            folder.forget_usage();
        }
    }

    /// The work folder, if there is one.
    pub fn work_folder(&mut self) -> Option<&mut Folder> {
        self.mounts.iter_mut().find(|(at, _)| at == WORK_FOLDER).map(|(_, folder)| folder)
    }

    /// What the call left behind.
    pub fn artifacts(&mut self) -> Vec<Artifact> {
        let changed = std::mem::take(&mut self.changed);
        let Some(folder) = self.work_folder() else { return Vec::new() };
        changed.iter().filter_map(|name| artifact::of(folder, name)).collect()
    }

    /// Does what the worker asks.
    pub fn answer(&mut self, request: &FileRequest) -> FileReply {
        match self.try_answer(request) {
            Ok(reply) => reply,
            Err(e) => {
                let full = e.kind() == io::ErrorKind::StorageFull;
                let errno = e.raw_os_error().unwrap_or(if full { libc::ENOSPC } else { libc::EACCES });
                FileReply::Failed { errno, reason: e.to_string() }
            }
        }
    }

    fn try_answer(&mut self, request: &FileRequest) -> io::Result<FileReply> {
        let (mount, name) = self.resolve(request.path())?;
        let other = match request {
            FileRequest::Rename { to, .. } => Some(self.resolve(to)?),
            _ => None,
        };
        if other.as_ref().is_some_and(|(other, _)| *other != mount) {
            return Err(io::Error::from_raw_os_error(libc::EXDEV));
        }
        let other = other.map(|(_, name)| name);
        let (at, folder) = &mut self.mounts[mount];
        let reply = folder.answer(request, &name, other.as_deref())?;
        if at == WORK_FOLDER {
            match request {
                FileRequest::Create { .. } | FileRequest::Write { .. } | FileRequest::Truncate { .. } => {
                    self.changed.insert(name);
                }
                FileRequest::Rename { .. } => {
                    self.changed.remove(&name);
                    self.changed.extend(other);
                }
                _ => {}
            }
        }
        Ok(reply)
    }

    /// The mount that a path begins with, and the path beneath it.
    fn resolve(&self, path: &str) -> io::Result<(usize, PathBuf)> {
        if path.contains('\0') {
            return Err(io::Error::from_raw_os_error(libc::EINVAL));
        }
        let found = self.mounts.iter().enumerate().find_map(|(i, (at, _))| {
            let rest = path.strip_prefix(at.as_str())?;
            (rest.is_empty() || rest.starts_with('/')).then(|| (i, rest.trim_matches('/')))
        });
        let (mount, rest) = found.ok_or_else(|| io::Error::from_raw_os_error(libc::EACCES))?;
        Ok((mount, if rest.is_empty() { PathBuf::from(".") } else { PathBuf::from(rest) }))
    }
}

#[cfg(test)]
mod tests;
