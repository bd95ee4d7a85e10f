//! Styled text broken into lines that fit.

use ratatui::{
    style::Style,
    text::{Line, Span},
};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The columns of a tab.
const TAB: &str = "    ";

/// Where a line may be broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Between words, and between wide characters.
    Words,
    /// Anywhere: in code every column counts.
    Anywhere,
}

/// One line of a source with its colours.
#[derive(Clone, Debug, PartialEq)]
pub struct Painted {
    /// Its pieces in order.
    pub spans: Vec<(String, Style)>,
    /// Where it may be broken.
    pub breaks: Break,
    /// Columns that the lines after a break are moved in by.
    pub hang: usize,
}

/// A line that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What is shown.
    pub line: Line<'static>,
    /// How it goes on from the part before it.
    pub joint: Joint,
}

/// How a line of the screen goes on from the one above it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Joint {
    /// It begins a line of the source.
    #[default]
    Begins,
    /// It goes on with one.
    GoesOn {
        /// Spaces of the source at the break, which are not shown.
        spaces: usize,
        /// Columns that it is moved in by, which are not in the source.
        hang: usize,
    },
}

/// What stands in one place of the screen: a character with all that combines with it.
struct Cell<'a> {
    text: &'a str,
    style: Style,
    columns: usize,
}

/// Breaks a line so that each part has at most `width` columns. There is always at least one part, and
/// a character that is wider than `width` has a part of its own.
pub fn wrap(line: &Painted, width: usize) -> Vec<Part> {
    let cells = cells(line);
    let width = width.max(1);
    let is_space = |place: usize| cells.get(place).is_some_and(|cell: &Cell| cell.text == " ");
    let mut parts = Vec::new();
    let mut joint = Joint::Begins;
    let mut start = 0;
    loop {
        let hang = if parts.is_empty() { 0 } else { line.hang.min(width / 2) };
        if let Joint::GoesOn { hang: columns, .. } = &mut joint {
            *columns = hang;
        }
        let end = row_end(&cells, start, width - hang, line.breaks);
        let mut shown = end;
        let mut next = end;
        if line.breaks == Break::Words && end < cells.len() {
            // The spaces at which a line is broken are shown on neither side.
            while shown > start && is_space(shown - 1) {
                shown -= 1;
            }
            while next > 0 && is_space(next) {
                next += 1;
            }
        }
        parts.push(Part { line: assemble(&cells[start..shown], hang), joint });
        if next >= cells.len() {
            return parts;
        }
        joint = Joint::GoesOn { spaces: next - shown, hang };
        start = next;
    }
}

/// The columns that text takes on the screen.
pub fn columns(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The beginning of a text that fits, with an ellipsis if that is not all of it.
pub fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let mut short = String::new();
    for grapheme in text.graphemes(true) {
        match room.checked_sub(grapheme.width()) {
            Some(rest) => room = rest,
            None => break,
        }
        short.push_str(grapheme);
    }
    if width > 0 {
        short.push('…');
    }
    short
}

fn cells(line: &Painted) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    for (text, style) in &line.spans {
        for grapheme in text.graphemes(true) {
            match grapheme {
                "\t" => cells.extend(TAB.split_inclusive(' ').map(|text| Cell {
                    text,
                    style: *style,
                    columns: 1,
                })),
                text => cells.push(Cell { text, style: *style, columns: text.width() }),
            }
        }
    }
    cells
}

/// Where the row that begins at `start` ends; further on than `start` if there is anything.
fn row_end(cells: &[Cell], start: usize, width: usize, breaks: Break) -> usize {
    let mut used = 0;
    let mut good = start;
    for place in start..cells.len() {
        let cell = &cells[place];
        if place > start && breaks == Break::Words && may_break(&cells[place - 1], cell) {
            good = place;
        }
        used += cell.columns;
        if used > width {
            // A space that does not fit any more is dropped, so the row is full as it is.
            if breaks == Break::Words && cell.text == " " {
                return place.max(start + 1);
            }
            return if good > start { good } else { place.max(start + 1) };
        }
    }
    cells.len()
}

fn may_break(before: &Cell, after: &Cell) -> bool {
    if before.text == " " {
        return after.text != " ";
    }
    let wide = before.columns > 1 || after.columns > 1;
    wide && !closes(after.text) && !opens(before.text)
}

/// Marks that must not begin a line.
fn closes(text: &str) -> bool {
    matches!(
        text,
        "，" | "。"
            | "、"
            | "；"
            | "："
            | "？"
            | "！"
            | "）"
            | "》"
            | "」"
            | "』"
            | "】"
            | "”"
            | "’"
            | ","
            | "."
            | ")"
            | ";"
            | ":"
            | "?"
            | "!"
    )
}

/// Marks that must not end a line.
fn opens(text: &str) -> bool {
    matches!(text, "（" | "《" | "「" | "『" | "【" | "“" | "‘" | "(")
}

fn assemble(cells: &[Cell], hang: usize) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    if hang > 0 {
        spans.push(Span::raw(" ".repeat(hang)));
    }
    let mut current: Option<(String, Style)> = None;
    for cell in cells {
        match &mut current {
            Some((text, style)) if *style == cell.style => text.push_str(cell.text),
            _ => {
                let next = Some((cell.text.to_owned(), cell.style));
                spans.extend(std::mem::replace(&mut current, next).map(|(t, s)| Span::styled(t, s)));
            }
        }
    }
    spans.extend(current.map(|(text, style)| Span::styled(text, style)));
    Line::from(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, width: usize, breaks: Break, hang: usize, expected: &[&str]) {
        let line = Painted { spans: vec![(text.to_owned(), Style::new())], breaks, hang };
        let parts = wrap(&line, width);
        let lines: Vec<String> = parts.iter().map(|part| part.line.to_string()).collect();
        assert_eq!(lines, expected, "{text:?} in {width}");
        let source = text.replace('\t', TAB);
        let source = if breaks == Break::Words { source.trim_end_matches(' ') } else { &source };
        assert_eq!(joined(&parts).trim_end_matches(' '), source, "{text:?} in {width}, joined again");
    }

    fn joined(parts: &[Part]) -> String {
        let part = |Part { line, joint }: &Part| match *joint {
            Joint::Begins => line.to_string(),
            Joint::GoesOn { spaces, hang } => " ".repeat(spaces) + &line.to_string()[hang..],
        };
        parts.iter().map(part).collect()
    }

    #[test]
    fn prose_breaks_between_words() {
        let check = |text, width, expected: &[&str]| check(text, width, Break::Words, 0, expected);
        check("", 10, &[""]);
        check("one two three", 7, &["one two", "three"]);
        check("one two three", 8, &["one two", "three"]);
        check("one  two", 4, &["one", "two"]);
        check("  one two", 6, &["  one", "two"]);
        check("incomprehensible", 5, &["incom", "prehe", "nsibl", "e"]);
        check("a incomprehensible", 5, &["a", "incom", "prehe", "nsibl", "e"]);
        check("a\tb", 20, &["a    b"]);
    }

    #[test]
    fn wide_and_combining_characters_keep_whole() {
        let check = |text, width, expected: &[&str]| check(text, width, Break::Words, 0, expected);
        check("你好世界", 5, &["你好", "世界"]);
        check("你好，世界", 4, &["你", "好，", "世界"]);
        check("说（你好）", 4, &["说", "（你", "好）"]);
        check("e\u{301}e\u{301}e\u{301}", 2, &["e\u{301}e\u{301}", "e\u{301}"]);
        check("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 2, &["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]);
        check("你好", 1, &["你", "好"]);
        check("use 你好 here", 8, &["use 你好", "here"]);
    }

    #[test]
    fn code_breaks_anywhere_and_lists_hang() {
        check("a b c", 3, Break::Anywhere, 0, &["a b", " c"]);
        check("- one two three", 8, Break::Words, 2, &["- one", "  two", "  three"]);
    }

    #[test]
    fn what_does_not_fit_ends_in_an_ellipsis() {
        let check = |text, width, expected: &str| assert_eq!(fit(text, width), expected);
        check("short", 5, "short");
        check("longer", 5, "long…");
        check("你好世界", 6, "你好…");
        check("x", 0, "");
    }
}
