//! The question whether a call is made, over everything else.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
};

use super::{
    composer::at,
    popup::{MAX_WIDTH, centered, frame},
    put, styled,
};
use crate::{
    approval::{Editor, Question, Written},
    state::State,
    theme::{Role, Theme},
    words::{Words, say},
    wrap::{columns, fit},
};

/// Its rows beside the arguments: the frame, the answers, the keys and a gap.
const AROUND: usize = 5;

/// Draws the first open question in the middle of the screen. Says where the cursor is, if something
/// is being written.
pub fn draw(state: &mut State, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
    let (theme, words) = (state.theme, state.words);
    let waiting = state.questions.len();
    let question = state.questions.front_mut()?;
    if let Some(editor) = &mut question.editor {
        return Some(draw_editor(editor, &question.tool, (theme, words), screen, buffer));
    }
    let width = screen.width.min(MAX_WIDTH);
    let lines = question.arguments.layout(usize::from(width.saturating_sub(4)), theme).len();
    let area = centered(screen, lines + AROUND, buffer);
    let inner = match area.height > 4 && width > 8 {
        true => draw_frame(question, waiting, (theme, words), area, buffer),
        false => area,
    };
    let has_keys = inner.height > 3;
    let rows = usize::from(inner.height).saturating_sub(if has_keys { 3 } else { 1 });
    question.scroll = question.scroll.min(lines.saturating_sub(rows));
    let from = question.scroll;
    for (y, part) in question.arguments.lines().iter().skip(from).take(rows).enumerate() {
        put(buffer, inner, (y, 0), &part.line);
    }
    if lines > rows && has_keys {
        let shown = format!("{}–{} / {lines}", from + 1, (from + rows).min(lines));
        put(buffer, inner, (rows, 0), &styled(shown, theme.style(Role::Warn)));
    }
    let choices = choices(question.choice, (theme, words), usize::from(inner.width));
    let below = usize::from(inner.height).saturating_sub(if has_keys { 2 } else { 1 });
    put(buffer, inner, (below, 0), &choices);
    if has_keys {
        let keys = fit(words.popup_keys, usize::from(inner.width));
        put(buffer, inner, (below + 1, 0), &styled(keys, theme.style(Role::Dim)));
    }
    None
}

/// Draws what is being written instead of an answer.
fn draw_editor(
    editor: &mut Editor,
    tool: &str,
    (theme, words): (Theme, &Words),
    screen: Rect,
    buffer: &mut Buffer,
) -> Position {
    let width = screen.width.min(MAX_WIDTH);
    let is_framed = width > 8 && screen.height > 4;
    let around = if is_framed { 4 } else { 0 };
    let shown = editor.composer.show(usize::from(width.saturating_sub(around)));
    let area = centered(screen, shown.rows.len() + 3, buffer);
    let title = match editor.what {
        Written::Arguments => say(words.edit_call, tool),
        Written::Observation => say(words.answer_call, tool),
    };
    let inner = if is_framed && area.height > 3 { box_of(&title, theme, area, buffer) } else { area };
    let rows = usize::from(inner.height).saturating_sub(1).max(1);
    let (row, column) = shown.cursor;
    let first = (row + 1).saturating_sub(rows);
    for (y, text) in shown.rows.iter().skip(first).take(rows).enumerate() {
        put(buffer, inner, (y, 0), &styled(text.clone(), theme.style(Role::Text)));
    }
    if usize::from(inner.height) > rows {
        let keys = fit(words.send_keys, usize::from(inner.width));
        put(buffer, inner, (rows, 0), &styled(keys, theme.style(Role::Dim)));
    }
    at(inner, row - first, column)
}

fn draw_frame(
    question: &Question,
    waiting: usize,
    (theme, words): (Theme, &Words),
    area: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let mut title = say(words.approve, &question.tool);
    if waiting > 1 {
        title.push_str(&format!(" (1/{waiting})"));
    }
    box_of(&title, theme, area, buffer)
}

fn box_of(title: &str, theme: Theme, area: Rect, buffer: &mut Buffer) -> Rect {
    let inner = frame(title, theme.style(Role::Warn), area, buffer);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

fn choices(chosen: usize, (theme, words): (Theme, &Words), width: usize) -> Line<'static> {
    let names = [words.once, words.session, words.no, words.never];
    let all: usize = names.iter().map(|name| columns(name) + 4).sum();
    let mut line = Line::default();
    for (place, name) in names.iter().enumerate() {
        let text = match all <= width {
            true => format!("{} {name}", place + 1),
            false => format!("{} {}", place + 1, fit(name, (width / 4).saturating_sub(4).max(1))),
        };
        let (text, role) = match place == chosen {
            true => (format!("[{text}]"), Role::Selected),
            false => (format!(" {text} "), Role::Text),
        };
        line.push_span(Span::styled(text, theme.style(role)));
    }
    line
}
