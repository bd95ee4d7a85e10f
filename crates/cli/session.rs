//! `gimlet session`: the sessions that are kept.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use agent::{Entry, Event, Record, Session, SessionLog, Transcript, clean, fine_tuning_example, fork_at};
use anyhow::{Context, anyhow, bail};
use serde_json::json;
use tui::{Kept, Opened};

use crate::{
    args::{ExportFormat, SessionCommand},
    exit::{Exit, Failure},
    folders,
    plain::one_line,
    replay, terminal,
};

/// Of a log, what is read to list it.
const MAX_HEAD_LINES: usize = 20;
/// Sessions in a list to choose from.
const MAX_KEPT: usize = 100;
/// Of a log, what is read to count its turns.
const MAX_COUNTED_BYTES: u64 = 16 << 20;
/// What stands in the line that begins a turn.
const TURN: &[u8] = b"\"turn.started\"";

/// Lists, shows, goes on with, replays, forks or exports sessions.
///
/// # Errors
/// There is no such session, a damaged log, output that cannot be written.
pub async fn session(command: SessionCommand) -> Result<Exit, Failure> {
    match command {
        SessionCommand::List { json } => list(json),
        SessionCommand::Show { session } => export(&session, ExportFormat::Markdown),
        SessionCommand::Export { session, format } => export(&session, format),
        SessionCommand::Replay { session, verify, model } => {
            let path = find(&session).map_err(Failure::usage)?;
            match verify {
                true => replay::verify(&path, model.as_deref()).await,
                false => replay::print(&path),
            }
        }
        SessionCommand::Resume(args) => terminal::open(args.terminal, Some(&args.id)).await,
        SessionCommand::Fork { session, turns } => fork(&session, turns),
    }
}

/// The log of a session: by its id, by the beginning of one that no other begins with, or `last`.
///
/// # Errors
/// There is none, or more than one.
pub fn find(name: &str) -> anyhow::Result<PathBuf> {
    if name.is_empty() {
        bail!("the session has no name: give its id, the beginning of it, or `last`");
    }
    let logs = logs()?;
    if name == "last" {
        return logs.into_iter().next_back().context("there is no session yet");
    }
    let found: Vec<&PathBuf> = logs.iter().filter(|path| id(path).starts_with(name)).collect();
    match found.as_slice() {
        [path] => Ok((*path).clone()),
        [] => bail!("there is no session \"{name}\": `gimlet session list` shows them"),
        several => {
            several.iter().find(|path| id(path) == name).map(|path| (*path).clone()).ok_or_else(|| {
                anyhow!("{} sessions begin with \"{name}\": write more of the id", several.len())
            })
        }
    }
}

/// The session of a log.
pub fn id(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// A session to go on with and what happened in it, or a new one.
///
/// # Errors
/// There is none of this name, or its log cannot be used.
pub fn open(resumed: Option<&str>) -> anyhow::Result<(Opened, Vec<Record>)> {
    Ok(match resumed {
        Some(name) => {
            let (session, events, history) = Session::resume(&find(name)?)?;
            ((session, events), history)
        }
        None => (Session::new(), Vec::new()),
    })
}

/// All logs, the oldest first: ids begin with the time.
fn logs() -> anyhow::Result<Vec<PathBuf>> {
    let folder = folders::sessions()?;
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", folder.display())),
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut logs: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "jsonl")).collect();
    logs.sort();
    Ok(logs)
}

fn list(json: bool) -> Result<Exit, Failure> {
    let mut stdout = io::stdout().lock();
    for path in logs().map_err(Failure::runtime)?.into_iter().rev() {
        let id = id(&path);
        let (model, prompt) = head(&path).unwrap_or_default();
        match json {
            true => writeln!(stdout, "{}", json!({ "session_id": id, "model": model, "prompt": prompt }))?,
            false => writeln!(stdout, "{id}  {:14}  {}", one_line(&model), one_line(&prompt))?,
        }
    }
    Ok(Exit::Ok)
}

/// The model and the first prompt of a log, from its first lines: logs can be long.
fn head(path: &Path) -> Option<(String, String)> {
    let mut lines = BufReader::new(File::open(path).ok()?).lines().take(MAX_HEAD_LINES);
    let mut model = String::new();
    let events = lines.by_ref().map_while(Result::ok).filter_map(|line| serde_json::from_str(&line).ok());
    for entry in events {
        let Entry::Event(record) = entry else { continue };
        match record.event {
            Event::SessionStarted { model: info, .. } => model = info.name,
            Event::TurnStarted { prompt, .. } => return Some((model, prompt)),
            _ => {}
        }
    }
    Some((model, String::new()))
}

fn export(name: &str, format: ExportFormat) -> Result<Exit, Failure> {
    let path = find(name).map_err(Failure::usage)?;
    let text = rendered(&path, format).map_err(Failure::runtime)?;
    write!(io::stdout(), "{text}")?;
    Ok(Exit::Ok)
}

/// The session of a log as a text of some form.
///
/// # Errors
/// The log cannot be read or is damaged.
pub fn rendered(path: &Path, format: ExportFormat) -> anyhow::Result<String> {
    let id = id(path);
    let entries = SessionLog::read(path)?;
    Ok(match format {
        ExportFormat::Markdown => Transcript::new(entries).markdown(&clean(&id)).to_string(),
        ExportFormat::Html => Transcript::new(entries).html(&id).to_string(),
        ExportFormat::Json => serde_json::to_string(&entries)? + "\n",
        ExportFormat::Jsonl => format!("{}\n", fine_tuning_example(entries)),
    })
}

/// The newest sessions, for a list to choose from.
///
/// # Errors
/// The folder cannot be read.
pub fn kept() -> anyhow::Result<Vec<Kept>> {
    let newest = logs()?.into_iter().rev().take(MAX_KEPT);
    Ok(newest
        .map(|path| {
            let (_, title) = head(&path).unwrap_or_default();
            let (id, turns) = (id(&path), turns(&path));
            Kept { time: time_of(&id), id, title, turns }
        })
        .collect())
}

/// How many turns a log has, as far as it is looked at.
fn turns(path: &Path) -> usize {
    let Ok(file) = File::open(path) else { return 0 };
    let lines = BufReader::new(file.take(MAX_COUNTED_BYTES)).split(b'\n').map_while(Result::ok);
    let starts = |line: &Vec<u8>| {
        // A message that quotes an event has the same words, but not as its own type.
        line.windows(TURN.len()).any(|part| part == TURN)
            && matches!(
                serde_json::from_slice(line),
                Ok(Entry::Event(record)) if matches!(record.event, Event::TurnStarted { .. })
            )
    };
    lines.filter(starts).count()
}

/// When a session began, which its id says: `20261124t182214-…`.
fn time_of(id: &str) -> String {
    let digits = |range: std::ops::Range<usize>| id.get(range).unwrap_or_default();
    format!("{}-{}-{} {}:{}", digits(0..4), digits(4..6), digits(6..8), digits(9..11), digits(11..13))
}

/// Copies a session, or its first turns, under a new id.
fn fork(name: &str, turns: Option<usize>) -> Result<Exit, Failure> {
    let path = find(name).map_err(Failure::usage)?;
    let fork = fork_at(&path, turns).map_err(|error| Failure::runtime(error.into()))?;
    writeln!(io::stdout(), "{}", id(&fork))?;
    Ok(Exit::Ok)
}
