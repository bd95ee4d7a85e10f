//! The folder that Python works in, which it sees as `/mnt/data`.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, anyhow, bail};
use sandbox::{Quota, WORK_FOLDER};

use crate::{args::WorkArgs, folders};

/// A work folder. Of one of the session's own only what Python made or changed stays.
pub struct WorkFolder {
    path: PathBuf,
    is_own: bool,
    /// The names of attached files, as Python sees them.
    attached: Vec<String>,
    /// Their copies, with the time at which each was made.
    copies: Vec<(PathBuf, SystemTime)>,
}

impl WorkFolder {
    /// The folder of `--workdir`, or one for the session `id`, with copies of the attached files.
    ///
    /// # Errors
    /// A folder or file of the arguments cannot be used, or the files are larger than the quota.
    pub fn open(args: &WorkArgs, id: &str) -> anyhow::Result<Self> {
        let (path, is_own) = match &args.workdir {
            Some(path) => {
                let path = path
                    .canonicalize()
                    .with_context(|| format!("cannot use the folder of --workdir {}", path.display()))?;
                if !path.is_dir() {
                    bail!("--workdir {} is not a folder", path.display());
                }
                (path, false)
            }
            None => {
                let path = folders::base("XDG_STATE_HOME", ".local/state")?.join("gimlet/work").join(id);
                private_folder(&path)
                    .with_context(|| format!("cannot make Python's work folder {}", path.display()))?;
                (path, true)
            }
        };
        let mut folder = Self { path, is_own, attached: Vec::new(), copies: Vec::new() };
        folder.attach(&args.attached)?;
        Ok(folder)
    }

    /// As [`WorkFolder::open`]; where nobody asked for anything and there can be no folder, the reason.
    ///
    /// # Errors
    /// As for [`WorkFolder::open`], where the arguments ask for something.
    pub fn open_if_possible(args: &WorkArgs, id: &str) -> anyhow::Result<(Option<Self>, Option<String>)> {
        match Self::open(args, id) {
            Ok(folder) => Ok((Some(folder), None)),
            Err(error) if args.workdir.is_none() && args.attached.is_empty() => {
                Ok((None, Some(format!("{error:#}"))))
            }
            Err(error) => Err(error),
        }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn attach(&mut self, files: &[PathBuf]) -> anyhow::Result<()> {
        let mut names = BTreeSet::new();
        let mut bytes = 0;
        for file in files {
            let context = || format!("cannot attach {}", file.display());
            let metadata = std::fs::metadata(file).with_context(context)?;
            if !metadata.is_file() {
                return Err(anyhow!("it is not a file")).with_context(context);
            }
            bytes += metadata.len();
            if bytes > Quota::default().bytes {
                let most = Quota::default().bytes >> 20;
                return Err(anyhow!("the work folder holds at most {most} MiB")).with_context(context);
            }
            let name = file.file_name().and_then(|name| name.to_str());
            let name = name.ok_or_else(|| anyhow!("its name is not UTF-8")).with_context(context)?;
            if !names.insert(name.to_owned()) {
                return Err(anyhow!("another attached file has the same name")).with_context(context);
            }
            let copied = self.path.join(name);
            if copy(file, &copied).with_context(context)? {
                self.own(copied).with_context(context)?;
            }
            self.attached.push(format!("{WORK_FOLDER}/{name}"));
        }
        Ok(())
    }

    /// Notes a copy that is to go with the session, unless it is changed.
    fn own(&mut self, copy: PathBuf) -> io::Result<()> {
        let made = std::fs::metadata(&copy)?.modified()?;
        self.copies.push((copy, made));
        Ok(())
    }

    /// Attaches more files, and gives the prompt with their names. One that is there already, and still
    /// the same, is only named.
    ///
    /// # Errors
    /// One cannot be attached: none of the prompt's that come after it is.
    pub fn attach_to(&mut self, prompt: &str, files: &[PathBuf]) -> anyhow::Result<String> {
        let mut names = Vec::new();
        for file in files {
            let name = file.file_name().unwrap_or_default();
            match is_same(file, &self.path.join(name)) {
                true => names.push(format!("{WORK_FOLDER}/{}", name.to_string_lossy())),
                false => {
                    let before = self.attached.len();
                    self.attach(std::slice::from_ref(file))?;
                    names.extend_from_slice(&self.attached[before..]);
                }
            }
        }
        Ok(format!("{prompt}\n\nAttached files: {}", names.join(", ")))
    }

    /// Takes copies of the files of another folder, for a session that goes on where another one was. An
    /// attached file stays one.
    ///
    /// # Errors
    /// One cannot be copied.
    pub fn take_over(&mut self, other: &Self) -> anyhow::Result<()> {
        if self.path == other.path {
            return Ok(());
        }
        let context = || format!("cannot copy the files of {}", other.path.display());
        for entry in std::fs::read_dir(&other.path).with_context(context)? {
            let entry = entry.with_context(context)?;
            // Python's links may lead anywhere, and its folders hold what it made for itself.
            if !entry.file_type().with_context(context)?.is_file() {
                continue;
            }
            let copied = self.path.join(entry.file_name());
            if copy(&entry.path(), &copied).with_context(context)?
                && other.copies.iter().any(|(path, _)| *path == entry.path())
            {
                self.own(copied).with_context(context)?;
            }
        }
        Ok(())
    }

    /// Whether files are attached.
    pub fn has_files(&self) -> bool {
        !self.attached.is_empty()
    }

    /// The prompt with a line that names the attached files.
    pub fn announce(&self, prompt: &str) -> String {
        match self.attached.is_empty() {
            true => prompt.to_owned(),
            false => format!("{prompt}\n\nAttached files: {}", self.attached.join(", ")),
        }
    }
}

/// Makes a folder, and those above it, that only its owner can look into.
fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Whether two files of at most the quota have the same content.
fn is_same(one: &Path, other: &Path) -> bool {
    let is_small = std::fs::metadata(one).is_ok_and(|file| file.len() <= Quota::default().bytes);
    // What cannot be read is not the same; copying it says why.
    let read = |path| std::fs::read(path).ok();
    is_small && read(one).is_some_and(|content| read(other) == Some(content))
}

/// Copies unless the file is there already, which is told; what is there is never written over.
fn copy(from: &Path, to: &Path) -> io::Result<bool> {
    if to.exists() && from.canonicalize()? == to.canonicalize()? {
        return Ok(false);
    }
    let mut source = std::fs::File::open(from)?;
    let mut target = std::fs::File::create_new(to)?;
    if let Err(error) = io::copy(&mut source, &mut target) {
        // Half a file helps nobody; the error that counts is the first.
        let _ = std::fs::remove_file(to);
        return Err(error);
    }
    Ok(true)
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        if !self.is_own {
            return;
        }
        let is_as_copied = |(copy, made): &&(PathBuf, SystemTime)| {
            std::fs::metadata(copy).and_then(|copy| copy.modified()).is_ok_and(|changed| changed == *made)
        };
        for (copy, _) in self.copies.iter().filter(is_as_copied) {
            let _ = std::fs::remove_file(copy);
        }
        // It stays if something is in it: what Python made.
        let _ = std::fs::remove_dir(&self.path);
    }
}
