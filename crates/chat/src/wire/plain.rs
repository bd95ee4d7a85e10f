//! Completions of the formats in which a call is a name, a newline and a payload.

use std::ops::ControlFlow;

use super::{
    Format,
    think::{Piece, ThinkSplitter},
};
use crate::{Arguments, AssistantMessage, Builtin, Completion, Delta, Special, ToolCall};

/// The longest tool name that is taken for one.
const MAX_NAME_BYTES: usize = 128;

/// See [`super::Parser`].
#[derive(Debug)]
pub struct PlainParser {
    format: Format,
    parts: Vec<Part>,
    think: ThinkSplitter,
    reasoning: String,
    stop: Option<Special>,
    raw: String,
}

/// What stands between two `<|assistant|>`.
#[derive(Debug)]
enum Part {
    /// The line that names a tool, or is empty in front of words; its newline has not come yet.
    Header(String),
    Text(String),
    Call {
        tool: String,
        payload: String,
    },
}

impl PlainParser {
    pub fn new(format: Format) -> Self {
        Self {
            format,
            parts: vec![Part::Header(String::new())],
            think: ThinkSplitter::default(),
            reasoning: String::new(),
            stop: None,
            raw: String::new(),
        }
    }

    /// Takes text.
    pub fn text(&mut self, text: &str, sink: &mut dyn FnMut(Delta)) {
        if self.stop.is_some() || text.is_empty() {
            return;
        }
        self.raw.push_str(text);
        match self.parts.last_mut() {
            Some(Part::Call { payload, .. }) => {
                payload.push_str(text);
                sink(Delta::Arguments(text.to_owned()));
            }
            Some(Part::Header(header)) => {
                header.push_str(text);
                let header = header.clone();
                self.header(header, sink);
            }
            Some(Part::Text(_)) | None => self.words(text, sink),
        }
    }

    /// Takes a special token; `Break` at a stop token.
    pub fn special(&mut self, special: Special, sink: &mut dyn FnMut(Delta)) -> ControlFlow<()> {
        if self.stop.is_some() {
            return ControlFlow::Break(());
        }
        if !Special::GLM4.contains(&special) {
            // A vocabulary that has `<think>` as one token means the same as one that spells it.
            self.text(special.as_str(), sink);
            return ControlFlow::Continue(());
        }
        self.raw.push_str(special.as_str());
        let flow = flow(special);
        match flow {
            ControlFlow::Continue(()) => {
                self.flush(sink);
                self.parts.push(Part::Header(String::new()));
            }
            ControlFlow::Break(()) => self.stop = Some(special),
        }
        flow
    }

    /// The whole completion.
    pub fn finish(mut self, sink: &mut dyn FnMut(Delta)) -> Completion {
        self.flush(sink);
        match self.build() {
            Ok(completion) => completion,
            Err(reason) => Completion::Malformed { raw: self.raw, reason },
        }
    }

    /// Decides what the first line is as soon as that is certain.
    fn header(&mut self, header: String, sink: &mut dyn FnMut(Delta)) {
        let line = header.split_once('\n');
        let name = line.map_or(header.as_str(), |(name, _)| name);
        let words = match line {
            Some(("", rest)) => rest,
            Some((name, rest)) if is_tool_name(name) => {
                let tool = name.trim_end().to_owned();
                sink(Delta::CallStarted { tool: tool.clone() });
                if !rest.is_empty() {
                    sink(Delta::Arguments(rest.to_owned()));
                }
                self.replace(Part::Call { tool, payload: rest.to_owned() });
                return;
            }
            None if name.is_empty() || is_tool_name(name) => return,
            _ => &header,
        };
        self.replace(Part::Text(String::new()));
        self.words(words, sink);
    }

    fn words(&mut self, text: &str, sink: &mut dyn FnMut(Delta)) {
        let pieces = match self.format {
            Format::Glm40414 => self.think.push(text),
            _ => vec![Piece::Text(text.to_owned())],
        };
        pieces.into_iter().for_each(|piece| self.piece(piece, sink));
    }

    fn piece(&mut self, piece: Piece, sink: &mut dyn FnMut(Delta)) {
        match piece {
            Piece::Reasoning(text) if !text.is_empty() => {
                self.reasoning.push_str(&text);
                sink(Delta::Reasoning(text));
            }
            Piece::Text(text) if !text.is_empty() => {
                match self.parts.last_mut() {
                    Some(Part::Text(body)) => body.push_str(&text),
                    _ => self.parts.push(Part::Text(text.clone())),
                }
                sink(Delta::Text(text));
            }
            _ => {}
        }
    }

    /// Shows what was held back at the end of a part.
    fn flush(&mut self, sink: &mut dyn FnMut(Delta)) {
        match self.parts.last() {
            Some(Part::Header(header)) if !header.is_empty() && self.stop != Some(Special::Observation) => {
                let header = header.clone();
                self.replace(Part::Text(String::new()));
                self.words(&header, sink);
            }
            _ => {}
        }
        if matches!(self.parts.last(), Some(Part::Text(_))) {
            let held = self.think.finish();
            self.piece(held, sink);
        }
    }

    fn replace(&mut self, part: Part) {
        self.parts.pop();
        self.parts.push(part);
    }

    fn build(&mut self) -> Result<Completion, String> {
        let mut parts = std::mem::take(&mut self.parts);
        let last = parts.pop().unwrap_or(Part::Header(String::new()));
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(words) | Part::Header(words) => join(&mut text, &words),
                Part::Call { tool, .. } => {
                    return Err(format!("the call of {tool} was not ended before more was written"));
                }
            }
        }
        let mut message =
            AssistantMessage { reasoning: std::mem::take(&mut self.reasoning), ..Default::default() };
        match (self.stop, last) {
            (Some(Special::Observation), Part::Call { tool, payload }) => {
                message.calls.push(self.call(tool, payload)?);
            }
            (Some(Special::Observation), Part::Header(name)) if !name.is_empty() => {
                message.calls.push(self.call(name.trim_end().to_owned(), String::new())?);
            }
            (Some(Special::Observation), _) => {
                return Err("it ends as a tool call but names no tool on its first line".into());
            }
            (Some(Special::User | Special::EndOfText) | None, Part::Text(words) | Part::Header(words)) => {
                join(&mut text, &words);
            }
            (Some(Special::User | Special::EndOfText), Part::Call { tool, payload }) => {
                join(&mut text, &format!("{tool}\n{payload}"));
            }
            (None, Part::Call { tool, .. }) => {
                return Err(format!("the call of {tool} was cut off before its end"));
            }
            (Some(other), _) => {
                return Err(format!("{} has no place in a completion", other.as_str()));
            }
        }
        message.text = text;
        match (message.calls.is_empty(), message.text.trim().is_empty()) {
            (false, _) => Ok(Completion::ToolCalls(message)),
            (true, false) => Ok(Completion::Answer(message)),
            (true, true) => Err("it is empty".into()),
        }
    }

    fn call(&self, tool: String, payload: String) -> Result<ToolCall, String> {
        let arguments = Arguments::parse(&tool, &payload);
        let arguments = match Builtin::from_name(&tool) {
            Some(builtin) if !self.format.has_native_builtins() => {
                let key = builtin.parameter();
                serde_json::from_str::<serde_json::Value>(&payload)
                    .map_err(|e| format!("the arguments of {tool} are not JSON: {e}"))?
                    .get(key)
                    .and_then(|text| text.as_str())
                    .map(|text| Arguments::Text(text.to_owned()))
                    .ok_or_else(|| format!("the arguments of {tool} lack the string \"{key}\""))?
            }
            _ => arguments.map_err(|e| format!("the arguments of {tool} are not JSON: {e}"))?,
        };
        Ok(ToolCall { tool, arguments })
    }
}

/// `<|assistant|>` goes on; every other special token ends a completion.
fn flow(special: Special) -> ControlFlow<()> {
    match special {
        Special::Assistant => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}

fn join(text: &mut String, words: &str) {
    if !text.is_empty() && !words.is_empty() {
        text.push('\n');
    }
    text.push_str(words);
}

/// Whether a first line can be a tool's name: a word, perhaps with spaces behind it.
pub fn is_tool_name(line: &str) -> bool {
    let name = line.trim_end_matches(' ');
    !name.is_empty()
        && line.len() <= MAX_NAME_BYTES
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}
