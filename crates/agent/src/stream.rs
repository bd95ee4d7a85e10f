//! Shows a completion as items while it is being written.

use std::collections::VecDeque;

use chat::Delta;
use serde_json::Value;

use crate::{
    event::{Citation, Event, ItemBody},
    session::Session,
};

/// The items that a completion has begun.
#[derive(Debug, Default)]
pub struct OpenItems {
    reasoning: Option<String>,
    message: Option<String>,
    /// In the order in which the model wrote them.
    calls: VecDeque<String>,
}

impl OpenItems {
    /// Shows one more piece.
    pub fn delta(&mut self, session: &mut Session, delta: Delta) {
        let (open, body, text) = match delta {
            Delta::Prefill { done, total } => return session.emit(Event::Prefill { done, total }),
            Delta::Reasoning(text) => {
                (&mut self.reasoning, ItemBody::Reasoning { text: String::new() }, text)
            }
            Delta::Text(text) => (&mut self.message, message("", Vec::new()), text),
            Delta::CallStarted { tool } => {
                self.calls.push_back(session.start_item(started(tool, Value::from(""))));
                return;
            }
            Delta::Arguments(text) => {
                let Some(id) = self.calls.back().cloned() else { return };
                return session.emit(Event::ItemDelta { id, text });
            }
        };
        let id = open.get_or_insert_with(|| session.start_item(body)).clone();
        session.emit(Event::ItemDelta { id, text });
    }

    /// Completes the thoughts and the words, if there are any.
    pub fn complete_text(&mut self, session: &mut Session, reasoning: &str, text: &str) {
        self.complete_answer(session, reasoning, text, Vec::new());
    }

    /// Completes the thoughts and the words of an answer, with what they cite.
    pub fn complete_answer(
        &mut self,
        session: &mut Session,
        reasoning: &str,
        text: &str,
        citations: Vec<Citation>,
    ) {
        let body = |text: &str| ItemBody::Reasoning { text: text.to_owned() };
        complete(session, self.reasoning.take(), reasoning, body);
        complete(session, self.message.take(), text, |text| message(text, citations.clone()));
    }

    /// The id of the first call that has begun and is not taken, or a new one.
    pub fn take_call(&mut self, session: &mut Session, tool: &str, arguments: &Value) -> String {
        self.calls
            .pop_front()
            .unwrap_or_else(|| session.start_item(started(tool.to_owned(), arguments.clone())))
    }

    /// The ids of the calls that have begun and that nobody will run.
    pub fn abandoned_calls(&mut self) -> VecDeque<String> {
        std::mem::take(&mut self.calls)
    }
}

fn complete(session: &mut Session, open: Option<String>, text: &str, body: impl Fn(&str) -> ItemBody) {
    if open.is_none() && text.trim().is_empty() {
        return;
    }
    let id = open.unwrap_or_else(|| session.start_item(body("")));
    session.complete_item(id, body(text));
}

fn message(text: &str, citations: Vec<Citation>) -> ItemBody {
    ItemBody::Message { text: text.to_owned(), citations }
}

/// A call that has begun.
fn started(tool: String, arguments: Value) -> ItemBody {
    ItemBody::ToolCall { tool, arguments, observation: None, duration_ms: None }
}
