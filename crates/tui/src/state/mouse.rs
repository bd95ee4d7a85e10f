//! What the mouse changes.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::State;
use crate::entry::{Fold, Row};

/// Rows of one notch of the wheel.
const NOTCH: isize = 3;

impl State {
    /// Takes what the mouse does: the wheel scrolls, a click on a step's row folds it, a click in the list
    /// of steps goes there.
    pub fn mouse(&mut self, event: MouseEvent) {
        let at = Position { x: event.column, y: event.row };
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(-NOTCH),
            MouseEventKind::ScrollDown => self.wheel(NOTCH),
            MouseEventKind::Down(MouseButton::Left) if self.questions.is_empty() => self.click(at),
            _ => {}
        }
    }

    fn wheel(&mut self, rows: isize) {
        if let (true, Some(view)) = (self.questions.is_empty(), &mut self.moment) {
            return view.scroll(rows);
        }
        match self.questions.front_mut() {
            Some(question) => question.scroll = question.scroll.saturating_add_signed(rows),
            None => self.conversation.scroll(rows),
        }
    }

    fn click(&mut self, at: Position) {
        // What is under a view or a list is not meant.
        if self.moment.is_some() || self.steps.is_some() || self.sessions.is_some() {
            return;
        }
        if self.areas.steps.contains(at) {
            let row = usize::from(at.y - self.areas.steps.y);
            if let Some(&entry) = self.areas.step_entries.get(row) {
                self.conversation.rows(entry);
                self.conversation.reveal((entry, 0));
            }
            return;
        }
        if !self.areas.conversation.contains(at) {
            return;
        }
        let mut left = usize::from(at.y - self.areas.conversation.y);
        let hit = self.conversation.visible().iter().find_map(|(entry, rows)| match left < rows.len() {
            true => Some((*entry, rows.start + left)),
            false => {
                left -= rows.len();
                None
            }
        });
        let Some((place, row)) = hit else { return };
        let Some(entry) = self.conversation.entries().get(place) else { return };
        let folds = matches!((entry.row(row), entry.fold), (Row::Header, _) | (Row::More(_), Fold::Preview));
        if folds {
            self.conversation.toggle(place);
        }
    }
}
