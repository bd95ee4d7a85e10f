//! A conversation that goes on: its messages, its events, its log.

use std::{
    hash::{BuildHasher, RandomState},
    path::PathBuf,
    time::SystemTime,
};

use chat::{Message, ModelInfo};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::{
    event::{Event, Item, ItemBody, Record, SCHEMA_VERSION, SandboxState},
    log::{Entry, SessionLog},
    policy::Source,
    turn::Turn,
};

/// The state of a conversation. Events go to the receiver that [`Session::new`] gives, and with
/// the messages to the log.
#[derive(Debug)]
pub struct Session {
    id: String,
    messages: Vec<Message>,
    turns: usize,
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
            turns: 0,
            seq: 0,
            items: 0,
            events,
            log: None,
            allowed: Vec::new(),
        };
        (session, receiver)
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
        let (schema_version, session_id) = (SCHEMA_VERSION, self.id.clone());
        self.emit(Event::SessionStarted { schema_version, session_id, model, tools, cwd, sandbox });
    }

    /// Appends to the conversation.
    pub fn push(&mut self, message: Message) {
        self.keep(&Entry::Message { message: message.clone() });
        self.messages.push(message);
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

/// The time in seconds and 32 random bits.
fn new_id() -> String {
    let now = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
    let digits: String = now.chars().filter(char::is_ascii_alphanumeric).collect();
    let random = RandomState::new().hash_one(std::process::id()) as u32;
    format!("{}-{random:08x}", digits.to_lowercase().trim_end_matches('z'))
}
