//! All that was said, and which part of it is on the screen.

use std::{collections::HashMap, ops::Range};

use crate::{
    entry::{Entry, Fold, Kind},
    images::Canvas,
    picture::{Made, Picture, PictureError},
    theme::Theme,
};

/// Entries whose lines are kept although they are not on the screen.
const MAX_KEPT: usize = 256;

/// A row: its entry, and its place in the entry.
pub type Place = (usize, usize);

/// The entries in order, and the part of them that is shown. Its cost to show depends on the size of
/// the screen and not on the number of entries: rows are counted from the first one shown.
#[derive(Debug, Default)]
pub struct Conversation {
    entries: Vec<Entry>,
    by_id: HashMap<String, usize>,
    /// The first row shown; nothing where the last row is to be shown.
    anchor: Option<Place>,
    /// The entry that the keys fold.
    selected: Option<usize>,
    /// What is on the screen: entries and rows of each.
    visible: Vec<(usize, Range<usize>)>,
    width: usize,
    height: usize,
    theme: Theme,
    /// What pictures are drawn on, and the most rows of one.
    canvas: (Canvas, u16),
    /// The first entry that is shown at the end: those before it are settled.
    floor: usize,
    /// Entries that have lines, in no order.
    laid_out: Vec<usize>,
}

impl Conversation {
    /// The entries.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Appends an entry and returns its place.
    pub fn push(&mut self, entry: Entry) -> usize {
        let place = self.entries.len();
        if let Some(id) = &entry.id {
            self.by_id.insert(id.clone(), place);
        }
        self.entries.push(entry);
        place
    }

    /// The entry of an item.
    pub fn item(&mut self, id: &str) -> Option<&mut Entry> {
        let place = *self.by_id.get(id)?;
        self.entries.get_mut(place)
    }

    /// The entries that nothing has ended yet.
    pub fn open_entries(&mut self) -> impl Iterator<Item = &mut Entry> {
        // Items of one turn only: those before its prompt are done.
        let from = self.entries.iter().rposition(|e| matches!(e.kind, Kind::Prompt)).unwrap_or(0);
        self.entries[from..].iter_mut().filter(|entry| !entry.is_done)
    }

    /// What is on the screen, as laid out last.
    pub fn visible(&self) -> &[(usize, Range<usize>)] {
        &self.visible
    }

    /// Whether the end is shown, and goes on being shown as more comes.
    pub fn follows(&self) -> bool {
        self.anchor.is_none()
    }

    /// The chosen entry.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    /// Chooses what is on the screen, for a screen of this size.
    pub fn layout(&mut self, width: usize, height: usize, theme: Theme) {
        self.set_width(width, theme);
        self.height = height;
        self.visible.clear();
        if height == 0 || self.entries.is_empty() {
            self.anchor = None;
            return;
        }
        let top = match self.anchor {
            Some(anchor) => self.top_from(anchor),
            None => self.top_of_end(),
        };
        self.fill(top);
        if self.laid_out.len() > MAX_KEPT {
            let shown = self.visible.first().map_or(0, |v| v.0)..=self.visible.last().map_or(0, |v| v.0);
            self.forget(|place| !shown.contains(&place));
        }
    }

    /// Wraps to a width from here on.
    pub fn set_width(&mut self, width: usize, theme: Theme) {
        if (width, theme) != (self.width, self.theme) {
            // The first row is a row of other words now; about as far on in its entry are the same ones.
            let moved = |row: usize| row * self.width.max(1) / width.max(1);
            self.anchor = self.anchor.map(|(entry, row)| (entry, moved(row)));
            (self.width, self.theme) = (width, theme);
            self.forget(|_| true);
        }
    }

    /// The next entry to settle: the first that is not, if nothing comes on in it.
    pub fn settling(&self, all: bool) -> Option<usize> {
        self.entries.get(self.floor).filter(|entry| all || entry.is_done).map(|_| self.floor)
    }

    /// Shows an entry at the end no more.
    pub fn settle(&mut self, entry: usize) {
        self.floor = entry + 1;
    }

    /// The rows that are shown at the end, as far as they are at most `most`.
    pub fn open_rows(&mut self, most: usize) -> usize {
        let mut rows = 0;
        for place in (self.floor..self.entries.len()).rev() {
            rows += self.rows(place);
            if rows >= most {
                return most;
            }
        }
        rows
    }

    /// The last rows of what is settled.
    pub fn settled_rows(&mut self, rows: usize) -> Vec<(usize, Range<usize>)> {
        let (entry, row) = self.up((self.floor, 0), rows);
        (entry..self.floor)
            .map(|place| (place, if place == entry { row } else { 0 }..self.rows(place)))
            .collect()
    }

    /// Takes what pictures are drawn on, and the most rows of one.
    pub fn set_canvas(&mut self, canvas: Canvas, most: u16) {
        self.canvas = (canvas, most);
    }

    /// Takes what reading a picture has told.
    pub fn tell(&mut self, picture: &Picture, read: &Result<Made, PictureError>) {
        let shown = self.entries.iter_mut().flat_map(Entry::pictures_mut);
        shown.filter(|shown| shown.picture == *picture).for_each(|shown| shown.tell(read));
    }

    /// Moves what is shown by so many rows, upwards if they are negative.
    pub fn scroll(&mut self, rows: isize) {
        let Some(&(entry, ref range)) = self.visible.first() else { return };
        let top = (entry, range.start);
        self.anchor = Some(match rows < 0 {
            true => self.up(top, rows.unsigned_abs()),
            false => self.down(top, rows.unsigned_abs()),
        });
    }

    /// Shows the end, or the beginning.
    pub fn go(&mut self, to_end: bool) {
        self.anchor = if to_end { None } else { Some((0, 0)) };
    }

    /// Shows a row, a third of the screen below its top.
    pub fn reveal(&mut self, place: Place) {
        let is_shown = self.visible.iter().any(|(e, rows)| *e == place.0 && rows.contains(&place.1));
        if !is_shown {
            self.anchor = Some(self.up(place, self.height / 3));
        }
    }

    /// The rows of an entry.
    pub fn rows(&mut self, entry: usize) -> usize {
        let Some(shown) = self.entries.get_mut(entry) else { return 0 };
        if shown.body.lines().is_empty() {
            self.laid_out.push(entry);
        }
        shown.layout(self.width, self.theme, self.canvas)
    }

    /// Folds or unfolds an entry. Its first row stays where it is.
    pub fn toggle(&mut self, entry: usize) {
        let Some(folded) = self.entries.get_mut(entry).filter(|entry| entry.folds()) else { return };
        folded.toggle();
        if let Some((anchored, row)) = &mut self.anchor
            && *anchored == entry
        {
            *row = 0;
        }
    }

    /// Shows all of an entry.
    pub fn unfold(&mut self, entry: usize) {
        if let Some(entry) = self.entries.get_mut(entry).filter(|entry| entry.folds()) {
            entry.fold = Fold::Open;
        }
    }

    /// Folds all, or unfolds all if all are folded.
    pub fn toggle_all(&mut self) {
        let all_folded = self.entries.iter().all(|e| !e.is_step() || e.fold == Fold::Folded);
        for entry in self.entries.iter_mut().filter(|entry| entry.is_step()) {
            entry.fold = if all_folded { Fold::Open } else { Fold::Folded };
        }
        self.anchor = self.anchor.map(|(entry, _)| (entry, 0));
    }

    /// Chooses the next prompt or entry that folds, or the one before; from none, the last one.
    pub fn select(&mut self, forwards: bool) {
        let folds = |place: &usize| self.entries.get(*place).is_some_and(|e| e.folds() || e.turn.is_some());
        let next = match self.selected {
            None => (0..self.entries.len()).rev().find(folds),
            Some(now) if forwards => (now + 1..self.entries.len()).find(folds),
            Some(now) => (0..now).rev().find(folds),
        };
        if let Some(next) = next {
            self.selected = Some(next);
            self.rows(next);
            self.reveal((next, 0));
        }
    }

    /// Chooses no entry.
    pub fn deselect(&mut self) {
        self.selected = None;
    }

    fn forget(&mut self, which: impl Fn(usize) -> bool) {
        let (gone, kept) = self.laid_out.drain(..).partition::<Vec<_>, _>(|place| which(*place));
        for place in gone {
            if let Some(entry) = self.entries.get_mut(place) {
                entry.forget();
            }
        }
        self.laid_out = kept;
    }

    /// The anchor, moved to where there are rows; the top of the end if fewer rows than fill the
    /// screen follow it.
    fn top_from(&mut self, (entry, row): Place) -> Place {
        let entry = entry.min(self.entries.len() - 1);
        let top = (entry, row.min(self.rows(entry).saturating_sub(1)));
        let mut below = self.rows(entry) - top.1;
        for next in entry + 1..self.entries.len() {
            if below > self.height {
                break;
            }
            below += self.rows(next);
        }
        // The row after the last entry is empty and need not be shown.
        if below <= self.height && self.floor == 0 {
            self.anchor = None;
            return self.top_of_end();
        }
        self.anchor = Some(top);
        top
    }

    fn top_of_end(&mut self) -> Place {
        let last = self.entries.len() - 1;
        let rows = self.rows(last);
        self.up((last, rows), self.height).max((self.floor, 0))
    }

    fn up(&mut self, (mut entry, row): Place, rows: usize) -> Place {
        let mut left = rows;
        let mut row = row;
        while left > row {
            left -= row;
            if entry == 0 {
                return (0, 0);
            }
            entry -= 1;
            row = self.rows(entry);
        }
        (entry, row - left)
    }

    fn down(&mut self, (mut entry, row): Place, rows: usize) -> Place {
        let mut row = row + rows;
        while entry + 1 < self.entries.len() {
            let height = self.rows(entry);
            if row < height {
                break;
            }
            row -= height;
            entry += 1;
        }
        (entry, row)
    }

    fn fill(&mut self, (entry, row): Place) {
        let mut left = self.height;
        let mut from = row;
        for place in entry..self.entries.len() {
            let rows = self.rows(place);
            let until = rows.min(from + left);
            if from < until {
                self.visible.push((place, from..until));
            }
            left -= until.saturating_sub(from);
            from = 0;
            if left == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn conversation(entries: usize) -> Conversation {
        let mut conversation = Conversation::default();
        for n in 0..entries {
            conversation.push(Entry::new(Kind::Answer, &format!("{n}\nb\nc"), Duration::ZERO));
        }
        conversation
    }

    fn shown(conversation: &mut Conversation) -> Vec<(usize, Range<usize>)> {
        conversation.layout(20, 6, Theme::Dark);
        conversation.visible().to_vec()
    }

    #[test]
    fn the_end_is_followed_until_one_scrolls() {
        let mut conversation = conversation(3);
        assert_eq!(shown(&mut conversation), [(1, 2..4), (2, 0..4)]);
        conversation.push(Entry::new(Kind::Answer, "3", Duration::ZERO));
        assert_eq!(shown(&mut conversation), [(2, 0..4), (3, 0..2)]);
        conversation.scroll(-3);
        assert_eq!(shown(&mut conversation), [(1, 1..4), (2, 0..3)]);
        conversation.push(Entry::new(Kind::Answer, "4", Duration::ZERO));
        assert_eq!(shown(&mut conversation), [(1, 1..4), (2, 0..3)]);
        conversation.scroll(100);
        assert_eq!(shown(&mut conversation), [(2, 2..4), (3, 0..2), (4, 0..2)]);
        assert!(conversation.follows());
        conversation.scroll(-100);
        assert_eq!(shown(&mut conversation), [(0, 0..4), (1, 0..2)]);
    }

    #[test]
    fn a_short_conversation_stands_at_the_top() {
        let mut conversation = conversation(1);
        assert_eq!(shown(&mut conversation), [(0, 0..4)]);
        conversation.scroll(-5);
        assert_eq!(shown(&mut conversation), [(0, 0..4)]);
        assert!(conversation.follows());
    }

    #[test]
    fn another_width_shows_about_the_same_words() {
        let words: Vec<String> = (1000..1400).map(|n| n.to_string()).collect();
        let mut conversation = Conversation::default();
        conversation.push(Entry::new(Kind::Answer, &words.join(" "), Duration::ZERO));
        conversation.layout(42, 6, Theme::Dark);
        conversation.reveal((0, 25));
        conversation.layout(42, 6, Theme::Dark);
        assert_eq!(conversation.visible(), [(0, 23..29)]);
        conversation.layout(22, 6, Theme::Dark);
        assert_eq!(conversation.visible(), [(0, 43..49)]);
    }

    #[test]
    fn a_row_is_revealed() {
        let mut conversation = conversation(50);
        shown(&mut conversation);
        conversation.reveal((10, 1));
        assert_eq!(shown(&mut conversation), [(9, 3..4), (10, 0..4), (11, 0..1)]);
        conversation.reveal((11, 0));
        assert_eq!(shown(&mut conversation), [(9, 3..4), (10, 0..4), (11, 0..1)], "it is shown already");
    }

    #[test]
    fn lines_are_made_for_what_is_shown_only() {
        let mut conversation = conversation(5000);
        shown(&mut conversation);
        let laid_out = |c: &Conversation| c.entries.iter().filter(|e| !e.body.lines().is_empty()).count();
        assert!(laid_out(&conversation) < 5);
        for _ in 0..500 {
            conversation.scroll(-6);
            shown(&mut conversation);
        }
        assert!(laid_out(&conversation) <= MAX_KEPT + 10);
    }
}
