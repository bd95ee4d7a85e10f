//! A state as a screen.

mod composer;
mod conversation;
mod menu;
mod moment;
mod picture;
mod popup;
mod question;
mod settled;
mod status;
mod steps;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

pub use settled::{inline_height, settled, settled_tail};

use crate::{
    state::{Popup, State},
    theme::{Role, Theme},
};

/// The narrowest screen that has a list of steps beside the conversation.
const WIDE: u16 = 110;
/// The most rows of a picture.
const MAX_PICTURE: u16 = 20;
/// The columns of that list.
const STEPS: u16 = 34;

/// Draws the whole screen. The state learns where things are, for the mouse and for scrolling, and keeps
/// the lines that it made.
pub fn draw(state: &mut State, frame: &mut Frame) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    if !state.is_inline {
        state.screen = area.as_size();
        state.gallery.begin();
    }
    set_canvas(state);
    let composer = composer::height(state, area);
    // On the terminal's own lines there is no more than is needed.
    let (least, more) = if state.is_inline { (0, 1) } else { (1, 3) };
    let rule = u16::from(area.height > composer + least);
    let status = u16::from(area.height > composer + more);
    let bottom = composer + rule + status;
    let top = area.height - bottom;
    let steps = if area.width >= WIDE && top > 2 && !state.is_inline { STEPS } else { 0 };

    let rows = |y, height| Rect { y, height, ..area };
    let conversation = Rect { width: area.width - steps, ..rows(area.y, top) };
    conversation::draw(state, conversation, frame.buffer_mut());
    let steps = Rect { x: area.x + area.width - steps, width: steps, ..rows(area.y, top) };
    steps::draw(state, steps, frame.buffer_mut());
    status::draw_rule(state, rows(area.y + top, rule), frame.buffer_mut());
    let cursor = composer::draw(state, rows(area.y + top + rule, composer), frame.buffer_mut());
    status::draw_status(state, rows(area.y + top + rule + composer, status), frame.buffer_mut());
    menu::draw_files(state, rows(area.y, top), frame.buffer_mut());
    let buffer = frame.buffer_mut();
    let cursor = match state.popup() {
        Some(Popup::Question) => question::draw(state, area, buffer),
        Some(Popup::Sessions) => menu::draw_sessions(state, area, buffer),
        Some(Popup::Moment) => moment::draw(state, area, buffer),
        Some(Popup::Steps) => menu::draw_steps(state, area, buffer),
        None => cursor,
    };
    cursor.into_iter().for_each(|cursor| frame.set_cursor_position(cursor));
}

/// Says how pictures are drawn from here on.
fn set_canvas(state: &mut State) {
    let most = (state.screen.height / 2).min(MAX_PICTURE);
    state.conversation.set_canvas(state.canvas.in_theme(state.theme), most);
}

/// Writes a line into a row of an area, from a column on. What does not fit is cut off.
fn put(buffer: &mut Buffer, area: Rect, (row, column): (usize, usize), line: &Line) {
    let (Ok(row), Ok(column)) = (u16::try_from(row), u16::try_from(column)) else { return };
    if row < area.height && column < area.width {
        buffer.set_line(area.x + column, area.y + row, line, area.width - column);
    }
}

/// Pieces of a line with their kinds.
fn line(theme: Theme, pieces: &[(&str, Role)]) -> Line<'static> {
    let spans = pieces.iter().filter(|(text, _)| !text.is_empty());
    spans.map(|(text, role)| Span::styled((*text).to_owned(), theme.style(*role))).collect()
}

fn styled(text: impl Into<String>, style: Style) -> Line<'static> {
    Line::from(Span::styled(text.into(), style))
}

#[cfg(test)]
mod tests;
