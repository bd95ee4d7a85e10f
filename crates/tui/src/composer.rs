//! Where prompts are written: a draft, its rows on the screen, and the prompts before it.

use std::ops::Range;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    draft::{Draft, rows, shown_columns},
    words::{Words, say},
};

/// Prompts that are remembered.
const MAX_HISTORY: usize = 500;

/// The draft of a prompt.
#[derive(Debug)]
pub struct Composer {
    draft: Draft,
    words: &'static Words,
    history: Vec<Draft>,
    /// Which prompt of the history is shown, and what was written before it was.
    recalled: Option<(usize, Draft)>,
    killed: String,
    /// The column that moves up and down keep to.
    column: Option<usize>,
    width: usize,
}

/// A draft as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its rows.
    pub rows: Vec<String>,
    /// The cursor's row and column.
    pub cursor: (usize, usize),
}

impl Composer {
    /// An empty draft.
    pub fn new(words: &'static Words) -> Self {
        let (draft, history) = (Draft::default(), Vec::new());
        Self { draft, words, history, recalled: None, killed: String::new(), column: None, width: 80 }
    }

    /// What is written, with a private character for each large paste.
    pub fn text(&self) -> &str {
        self.draft.text()
    }

    /// The prompt, with its pastes; the draft becomes empty and the prompt is remembered.
    pub fn take(&mut self) -> Option<String> {
        if self.draft.is_blank() {
            return None;
        }
        let draft = std::mem::take(&mut self.draft);
        let prompt = draft.expand().trim().to_owned();
        if self.history.last() != Some(&draft) {
            self.history.push(draft);
        }
        if self.history.len() > MAX_HISTORY {
            self.history.remove(0);
        }
        self.recalled = None;
        Some(prompt)
    }

    /// Whether the cursor stands behind everything.
    pub fn is_at_end(&self) -> bool {
        self.draft.cursor() == self.draft.text().len()
    }

    /// Puts a text in the place of the draft.
    pub fn set(&mut self, text: &str) {
        self.draft = Draft::of(text);
        self.recalled = None;
    }

    /// Puts a text before what is written.
    pub fn put_before(&mut self, text: &str) {
        let after = self.draft.text().len() - self.draft.cursor();
        let gap = if self.draft.text().is_empty() { "" } else { "\n" };
        self.draft.go_to(0);
        self.draft.paste(&format!("{text}{gap}"));
        self.draft.go_to(self.draft.text().len() - after);
    }

    /// The whole text, with its pastes.
    pub fn whole(&self) -> String {
        self.draft.expand()
    }

    /// What is written of a file's name: from an `@` that begins a word to the cursor.
    pub fn mention(&self) -> Option<&str> {
        let before = &self.draft.text()[..self.draft.cursor()];
        let word = &before[before
            .char_indices()
            .rfind(|(_, c)| c.is_whitespace())
            .map_or(0, |(at, c)| at + c.len_utf8())..];
        word.strip_prefix('@')
    }

    /// Puts a text in the place of the mention and its `@`.
    pub fn complete(&mut self, with: &str) {
        if let Some(written) = self.mention().map(str::len) {
            self.draft.cut(self.draft.cursor() - written - 1);
            self.draft.insert(with);
        }
    }

    /// Takes what was pasted.
    pub fn paste(&mut self, text: &str) {
        self.draft.paste(text);
    }

    /// The draft in rows of at most `width` columns.
    pub fn show(&mut self, width: usize) -> Shown {
        // The cursor stands behind the last column too.
        self.width = width.saturating_sub(1).max(1);
        let rows = self.rows();
        let cursor = self.place(&rows);
        Shown { rows: rows.into_iter().map(|row| self.shown(row)).collect(), cursor }
    }

    /// Puts the cursor where the draft was clicked; below its last row, into that.
    pub fn click(&mut self, row: usize, column: usize) {
        let rows = self.rows();
        self.column = None;
        if let Some(last) = rows.len().checked_sub(1) {
            self.go_to(&rows, row.min(last), column);
        }
    }

    /// Takes a key that edits. Whether it was one.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let is_alt = key.modifiers.contains(KeyModifiers::ALT);
        let by_word = is_control || is_alt;
        match key.code {
            KeyCode::Up if !by_word => return self.vertical(-1),
            KeyCode::Down if !by_word => return self.vertical(1),
            _ => self.column = None,
        }
        match key.code {
            KeyCode::Char(c) if is_control => return self.control(c),
            KeyCode::Char('b') if is_alt => self.draft.go_to(self.draft.word_left()),
            KeyCode::Char('f') if is_alt => self.draft.go_to(self.draft.word_right()),
            KeyCode::Char('d') if is_alt => self.kill(self.draft.word_right()),
            KeyCode::Char(_) if is_alt => return false,
            KeyCode::Char(c) => self.draft.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if by_word => self.kill(self.draft.word_left()),
            KeyCode::Backspace => drop(self.draft.cut(self.draft.left())),
            KeyCode::Delete if by_word => self.kill(self.draft.word_right()),
            KeyCode::Delete => drop(self.draft.cut(self.draft.right())),
            KeyCode::Left if by_word => self.draft.go_to(self.draft.word_left()),
            KeyCode::Left => self.draft.go_to(self.draft.left()),
            KeyCode::Right if by_word => self.draft.go_to(self.draft.word_right()),
            KeyCode::Right => self.draft.go_to(self.draft.right()),
            KeyCode::Home if !by_word => self.draft.go_to(self.draft.line().0),
            KeyCode::End if !by_word => self.draft.go_to(self.draft.line().1),
            KeyCode::Enter if is_alt || key.modifiers.contains(KeyModifiers::SHIFT) => {
                self.draft.insert("\n")
            }
            _ => return false,
        }
        true
    }

    fn control(&mut self, c: char) -> bool {
        match c {
            'a' => self.draft.go_to(self.draft.line().0),
            'b' => self.draft.go_to(self.draft.left()),
            'e' => self.draft.go_to(self.draft.line().1),
            'd' => drop(self.draft.cut(self.draft.right())),
            'h' => drop(self.draft.cut(self.draft.left())),
            'j' => self.draft.insert("\n"),
            'k' => self.kill(self.draft.line().1),
            'u' => self.kill(self.draft.line().0),
            'w' => self.kill(self.draft.word_left()),
            'y' => self.draft.insert(&self.killed),
            _ => return false,
        }
        true
    }

    fn kill(&mut self, to: usize) {
        let killed = self.draft.cut(to);
        if !killed.is_empty() {
            self.killed = killed;
        }
    }

    /// Moves between rows, and from the first and last on to the prompts before and after.
    fn vertical(&mut self, by: isize) -> bool {
        let rows = self.rows();
        let (row, column) = self.place(&rows);
        let Some(next) = row.checked_add_signed(by).filter(|next| *next < rows.len()) else {
            self.column = None;
            return self.recall(by);
        };
        let column = *self.column.get_or_insert(column);
        self.go_to(&rows, next, column);
        true
    }

    fn go_to(&mut self, rows: &[Range<usize>], row: usize, column: usize) {
        let mut used = 0;
        let mut place = rows[row].start;
        for grapheme in self.draft.text()[rows[row].clone()].graphemes(true) {
            used += shown_columns(&self.draft, grapheme, |paste| self.label(paste));
            let is_last = place + grapheme.len() == rows[row].end
                && rows.get(row + 1).is_some_and(|after| after.start == rows[row].end);
            if used > column || is_last {
                break;
            }
            place += grapheme.len();
        }
        self.draft.go_to(place);
    }

    fn recall(&mut self, by: isize) -> bool {
        let now = self.recalled.as_ref().map_or(self.history.len(), |(index, _)| *index);
        let Some(next) = now.checked_add_signed(by).filter(|next| *next <= self.history.len()) else {
            return false;
        };
        let written = match self.recalled.take() {
            Some((_, written)) => written,
            None => self.draft.clone(),
        };
        match self.history.get(next) {
            Some(earlier) => {
                self.draft = earlier.clone();
                self.recalled = Some((next, written));
            }
            None => self.draft = written,
        }
        true
    }

    fn rows(&self) -> Vec<Range<usize>> {
        rows(&self.draft, self.width, |paste| self.label(paste))
    }

    /// The cursor's row and column.
    fn place(&self, rows: &[Range<usize>]) -> (usize, usize) {
        let row = rows.iter().rposition(|row| row.start <= self.draft.cursor()).unwrap_or(0);
        let before = rows.get(row).map_or("", |row| &self.draft.text()[row.start..self.draft.cursor()]);
        let columns = |g| shown_columns(&self.draft, g, |paste| self.label(paste));
        (row, before.graphemes(true).map(columns).sum())
    }

    fn shown(&self, row: Range<usize>) -> String {
        let text = |g| self.draft.paste_of(g).map_or_else(|| String::from(g), |paste| self.label(paste));
        self.draft.text()[row].graphemes(true).map(text).collect()
    }

    fn label(&self, paste: &str) -> String {
        format!("[{}]", say(self.words.pasted, paste.lines().count()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    fn composer(text: &str) -> Composer {
        let mut composer = Composer::new(Language::English.words());
        composer.set(text);
        composer.show(11);
        composer
    }

    fn press(composer: &mut Composer, keys: &[KeyCode]) {
        for key in keys {
            composer.key(KeyEvent::from(*key));
        }
    }

    #[test]
    fn the_cursor_is_where_the_text_is() {
        let check = |text: &str, keys: &[KeyCode], rows: &[&str], cursor| {
            let mut composer = composer(text);
            press(&mut composer, keys);
            let shown = composer.show(11);
            assert_eq!(
                (shown.rows.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), shown.cursor),
                (rows, cursor)
            );
        };
        check("", &[], &[""], (0, 0));
        check("你好", &[], &["你好"], (0, 4));
        check("你好", &[KeyCode::Left], &["你好"], (0, 2));
        check("a\nb", &[KeyCode::Up, KeyCode::Home], &["a", "b"], (0, 0));
        check("0123456789", &[], &["0123456789"], (0, 10));
        check("0123456789a", &[], &["0123456789", "a"], (1, 1));
        check("long one\nx\nlong two", &[KeyCode::Up, KeyCode::Up], &["long one", "x", "long two"], (0, 8));
        check("e\u{301}x", &[KeyCode::Left, KeyCode::Backspace], &["x"], (0, 0));
    }

    #[test]
    fn history_comes_back_and_goes() {
        let mut composer = composer("first");
        assert_eq!(composer.take().as_deref(), Some("first"));
        composer.set("second\nline");
        assert_eq!(composer.take().as_deref(), Some("second\nline"));
        assert_eq!(composer.take(), None);
        composer.set("new");
        let mut check = |key, expected: &str| {
            press(&mut composer, &[key]);
            assert_eq!(composer.text(), expected);
        };
        check(KeyCode::Up, "second\nline");
        check(KeyCode::Up, "second\nline");
        check(KeyCode::Up, "first");
        check(KeyCode::Up, "first");
        check(KeyCode::Down, "second\nline");
        check(KeyCode::Down, "new");
        check(KeyCode::Down, "new");
    }

    #[test]
    fn a_file_is_named_behind_an_at() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(composer(text).mention(), expected, "{text}");
        check("@", Some(""));
        check("see @da/x", Some("da/x"));
        check("me@home", None);
        check("@done ", None);
        check("你\n@你", Some("你"));
        let mut composer = composer("see @da");
        composer.complete("@data.csv ");
        assert_eq!(composer.text(), "see @data.csv ");
    }

    #[test]
    fn large_pastes_are_shown_as_their_size() {
        let mut composer = composer("see ");
        composer.paste(&"x\n".repeat(120));
        assert_eq!(composer.show(40).rows, ["see [pasted 120 lines]"]);
        assert_eq!(composer.take().unwrap().lines().count(), 120);
    }
}
