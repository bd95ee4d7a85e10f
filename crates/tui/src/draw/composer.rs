//! The prompt that is being written, or what is being searched for.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{line, put, styled};
use crate::{
    search::Search,
    state::{Focus, State},
    theme::Role,
    wrap::{columns, fit},
};

/// What stands before a prompt.
const MARK: &str = "> ";
/// The most rows of a prompt that are shown at once.
const MAX_ROWS: u16 = 12;

/// The rows that it needs of a screen.
pub fn height(state: &mut State, area: Rect) -> u16 {
    if state.search.is_some() {
        return 1;
    }
    let rows = state.composer.show(width(area)).rows.len();
    let most = (state.screen.height / 3).clamp(1, MAX_ROWS).min(area.height.max(1));
    u16::try_from(rows).unwrap_or(most).clamp(1, most)
}

/// Draws it, and says where the cursor is.
pub fn draw(state: &mut State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    if let Some(search) = &state.search {
        return Some(draw_search(state, search, area, buffer));
    }
    let shown = state.composer.show(width(area));
    let indent = u16::try_from(MARK.len()).unwrap_or(0).min(area.width);
    state.areas.composer = Rect { x: area.x + indent, width: area.width - indent, ..area };
    let has_focus = state.focus == Focus::Composer;
    let (row, column) = shown.cursor;
    // The cursor's row is always among those that are shown.
    let first = (row + 1).saturating_sub(usize::from(area.height));
    state.areas.composer_row = first;
    let mark = if has_focus { Role::Prompt } else { Role::Dim };
    put(buffer, area, (0, 0), &styled(MARK, state.theme.style(mark)));
    if state.composer.text().is_empty() {
        let hint = fit(state.words.placeholder, width(area));
        put(buffer, area, (0, MARK.len()), &styled(hint, state.theme.style(Role::Dim)));
    }
    for (y, text) in shown.rows.iter().skip(first).take(usize::from(area.height)).enumerate() {
        put(buffer, area, (y, MARK.len()), &styled(text.clone(), state.theme.style(Role::Text)));
    }
    has_focus.then(|| at(area, row - first, MARK.len() + column))
}

fn draw_search(state: &State, search: &Search, area: Rect, buffer: &mut Buffer) -> Position {
    let width = usize::from(area.width);
    let name = format!("{}: ", state.words.search);
    // The end of a long query is what is being typed.
    let mut query = search.query.as_str();
    while columns(query) + columns(&name) + 1 > width && !query.is_empty() {
        query = &query[query.chars().next().map_or(0, char::len_utf8)..];
    }
    let (hint, role) = match search.is_lost {
        true => (state.words.no_match, Role::Bad),
        false => (state.words.search_keys, Role::Dim),
    };
    let cursor = columns(&name) + columns(query);
    let hint = if cursor + columns(hint) + 4 <= width { format!("   {hint}") } else { String::new() };
    put(
        buffer,
        area,
        (0, 0),
        &line(state.theme, &[(&name, Role::Accent), (query, Role::Text), (&hint, role)]),
    );
    at(area, 0, cursor)
}

fn width(area: Rect) -> usize {
    usize::from(area.width).saturating_sub(MARK.len())
}

/// A place within an area, whatever was asked for.
pub fn at(area: Rect, row: usize, column: usize) -> Position {
    let within =
        |value: usize, size: u16| u16::try_from(value).unwrap_or(u16::MAX).min(size.saturating_sub(1));
    Position { x: area.x + within(column, area.width), y: area.y + within(row, area.height) }
}
