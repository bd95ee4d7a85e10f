//! Lists to choose from: files above the prompt, sessions over everything.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

use super::{
    popup::{MAX_WIDTH, centered, frame},
    put, styled,
};
use crate::{
    desk::Kept,
    label::label,
    state::State,
    theme::Role,
    words::say,
    wrap::{columns, fit},
};

/// Draws the files that an `@` can name, at the bottom of the conversation.
pub fn draw_files(state: &State, above: Rect, buffer: &mut Buffer) {
    let Some(menu) = &state.mentions.menu else { return };
    let width = usize::from(above.width.min(MAX_WIDTH));
    let rows: Vec<String> = menu.items().iter().map(|file| format!("@{}", label(file, width))).collect();
    let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(above.height);
    let width = rows.iter().map(|row| columns(row)).max().unwrap_or(0).saturating_add(2);
    let width = u16::try_from(width).unwrap_or(u16::MAX).min(above.width);
    let area = Rect { y: above.y + above.height - height, height, width, ..above };
    list(state, &rows, menu.chosen(), area, buffer);
}

/// Draws the sessions that can be gone on with, in the middle of the screen.
pub fn draw_sessions(state: &State, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
    let menu = state.sessions.as_ref()?;
    let inner = frame_of(state, state.words.choose_session, menu.items().len(), screen, buffer);
    let width = usize::from(inner.width);
    let rows: Vec<String> = menu.items().iter().map(|kept| row(state, kept, width)).collect();
    list(state, &rows, menu.chosen(), inner, buffer);
    None
}

/// Draws the steps that can be looked at, in the middle of the screen.
pub fn draw_steps(state: &State, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
    let menu = state.steps.as_ref()?;
    let inner = frame_of(state, state.words.choose_step, menu.items().len(), screen, buffer);
    let rows: Vec<String> =
        menu.items().iter().map(|place| state.step_line(*place, usize::from(inner.width))).collect();
    list(state, &rows, menu.chosen(), inner, buffer);
    None
}

fn frame_of(state: &State, title: &str, rows: usize, screen: Rect, buffer: &mut Buffer) -> Rect {
    let area = centered(screen, rows + 2, buffer);
    match area.height > 3 && area.width > 8 {
        true => frame(title, state.theme.style(Role::Accent), area, buffer),
        false => area,
    }
}

/// A session's time, turns and title on a line.
fn row(state: &State, kept: &Kept, width: usize) -> String {
    let turns = say(state.words.turns_of, kept.turns);
    let room = width.saturating_sub(columns(&turns) + 24);
    // Where there is little room, the title says most.
    match room > 12 {
        true => format!("{}  {turns}  {}", label(&kept.time, 16), label(&kept.title, room)),
        false => label(&kept.title, width.saturating_sub(2)),
    }
}

/// Rows, as many as fit, the chosen one always among them.
fn list(state: &State, rows: &[String], chosen: usize, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    Clear.render(area, buffer);
    let (height, width) = (usize::from(area.height), usize::from(area.width));
    let first = (chosen + 1).saturating_sub(height);
    for (y, (place, text)) in rows.iter().enumerate().skip(first).take(height).enumerate() {
        let role = if place == chosen { Role::Selected } else { Role::Text };
        let text = fit(&format!(" {text}"), width);
        let rest = " ".repeat(width.saturating_sub(columns(&text)));
        put(buffer, area, (y, 0), &styled(text + &rest, state.theme.style(role)));
    }
}
