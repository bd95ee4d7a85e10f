//! What a session on the terminal's own lines hands to the terminal, and the rows that it keeps.

use std::ops::Range;

use ratatui::{
    buffer::Buffer,
    layout::{Rect, Size},
};

use super::{composer, conversation::draw_rows, picture, set_canvas};
use crate::state::{Focus, Popup, State};

/// Rows of a sheet: an entry can be longer than a sheet can be.
const MAX_ROWS: usize = 200;
/// Rows for a question or a list.
const POPUP: u16 = 12;

/// The rows that a session needs on a terminal of this size.
pub fn inline_height(state: &mut State, screen: Size) -> u16 {
    state.screen = screen;
    let composer = composer::height(state, Rect::from(screen));
    let half = screen.height / 2;
    let is_looked_at =
        state.focus == Focus::Conversation || state.search.is_some() || !state.conversation.follows();
    let has_popup = state.popup().is_some() || state.mentions.menu.is_some();
    let rows = match is_looked_at {
        _ if state.popup() == Some(Popup::Moment) => screen.height,
        _ if has_popup => POPUP,
        true => half,
        false => u16::try_from(state.conversation.open_rows(usize::from(half))).unwrap_or(half),
    };
    composer.saturating_add(2).saturating_add(rows).clamp(1, screen.height.max(1))
}

/// The entries that are over since this was asked for last, or all of them, as sheets for a
/// terminal of this size. They are not shown at the end any more.
pub fn settled(state: &mut State, screen: Size, all: bool) -> Vec<Buffer> {
    let width = screen.width;
    prepare(state, screen);
    state.gallery.begin();
    let mut sheets = Vec::new();
    while let Some(place) = state.conversation.settling(all) {
        let rows = [(place, 0..state.conversation.rows(place))];
        let height = u16::try_from(rows[0].1.len()).unwrap_or(u16::MAX);
        // A picture that is being read is waited for.
        if !all && !picture::are_ready(state, &rows, Rect { x: 0, y: 0, width, height }) {
            break;
        }
        sheets.extend(on_sheets(state, &rows, width));
        state.conversation.settle(place);
    }
    sheets
}

/// The last rows of what the terminal has, as sheets for its size.
pub fn settled_tail(state: &mut State, screen: Size, rows: u16) -> Vec<Buffer> {
    prepare(state, screen);
    let rows = state.conversation.settled_rows(usize::from(rows));
    on_sheets(state, &rows, screen.width)
}

fn prepare(state: &mut State, screen: Size) {
    state.screen = screen;
    set_canvas(state);
    state.conversation.set_width(usize::from(screen.width), state.theme);
}

fn on_sheets(state: &mut State, rows: &[(usize, Range<usize>)], width: u16) -> Vec<Buffer> {
    let mut sheets = Vec::new();
    for (place, rows) in rows {
        for from in rows.clone().step_by(MAX_ROWS) {
            let part = [(*place, from..rows.end.min(from + MAX_ROWS))];
            let height = u16::try_from(part[0].1.len()).unwrap_or(u16::MAX);
            let area = Rect { x: 0, y: 0, width, height };
            let mut sheet = Buffer::empty(area);
            draw_rows(state, &part, area, &mut sheet);
            picture::draw(state, &part, area, &mut sheet);
            sheets.push(sheet);
        }
    }
    sheets
}
