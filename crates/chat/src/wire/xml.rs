//! Completions of the formats in which calls are XML.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::{Format, json::spaced};
use crate::{Arguments, AssistantMessage, Builtin, Completion, Delta, Special, ToolCall, ToolSpec};

/// See [`super::Parser`]. Only special tokens open and close calls: the same spelling in text is
/// text.
#[derive(Debug)]
pub struct XmlParser {
    schemas: Vec<(String, Value)>,
    state: State,
    message: AssistantMessage,
    stop: Option<Special>,
    raw: String,
    /// The first thing that was out of place.
    fault: Option<String>,
}

#[derive(Debug)]
enum State {
    Words,
    Thoughts,
    Call(Call),
}

/// A call that is being written.
#[derive(Debug, Default)]
struct Call {
    tool: String,
    arguments: Map<String, Value>,
    /// The arguments as members of a JSON object, as they were written: also one that comes twice, and
    /// an integer that the value rounds, so that whoever checks the call sees it.
    members: Vec<String>,
    part: Part,
    /// Whether it began among the thoughts.
    inside_thoughts: bool,
}

#[derive(Debug, Default)]
enum Part {
    #[default]
    Name,
    Key(String),
    /// Behind a key, or behind a value.
    Between(Option<String>),
    Value {
        key: String,
        text: String,
    },
}

impl XmlParser {
    /// A parser for a model that was offered `tools`.
    pub fn new(format: Format, tools: &[ToolSpec]) -> Self {
        let schema = |tool: &ToolSpec| {
            let function = match tool {
                ToolSpec::Function(function) => function.clone(),
                ToolSpec::Builtin(builtin) => builtin.as_function(),
            };
            (function.name, function.parameters)
        };
        // The prompt of 4.7 ends with <think>; in 4.5 the model writes it.
        let state = match format {
            Format::Glm47 => State::Thoughts,
            _ => State::Words,
        };
        Self {
            schemas: tools.iter().map(schema).collect(),
            state,
            message: AssistantMessage::default(),
            stop: None,
            raw: String::new(),
            fault: None,
        }
    }

    /// Takes text.
    pub fn text(&mut self, text: &str, sink: &mut dyn FnMut(Delta)) {
        if self.stop.is_some() || text.is_empty() {
            return;
        }
        self.raw.push_str(text);
        match &mut self.state {
            State::Words => push(&mut self.message.text, text, sink, Delta::Text),
            State::Thoughts => push(&mut self.message.reasoning, text, sink, Delta::Reasoning),
            State::Call(call) => match &mut call.part {
                Part::Name => call.tool.push_str(text),
                Part::Key(key) => key.push_str(text),
                Part::Value { text: value, .. } => {
                    value.push_str(text);
                    sink(Delta::Arguments(text.to_owned()));
                }
                Part::Between(_) if text.trim().is_empty() => {}
                Part::Between(_) => self.fault(format!("{:?} stands between arguments", text.trim())),
            },
        }
    }

    /// Takes a special token; `Break` at a stop token.
    pub fn special(&mut self, special: Special, sink: &mut dyn FnMut(Delta)) -> ControlFlow<()> {
        if self.stop.is_some() {
            return ControlFlow::Break(());
        }
        self.raw.push_str(special.as_str());
        match special {
            Special::User | Special::EndOfText | Special::Observation => {
                self.stop = Some(special);
                return ControlFlow::Break(());
            }
            Special::Think if matches!(self.state, State::Words) => self.state = State::Thoughts,
            Special::EndThink if !matches!(self.state, State::Call(_)) => self.state = State::Words,
            Special::ToolCall if !matches!(self.state, State::Call(_)) => {
                let inside_thoughts = matches!(self.state, State::Thoughts);
                self.state = State::Call(Call { inside_thoughts, ..Call::default() });
            }
            Special::EndToolCall => self.end_call(sink),
            Special::ArgKey | Special::EndArgKey | Special::ArgValue | Special::EndArgValue => {
                self.argument(special, sink);
            }
            other => {
                self.fault(format!("{} is out of place", other.as_str()));
                if !is_markup(other) {
                    self.stop = Some(other);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The whole completion.
    pub fn finish(mut self) -> Completion {
        let raw = std::mem::take(&mut self.raw);
        match self.build() {
            Ok(completion) => completion,
            Err(reason) => Completion::Malformed { raw, reason },
        }
    }

    fn fault(&mut self, fault: String) {
        self.fault.get_or_insert(fault);
    }

    fn argument(&mut self, special: Special, sink: &mut dyn FnMut(Delta)) {
        let State::Call(call) = &mut self.state else {
            return self.fault(format!("{} stands outside of a call", special.as_str()));
        };
        let part = std::mem::take(&mut call.part);
        call.part = match (special, part) {
            (Special::ArgKey, Part::Name) => {
                call.tool = call.tool.trim().to_owned();
                sink(Delta::CallStarted { tool: call.tool.clone() });
                Part::Key(String::new())
            }
            (Special::ArgKey, Part::Between(None)) => Part::Key(String::new()),
            (Special::EndArgKey, Part::Key(key)) => Part::Between(Some(key)),
            (Special::ArgValue, Part::Between(Some(key))) => Part::Value { key, text: String::new() },
            (Special::EndArgValue, Part::Value { key, text }) => {
                let value = typed(&self.schemas, &call.tool, &key, &text);
                let written = if has_fraction(&value) { text.trim().to_owned() } else { spaced(&value) };
                call.members.push(format!("{}: {written}", spaced(&Value::String(key.clone()))));
                call.arguments.insert(key, value);
                Part::Between(None)
            }
            (_, part) => {
                call.part = part;
                let tool = call.tool.trim().to_owned();
                return self.fault(format!("{} is out of place in the call of {tool}", special.as_str()));
            }
        };
    }

    fn end_call(&mut self, sink: &mut dyn FnMut(Delta)) {
        let State::Call(call) = &mut self.state else {
            return self.fault("</tool_call> ends no call".to_owned());
        };
        let call = std::mem::take(call);
        self.state = if call.inside_thoughts { State::Thoughts } else { State::Words };
        let tool = call.tool.trim().to_owned();
        match call.part {
            Part::Name => sink(Delta::CallStarted { tool: tool.clone() }),
            Part::Between(None) => {}
            _ => return self.fault(format!("the call of {tool} ends within an argument")),
        }
        if tool.is_empty() {
            return self.fault("a call names no tool".to_owned());
        }
        let arguments = match Builtin::from_name(&tool) {
            Some(_) if call.members.len() > call.arguments.len() => {
                return self.fault(format!("the call of {tool} gives an argument twice"));
            }
            Some(builtin) => match call.arguments.get(builtin.parameter()).and_then(Value::as_str) {
                Some(text) => Arguments::Text(text.to_owned()),
                None => {
                    return self.fault(format!("the call of {tool} lacks \"{}\"", builtin.parameter()));
                }
            },
            None => {
                let raw = format!("{{{}}}", call.members.join(", "));
                Arguments::Json { raw, value: Value::Object(call.arguments) }
            }
        };
        self.message.calls.push(ToolCall { tool, arguments });
    }

    fn build(&mut self) -> Result<Completion, String> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        if let State::Call(call) = &self.state {
            return Err(format!("the call of {} was cut off before its end", call.tool.trim()));
        }
        let mut message = std::mem::take(&mut self.message);
        message.text = message.text.trim_matches('\n').to_owned();
        message.reasoning = message.reasoning.trim_matches('\n').to_owned();
        match (self.stop, message.calls.is_empty()) {
            (Some(Special::Observation), true) => Err("it ends as a tool call but holds none".into()),
            (Some(Special::Observation), false) => Ok(Completion::ToolCalls(message)),
            (_, false) => Err("it holds tool calls but does not end with <|observation|>".into()),
            (_, true) if message.text.trim().is_empty() => Err("it is empty".into()),
            (_, true) => Ok(Completion::Answer(message)),
        }
    }
}

/// Appends and shows, but for the newlines that only set the parts of a message apart.
fn push(to: &mut String, text: &str, sink: &mut dyn FnMut(Delta), delta: fn(String) -> Delta) {
    let text = if to.is_empty() { text.trim_start_matches('\n') } else { text };
    if !text.is_empty() {
        to.push_str(text);
        sink(delta(text.to_owned()));
    }
}

/// A value as its schema types it: strings are raw, all else is JSON.
fn typed(schemas: &[(String, Value)], tool: &str, key: &str, text: &str) -> Value {
    let schema = schemas.iter().find(|(name, _)| name == tool).map(|(_, schema)| &schema["properties"][key]);
    let is_string = schema.is_some_and(|schema| schema["type"] == "string");
    match is_string {
        true => Value::String(text.to_owned()),
        // What is no JSON stays text; the schema's check tells the model what was expected.
        false => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())),
    }
}

/// Whether a number in it is a float: it was written as one, or is too large for an integer.
fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(fields) => fields.values().any(has_fraction),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// Tokens that a confused model may strew about without meaning to end its completion.
fn is_markup(special: Special) -> bool {
    matches!(
        special,
        Special::Think
            | Special::EndThink
            | Special::ToolCall
            | Special::ToolResponse
            | Special::EndToolResponse
            | Special::NoThink
    )
}
