//! Functions that are registered for good.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    error::ManifestError,
    function::Function,
    host::Host,
    load::{load, load_all},
    manifest::is_name,
};

/// The folder of the registered functions: one manifest `NAME.json` for each.
///
/// Such a manifest is the one that was added, with the key `folder`: the absolute path of the
/// folder in which the original stands. Programs and files that it names stay there, and are looked
/// for there; only the manifest is copied.
#[derive(Clone, Debug)]
pub struct Registered {
    folder: PathBuf,
}

/// Why a function could not be added or removed.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// The manifest is refused.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The name is taken.
    #[error("the function {name} is registered already, in {}: gimlet tool remove {name} makes room", file.display())]
    Taken {
        /// The name.
        name: String,
        /// Its manifest.
        file: PathBuf,
    },
    /// There is no such function.
    #[error("no function {name:?} is registered in {}", folder.display())]
    Unknown {
        /// The name.
        name: String,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// The file system refused.
    #[error("cannot change {}: {error}", file.display())]
    File {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Registered {
    /// The functions that are registered in a folder, which need not exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The manifest of a registered function, whether it exists or not.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// The names, sorted.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn names(&self) -> Result<Vec<String>, RegisterError> {
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.and_then(|entries| entries.collect::<io::Result<Vec<_>>>()),
        };
        let entries = entries.map_err(|error| RegisterError::File { file: self.folder.clone(), error })?;
        let files = entries.into_iter().map(|entry| entry.path());
        let mut names: Vec<String> = files
            .filter_map(|file| Some(file.file_name()?.to_str()?.strip_suffix(".json")?.to_owned()))
            .collect();
        names.retain(|name| is_name(name));
        names.sort();
        Ok(names)
    }

    /// Reads them all.
    ///
    /// # Errors
    /// One of them cannot be used any more: its program is gone, for example.
    pub fn load(&self, host: &Arc<Host>) -> Result<Vec<Function>, RegisterError> {
        let files: Vec<PathBuf> = self.names()?.iter().map(|name| self.file(name)).collect();
        Ok(load_all(files.iter().map(PathBuf::as_path), host)?)
    }

    /// Checks a manifest or a folder of them and registers all of its functions, or none.
    ///
    /// # Errors
    /// It is refused, a name is taken, or the folder cannot be written.
    pub fn add(&self, path: &Path, host: &Arc<Host>) -> Result<Vec<Function>, RegisterError> {
        let functions = load(path, host)?;
        for function in &functions {
            let file = self.file(function.name());
            if file.exists() {
                return Err(RegisterError::Taken { name: function.name().to_owned(), file });
            }
        }
        for function in &functions {
            let file = self.file(function.name());
            self.write(&file, function).map_err(|error| RegisterError::File { file, error })?;
        }
        Ok(functions)
    }

    /// The manifest appears whole or not at all.
    fn write(&self, file: &Path, function: &Function) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let origin = function.origin();
        let mut text = serde_json::to_vec_pretty(&origin.portable(&origin.folder))?;
        text.push(b'\n');
        let mut new = tempfile::NamedTempFile::new_in(&self.folder)?;
        new.write_all(&text)?;
        new.as_file().sync_all()?;
        new.persist_noclobber(file).map_err(|error| error.error)?;
        Ok(())
    }

    /// Forgets a function, also one that cannot be used any more. What it names stays.
    ///
    /// # Errors
    /// There is none of this name, or its file cannot be removed.
    pub fn remove(&self, name: &str) -> Result<PathBuf, RegisterError> {
        let file = self.file(name);
        if !is_name(name) || !file.is_file() {
            return Err(RegisterError::Unknown { name: name.to_owned(), folder: self.folder.clone() });
        }
        match fs::remove_file(&file) {
            Ok(()) => Ok(file),
            Err(error) => Err(RegisterError::File { file, error }),
        }
    }
}
