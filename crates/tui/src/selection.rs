//! A part of the conversation that the mouse has chosen: which columns of which rows, and their words.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::{
    conversation::{Conversation, Place},
    entry::{Entry, Row},
    wrap::{Joint, columns},
};

/// A place in the conversation: a row of an entry, and a column of its words.
pub type Spot = (Place, usize);

/// What is chosen at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Single characters.
    Character,
    /// Words, names and addresses.
    Word,
    /// Whole lines of the source.
    Line,
}

/// What is chosen: all from one place to another, the units at both among it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Where it began.
    pub from: Spot,
    /// Where the mouse is; before the beginning, or behind it.
    pub to: Spot,
    /// What it is made of.
    pub unit: Unit,
}

impl Selection {
    /// The columns of a row's words that are chosen. The row is laid out.
    pub fn columns(&self, entry: &Entry, place: Place) -> Range<usize> {
        let Some(row) = Words::of(entry, place.1).filter(|_| self.holds(entry, place)) else { return 0..0 };
        let all = row.hang..columns(&row.text);
        if self.unit == Unit::Line {
            return all;
        }
        let (first, last) = (self.from.min(self.to), self.from.max(self.to));
        let start = if place == first.0 { row.unit_at(first.1, self.unit).start } else { all.start };
        let end = if place == last.0 { row.unit_at(last.1, self.unit).end } else { all.end };
        start.max(all.start)..end.min(all.end).max(start.max(all.start))
    }

    /// Whether a row is among the chosen ones: where lines are chosen, all rows of their lines are.
    fn holds(&self, entry: &Entry, place: Place) -> bool {
        let (first, last) = (self.from.min(self.to).0, self.from.max(self.to).0);
        match self.unit {
            Unit::Line => line_end(entry, place) >= first && line_start(entry, place) <= last,
            Unit::Character | Unit::Word => (first..=last).contains(&place),
        }
    }

    /// The words, with the line breaks of the source and not those of the screen.
    pub fn text(&self, conversation: &mut Conversation) -> String {
        let (first, last) = (self.from.min(self.to).0, self.from.max(self.to).0);
        let mut text = String::new();
        let mut is_first = true;
        for place in first.0..=last.0 {
            let rows = conversation.rows(place);
            let Some(entry) = conversation.entries().get(place) else { break };
            for index in 0..rows {
                if !self.holds(entry, (place, index)) {
                    continue;
                }
                match Words::of(entry, index) {
                    Some(row) => {
                        let chosen = row.slice(self.columns(entry, (place, index)));
                        match row.joint {
                            _ if is_first => {}
                            Joint::Begins => text.push('\n'),
                            Joint::GoesOn { spaces, .. } => text.extend(std::iter::repeat_n(' ', spaces)),
                        }
                        text.push_str(&chosen);
                        is_first = false;
                    }
                    None if matches!(entry.row(index), Row::Gap) && !is_first => text.push('\n'),
                    None => {}
                }
            }
        }
        text.truncate(text.trim_end_matches('\n').len());
        text
    }
}

/// The last row of the line of the source that a row belongs to.
fn line_end(entry: &Entry, (place, row): Place) -> Place {
    let mut end = row;
    while Words::of(entry, end + 1).is_some_and(|next| next.joint != Joint::Begins) {
        end += 1;
    }
    (place, end)
}

/// The first row of that line.
fn line_start(entry: &Entry, (place, row): Place) -> Place {
    let mut start = row;
    while start > 0 && Words::of(entry, start).is_some_and(|this| this.joint != Joint::Begins) {
        start -= 1;
    }
    (place, start)
}

/// The words of a row.
struct Words {
    text: String,
    joint: Joint,
    /// The columns before the words, which are not the source's.
    hang: usize,
}

impl Words {
    /// Those of a row, if it has any: what names a step, or says that there is more, is gimlet's.
    fn of(entry: &Entry, row: usize) -> Option<Self> {
        let part = match entry.row(row) {
            Row::Body(part, _) | Row::Observation(part, _) => part,
            Row::Header | Row::More(_) | Row::Caption(_) | Row::Picture | Row::Gap => return None,
        };
        let hang = match part.joint {
            Joint::Begins => 0,
            Joint::GoesOn { hang, .. } => hang,
        };
        Some(Self { text: part.line.to_string(), joint: part.joint, hang })
    }

    /// The columns of the unit that stands at a column; none behind the last.
    fn unit_at(&self, column: usize, unit: Unit) -> Range<usize> {
        let characters = self.characters();
        let end = characters.last().map_or(0, |(columns, _)| columns.end);
        let Some(at) = characters.iter().position(|(columns, _)| columns.contains(&column)) else {
            return end..end;
        };
        let kind = sort(characters[at].1);
        if unit == Unit::Character || kind == Sort::Other {
            return characters[at].0.clone();
        }
        let same = |place: usize| sort(characters[place].1) == kind;
        let first = (0..at).rev().take_while(|place| same(*place)).last().unwrap_or(at);
        let mut last = (at..characters.len()).take_while(|place| same(*place)).last().unwrap_or(at);
        // What ends a sentence ends no word.
        while last > at && matches!(characters[last].1, "." | ":" | "?") {
            last -= 1;
        }
        characters[first].0.start..characters[last].0.end
    }

    /// The characters that stand within columns.
    fn slice(&self, chosen: Range<usize>) -> String {
        let within = |columns: &Range<usize>| columns.start < chosen.end && columns.end > chosen.start;
        self.characters().into_iter().filter(|(columns, _)| within(columns)).map(|(_, text)| text).collect()
    }

    fn characters(&self) -> Vec<(Range<usize>, &str)> {
        let mut column = 0;
        let place = |text| {
            let start = column;
            column += UnicodeWidthStr::width(text);
            (start..column, text)
        };
        self.text.graphemes(true).map(place).collect()
    }
}

/// What a character belongs to when words are chosen.
#[derive(PartialEq, Eq)]
enum Sort {
    Word,
    Space,
    Other,
}

fn sort(character: &str) -> Sort {
    match character.chars().next() {
        // What paths and addresses are made of belongs together.
        Some(c) if c.is_alphanumeric() || "_-./~:@%+=&?#$".contains(c) => Sort::Word,
        Some(c) if c.is_whitespace() => Sort::Space,
        _ => Sort::Other,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chat::Observation;
    use serde_json::Value;

    use super::*;
    use crate::{entry::Kind, theme::Theme};

    fn check(unit: Unit, from: Spot, to: Spot, expected: &str) {
        let mut conversation = Conversation::default();
        let words = "one two three four\n- first second third\n你好 https://a.b/c?d=1, and e\u{301}t";
        conversation.push(Entry::new(Kind::Answer, words, Duration::ZERO));
        let mut call = Entry::call("python", &Value::from("for x in y:\n    z"), Duration::ZERO);
        call.set_observation(&Observation::ok("seen"));
        conversation.push(call);
        conversation.layout(16, 40, Theme::Dark);
        for (from, to) in [(from, to), (to, from)] {
            assert_eq!(Selection { from, to, unit }.text(&mut conversation), expected);
        }
    }

    #[test]
    fn characters_are_chosen_with_both_ends() {
        let check = |from, to, expected| check(Unit::Character, from, to, expected);
        check(((0, 0), 4), ((0, 0), 6), "two");
        check(((0, 0), 0), ((0, 0), 200), "one two three");
        // The break of the screen is none of the text, and the place of a list's words is none either.
        check(((0, 0), 8), ((0, 1), 3), "three four");
        check(((0, 2), 0), ((0, 3), 4), "• first second thi");
        // Half of a wide character is all of it.
        check(((0, 4), 1), ((0, 4), 2), "你好");
        // From an answer into a call: its name is none of the words.
        check(((0, 6), 5), ((1, 2), 4), "and e\u{301}t\n\nfor x in y:\n    z");
        check(((1, 1), 0), ((1, 3), 3), "for x in y:\n    z\nseen");
        check(((1, 0), 0), ((1, 0), 9), "");
        check(((0, 0), 500), ((0, 0), 600), "");
    }

    #[test]
    fn words_and_lines_are_chosen_whole() {
        check(Unit::Word, ((0, 0), 5), ((0, 0), 5), "two");
        check(Unit::Word, ((0, 0), 5), ((0, 0), 9), "two three");
        check(Unit::Word, ((1, 1), 9), ((1, 1), 9), "y");
        check(Unit::Line, ((0, 1), 0), ((0, 1), 0), "one two three four");
        check(Unit::Line, ((0, 0), 0), ((0, 2), 0), "one two three four\n• first second third");
        check(Unit::Line, ((1, 2), 0), ((1, 2), 0), "    z");
    }
}
