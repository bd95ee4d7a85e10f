//! A call that waits for the user's word.

use std::time::Duration;

use agent::Verdict;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde_json::Value;

use crate::{
    composer::Composer,
    flow::{Flow, MAX_BYTES},
    highlight::Syntax,
    label::{concealed, exposed, label},
    theme::Role,
    words::Words,
};

/// Keys that come sooner than this after the question were meant for something else.
const GUARD: Duration = Duration::from_millis(500);

/// Bytes of arguments that are shown.
const MAX_SHOWN: usize = MAX_BYTES - 1024;

/// What a person can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// This call is made.
    Once,
    /// So are later ones of its kind in this session.
    Session,
    /// This call is not made.
    No,
    /// Nor is any other of the same tool in this session.
    Never,
}

impl Answer {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Once, Self::Session, Self::No, Self::Never];

    /// The word on this call.
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Once => Verdict::Allow,
            Self::Session => Verdict::Session,
            Self::No | Self::Never => Verdict::Deny,
        }
    }
}

/// What a person writes instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Other arguments.
    Arguments,
    /// What the model is told without the call being made.
    Observation,
}

/// Where it is written.
#[derive(Debug)]
pub struct Editor {
    /// What.
    pub what: Written,
    /// The text so far.
    pub composer: Composer,
}

/// An open question.
#[derive(Debug)]
pub struct Question {
    /// The id of the call's item.
    pub id: String,
    /// The tool's name as it is shown.
    pub tool: String,
    /// The tool's name as it is.
    pub exact_tool: String,
    /// The arguments, all of them, with nothing in them that is not seen.
    pub arguments: Flow,
    /// The place of the chosen answer.
    pub choice: usize,
    /// The first line of the arguments that is shown.
    pub scroll: usize,
    /// When it was asked, on the state's clock.
    pub since: Duration,
    /// What a person writes just now instead of answering.
    pub editor: Option<Editor>,
    /// Whether all arguments are shown.
    is_whole: bool,
    /// The arguments as they are.
    written: String,
}

/// What a key means to a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer.
    Answer(Answer),
    /// The call is to be made with these arguments.
    Edit(String),
    /// The model is to be told this instead.
    Observe(String),
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
        let is_whole = arguments.len() <= MAX_SHOWN;
        if !is_whole {
            let left = arguments.len() - MAX_SHOWN;
            arguments.truncate(arguments.floor_char_boundary(MAX_SHOWN));
            arguments
                .push_str(&format!("\n[{left} bytes more are not shown: do not allow what you cannot read]"));
        }
        let syntax = match tool {
            "python" | "simple_browser" => Syntax::Python,
            _ if arguments.trim_start().starts_with(['{', '[']) => Syntax::Json,
            _ => Syntax::Exact,
        };
        let arguments = Flow::new(&arguments, syntax, Role::Text);
        // Nothing is allowed by a mere Enter.
        let choice = Answer::ALL.iter().position(|answer| *answer == Answer::No).unwrap_or(0);
        let (id, exact_tool) = (id.to_owned(), tool.to_owned());
        Self {
            id,
            tool: label(tool, 64),
            exact_tool,
            arguments,
            choice,
            scroll: 0,
            since,
            editor: None,
            is_whole,
            written,
        }
    }

    /// Has the arguments edited, beginning with this text.
    pub fn edit(&mut self, text: &str, words: &'static Words) {
        let mut composer = Composer::new(words);
        composer.set(text);
        self.editor = Some(Editor { what: Written::Arguments, composer });
    }

    /// Takes a key that writes.
    fn write(&mut self, key: KeyEvent) -> Reply {
        let Some(editor) = &mut self.editor else { return Reply::None };
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => self.editor = None,
            KeyCode::Char('s') if is_control => {
                let text = editor.composer.whole();
                return match editor.what {
                    _ if text.trim().is_empty() => Reply::None,
                    Written::Arguments => Reply::Edit(concealed(&text, &self.written)),
                    Written::Observation => Reply::Observe(text),
                };
            }
            KeyCode::Enter => drop(editor.composer.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT))),
            _ => drop(editor.composer.key(key)),
        }
        Reply::None
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, now: Duration, words: &'static Words) -> Reply {
        if self.editor.is_some() {
            return self.write(key);
        }
        match key.code {
            KeyCode::Esc => return Reply::Interrupt,
            KeyCode::Up => self.scroll = self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll += 1,
            KeyCode::PageUp => self.scroll = self.scroll.saturating_sub(10),
            KeyCode::PageDown => self.scroll += 10,
            KeyCode::Left | KeyCode::BackTab => self.choose(Answer::ALL.len() - 1),
            KeyCode::Right | KeyCode::Tab => self.choose(1),
            _ if now.saturating_sub(self.since) < GUARD => {}
            KeyCode::Enter => return Reply::Answer(Answer::ALL[self.choice]),
            KeyCode::Char('1' | 'y') => return Reply::Answer(Answer::Once),
            KeyCode::Char('2' | 's') => return Reply::Answer(Answer::Session),
            KeyCode::Char('3' | 'n') => return Reply::Answer(Answer::No),
            KeyCode::Char('4') => return Reply::Answer(Answer::Never),
            // What cannot be read whole cannot be edited.
            KeyCode::Char('e') if self.is_whole => {
                let text = self.arguments.text().to_owned();
                self.edit(&text, words);
            }
            KeyCode::Char('o') => {
                let composer = Composer::new(words);
                self.editor = Some(Editor { what: Written::Observation, composer });
            }
            _ => {}
        }
        Reply::None
    }

    fn choose(&mut self, on: usize) {
        self.choice = (self.choice + on) % Answer::ALL.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn keys_answer_after_a_moment() {
        let check = |keys: &[KeyCode], ms, expected| {
            let mut question = Question::new("item-1", "f", &Value::Null, Duration::ZERO);
            let mut reply = Reply::None;
            for key in keys {
                reply =
                    question.key(KeyEvent::from(*key), Duration::from_millis(ms), Language::English.words());
            }
            assert_eq!(reply, expected, "{keys:?} after {ms} ms");
        };
        check(&[KeyCode::Enter], 600, Reply::Answer(Answer::No));
        check(&[KeyCode::Right, KeyCode::Enter], 600, Reply::Answer(Answer::Never));
        check(&[KeyCode::Left, KeyCode::Enter], 600, Reply::Answer(Answer::Session));
        check(&[KeyCode::Right, KeyCode::Right, KeyCode::Enter], 600, Reply::Answer(Answer::Once));
        check(&[KeyCode::Char('y')], 600, Reply::Answer(Answer::Once));
        check(&[KeyCode::Char('4')], 600, Reply::Answer(Answer::Never));
        check(&[KeyCode::Char('y')], 100, Reply::None);
        check(&[KeyCode::Enter], 100, Reply::None);
        check(&[KeyCode::Esc], 0, Reply::Interrupt);
        check(&[KeyCode::Char('x')], 600, Reply::None);
    }

    #[test]
    fn a_person_writes_arguments_or_an_observation() {
        let check = |keys: &[KeyCode], expected: Reply| {
            let mut question = Question::new("item-1", "python", &Value::from("1"), Duration::ZERO);
            let (now, words) = (Duration::from_secs(1), Language::English.words());
            keys.iter().for_each(|key| drop(question.key(KeyEvent::from(*key), now, words)));
            let save = KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL);
            assert_eq!(question.key(save, now, words), expected, "{keys:?}");
        };
        let [e, o, x] = ['e', 'o', 'x'].map(KeyCode::Char);
        check(&[e, KeyCode::Enter, x], Reply::Edit("1\nx".into()));
        check(&[o, x], Reply::Observe("x".into()));
        check(&[o], Reply::None);
        check(&[e, KeyCode::Esc, o, o], Reply::Observe("o".into()));
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
