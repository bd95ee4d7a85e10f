//! The results of a batch: a JSON object a line, each on the disk before the next.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::Path,
};

use agent::Outcome;
use anyhow::{Context, bail};
use chat::{Artifact, Usage};
use serde::{Deserialize, Serialize};

use super::{Task, in_line};
use crate::exit::Failure;

/// What became of a task.
#[derive(Debug, Serialize)]
pub struct Row {
    pub id: String,
    pub task: String,
    pub status: Outcome,
    pub exit_code: u8,
    pub answer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    pub session_id: String,
    pub artifacts: Vec<Artifact>,
    pub failed_tool_calls: usize,
    pub malformed_calls: usize,
    pub usage: Usage,
    pub tries: usize,
}

/// Of a line, what tells that a task is done, and how it ended.
#[derive(Deserialize)]
struct Known {
    id: String,
    task: String,
    exit_code: u8,
}

/// Where the rows go.
pub struct Results {
    file: Option<File>,
    known: HashMap<String, Known>,
}

impl Results {
    /// A file, which is gone on with, or standard output.
    ///
    /// # Errors
    /// The file cannot be read or written, holds something else, or another batch writes it.
    pub fn open(path: Option<&Path>) -> anyhow::Result<Self> {
        let Some(path) = path else { return Ok(Self { file: None, known: HashMap::new() }) };
        let context = || format!("cannot write the results {}", path.display());
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.with_context(context)?;
        // A pipe or a device holds no results, and has perhaps no end.
        if !file.metadata().with_context(context)?.is_file() {
            return Ok(Self { file: Some(file), known: HashMap::new() });
        }
        if matches!(file.try_lock(), Err(std::fs::TryLockError::WouldBlock)) {
            bail!("the results {} are being written by another gimlet", path.display());
        }
        let mut text = String::new();
        file.read_to_string(&mut text).with_context(context)?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut known = HashMap::new();
        for (i, line) in text[..whole].lines().enumerate() {
            let row: Known = serde_json::from_str(line)
                .map_err(|_| in_line(path, i + 1, "this is no result of a batch: choose another file"))?;
            known.insert(row.id.clone(), row);
        }
        if whole == 0 && !text.is_empty() && !text.starts_with('{') {
            return Err(in_line(path, 1, "this is no result of a batch: choose another file"));
        }
        // A line that a kill has torn is written anew.
        file.set_len(whole as u64).and_then(|()| file.seek(io::SeekFrom::End(0))).with_context(context)?;
        Ok(Self { file: Some(file), known })
    }

    /// The exit code of a task that is done.
    ///
    /// # Errors
    /// The line of this id is another task's.
    pub fn of(&self, task: &Task) -> anyhow::Result<Option<u8>> {
        match self.known.get(&task.id) {
            Some(known) if known.task != task.hash => bail!(
                "the results have a line \"{}\" of another task: choose another file for --out, or give each task an \
                 id that stays",
                task.id
            ),
            known => Ok(known.map(|known| known.exit_code)),
        }
    }

    /// Writes a row.
    ///
    /// # Errors
    /// The disk is full, or nobody listens.
    pub fn add(&mut self, row: &Row) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(row).map_err(|error| Failure::runtime(error.into()))?;
        line.push(b'\n');
        match &mut self.file {
            Some(file) => file.write_all(&line)?,
            None => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&line).and_then(|()| stdout.flush())?;
            }
        }
        Ok(())
    }
}
