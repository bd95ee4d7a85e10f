//! `gimlet session`: the sessions that are kept.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};

use agent::{Entry, Event, Record, Session, SessionLog, Transcript, clean, fine_tuning_example};
use anyhow::{Context, anyhow, bail};
use serde_json::json;
use tui::Opened;

use crate::{
    args::{ExportFormat, SessionCommand},
    exit::{Exit, Failure},
    folders,
    plain::one_line,
    replay,
};

/// Of a log, what is read to list it.
const MAX_HEAD_LINES: usize = 20;

/// Lists, shows, replays, forks or exports sessions.
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
                true => replay::verify(&path, &model.model).await,
                false => replay::print(&path),
            }
        }
        SessionCommand::Fork { session, turns } => fork(&session, turns),
    }
}

/// The log of a session: by its id, by the beginning of one that no other begins with, or `last`.
///
/// # Errors
/// There is none, or more than one.
pub fn find(name: &str) -> anyhow::Result<PathBuf> {
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
fn id(path: &Path) -> String {
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
    let id = id(&path);
    let entries = SessionLog::read(&path).map_err(|error| Failure::runtime(error.into()))?;
    let mut stdout = io::stdout().lock();
    match format {
        ExportFormat::Markdown => write!(stdout, "{}", Transcript::new(entries).markdown(&clean(&id)))?,
        ExportFormat::Html => write!(stdout, "{}", Transcript::new(entries).html(&id))?,
        ExportFormat::Jsonl => writeln!(stdout, "{}", fine_tuning_example(entries))?,
        ExportFormat::Json => {
            let text = serde_json::to_string(&entries).map_err(|error| Failure::runtime(error.into()))?;
            writeln!(stdout, "{text}")?;
        }
    }
    Ok(Exit::Ok)
}

/// Copies a session, or its first turns, under a new id.
fn fork(name: &str, turns: Option<usize>) -> Result<Exit, Failure> {
    let path = find(name).map_err(Failure::usage)?;
    let entries = SessionLog::read(&path).map_err(|error| Failure::runtime(error.into()))?;
    let id = Session::new().0.id().to_owned();
    let fork = path.with_file_name(format!("{id}.jsonl"));
    let mut log = SessionLog::create(&fork).map_err(|error| Failure::runtime(error.into()))?;
    let is_later = |entry: &Entry| match (entry, turns) {
        (Entry::Event(record), Some(most)) => {
            matches!(record.event, Event::TurnStarted { turn, .. } if turn > most)
        }
        _ => false,
    };
    for entry in entries.iter().take_while(|entry| !is_later(entry)) {
        log.append(entry).map_err(|error| Failure::runtime(error.into()))?;
    }
    writeln!(io::stdout(), "{id}")?;
    Ok(Exit::Ok)
}
