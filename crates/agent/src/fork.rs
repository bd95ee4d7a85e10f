//! A copy of a session up to some turn, to go on with differently.

use std::path::{Path, PathBuf};

use crate::{
    event::Event,
    log::{Entry, LogError, SessionLog},
    moment::up_to,
    session::Session,
};

/// Copies a session's log, or what it holds up to the end of its first `turns`, beside it under a new id,
/// which the file's name is. Another process may write the log meanwhile.
///
/// # Errors
/// The log cannot be read or is damaged, or there can be no file beside it.
pub fn fork_at(log: &Path, turns: Option<usize>) -> Result<PathBuf, LogError> {
    let entries = SessionLog::read(log)?;
    let is_later = |entry: &Entry| match (entry, turns) {
        (Entry::Event(record), Some(most)) => {
            matches!(record.event, Event::TurnStarted { turn, .. } if turn > most)
        }
        _ => false,
    };
    write(log, entries.iter().take_while(|entry| !is_later(entry)))
}

/// As [`fork_at`] up to the end of a step, its observation included; nothing if the log does not hold it.
///
/// # Errors
/// As for [`fork_at`].
pub fn fork_at_step(log: &Path, turn: usize, step: usize) -> Result<Option<PathBuf>, LogError> {
    let entries = SessionLog::read(log)?;
    up_to(&entries, turn, step).map(|entries| write(log, entries.iter())).transpose()
}

/// Writes entries beside a log.
fn write<'a>(log: &Path, mut entries: impl Iterator<Item = &'a Entry>) -> Result<PathBuf, LogError> {
    let fork = log.with_file_name(format!("{}.jsonl", Session::new().0.id()));
    let mut copy = SessionLog::create(&fork)?;
    entries.try_for_each(|entry| copy.append(entry))?;
    Ok(fork)
}

#[cfg(test)]
mod tests {
    use chat::Message;

    use super::*;

    #[test]
    fn a_fork_has_the_first_turns() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("first.jsonl");
        let (mut session, _events) = Session::new();
        session.log_to(SessionLog::create(&log).unwrap());
        for prompt in ["one", "two", "three"] {
            session.begin_turn(prompt);
            session.push(Message::user(prompt));
        }
        let check = |turns, expected: &[&str]| {
            let fork = fork_at(&log, turns).unwrap();
            let (forked, _, _) = Session::resume(&fork).unwrap();
            let expected: Vec<Message> = expected.iter().copied().map(Message::user).collect();
            assert_eq!(forked.messages(), expected, "{turns:?}");
            assert_eq!(Some(forked.id()), fork.file_stem().and_then(|name| name.to_str()));
        };
        check(None, &["one", "two", "three"]);
        check(Some(3), &["one", "two", "three"]);
        check(Some(1), &["one"]);
        check(Some(0), &[]);
    }
}
