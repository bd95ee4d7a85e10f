//! Events and keys for tests.

use std::time::Duration;

use agent::{Event, Item, ItemBody, SCHEMA_VERSION};
use chat::{ModelInfo, Observation, Status, Usage};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::Value;

use crate::{Effect, Options, State};

/// Looks variables up in a list.
pub fn variables(list: &[(&str, &str)]) -> impl Fn(&str) -> Option<String> {
    move |name| list.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
}

pub fn started() -> Event {
    Event::SessionStarted {
        schema_version: SCHEMA_VERSION,
        session_id: "20261124t120000-00000000".into(),
        model: ModelInfo {
            name: "nano".into(),
            format: "glm4-chat".into(),
            sha256: None,
            context_tokens: Some(8192),
        },
        tools: vec!["python".into(), "get_weather".into()],
        cwd: "/work".into(),
        sandbox: None,
    }
}

pub fn turn(prompt: &str) -> Event {
    Event::TurnStarted { turn: 1, prompt: prompt.into() }
}

pub fn begun(id: &str, body: ItemBody) -> Event {
    Event::ItemStarted { item: Item { id: id.into(), body } }
}

pub fn done(id: &str, body: ItemBody) -> Event {
    Event::ItemCompleted { item: Item { id: id.into(), body } }
}

pub fn delta(id: &str, text: &str) -> Event {
    Event::ItemDelta { id: id.into(), text: text.into() }
}

pub fn message(text: &str) -> ItemBody {
    ItemBody::Message { text: text.into(), citations: Vec::new() }
}

pub fn reasoning(text: &str) -> ItemBody {
    ItemBody::Reasoning { text: text.into() }
}

pub fn call(tool: &str, arguments: impl Into<Value>, observation: Option<Observation>) -> ItemBody {
    // A call that was not made took no time.
    let is_made = observation.as_ref().is_some_and(|observation| observation.status != Status::Denied);
    let duration_ms = is_made.then_some(1234);
    ItemBody::ToolCall { tool: tool.into(), arguments: arguments.into(), observation, duration_ms }
}

pub fn asked(id: &str, tool: &str, arguments: impl Into<Value>) -> Event {
    Event::ApprovalRequested { id: id.into(), tool: tool.into(), arguments: arguments.into() }
}

pub fn over() -> Event {
    let usage = Usage {
        prompt_tokens: 1000,
        reused_tokens: 600,
        prefill_tokens: 400,
        completion_tokens: 100,
        ttft_ms: 184.0,
        decode_tok_s: 53.0,
        ..Usage::default()
    };
    Event::TurnCompleted { turn: 1, steps: 1, usage }
}

pub fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::from(code)
}

pub fn control(c: char) -> KeyEvent {
    KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL)
}

/// A state that took these events, a tenth of a second apart.
pub fn state(events: impl IntoIterator<Item = Event>) -> State {
    state_with(Options::default(), events)
}

pub fn state_with(options: Options, events: impl IntoIterator<Item = Event>) -> State {
    let mut state = State::new(options);
    for (n, event) in events.into_iter().enumerate() {
        state.tick(Duration::from_millis(100 * n as u64));
        state.apply(&event);
    }
    state
}

pub fn write(state: &mut State, text: &str) {
    for c in text.chars() {
        state.key(key(KeyCode::Char(c)));
    }
}

/// Writes a line and sends it.
pub fn enter(state: &mut State, text: &str) -> Vec<Effect> {
    write(state, text);
    state.key(key(KeyCode::Enter))
}
