//! Letters at their places, written down as lines of text.
//!
//! The order is the one in which the page draws them, which is how its author's program laid the text
//! out: columns and notes stay whole. Spaces, lines and paragraphs come from the distances.

use crate::document::message::MAX_PAGE_BYTES;

/// A gap from which on two letters are of two words, in the size of the letters.
const WORD_GAP: f64 = 0.16;
/// A gap from which on they are of two columns of a table.
const COLUMN_GAP: f64 = 2.0;
/// How far a letter may stand over or under its line, as an index does.
const SAME_LINE: f64 = 0.6;
/// How far a letter may go back over the one before it.
const BACK: f64 = 0.7;
/// From line to line in one paragraph, at most.
const NEXT_LINE: f64 = 1.7;
/// How alike two directions are: about 8 degrees.
const SAME_DIRECTION: f64 = 0.99;

/// What a glyph says, and where it stands; `y` grows downwards.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub text: String,
    pub place: (f64, f64),
    /// In which it is written, of length 1.
    pub direction: (f64, f64),
    pub width: f64,
    pub size: f64,
}

impl Letter {
    /// Whether this is the other one drawn again.
    pub fn covers(&self, other: &Self) -> bool {
        let (dx, dy) = (self.place.0 - other.place.0, self.place.1 - other.place.1);
        self.text == other.text && dx.hypot(dy) < 0.1 * self.size
    }
}

/// Where the last letter ended.
#[derive(Clone, Copy, Debug)]
struct Pen {
    end: (f64, f64),
    direction: (f64, f64),
    size: f64,
}

/// The text of a page, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    pen: Option<Pen>,
}

impl Flow {
    /// Takes the next letter.
    pub fn put(&mut self, letter: &Letter) {
        if self.text.len() > MAX_PAGE_BYTES {
            return;
        }
        if let Some(pen) = self.pen {
            self.go(pen, letter);
        }
        letter.text.chars().for_each(|c| self.write(c));
        let (x, y) = letter.place;
        let (dx, dy) = letter.direction;
        let end = (x + dx * letter.width, y + dy * letter.width);
        self.pen = Some(Pen { end, direction: letter.direction, size: letter.size });
    }

    /// What lies between the last letter and this one.
    fn go(&mut self, pen: Pen, letter: &Letter) {
        let ((x, y), (dx, dy)) = (pen.end, pen.direction);
        let (right, down) = (letter.place.0 - x, letter.place.1 - y);
        let along = right * dx + down * dy;
        let across = down * dx - right * dy;
        let size = pen.size.max(letter.size);
        let is_turned = dx * letter.direction.0 + dy * letter.direction.1 < SAME_DIRECTION;
        if is_turned {
            self.paragraph();
        } else if across.abs() < SAME_LINE * size && along > -BACK * size {
            match along / size {
                gap if gap > COLUMN_GAP => self.space('\t'),
                gap if gap > WORD_GAP => self.space(' '),
                _ => {}
            }
        } else if (-SAME_LINE * size..NEXT_LINE * size).contains(&across) {
            self.line(letter);
        } else {
            self.paragraph();
        }
    }

    fn write(&mut self, c: char) {
        match c {
            '\u{ad}' => self.text.push(c), // taken out at the end, or with the line's
            'ﬀ' => self.text.push_str("ff"),
            'ﬁ' => self.text.push_str("fi"),
            'ﬂ' => self.text.push_str("fl"),
            'ﬃ' => self.text.push_str("ffi"),
            'ﬄ' => self.text.push_str("ffl"),
            'ﬅ' | 'ﬆ' => self.text.push_str("st"),
            c if c.is_whitespace() || c.is_control() => self.space(' '),
            c => self.text.push(c),
        }
    }

    fn space(&mut self, space: char) {
        if self.text.ends_with(' ') && space == '\t' {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with([' ', '\t', '\n']) {
            self.text.push(space);
        }
    }

    /// Begins a line. A word that was parted at the end of the last one is put together.
    fn line(&mut self, next: &Letter) {
        self.end_line();
        let goes_on = next.text.chars().next().is_some_and(char::is_lowercase);
        let parted = self.text.strip_suffix(['-', '\u{ad}', '‐']);
        if goes_on && parted.is_some_and(|word| word.ends_with(char::is_alphabetic)) {
            self.text.pop();
        } else if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn paragraph(&mut self) {
        self.end_line();
        while !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
    }

    /// The whole.
    pub fn into_text(self) -> String {
        self.text.replace('\u{ad}', "").trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words at their places, in letters of size 10 and width 5.
    fn check(words: &[(f64, f64, &str)], expected: &str) {
        let mut flow = Flow::default();
        for (x, y, word) in words {
            for (n, c) in word.chars().enumerate() {
                let place = (x + 5.0 * n as f64, *y);
                flow.put(&Letter {
                    text: c.to_string(),
                    place,
                    direction: (1.0, 0.0),
                    width: 5.0,
                    size: 10.0,
                });
            }
        }
        assert_eq!(flow.into_text(), expected);
    }

    #[test]
    fn distances_become_spaces_lines_and_paragraphs() {
        check(&[(0.0, 0.0, "ab"), (10.0, 0.0, "cd")], "abcd");
        check(&[(0.0, 0.0, "ab"), (13.0, 0.0, "cd")], "ab cd");
        check(&[(0.0, 0.0, "ab"), (90.0, 0.0, "cd")], "ab\tcd");
        check(&[(0.0, 0.0, "ab "), (90.0, 0.0, "cd")], "ab\tcd");
        check(&[(0.0, 0.0, "ab "), (0.0, 12.0, "cd")], "ab\ncd");
        check(&[(0.0, 0.0, "ab"), (0.0, 40.0, "cd")], "ab\n\ncd");
        check(&[(0.0, 90.0, "ab"), (200.0, 0.0, "cd")], "ab\n\ncd");
        check(&[(0.0, 0.0, "x"), (5.0, -4.0, "2"), (10.0, 0.0, "y")], "x2y");
        check(&[], "");
    }

    #[test]
    fn parted_words_and_joined_letters_are_put_right() {
        check(&[(0.0, 0.0, "gim-"), (0.0, 12.0, "let")], "gimlet");
        check(&[(0.0, 0.0, "gim\u{ad}"), (0.0, 12.0, "let")], "gimlet");
        check(&[(0.0, 0.0, "1-"), (0.0, 12.0, "let")], "1-\nlet");
        check(&[(0.0, 0.0, "Post-"), (0.0, 12.0, "Impressionism")], "Post-\nImpressionism");
        check(&[(0.0, 0.0, "ﬁne of\u{ad}ﬁce\u{7}")], "fine office");
    }
}
