//! The append-only file that holds a session.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, BufRead, BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

use chat::Message;
use serde::{Deserialize, Serialize};

use crate::{
    event::Record,
    setup::{Setup, Written},
};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Entry {
    /// Something that happened.
    Event(Box<Record>),
    /// A message that the model sees from here on: all of them in order are the conversation.
    Message {
        /// The message.
        message: Message,
    },
    /// Messages make place for others.
    Replacement {
        /// Which, and for what.
        replacement: Replacement,
    },
    /// What the completions from here on are asked with.
    Setup {
        /// All of it.
        setup: Box<Setup>,
    },
    /// A completion, before what came of it.
    Step {
        /// Its tokens.
        step: Written,
    },
}

/// From here on the model sees other messages in the place of some.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replacement {
    /// The first that goes, counted from 0.
    pub from: usize,
    /// The first after it that stays.
    pub to: usize,
    /// What stands there instead.
    pub by: Vec<Message>,
}

impl Replacement {
    /// Makes the change; false if there are not that many messages.
    pub fn apply(self, messages: &mut Vec<Message>) -> bool {
        let is_right = self.from <= self.to && self.to <= messages.len();
        if is_right {
            messages.splice(self.from..self.to, self.by);
        }
        is_right
    }
}

/// Why a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The file system said no.
    #[error("cannot {action} the session log {path}: {error}", path = path.display())]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// Another process goes on with it.
    #[error("the session of {path} is open in another gimlet: end that one, or fork it", path = path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// A line before the last entry is none.
    #[error(
        "the session log {path} is damaged in line {line}, and the lines before it are whole: {error}",
        path = path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Which line, from 1.
        line: usize,
        /// The parser's words.
        error: serde_json::Error,
    },
}

/// JSON lines, one for each [`Entry`], each handed to the operating system before the next: a
/// process that dies loses at most the entry that it was writing.
#[derive(Debug)]
pub struct SessionLog {
    path: PathBuf,
    file: File,
}

impl SessionLog {
    /// Starts a log, and the folders above it.
    ///
    /// # Errors
    /// The file exists or cannot be made.
    pub fn create(path: &Path) -> Result<Self, LogError> {
        let io = |action| move |error| LogError::Io { action, path: path.to_owned(), error };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io("make the folder of"))?;
        }
        let file = private().append(true).create_new(true).open(path).map_err(io("create"))?;
        lock(&file, path)?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Opens a log to go on with it. A torn last line is cut off; where several lines at the end are no
    /// entries, as after a loss of power, they are put into a file beside it first.
    ///
    /// # Errors
    /// The file cannot be read or written, is damaged before its last entry, or another process goes on
    /// with it.
    pub fn open(path: &Path) -> Result<(Self, Vec<Entry>), LogError> {
        let io = |action| move |error| LogError::Io { action, path: path.to_owned(), error };
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(io("open"))?;
        lock(&file, path)?;
        let (entries, whole) = entries(&file, path)?;
        put_aside(&mut file, whole, path).map_err(io("repair"))?;
        file.set_len(whole).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(io("repair"))?;
        Ok((Self { path: path.to_owned(), file }, entries))
    }

    /// What a log holds, also while another process writes it; what is torn at its end is left out.
    ///
    /// # Errors
    /// The file cannot be read or is damaged before its last entry.
    pub fn read(path: &Path) -> Result<Vec<Entry>, LogError> {
        let io = |error| LogError::Io { action: "open", path: path.to_owned(), error };
        Ok(entries(&File::open(path).map_err(io)?, path)?.0)
    }

    /// Appends an entry. After an error the file ends with the last whole entry.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn append(&mut self, entry: &Entry) -> Result<(), LogError> {
        let io = |error| LogError::Io { action: "write", path: self.path.clone(), error };
        let mut line = serde_json::to_vec(entry).map_err(|e| io(e.into()))?;
        line.push(b'\n');
        let before = self.file.metadata().map_err(io)?.len();
        (&self.file).write_all(&line).map_err(|error| {
            // Nothing more can be done if this fails too; `open` repairs the line then.
            let _ = self.file.set_len(before);
            io(error)
        })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The entries of a log, and the bytes of their lines.
fn entries(file: &File, path: &Path) -> Result<(Vec<Entry>, u64), LogError> {
    let io = |error| LogError::Io { action: "read", path: path.to_owned(), error };
    let mut reader = BufReader::new(file);
    let (mut entries, mut whole, mut bytes) = (Vec::new(), 0, Vec::new());
    let damaged =
        |n_whole: usize, error| LogError::Damaged { path: path.to_owned(), line: n_whole + 1, error };
    let mut damage = None;
    loop {
        bytes.clear();
        let n = reader.read_until(b'\n', &mut bytes).map_err(io)?;
        if n == 0 || bytes.last() != Some(&b'\n') {
            return match damage {
                // A file without any entry is something else.
                Some(error) if entries.is_empty() => Err(damaged(0, error)),
                _ => Ok((entries, whole)),
            };
        }
        match (serde_json::from_slice(&bytes), damage.take()) {
            (Ok(entry), None) => {
                entries.push(entry);
                whole += n as u64;
            }
            // An entry after it: this is no torn end.
            (Ok(_), Some(error)) => return Err(damaged(entries.len(), error)),
            (Err(error), before) => damage = Some(before.unwrap_or(error)),
        }
    }
}

/// Keeps what is behind the last entry, if it is more than the line that was being written.
fn put_aside(file: &mut File, whole: u64, path: &Path) -> io::Result<()> {
    file.seek(io::SeekFrom::Start(whole))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    if tail.contains(&b'\n') {
        std::fs::write(path.with_extension("torn"), tail)?;
    }
    Ok(())
}

/// Two processes that went on with one conversation would mix it up.
fn lock(file: &File, path: &Path) -> Result<(), LogError> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(LogError::InUse { path: path.to_owned() }),
        // Where a file system has no locks, nothing can be told.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// A conversation is its owner's.
#[cfg(unix)]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A conversation is its owner's, as everything in the user's own folder is there.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn entries() -> Vec<Entry> {
        let event = Event::TurnStarted { turn: 1, prompt: "Hi\n".into() };
        vec![
            Entry::Event(Box::new(Record { seq: 0, ts: "2026-11-24T00:00:00Z".into(), event })),
            Entry::Message { message: Message::user("Hi\n") },
        ]
    }

    #[test]
    fn what_a_loss_of_power_leaves_at_the_end_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        for tail in ["{\"seq\":99,\"ts\"\n", "\0\0\0\0\n", "x\ny\n{\"seq\":"] {
            let mut log = SessionLog::create(&path).unwrap();
            entries().iter().for_each(|e| log.append(e).unwrap());
            drop(log);
            let whole = std::fs::read(&path).unwrap();
            std::fs::write(&path, [&whole, tail.as_bytes()].concat()).unwrap();
            assert_eq!(SessionLog::read(&path).unwrap(), entries(), "{tail:?}");
            let (log, found) = SessionLog::open(&path).unwrap();
            assert_eq!(found, entries(), "{tail:?}");
            assert_eq!(std::fs::read(&path).unwrap(), whole);
            assert_eq!(std::fs::read(path.with_extension("torn")).unwrap(), tail.as_bytes());
            drop(log);
            std::fs::remove_file(&path).unwrap();
        }
    }

    #[test]
    fn a_torn_last_line_is_repaired_wherever_it_tore() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/log.jsonl");
        let mut log = SessionLog::create(&path).unwrap();
        entries().iter().for_each(|e| log.append(e).unwrap());
        drop(log);
        let bytes = std::fs::read(&path).unwrap();
        let first = bytes.iter().position(|&b| b == b'\n').unwrap() + 1;
        for end in first..bytes.len() {
            std::fs::write(&path, &bytes[..end]).unwrap();
            let (mut log, found) = SessionLog::open(&path).unwrap();
            assert_eq!(found, entries()[..1], "torn at {end}");
            log.append(&entries()[1]).unwrap();
            drop(log);
            assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
        assert_eq!(SessionLog::open(&path).unwrap().1, entries());
    }

    #[test]
    fn a_second_process_is_told_and_a_reader_is_not_kept_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut log = SessionLog::create(&path).unwrap();
        entries().iter().for_each(|e| log.append(e).unwrap());
        assert!(matches!(SessionLog::open(&path), Err(LogError::InUse { .. })));
        assert_eq!(SessionLog::read(&path).unwrap(), entries());
        drop(log);
        assert_eq!(SessionLog::open(&path).unwrap().1, entries());
    }

    #[test]
    fn damage_in_the_middle_is_told_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        std::fs::write(&path, "{}\n{\n").unwrap();
        let error = SessionLog::open(&path).unwrap_err().to_string();
        assert!(error.contains("damaged in line 1"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{}\n{\n");

        let lines: Vec<String> =
            entries().iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let text = format!("{}\nx\n{}\n", lines[0], lines[1]);
        std::fs::write(&path, &text).unwrap();
        let error = SessionLog::open(&path).unwrap_err().to_string();
        assert!(error.contains("damaged in line 2"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    }
}
