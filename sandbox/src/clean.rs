//! Text that a terminal cannot obey: what a worker sends passes through here before anybody
//! reads it.

/// Removes terminal control sequences from text that comes in pieces.
///
/// Newlines and tabs stay; a carriage return becomes a newline; escape sequences vanish whole;
/// every other control character, and those that reorder text, become visible (`\x07`, `\u202e`).
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    state: State,
}

#[derive(Debug, Default, Clone, Copy)]
enum State {
    #[default]
    Text,
    /// After a carriage return, already written as a newline.
    Return,
    /// After ESC.
    Escape,
    /// Inside `ESC [ …`.
    Control,
    /// Inside `ESC ] …` and its kin, which hold text up to a terminator.
    Payload,
    /// After an ESC inside a payload.
    PayloadEscape,
}

impl Cleaner {
    /// Appends the clean form of `text` to `out`.
    pub fn push(&mut self, text: &str, out: &mut String) {
        for c in text.chars() {
            self.state = match (self.state, c) {
                (State::Return, '\n') => State::Text,
                (State::Text | State::Return, _) => plain(c, out),
                (State::Escape, '[') => State::Control,
                (State::Escape, ']' | 'P' | 'X' | '^' | '_') => State::Payload,
                (State::Escape, ' '..='/') => State::Escape,
                (State::Escape, '0'..='~') => State::Text,
                (State::Control, ' '..='?') => State::Control,
                (State::Control, '@'..='~') => State::Text,
                (State::Payload, '\u{7}' | '\u{9c}') => State::Text,
                (State::Payload, '\u{1b}') => State::PayloadEscape,
                // No real payload spans lines; an unterminated one must not swallow the rest.
                (State::Payload, c) if c != '\n' => State::Payload,
                (State::PayloadEscape, '\\') => State::Text,
                // A sequence that breaks off: the character stands for itself.
                (State::Escape | State::Control | State::Payload | State::PayloadEscape, _) => plain(c, out),
            };
        }
    }
}

/// Writes a character outside sequences, or begins a sequence.
fn plain(c: char, out: &mut String) -> State {
    match c {
        '\u{1b}' => return State::Escape,
        '\u{9b}' => return State::Control,
        '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => return State::Payload,
        '\r' => {
            out.push('\n');
            return State::Return;
        }
        '\n' | '\t' => out.push(c),
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => out.push_str(&format!("\\x{:02x}", u32::from(c))),
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        }
        _ => out.push(c),
    }
    State::Text
}

/// The clean form of a whole text.
pub(crate) fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    Cleaner::default().push(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sequences_vanish_and_controls_show() {
        for (text, expected) in [
            ("plain\n\ttext — 中文", "plain\n\ttext — 中文"),
            ("\x1b[31mred\x1b[0m", "red"),
            ("\x1b[2J\x1b[Hcleared", "cleared"),
            ("\x1b]0;title\x07after", "after"),
            ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            ("\x1b]52;c;c3RlYWw=\nnext", "\nnext"),
            ("\x1bcreset", "reset"),
            ("\x1b(Bcharset", "charset"),
            ("\u{9b}31mred", "red"),
            ("\u{90}payload\u{9c}x", "x"),
            ("bell\x07, nul\0, del\x7f", "bell\\x07, nul\\x00, del\\x7f"),
            ("10%\r20%\r\ndone", "10%\n20%\ndone"),
            ("\u{202e}evil", "\\u202eevil"),
            ("\x1b[31\nx", "\nx"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_a_terminal_obeys_is_left(pieces in prop::collection::vec(".{0,9}|[\\x00-\\x1f\\x7f-\\u{9f}\\[\\];m]{0,9}", 0..9)) {
            let (mut cleaner, mut out) = (Cleaner::default(), String::new());
            for piece in &pieces {
                cleaner.push(piece, &mut out);
            }
            prop_assert!(!out.chars().any(|c| c.is_control() && c != '\n' && c != '\t'));
            prop_assert_eq!(out, clean(&pieces.concat()));
        }
    }
}
