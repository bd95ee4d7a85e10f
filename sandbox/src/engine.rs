//! Which Python runs: the one in this program, or the user's own.

use std::{
    ffi::OsStr,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use serde::{Deserialize, Serialize};

use crate::SandboxError;

/// Asks an interpreter what it consists of.
const SURVEY: &str = include_str!("engine/survey.py");

/// What the survey's answer begins with: a `sitecustomize` may print before it.
const ANSWER: &str = "gimlet-survey:";

/// For an interpreter to say what it consists of, on a busy machine.
const ANSWER_TIME: Duration = Duration::from_secs(30);
const MAX_ANSWER: u64 = 1 << 20;

/// What runs a notebook's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Engine {
    /// RustPython, which is part of this program and has no way to the system.
    #[default]
    RustPython,
    /// The user's CPython, with the packages that it has; only the process confines it.
    Cpython(Cpython),
}

/// An interpreter of the user's, with everything that it must be able to read to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cpython {
    /// The interpreter as it calls itself: in a virtual environment the one there.
    pub program: PathBuf,
    /// Its version, as in `3.11.7`.
    pub version: String,
    /// Where it looks for modules.
    pub search: Vec<PathBuf>,
    /// Files and folders that it and its libraries are read from.
    pub readable: Vec<PathBuf>,
    /// What the kernel starts it with, if it is linked dynamically.
    pub loader: Option<PathBuf>,
}

impl Cpython {
    /// Finds the interpreter `name`, a path or a name on the `PATH`, and asks it what it consists of.
    /// It runs for that as the user's program that it is, unconfined.
    ///
    /// # Errors
    /// There is none, or it does not answer as a CPython of version 3.8 or later.
    pub fn find(name: &OsStr) -> Result<Self, SandboxError> {
        let error = |reason: String| SandboxError::Cpython { program: PathBuf::from(name), reason };
        // It does not know its own path where it is started by a name and there is no PATH.
        let mut command = Command::new(on_path(name));
        // Where it runs must not be a place that it looks for modules in.
        command.args(["-E", "-B", "-c", SURVEY]).stdin(Stdio::null()).current_dir("/");
        let output = ask(&mut command).map_err(|e| error(format!("it cannot be run: {e}")))?;
        let text = String::from_utf8_lossy(&output.said);
        let answer = text.lines().find_map(|line| line.strip_prefix(ANSWER));
        let found = answer.map(serde_json::from_str::<Self>);
        match found {
            Some(Ok(found)) => Ok(found),
            Some(Err(e)) => Err(error(format!("its answer is not to be understood: {e}"))),
            None => {
                let said = String::from_utf8_lossy(&output.complained);
                let last = said.lines().last().unwrap_or("it said nothing").trim();
                Err(error(last.chars().take(200).collect()))
            }
        }
    }
}

/// What a program wrote.
struct Answer {
    said: Vec<u8>,
    complained: Vec<u8>,
}

/// Runs a program to its end, within [`ANSWER_TIME`] and [`MAX_ANSWER`].
fn ask(command: &mut Command) -> io::Result<Answer> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (said, complained) = (read(child.stdout.take()), read(child.stderr.take()));
    let until = Instant::now() + ANSWER_TIME;
    let wait = |bytes: Receiver<Vec<u8>>| bytes.recv_timeout(until.saturating_duration_since(Instant::now()));
    let answer = wait(said).and_then(|said| Ok(Answer { said, complained: wait(complained)? }));
    // It has closed its output, so that it is ending or would never.
    child.kill()?;
    child.wait()?;
    answer.map_err(|_| io::Error::other(format!("it did not answer in {} s", ANSWER_TIME.as_secs())))
}

/// Reads a pipe in a thread of its own, which ends with the pipe.
fn read(pipe: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, bytes) = mpsc::channel();
    thread::spawn(move || {
        let mut text = Vec::new();
        // What a broken pipe gave until then is what it said.
        let _ = pipe.map(|pipe| pipe.take(MAX_ANSWER).read_to_end(&mut text));
        let _ = sender.send(text);
    });
    bytes
}

/// The program that a name means, or the name where there is none.
fn on_path(name: &OsStr) -> PathBuf {
    if Path::new(name).components().count() > 1 {
        return std::path::absolute(name).unwrap_or_else(|_| name.into());
    }
    let folders = std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
    let found = std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.unwrap_or_else(|| name.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_interpreter_is_told_in_one_sentence() {
        for (name, part) in [
            ("/no/such/python", "/no/such/python: it cannot be run: No such file"),
            ("true", "true: it said nothing"),
        ] {
            let error = Cpython::find(OsStr::new(name)).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn an_interpreter_says_what_it_reads() {
        let found = Cpython::find(OsStr::new("python3")).unwrap();
        assert!(found.version.starts_with("3."), "{found:?}");
        assert!(found.program.is_absolute() && !found.readable.is_empty(), "{found:?}");
        let is_seen = |path: &PathBuf| found.readable.iter().any(|seen| path.starts_with(seen));
        assert!(found.search.iter().all(is_seen), "{found:?}");
        // Nothing as wide as a whole machine or a home.
        let too_wide = |path: &PathBuf| path.components().count() < 3;
        assert!(!found.readable.iter().any(too_wide), "{found:?}");
    }
}
