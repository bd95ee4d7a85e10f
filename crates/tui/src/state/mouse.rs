//! What the mouse changes.

use std::time::Duration;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::State;
use crate::{
    entry::{Fold, Row},
    op::Effect,
    selection::{Selection, Spot, Unit},
};

/// Rows of one notch of the wheel.
const NOTCH: isize = 3;
/// How soon a second click has to come.
const DOUBLE: Duration = Duration::from_millis(400);
/// How often the conversation moves on under a mouse that is held at its edge.
const CREEP: Duration = Duration::from_millis(100);

/// What the mouse's button has begun.
#[derive(Debug, Default)]
pub struct Pointer {
    /// What it has chosen.
    pub selection: Option<Selection>,
    /// Where the button went down in the conversation, while it is held.
    held: Option<Spot>,
    /// Where the mouse was last.
    at: Position,
    /// When the button went down, and how many times in one place.
    clicks: (Duration, usize),
    /// When the conversation last moved on by itself.
    crept: Duration,
}

impl State {
    /// Takes what the mouse does: the wheel scrolls, a click on a step's row folds it, a click in the list
    /// of steps goes there, and what is drawn over or clicked twice is chosen and copied.
    pub fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        let at = Position { x: event.column, y: event.row };
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(-NOTCH),
            MouseEventKind::ScrollDown => self.wheel(NOTCH),
            // What is under a view or a list is not meant.
            MouseEventKind::Down(MouseButton::Left) if self.popup().is_none() => self.press(at),
            MouseEventKind::Drag(MouseButton::Left) => self.drag(at),
            MouseEventKind::Up(MouseButton::Left) => return self.release(),
            _ => {}
        }
        Vec::new()
    }

    /// Moves the conversation on under a mouse that is held at its edge.
    pub(super) fn creep(&mut self) {
        if self.is_creeping() && self.clock.saturating_sub(self.pointer.crept) >= CREEP {
            self.pointer.crept = self.clock;
            let is_above = self.pointer.at.y <= self.areas.conversation.top();
            self.conversation.scroll(if is_above { -NOTCH } else { NOTCH });
        }
    }

    /// Whether a mouse is held at the conversation's edge, with something chosen.
    pub(super) fn is_creeping(&self) -> bool {
        let (area, y) = (self.areas.conversation, self.pointer.at.y);
        let is_drawing = self.pointer.held.is_some() && self.pointer.selection.is_some();
        is_drawing && (y <= area.top() || y >= area.bottom())
    }

    /// Goes on with what is being chosen, after the conversation has moved under the mouse.
    pub fn follow_pointer(&mut self) {
        if self.pointer.held.is_some()
            && let Some(to) = self.spot(self.pointer.at)
            && let Some(selection) = &mut self.pointer.selection
        {
            selection.to = to;
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

    fn press(&mut self, at: Position) {
        let (before, times) = self.pointer.clicks;
        let is_again = at == self.pointer.at && self.clock.saturating_sub(before) < DOUBLE;
        self.pointer.clicks = (self.clock, if is_again { times % 3 + 1 } else { 1 });
        self.pointer.at = at;
        self.pointer.selection = None;
        self.pointer.held = None;
        if self.areas.steps.contains(at) {
            let row = usize::from(at.y - self.areas.steps.y);
            if let Some(&entry) = self.areas.step_entries.get(row) {
                self.conversation.rows(entry);
                self.conversation.reveal((entry, 0));
            }
        } else if self.areas.composer.contains(at) && self.search.is_none() {
            let row = self.areas.composer_row + usize::from(at.y - self.areas.composer.y);
            self.composer.click(row, usize::from(at.x - self.areas.composer.x));
            self.focus = super::Focus::Composer;
        } else if self.areas.conversation.contains(at) {
            self.pointer.held = self.spot(at);
            if let (Some(spot), Some(unit)) = (self.pointer.held, self.unit()) {
                self.pointer.selection = Some(Selection { from: spot, to: spot, unit });
            }
        }
    }

    fn drag(&mut self, at: Position) {
        self.pointer.at = at;
        let (Some(from), Some(to)) = (self.pointer.held, self.spot(at)) else { return };
        let unit = self.unit().unwrap_or(Unit::Character);
        self.pointer.selection = Some(Selection { from, to, unit });
    }

    /// Copies what is chosen. What stands where nothing can be chosen is clicked.
    fn release(&mut self) -> Vec<Effect> {
        let Some((place, _)) = self.pointer.held.take() else { return Vec::new() };
        let text = self.pointer.selection.map(|chosen| chosen.text(&mut self.conversation));
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            return self.copy(text);
        }
        let was_drawn = self.pointer.selection.take().is_some_and(|chosen| chosen.from != chosen.to);
        if !was_drawn {
            self.click(place);
        }
        Vec::new()
    }

    fn click(&mut self, (place, row): (usize, usize)) {
        let Some(entry) = self.conversation.entries().get(place) else { return };
        if matches!((entry.row(row), entry.fold), (Row::Header, _) | (Row::More(_), Fold::Preview)) {
            self.conversation.toggle(place);
        }
    }

    /// What a click that is not the first in its place chooses.
    fn unit(&self) -> Option<Unit> {
        match self.pointer.clicks.1 {
            2 => Some(Unit::Word),
            3 => Some(Unit::Line),
            _ => None,
        }
    }

    /// What stands at a place of the screen, or next to it.
    fn spot(&self, at: Position) -> Option<Spot> {
        let area = self.areas.conversation;
        let left = usize::from(at.y.saturating_sub(area.y).min(area.height.saturating_sub(1)));
        let rows = self.conversation.visible().iter().flat_map(|(entry, rows)| {
            let entry = *entry;
            rows.clone().map(move |row| (entry, row))
        });
        // Below the last row stands nothing.
        let place = rows.take(left + 1).last()?;
        let indent = self.conversation.entries().get(place.0)?.indent();
        Some((place, usize::from(at.x.saturating_sub(area.x)).saturating_sub(indent)))
    }
}
