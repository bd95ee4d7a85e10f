//! The line on standard error that says what is going on while there is nothing else to see.

use std::{
    io::{self, IsTerminal, Write},
    time::Instant,
};

use agent::{Event, ItemBody, Record};

use crate::plain::one_line;

/// A line that is drawn over itself, where standard error is a terminal. Its loss is no error: it only
/// decorates.
pub struct Progress(Option<Line>);

struct Line {
    what: String,
    pieces: usize,
    since: Instant,
}

impl Progress {
    /// A line for the loading of a model.
    pub fn new() -> Self {
        Self(io::stderr().is_terminal().then(|| Line::new("loading the model")))
    }

    /// Takes down what an event begins or ends.
    pub fn follow(&mut self, record: &Record) {
        let Some(line) = &mut self.0 else { return };
        match &record.event {
            Event::SessionStarted { .. } | Event::TurnStarted { .. } | Event::ItemCompleted { .. } => {
                line.now("thinking");
            }
            Event::Prefill { done, total } => {
                line.now(&format!("reading the prompt, {done} of {total} tokens"))
            }
            Event::ItemStarted { item } => match &item.body {
                ItemBody::ToolCall { tool, .. } => line.now(&format!("calling {}", one_line(tool))),
                ItemBody::Message { .. } | ItemBody::Reasoning { .. } => line.now("writing"),
            },
            Event::ItemDelta { .. } => line.pieces += 1,
            Event::Result { .. } => self.end(),
            _ => {}
        }
    }

    /// Draws the line.
    pub fn draw(&self) {
        let Some(Line { what, pieces, since }) = &self.0 else { return };
        let seconds = since.elapsed().as_secs_f64();
        let pieces = match pieces {
            0 => String::new(),
            n => format!(", {n} tokens"),
        };
        let _ = io::stderr().write_all(format!("\r\x1b[K{what}{pieces} ({seconds:.1} s)").as_bytes());
    }

    /// Takes the line away until it is drawn again.
    pub fn clear(&self) {
        if self.0.is_some() {
            let _ = io::stderr().write_all(b"\r\x1b[K");
        }
    }

    fn end(&mut self) {
        self.clear();
        self.0 = None;
    }
}

impl Line {
    fn new(what: &str) -> Self {
        Self { what: what.to_owned(), pieces: 0, since: Instant::now() }
    }

    fn now(&mut self, what: &str) {
        if self.what != what {
            *self = Self::new(what);
        }
    }
}
