//! The bytes of a model file, without copying them into memory.

use std::{fs::File, io, ops::Deref, path::Path};

use memmap2::Mmap;

use crate::{Error, Result};

/// A model file's bytes: mapped from disk, so that only what is read takes memory, or part of the
/// program.
#[derive(Debug)]
pub(crate) enum Bytes {
    Mapped(Mmap),
    Static(&'static [u8]),
}

impl Bytes {
    /// Maps a file. An empty one is truncated, because no format has a file of no bytes.
    pub(crate) fn map(path: &Path) -> Result<Self> {
        let read = |source| match source {
            source if io::Error::kind(&source) == io::ErrorKind::NotFound => {
                Error::Missing { path: path.to_path_buf() }
            }
            source => Error::Read { path: path.to_path_buf(), source },
        };
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        if !metadata.is_file() {
            return Err(Error::Malformed { path: path.to_path_buf(), reason: "it is not a file".to_owned() });
        }
        if metadata.len() == 0 {
            return Err(Error::Truncated { path: path.to_path_buf(), expected: 1, found: 0 });
        }
        Ok(Self::Mapped(map(&file).map_err(read)?))
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Mapped(map) => map,
            Self::Static(bytes) => bytes,
        }
    }
}

#[allow(unsafe_code, reason = "memory mapping is unsafe for every file that another process can change")]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: the map is private and only ever read as bytes, of which every value is valid. A
    // process that shortens the file while it is mapped makes a later read fault (SIGBUS): the
    // price of not copying checkpoints of many gigabytes, and what every reader of such files pays.
    // Everything parsed from the map is copied before it is trusted, so a file that is rewritten
    // under the map can spoil the weights but not memory.
    unsafe { Mmap::map(file) }
}
