//! A text under edit: a cursor between characters, and pastes that stand as one character each.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::wrap::columns;

/// A paste of more lines or bytes than this is shown as its size.
const MAX_INLINE_LINES: usize = 8;
const MAX_INLINE_BYTES: usize = 1000;

/// The first of the private characters that stand for pastes. What is typed or pasted never has them.
const FIRST_PASTE: u32 = 0x0010_0000;
const MAX_PASTES: usize = 0xfffe;

/// A text, a cursor and the large pastes within.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    text: String,
    /// In bytes; always between two characters as they are seen.
    cursor: usize,
    pastes: Vec<String>,
}

impl Draft {
    /// A draft of this text with the cursor at its end.
    pub fn of(text: &str) -> Self {
        let mut draft = Self::default();
        draft.insert(text);
        draft
    }

    /// The text with a private character for each large paste.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the cursor is, in bytes.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// Whether there is nothing but white space.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The text with the pastes in it.
    pub fn expand(&self) -> String {
        let mut whole = String::with_capacity(self.text.len());
        for c in self.text.chars() {
            match paste_index(c).and_then(|index| self.pastes.get(index)) {
                Some(paste) => whole.push_str(paste),
                None => whole.push(c),
            }
        }
        whole
    }

    /// The large paste that a character stands for.
    pub fn paste_of(&self, grapheme: &str) -> Option<&str> {
        // What is typed beside it may combine with it.
        let index = grapheme.chars().find_map(paste_index)?;
        self.pastes.get(index).map(String::as_str)
    }

    /// Inserts what was typed or is short.
    pub fn insert(&mut self, text: &str) {
        let text = typed(text);
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
        self.settle();
    }

    /// Inserts what was pasted; much of it as one character.
    pub fn paste(&mut self, text: &str) {
        let text = typed(&text.replace("\r\n", "\n").replace('\r', "\n"));
        let is_small = text.len() <= MAX_INLINE_BYTES && text.lines().count() <= MAX_INLINE_LINES;
        let place = u32::try_from(self.pastes.len()).ok().and_then(|n| char::from_u32(FIRST_PASTE + n));
        match place {
            Some(c) if !is_small && self.pastes.len() < MAX_PASTES => {
                self.pastes.push(text);
                self.text.insert(self.cursor, c);
                self.cursor += c.len_utf8();
                self.settle();
            }
            _ => self.insert(&text),
        }
    }

    /// Moves the cursor to a byte.
    pub fn go_to(&mut self, byte: usize) {
        self.cursor = self.text.floor_char_boundary(byte);
        self.settle();
    }

    /// The byte one character to the left.
    pub fn left(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0)
    }

    /// The byte one character to the right.
    pub fn right(&self) -> usize {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
    }

    /// The byte where the word before the cursor begins.
    pub fn word_left(&self) -> usize {
        let words = self.text[..self.cursor].unicode_word_indices();
        let pastes = self.text[..self.cursor].char_indices().filter(|(_, c)| paste_index(*c).is_some());
        let last = words.map(|(place, _)| place).chain(pastes.map(|(place, _)| place)).max();
        last.unwrap_or(0)
    }

    /// The byte where the word after the cursor ends.
    pub fn word_right(&self) -> usize {
        let mut words = self.text[self.cursor..].unicode_word_indices();
        words.next().map_or(self.text.len(), |(place, word)| self.cursor + place + word.len())
    }

    /// Where the cursor's line begins and ends.
    pub fn line(&self) -> (usize, usize) {
        let start = self.text[..self.cursor].rfind('\n').map_or(0, |end| end + 1);
        let end = self.text[self.cursor..].find('\n').map_or(self.text.len(), |end| self.cursor + end);
        (start, end)
    }

    /// Takes out what lies between the cursor and a byte.
    pub fn cut(&mut self, to: usize) -> String {
        let to = self.text.floor_char_boundary(to);
        let (start, end) = (to.min(self.cursor), to.max(self.cursor));
        let taken: String = self.text.drain(start..end).collect();
        self.cursor = start;
        self.settle();
        taken
    }

    /// What is cut may leave the cursor within a character that the rest combines to.
    fn settle(&mut self) {
        let mut cursor = GraphemeCursor::new(self.cursor, self.text.len(), true);
        if !cursor.is_boundary(&self.text, 0).unwrap_or(true) {
            self.cursor = self.right();
        }
    }
}

/// Rows that fit a width, as ranges of bytes. There is always one; line ends belong to no row. `label`
/// says what a paste is shown as.
pub fn rows(draft: &Draft, width: usize, label: impl Fn(&str) -> String) -> Vec<std::ops::Range<usize>> {
    let mut rows = Vec::new();
    let mut start = 0;
    let mut used = 0;
    let mut after_space = None;
    for (place, grapheme) in draft.text().grapheme_indices(true) {
        if grapheme == "\n" {
            rows.push(start..place);
            (start, used, after_space) = (place + 1, 0, None);
            continue;
        }
        let wide = shown_columns(draft, grapheme, &label);
        if used + wide > width && place > start {
            let next = after_space.unwrap_or(place);
            rows.push(start..next);
            used = draft.text()[next..place].graphemes(true).map(|g| shown_columns(draft, g, &label)).sum();
            (start, after_space) = (next, None);
        }
        used += wide;
        if grapheme == " " {
            after_space = Some(place + 1);
        }
    }
    rows.push(start..draft.text().len());
    rows
}

/// The columns of a character as it is shown.
pub fn shown_columns(draft: &Draft, grapheme: &str, label: impl Fn(&str) -> String) -> usize {
    draft.paste_of(grapheme).map_or_else(|| columns(grapheme), |paste| columns(&label(paste)))
}

fn paste_index(c: char) -> Option<usize> {
    usize::try_from(u32::from(c).checked_sub(FIRST_PASTE)?).ok()
}

/// Text fit for a draft: clean, with spaces for tabs and without characters that stand for pastes.
fn typed(text: &str) -> String {
    agent::clean(text).replace('\t', "    ").chars().filter(|c| paste_index(*c).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Drafts are written with `|` for the cursor.
    fn draft(marked: &str) -> Draft {
        let mut draft = Draft::of(&marked.replace('|', ""));
        draft.go_to(marked.find('|').unwrap());
        draft
    }

    fn marked(draft: &Draft) -> String {
        format!("{}|{}", &draft.text()[..draft.cursor()], &draft.text()[draft.cursor()..])
    }

    #[test]
    fn the_cursor_moves_by_what_is_seen() {
        let check = |before: &str, to: fn(&Draft) -> usize, expected: &str| {
            let mut draft = draft(before);
            draft.go_to(to(&draft));
            assert_eq!(marked(&draft), expected);
        };
        check("e\u{301}|", Draft::left, "|e\u{301}");
        check("|👩‍👩‍👧‍👦x", Draft::right, "👩‍👩‍👧‍👦|x");
        check("你好|", Draft::left, "你|好");
        check("|", Draft::left, "|");
        check("a|", Draft::right, "a|");
        check("one two|", Draft::word_left, "one |two");
        check("one two  |", Draft::word_left, "one |two  ");
        check("|one two", Draft::word_right, "one| two");
        check("a\nb|c\nd", |draft| draft.line().0, "a\n|bc\nd");
        check("a\nb|c\nd", |draft| draft.line().1, "a\nbc|\nd");
    }

    #[test]
    fn pastes_are_text_or_stand_for_themselves() {
        let mut small = Draft::default();
        small.paste("a\r\nb\x1b[31m");
        assert_eq!((small.text(), small.expand().as_str()), ("a\nb[31m", "a\nb[31m"));
        let long = "line\n".repeat(20);
        let mut large = Draft::of("see: ");
        large.paste(&long);
        large.insert("!");
        assert_eq!(large.text().chars().count(), 7);
        assert_eq!(large.expand(), format!("see: {long}!"));
        large.go_to(large.left());
        large.cut(large.left());
        assert_eq!(large.expand(), "see: !");
        assert_eq!(Draft::of("\u{100000}x").text(), "x", "nobody types a paste");
        let mut joined = draft("|\u{200d}x");
        joined.paste(&long);
        assert_eq!(marked(&joined), "\u{100000}\u{200d}|x", "a joiner joins pastes too");
    }

    #[test]
    fn rows_break_after_spaces() {
        let check = |text: &str, width: usize, expected: &[&str]| {
            let draft = Draft::of(text);
            let rows = rows(&draft, width, |_| "[paste]".into());
            let rows: Vec<&str> = rows.into_iter().map(|row| &draft.text()[row]).collect();
            assert_eq!(rows, expected);
        };
        check("", 5, &[""]);
        check("a\n\nb\n", 5, &["a", "", "b", ""]);
        check("one two three", 8, &["one two ", "three"]);
        check("abcdefgh", 3, &["abc", "def", "gh"]);
        check("你好世界", 5, &["你好", "世界"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn any_edit_leaves_the_cursor_between_characters(
            edits in prop::collection::vec((0u8..9, "[a \n你\u{301}\u{200d}👩]{0,4}"), 0..30),
            width in 1usize..9,
        ) {
            let mut draft = Draft::default();
            for (what, text) in edits {
                match what {
                    0 => draft.insert(&text),
                    1 => draft.paste(&text.repeat(20)),
                    2 => draft.go_to(draft.left()),
                    3 => draft.go_to(draft.right()),
                    4 => { draft.cut(draft.left()); }
                    5 => { draft.cut(draft.word_left()); }
                    6 => draft.go_to(draft.word_right()),
                    7 => { draft.cut(draft.right()); }
                    _ => { draft.cut(draft.line().1); }
                }
                let boundaries: Vec<usize> =
                    draft.text().grapheme_indices(true).map(|(place, _)| place).chain([draft.text().len()]).collect();
                prop_assert!(boundaries.contains(&draft.cursor()));
                let rows = rows(&draft, width, |_| "[p]".into());
                prop_assert!(rows.iter().any(|row| (row.start..=row.end).contains(&draft.cursor())));
            }
        }
    }
}
