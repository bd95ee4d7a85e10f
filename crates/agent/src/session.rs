//! A conversation that goes on: its messages, its events, its log.

use std::{
    hash::{BuildHasher, RandomState},
    path::{Path, PathBuf},
    time::SystemTime,
};

use chat::{Message, ModelInfo, Observation};
use serde::de::Error as _;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    event::{Event, Item, ItemBody, Record, SCHEMA_VERSION, SandboxState},
    log::{Entry, LogError, Replacement, SessionLog},
    policy::Source,
    setup::{Setup, Written},
    turn::Turn,
};

/// The state of a conversation. Events go to the receiver that [`Session::new`] gives, and with
/// the messages to the log.
#[derive(Debug)]
pub struct Session {
    id: String,
    messages: Vec<Message>,
    /// Of the last run.
    model: Option<ModelInfo>,
    turns: usize,
    /// Where this turn's prompt stands among the messages.
    turn_start: usize,
    /// What the last completion was asked with.
    setup: Option<Setup>,
    seq: u64,
    items: usize,
    events: UnboundedSender<Record>,
    log: Option<SessionLog>,
    /// What a person allowed for the whole session: tools, and for which reason they were asked about.
    allowed: Vec<(String, Source)>,
}

impl Session {
    /// An empty conversation with a new id. The channel is as bounded as the turn's limits are.
    pub fn new() -> (Self, UnboundedReceiver<Record>) {
        let (events, receiver) = unbounded_channel();
        let session = Self {
            id: new_id(),
            messages: Vec::new(),
            model: None,
            turns: 0,
            turn_start: 0,
            setup: None,
            seq: 0,
            items: 0,
            events,
            log: None,
            allowed: Vec::new(),
        };
        (session, receiver)
    }

    /// The conversation of a log, to go on with: what is new goes to the same log. The last value is
    /// what has happened in it.
    ///
    /// # Errors
    /// The log cannot be read or written, is damaged, or another process goes on with it.
    pub fn resume(path: &Path) -> Result<(Self, UnboundedReceiver<Record>, Vec<Record>), LogError> {
        let (log, entries) = SessionLog::open(path)?;
        let (mut session, events) = Self::new();
        // The file's name is the truth: a fork begins with the entries of another session.
        session.id = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut history = Vec::new();
        for (i, entry) in entries.into_iter().enumerate() {
            match entry {
                Entry::Replacement { replacement } => {
                    if !replacement.apply(&mut session.messages) {
                        let error = serde_json::Error::custom("it replaces messages that are not there");
                        return Err(LogError::Damaged { path: path.to_owned(), line: i + 1, error });
                    }
                }
                Entry::Setup { setup } => session.setup = Some(*setup),
                Entry::Step { .. } => {}
                Entry::Message { message } => session.messages.push(message),
                Entry::Event(record) => {
                    session.recall(&record);
                    history.push(*record);
                }
            }
        }
        session.log_to(log);
        session.close_open_calls();
        Ok((session, events, history))
    }

    /// Takes an event of the log for what it was when it happened.
    fn recall(&mut self, record: &Record) {
        self.seq = record.seq + 1;
        match &record.event {
            Event::SessionStarted { model, .. } => self.model = Some(model.clone()),
            Event::TurnStarted { turn, .. } => self.turns = *turn,
            Event::ItemCompleted { item } => {
                let number = item.id.strip_prefix("item-").and_then(|number| number.parse().ok());
                self.items = self.items.max(number.unwrap_or_default());
            }
            _ => {}
        }
    }

    /// Calls that the end of a process left without an observation get one.
    fn close_open_calls(&mut self) {
        let Some(Message::Assistant(message)) = self.messages.last() else { return };
        if !message.calls.is_empty() {
            let ended = || Observation::error("The session ended before this call was done.");
            let results = message.calls.iter().map(|_| ended()).collect();
            self.push(Message::Observation { results });
        }
    }

    /// What its last completion was asked with, if any was.
    pub fn setup(&self) -> Option<&Setup> {
        self.setup.as_ref()
    }

    /// Its id: names sort by the time of their beginning.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The conversation so far.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Keeps everything from here on in `log`.
    pub fn log_to(&mut self, log: SessionLog) {
        self.log = Some(log);
    }

    /// Tells what the session works with.
    pub fn start(
        &mut self,
        model: ModelInfo,
        tools: Vec<String>,
        cwd: PathBuf,
        sandbox: Option<SandboxState>,
    ) {
        if let Some(before) = self.model.replace(model.clone()).filter(|before| *before != model) {
            let message =
                format!("the session was begun with {} and goes on with {}", before.name, model.name);
            self.emit(Event::Error { message, hint: None });
        }
        let (schema_version, session_id) = (SCHEMA_VERSION, self.id.clone());
        self.emit(Event::SessionStarted { schema_version, session_id, model, tools, cwd, sandbox });
    }

    /// Appends to the conversation.
    pub fn push(&mut self, message: Message) {
        self.keep(&Entry::Message { message: message.clone() });
        self.messages.push(message);
    }

    /// Puts messages in the place of others before the end of this turn's prompt or behind it.
    pub(crate) fn replace(&mut self, from: usize, to: usize, by: Vec<Message>) {
        // A prompt that is replaced is the last of what stands for it.
        self.turn_start = match to > self.turn_start {
            true => from + by.len().saturating_sub(1),
            false => self.turn_start - (to - from) + by.len(),
        };
        let replacement = Replacement { from, to, by };
        self.keep(&Entry::Replacement { replacement: replacement.clone() });
        let is_right = replacement.apply(&mut self.messages);
        debug_assert!(is_right, "the caller took the places from these messages");
    }

    /// The turns so far.
    pub(crate) fn turns(&self) -> usize {
        self.turns
    }

    /// Where this turn's prompt stands.
    pub(crate) fn turn_start(&self) -> usize {
        self.turn_start
    }

    /// Keeps what completions are asked with from here on.
    pub(crate) fn set_up(&mut self, setup: Setup) {
        if self.setup.as_ref() != Some(&setup) {
            self.keep(&Entry::Setup { setup: Box::new(setup.clone()) });
            self.setup = Some(setup);
        }
    }

    /// Keeps a completion's tokens.
    pub(crate) fn wrote(&mut self, step: Written) {
        self.keep(&Entry::Step { step });
    }

    /// Tells the end of a run.
    pub fn finish(&mut self, turn: &Turn, exit_code: u8) {
        self.emit(Event::Result {
            status: turn.outcome(),
            exit_code,
            session_id: self.id.clone(),
            answer: turn.answer.clone(),
            artifacts: turn.artifacts.clone(),
            failed_tool_calls: turn.failed_tool_calls,
            malformed_calls: turn.malformed_calls,
            usage: turn.usage,
        });
        self.put_away();
    }

    /// Leaves the session. Whether there is something to go on with: of one in which no turn began no
    /// log stays.
    pub fn put_away(&mut self) -> bool {
        if self.turns == 0
            && let Some(log) = self.log.take()
        {
            let path = log.path().to_owned();
            drop(log);
            // One that stays is an entry too many in a list, and nothing is lost by it.
            let _ = std::fs::remove_file(path);
        }
        self.log.is_some()
    }

    /// Tells that something happened.
    pub fn emit(&mut self, event: Event) {
        let ts = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let record = Record { seq: self.seq, ts, event };
        self.seq += u64::from(record.event.is_numbered());
        if !record.event.is_transient() {
            self.keep(&Entry::Event(Box::new(record.clone())));
        }
        // Nobody listens any more: the front end is gone and will cancel the turn.
        let _ = self.events.send(record);
    }

    pub(crate) fn begin_turn(&mut self, prompt: &str) -> usize {
        self.turns += 1;
        self.turn_start = self.messages.len();
        self.emit(Event::TurnStarted { turn: self.turns, prompt: prompt.to_owned() });
        self.turns
    }

    pub(crate) fn start_item(&mut self, body: ItemBody) -> String {
        self.items += 1;
        let id = format!("item-{}", self.items);
        self.emit(Event::ItemStarted { item: Item { id: id.clone(), body } });
        id
    }

    pub(crate) fn complete_item(&mut self, id: String, body: ItemBody) {
        self.emit(Event::ItemCompleted { item: Item { id, body } });
    }

    pub(crate) fn allow(&mut self, tool: &str, source: Source) {
        self.allowed.push((tool.to_owned(), source));
    }

    pub(crate) fn is_allowed(&self, tool: &str, source: &Source) -> bool {
        self.allowed.iter().any(|(known, reason)| known == tool && reason == source)
    }

    fn keep(&mut self, entry: &Entry) {
        let Some(log) = &mut self.log else { return };
        if let Err(error) = log.append(entry) {
            self.log = None;
            let hint = Some("the session goes on and is not kept from here on".to_owned());
            self.emit(Event::Error { message: error.to_string(), hint });
        }
    }
}

/// The time in milliseconds and 20 random bits.
fn new_id() -> String {
    let now = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
    let digits: String = now.chars().filter(char::is_ascii_alphanumeric).collect();
    // The second, and in the random part the millisecond first: a fork sorts behind what it is made of.
    let digits = digits.to_lowercase();
    let (second, millis) = digits.trim_end_matches('z').split_at(digits.len() - 4);
    let random = RandomState::new().hash_one(std::process::id()) as u32 & 0xf_ffff;
    format!("{second}-{millis}{random:05x}")
}
