//! A state as a screen.

mod composer;
mod conversation;
mod figures;
mod menu;
mod popup;
mod question;
mod status;
mod steps;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    state::State,
    theme::{Role, Theme},
};

/// The narrowest screen that has a list of steps beside the conversation.
const WIDE: u16 = 110;
/// The columns of that list.
const STEPS: u16 = 34;

/// Draws the whole screen. The state learns where things are, for the mouse and for scrolling, and keeps
/// the lines that it made.
pub fn draw(state: &mut State, frame: &mut Frame) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    let composer = composer::height(state, area);
    let rule = u16::from(area.height > composer + 1);
    let status = u16::from(area.height > composer + 3);
    let bottom = composer + rule + status;
    let top = area.height - bottom;
    let steps = if area.width >= WIDE && top > 2 { STEPS } else { 0 };

    let rows = |y, height| Rect { y, height, ..area };
    let conversation = Rect { width: area.width - steps, ..rows(area.y, top) };
    conversation::draw(state, conversation, frame.buffer_mut());
    let steps = Rect { x: area.x + area.width - steps, width: steps, ..rows(area.y, top) };
    steps::draw(state, steps, frame.buffer_mut());
    status::draw_rule(state, rows(area.y + top, rule), frame.buffer_mut());
    let cursor = composer::draw(state, rows(area.y + top + rule, composer), frame.buffer_mut());
    status::draw_status(state, rows(area.y + top + rule + composer, status), frame.buffer_mut());
    menu::draw_files(state, rows(area.y, top), frame.buffer_mut());
    let cursor = match (state.questions.is_empty(), state.sessions.is_some()) {
        (false, _) => question::draw(state, area, frame.buffer_mut()),
        (true, true) => {
            menu::draw_sessions(state, area, frame.buffer_mut());
            None
        }
        (true, false) => cursor,
    };
    cursor.into_iter().for_each(|cursor| frame.set_cursor_position(cursor));
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
