//! Finding text in the conversation.

use crate::{
    conversation::{Conversation, Place},
    entry::{Entry, Row},
};

/// What is looked for, and where it was found.
#[derive(Debug, Default)]
pub struct Search {
    /// What is looked for; upper and lower case are the same.
    pub query: String,
    /// The row where it was found last.
    pub found: Option<Place>,
    /// Whether the last look found nothing.
    pub is_lost: bool,
}

impl Search {
    /// Looks for the query from the end on backwards.
    pub fn restart(&mut self, conversation: &mut Conversation) {
        self.found = None;
        self.is_lost = false;
        if !self.query.is_empty() {
            self.go(conversation, Direction::Older);
        }
    }

    /// Looks for a longer query. It is nowhere where the shorter one was not, so the look goes on from
    /// there.
    pub fn extend(&mut self, conversation: &mut Conversation, text: &str) {
        let is_first = self.query.is_empty();
        self.query.push_str(text);
        match self.found.take() {
            _ if is_first => self.restart(conversation),
            // The row itself may hold the longer query too.
            Some((entry, row)) => self.look(conversation, (entry, row + 1), Direction::Older),
            None => {}
        }
    }

    /// Looks on from where it was found last. What is folded there is unfolded.
    pub fn go(&mut self, conversation: &mut Conversation, direction: Direction) {
        let from = self.found.unwrap_or((conversation.entries().len(), 0));
        self.look(conversation, from, direction);
    }

    fn look(&mut self, conversation: &mut Conversation, from: Place, direction: Direction) {
        let query = self.query.to_lowercase();
        if query.is_empty() {
            return;
        }
        let entries = conversation.entries().len();
        let places: Vec<usize> = match direction {
            Direction::Older => (0..entries.min(from.0 + 1)).rev().collect(),
            Direction::Newer => (from.0..entries).collect(),
        };
        for place in places {
            if !conversation.entries().get(place).is_some_and(|entry| mentions(entry, &query)) {
                continue;
            }
            conversation.unfold(place);
            let rows = conversation.rows(place);
            let entry = &conversation.entries()[place];
            let is_beyond = |row: &usize| match direction {
                Direction::Older => (place, *row) < from,
                Direction::Newer => (place, *row) > from,
            };
            let mut matches = (0..rows).filter(|row| row_mentions(entry, *row, &query)).filter(is_beyond);
            let row = match direction {
                Direction::Older => matches.next_back(),
                Direction::Newer => matches.next(),
            };
            if let Some(row) = row {
                self.found = Some((place, row));
                self.is_lost = false;
                conversation.reveal((place, row));
                return;
            }
        }
        self.is_lost = self.found.is_none();
    }
}

/// Which way to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Upwards.
    Older,
    /// Downwards.
    Newer,
}

fn mentions(entry: &Entry, query: &str) -> bool {
    let has = |text: &str| text.to_lowercase().contains(query);
    has(entry.body.text()) || entry.seen().is_some_and(|seen| has(seen.text.text()))
}

fn row_mentions(entry: &Entry, row: usize, query: &str) -> bool {
    match entry.row(row) {
        Row::Body(part, _) | Row::Observation(part, _) => {
            part.line.to_string().to_lowercase().contains(query)
        }
        Row::Header | Row::More(_) | Row::Caption(_) | Row::Picture | Row::Gap => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        entry::{Fold, Kind},
        theme::Theme,
    };

    #[test]
    fn matches_are_visited_one_after_the_other() {
        let mut conversation = Conversation::default();
        for text in ["one Alpha", "two", "alpha\nx\nALPHA"] {
            conversation.push(Entry::new(Kind::Answer, text, Duration::ZERO));
        }
        conversation.push(Entry::new(Kind::Thinking, "alphabet", Duration::ZERO));
        conversation.layout(30, 4, Theme::Dark);
        let mut search = Search { query: "alpha".into(), ..Search::default() };
        search.restart(&mut conversation);
        assert_eq!((search.found, conversation.entries()[3].fold), (Some((3, 1)), Fold::Open));
        let mut check = |direction, expected| {
            search.go(&mut conversation, direction);
            assert_eq!(search.found, Some(expected));
        };
        check(Direction::Older, (2, 2));
        check(Direction::Older, (2, 0));
        check(Direction::Older, (0, 0));
        check(Direction::Older, (0, 0));
        check(Direction::Newer, (2, 0));
    }

    #[test]
    fn a_longer_query_is_looked_for_from_where_the_shorter_one_was() {
        let mut conversation = Conversation::default();
        for text in ["alpine", "alpha", "alpha alpine", "alps"] {
            conversation.push(Entry::new(Kind::Answer, text, Duration::ZERO));
        }
        conversation.layout(30, 4, Theme::Dark);
        let mut search = Search::default();
        let mut check = |text, expected: Option<Place>| {
            search.extend(&mut conversation, text);
            assert_eq!((search.found, search.is_lost), (expected, expected.is_none()), "{}", search.query);
        };
        check("al", Some((3, 0)));
        check("p", Some((3, 0)));
        check("h", Some((2, 0)));
        check("x", None);
        check("y", None);
    }
}
