//! Splits `<think>…</think>` from the words behind it, while they stream.

const OPEN: &str = "<think>";
const CLOSE: &str = "</think>";

/// Where in a completion the text stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Nothing but white space so far: thoughts may still begin.
    #[default]
    Start,
    /// Between the tags.
    Thinking,
    /// Behind the closing tag, where newlines belong to nobody.
    Closed,
    /// In the words, behind the thoughts if there were any.
    Answering,
}

/// A piece of one or the other.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Reasoning(String),
    Text(String),
}

/// Holds back only what could still turn out to be a tag.
#[derive(Debug, Default)]
pub struct ThinkSplitter {
    state: State,
    held: String,
}

impl ThinkSplitter {
    /// Takes more text and gives what is certain.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        self.held.push_str(text);
        let mut pieces = Vec::new();
        if self.state == State::Start {
            let trimmed = self.held.trim_start();
            if let Some(rest) = trimmed.strip_prefix(OPEN) {
                self.held = rest.to_owned();
                self.state = State::Thinking;
            } else if OPEN.starts_with(trimmed) {
                return pieces;
            } else {
                self.state = State::Answering;
            }
        }
        if self.state == State::Thinking {
            match self.held.split_once(CLOSE) {
                Some((thought, rest)) => {
                    pieces.push(Piece::Reasoning(thought.to_owned()));
                    self.held = rest.to_owned();
                    self.state = State::Closed;
                }
                None => {
                    let certain = self.held.len() - partial_suffix(&self.held, CLOSE);
                    let thought: String = self.held.drain(..certain).collect();
                    pieces.push(Piece::Reasoning(thought));
                    return pieces;
                }
            }
        }
        if self.state == State::Closed {
            self.held = self.held.trim_start_matches('\n').to_owned();
            if !self.held.is_empty() {
                self.state = State::Answering;
            }
        }
        pieces.push(Piece::Text(std::mem::take(&mut self.held)));
        pieces
    }

    /// What was held back when no more text comes.
    pub fn finish(&mut self) -> Piece {
        let held = std::mem::take(&mut self.held);
        match self.state {
            State::Thinking => Piece::Reasoning(held),
            State::Start | State::Closed | State::Answering => Piece::Text(held),
        }
    }
}

/// The length of the longest end of `text` that begins `tag`.
fn partial_suffix(text: &str, tag: &str) -> usize {
    (1..tag.len()).rev().find(|&n| text.ends_with(&tag[..n])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, reasoning: &str, text: &str) {
        for size in 1..=input.len() {
            let (mut thoughts, mut words) = (String::new(), String::new());
            let mut splitter = ThinkSplitter::default();
            let mut pieces = Vec::new();
            let chars: Vec<char> = input.chars().collect();
            for chunk in chars.chunks(size) {
                pieces.extend(splitter.push(&chunk.iter().collect::<String>()));
            }
            pieces.push(splitter.finish());
            for piece in pieces {
                match piece {
                    Piece::Reasoning(t) => thoughts.push_str(&t),
                    Piece::Text(t) => words.push_str(&t),
                }
            }
            assert_eq!((thoughts.as_str(), words.as_str()), (reasoning, text), "chunks of {size}");
        }
    }

    #[test]
    fn thoughts_are_split_from_words_whatever_the_chunks() {
        check("plain", "", "plain");
        check("<think>a < b</think>\n\nyes", "a < b", "yes");
        check("\n<think>never closed </thi", "never closed </thi", "");
        check("<thin air", "", "<thin air");
        check("say <think>", "", "say <think>");
        check("<", "", "<");
    }
}
