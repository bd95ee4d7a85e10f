//! The list of steps beside the conversation.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    text::{Line, Span},
};

use super::{
    conversation::{icon, took},
    put, styled,
};
use crate::{
    entry::{Entry, Kind},
    label::label,
    state::State,
    theme::Role,
    wrap::{columns, fit},
};

/// Draws the last of them, and remembers their rows.
pub fn draw(state: &mut State, area: Rect, buffer: &mut Buffer) {
    state.areas.steps = Rect::default();
    state.areas.step_entries.clear();
    if area.is_empty() {
        return;
    }
    let dim = state.theme.style(Role::Dim);
    for y in area.top()..area.bottom() {
        buffer.set_string(area.x, y, "│", dim);
    }
    put(buffer, area, (0, 2), &styled(state.words.steps, state.theme.style(Role::Accent)));
    let rows = usize::from(area.height) - 1;
    let listed = |entry: &&Entry| !matches!(entry.kind, Kind::Note | Kind::Error);
    let entries = state.conversation.entries().iter().enumerate().rev();
    let mut shown: Vec<usize> =
        entries.filter(|(_, e)| listed(e)).take(rows).map(|(place, _)| place).collect();
    shown.reverse();
    let on_screen = state.conversation.visible().iter().map(|(place, _)| *place);
    let on_screen: Vec<usize> = on_screen.collect();
    let width = usize::from(area.width).saturating_sub(3);
    for (row, place) in shown.iter().enumerate() {
        let Some(entry) = state.conversation.entries().get(*place) else { continue };
        put(buffer, area, (row + 1, 2), &step(state, entry, width));
        if on_screen.contains(place) {
            put(buffer, area, (row + 1, 0), &styled("┃", state.theme.style(Role::Accent)));
        }
    }
    state.areas.steps = Rect { y: area.y + 1, height: area.height - 1, ..area };
    state.areas.step_entries = shown;
}

fn step(state: &State, entry: &Entry, width: usize) -> Line<'static> {
    let theme = state.theme;
    let name = match &entry.kind {
        Kind::Call(call) => call.tool.clone(),
        Kind::Thinking => state.words.thought.to_owned(),
        Kind::Answer => state.words.answer.to_owned(),
        Kind::Prompt | Kind::Error | Kind::Note => {
            return styled(label(entry.body.text(), width), theme.style(Role::Prompt));
        }
    };
    let (icon, role) = icon(state, entry);
    let took = took(state, entry);
    let name = fit(&name, width.saturating_sub(columns(&took) + 5));
    let gap = width.saturating_sub(columns(&name) + columns(&took) + 4);
    Line::from(vec![
        Span::styled(format!("  {icon} "), theme.style(role)),
        Span::styled(name, theme.style(Role::Text)),
        Span::styled(format!("{}{took}", " ".repeat(gap)), theme.style(Role::Dim)),
    ])
}
