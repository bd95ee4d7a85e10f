//! A text that grows, wrapped to a width. What is wrapped stays wrapped while more comes on.

use crate::{
    highlight::Syntax,
    paint::Painter,
    theme::{Role, Theme},
    wrap::{Part, wrap},
};

/// The longest text of one item that is shown, in bytes. A model's own bounds are far below.
pub const MAX_BYTES: usize = 1 << 20;

/// A text and its lines.
#[derive(Debug)]
pub struct Flow {
    text: String,
    syntax: Syntax,
    base: Role,
    wrapped: Option<Wrapped>,
}

#[derive(Debug)]
struct Wrapped {
    width: usize,
    theme: Theme,
    lines: Vec<Part>,
    /// Lines that belong to whole source lines; those after them belong to the last one, which may
    /// grow.
    settled: usize,
    /// Bytes of the text that the settled lines show.
    settled_bytes: usize,
    /// Bytes of the text that all lines show.
    seen_bytes: usize,
    /// As it was after the settled lines.
    painter: Painter,
}

impl Flow {
    /// A text in a syntax; `base` is the look of what has none.
    pub fn new(text: &str, syntax: Syntax, base: Role) -> Self {
        let mut flow = Self { text: String::new(), syntax, base, wrapped: None };
        flow.push(text);
        flow
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Appends. Control characters are removed, and what is longer than [`MAX_BYTES`].
    pub fn push(&mut self, text: &str) {
        let text = agent::clean(text);
        let room = MAX_BYTES.saturating_sub(self.text.len());
        self.text.push_str(&text[..text.floor_char_boundary(room)]);
    }

    /// Takes another text; free if it is the same.
    pub fn set(&mut self, text: &str, syntax: Syntax) {
        let next = Self::new(text, syntax, self.base);
        if next.text != self.text || syntax != self.syntax {
            *self = next;
        }
    }

    /// The lines at a width.
    pub fn layout(&mut self, width: usize, theme: Theme) -> &[Part] {
        if self.wrapped.as_ref().is_none_or(|w| w.width != width || w.theme != theme) {
            let painter = Painter::new(theme, self.syntax, self.base);
            let empty = Wrapped {
                width,
                theme,
                lines: Vec::new(),
                settled: 0,
                settled_bytes: 0,
                // Differs from every text's length, so that an empty text has its one line too.
                seen_bytes: usize::MAX,
                painter,
            };
            self.wrapped = Some(empty);
        }
        match &mut self.wrapped {
            Some(wrapped) => wrapped.catch_up(&self.text),
            None => &[],
        }
    }

    /// The lines as they were laid out last.
    pub fn lines(&self) -> &[Part] {
        self.wrapped.as_ref().map_or(&[], |wrapped| &wrapped.lines)
    }

    /// Gives the memory of the lines back; they are made anew when they are needed.
    pub fn forget(&mut self) {
        self.wrapped = None;
    }
}

impl Wrapped {
    fn catch_up(&mut self, text: &str) -> &[Part] {
        if self.seen_bytes == text.len() {
            return &self.lines;
        }
        self.lines.truncate(self.settled);
        let unsettled = &text[self.settled_bytes..];
        let whole = unsettled.rfind('\n').map_or(0, |end| end + 1);
        for line in unsettled[..whole].split_terminator('\n') {
            self.lines.extend(wrap(&self.painter.line(line), self.width));
        }
        self.settled = self.lines.len();
        self.settled_bytes += whole;
        let last = &text[self.settled_bytes..];
        // The painter that sees an unfinished line is a copy: it will see the line again.
        if !last.is_empty() || self.lines.is_empty() {
            let mut painter = self.painter;
            self.lines.extend(wrap(&painter.line(last), self.width));
        }
        self.seen_bytes = text.len();
        &self.lines
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(flow: &mut Flow, width: usize) -> Vec<String> {
        flow.layout(width, Theme::Dark).iter().map(|part| part.line.to_string()).collect()
    }

    #[test]
    fn an_empty_text_has_a_line() {
        assert_eq!(shown(&mut Flow::new("", Syntax::Prose, Role::Text), 10), [""]);
    }

    #[test]
    fn control_characters_are_removed_and_length_is_bounded() {
        let mut flow = Flow::new("a\x1b[2Jb", Syntax::Plain, Role::Text);
        assert_eq!(flow.text(), "a[2Jb");
        flow.push(&"你".repeat(MAX_BYTES));
        assert!(flow.text().len() <= MAX_BYTES);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn growing_piece_by_piece_is_the_same_as_at_once(
            pieces in prop::collection::vec("[a `*#\n你\u{301}-]{0,12}|```py\n|\"\"\"\n", 0..12),
            width in 1usize..12,
        ) {
            let mut grown = Flow::new("", Syntax::Prose, Role::Text);
            for piece in &pieces {
                grown.push(piece);
                grown.layout(width, Theme::Dark);
            }
            let mut whole = Flow::new(&pieces.concat(), Syntax::Prose, Role::Text);
            prop_assert_eq!(grown.layout(width, Theme::Dark), whole.layout(width, Theme::Dark));
        }
    }
}
