//! A call that waits for the user's word.

use std::time::Duration;

use agent::Verdict;
use crossterm::event::{KeyCode, KeyEvent};
use serde_json::Value;

use crate::{
    flow::{Flow, MAX_BYTES},
    highlight::Syntax,
    label::{exposed, label},
    theme::Role,
};

/// Keys that come sooner than this after the question were meant for something else.
const GUARD: Duration = Duration::from_millis(500);

/// Bytes of arguments that are shown.
const MAX_SHOWN: usize = MAX_BYTES - 1024;

/// The answers in the order in which they are offered.
pub const CHOICES: [Verdict; 3] = [Verdict::Allow, Verdict::Session, Verdict::Deny];

/// An open question.
#[derive(Debug)]
pub struct Question {
    /// The id of the call's item.
    pub id: String,
    /// The tool's name.
    pub tool: String,
    /// The arguments, all of them, with nothing in them that is not seen.
    pub arguments: Flow,
    /// The place of the chosen answer.
    pub choice: usize,
    /// The first line of the arguments that is shown.
    pub scroll: usize,
    /// When it was asked, on the state's clock.
    pub since: Duration,
}

/// What a key means to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer.
    Verdict(Verdict),
    /// The turn is to be stopped.
    Interrupt,
    /// No answer yet.
    None,
}

impl Question {
    /// The question about a call.
    pub fn new(id: &str, tool: &str, arguments: &Value, since: Duration) -> Self {
        let written = match arguments {
            Value::String(text) => text.clone(),
            value => serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string()),
        };
        let mut arguments = exposed(&written);
        if arguments.len() > MAX_SHOWN {
            let left = arguments.len() - MAX_SHOWN;
            arguments.truncate(arguments.floor_char_boundary(MAX_SHOWN));
            arguments
                .push_str(&format!("\n[{left} bytes more are not shown: do not allow what you cannot read]"));
        }
        let syntax = match tool {
            "python" | "simple_browser" => Syntax::Python,
            _ if arguments.trim_start().starts_with(['{', '[']) => Syntax::Json,
            _ => Syntax::Plain,
        };
        let arguments = Flow::new(&arguments, syntax, Role::Text);
        // Nothing is allowed by a mere Enter.
        let choice = CHOICES.len() - 1;
        Self { id: id.to_owned(), tool: label(tool, 64), arguments, choice, scroll: 0, since }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, now: Duration) -> Reply {
        match key.code {
            KeyCode::Esc => return Reply::Interrupt,
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll += 1,
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            KeyCode::PageDown => self.scroll += 10,
            KeyCode::Left | KeyCode::BackTab => {
                self.choice = (self.choice + CHOICES.len() - 1) % CHOICES.len()
            }
            KeyCode::Right | KeyCode::Tab => self.choice = (self.choice + 1) % CHOICES.len(),
            _ if now.saturating_sub(self.since) < GUARD => {}
            KeyCode::Enter => return Reply::Verdict(CHOICES[self.choice]),
            KeyCode::Char('1' | 'y') => return Reply::Verdict(Verdict::Allow),
            KeyCode::Char('2' | 's') => return Reply::Verdict(Verdict::Session),
            KeyCode::Char('3' | 'n') => return Reply::Verdict(Verdict::Deny),
            _ => {}
        }
        Reply::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_answer_after_a_moment() {
        let check = |keys: &[KeyCode], ms, expected| {
            let mut question = Question::new("item-1", "f", &Value::Null, Duration::ZERO);
            let mut reply = Reply::None;
            for key in keys {
                reply = question.key(KeyEvent::from(*key), Duration::from_millis(ms));
            }
            assert_eq!(reply, expected, "{keys:?} after {ms} ms");
        };
        check(&[KeyCode::Enter], 600, Reply::Verdict(Verdict::Deny));
        check(&[KeyCode::Right, KeyCode::Enter], 600, Reply::Verdict(Verdict::Allow));
        check(&[KeyCode::Left, KeyCode::Enter], 600, Reply::Verdict(Verdict::Session));
        check(&[KeyCode::Char('y')], 600, Reply::Verdict(Verdict::Allow));
        check(&[KeyCode::Char('y')], 100, Reply::None);
        check(&[KeyCode::Enter], 100, Reply::None);
        check(&[KeyCode::Esc], 0, Reply::Interrupt);
        check(&[KeyCode::Char('x')], 600, Reply::None);
    }

    #[test]
    fn arguments_are_shown_whole_and_plain() {
        let check = |arguments: Value, expected: &str| {
            assert_eq!(Question::new("item-1", "f", &arguments, Duration::ZERO).arguments.text(), expected);
        };
        check(Value::from("rm -rf x\r\u{200b}"), "rm -rf x\\u{d}\\u{200b}");
        check(serde_json::json!({ "path": "a\u{202e}b" }), "{\n  \"path\": \"a\\u{202e}b\"\n}");
    }
}
