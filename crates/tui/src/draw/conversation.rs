//! The rows of the conversation that are on the screen.

use std::ops::Range;

use chat::Status;
use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Modifier,
    text::{Line, Span},
};

use super::{line, picture, put, styled};
use crate::{
    entry::{Call, Entry, Fold, Kind, Row},
    figures::{time, turning},
    label::label,
    state::{Focus, State},
    theme::Role,
    words::say,
    wrap::{columns, fit},
};

/// The longest symbol that a search looks at, in bytes.
const MAX_SYMBOL: usize = 256;

/// Draws them, and remembers where.
pub fn draw(state: &mut State, area: Rect, buffer: &mut Buffer) {
    // Rows of another width are other rows.
    if state.areas.conversation.width != area.width {
        state.pointer.selection = None;
    }
    state.areas.conversation = area;
    state.conversation.layout(usize::from(area.width), usize::from(area.height), state.theme);
    let rows = state.conversation.visible().to_vec();
    draw_rows(state, &rows, area, buffer);
    picture::draw(state, &rows, area, buffer);
    state.follow_pointer();
    mark_selection(state, &rows, area, buffer);
    if state.search.is_some() {
        mark_matches(state, area, buffer);
    }
}

/// Draws rows of entries from the top of an area on.
pub fn draw_rows(state: &State, rows: &[(usize, Range<usize>)], area: Rect, buffer: &mut Buffer) {
    let mut y = 0;
    for (place, rows) in rows {
        let Some(entry) = state.conversation.entries().get(*place) else { continue };
        for row in rows.clone() {
            draw_row(state, (entry, *place), row, (area, y), buffer);
            y += 1;
        }
    }
}

fn draw_row(
    state: &State,
    (entry, place): (&Entry, usize),
    row: usize,
    (area, y): (Rect, usize),
    buffer: &mut Buffer,
) {
    let theme = state.theme;
    let (gutter, role, words) = match (entry.row(row), &entry.kind) {
        (Row::Gap | Row::Picture, _) => return,
        (Row::Caption(shown), _) => {
            let room = usize::from(area.width).saturating_sub(6);
            let caption = styled(format!("▣ {}", fit(&shown.caption, room)), theme.style(Role::Dim));
            return put(buffer, area, (y, 4), &caption);
        }
        (Row::Header, _) => {
            let is_selected =
                state.focus == Focus::Conversation && state.conversation.selected() == Some(place);
            put(buffer, area, (y, 0), &header(state, entry, usize::from(area.width)));
            if is_selected && let Ok(row) = u16::try_from(y) {
                buffer.set_style(Rect { y: area.y + row, height: 1, ..area }, theme.style(Role::Selected));
            }
            return;
        }
        (Row::More(1), _) => {
            let more = styled(state.words.one_more_line, theme.style(Role::Dim));
            return put(buffer, area, (y, entry.indent()), &more);
        }
        (Row::More(n), _) => {
            return put(
                buffer,
                area,
                (y, 4),
                &styled(say(state.words.more_lines, n), theme.style(Role::Dim)),
            );
        }
        (Row::Observation(words, 0), _) => ("  └ ", Role::Dim, words),
        (Row::Observation(words, _), _) => ("    ", Role::Dim, words),
        (Row::Body(words, _), Kind::Call(_) | Kind::Thinking) => ("  │ ", Role::Dim, words),
        (Row::Body(words, 0), Kind::Prompt) => ("› ", Role::Prompt, words),
        (Row::Body(words, 0), Kind::Error) => ("✗ ", Role::Bad, words),
        (Row::Body(words, 0), Kind::Note) => ("· ", Role::Dim, words),
        (Row::Body(words, _), _) => ("  ", Role::Text, words),
    };
    put(buffer, area, (y, 0), &styled(gutter, theme.style(role)));
    put(buffer, area, (y, columns(gutter)), &words.line);
    let is_chosen = state.focus == Focus::Conversation && state.conversation.selected() == Some(place);
    if row == 0
        && is_chosen
        && let Ok(row) = u16::try_from(y)
    {
        buffer.set_style(Rect { y: area.y + row, height: 1, ..area }, theme.style(Role::Selected));
    }
}

/// The row that names a call or thoughts.
fn header(state: &State, entry: &Entry, width: usize) -> Line<'static> {
    let (icon, role) = icon(state, entry);
    let marker = if entry.fold == Fold::Folded { "▸ " } else { "▾ " };
    let name = match &entry.kind {
        Kind::Call(call) => call.tool.clone(),
        _ if entry.is_done => state.words.thought.to_owned(),
        _ => state.words.thinking.to_owned(),
    };
    let mut right = remark(state, entry);
    right.push_str(&took(state, entry));
    let right = right.trim_end_matches(" · ");
    let mut line = line(state.theme, &[(marker, Role::Dim), (icon, role), (" ", Role::Text)]);
    let style = state.theme.style(Role::Accent).add_modifier(Modifier::BOLD);
    line.push_span(Span::styled(name, style));
    let room = width.saturating_sub(line.width() + columns(right) + 3);
    if entry.fold == Fold::Folded && room > 4 {
        line.push_span(Span::styled(format!("  {}", summary(entry, room - 1)), state.theme.style(Role::Dim)));
    }
    let gap = width.saturating_sub(line.width() + columns(right) + 1).max(1);
    let right = fit(right, width.saturating_sub(line.width() + gap));
    line.push_span(Span::styled(format!("{}{right}", " ".repeat(gap)), state.theme.style(Role::Dim)));
    line
}

/// How long an entry has taken so far, or took in all. A call that was not made took no time.
pub fn took(state: &State, entry: &Entry) -> String {
    let so_far = || (!entry.is_done).then(|| state.clock.saturating_sub(entry.since));
    entry.took.or_else(so_far).map_or_else(String::new, time)
}

/// How an entry stands, in one column.
pub fn icon(state: &State, entry: &Entry) -> (&'static str, Role) {
    let status = match &entry.kind {
        Kind::Call(Call { asks: true, .. }) if !entry.is_done => return ("?", Role::Warn),
        Kind::Call(Call { observation: Some(seen), .. }) => seen.status,
        Kind::Call(_) if entry.is_done => return ("-", Role::Dim),
        _ if entry.is_done => Status::Ok,
        _ => return (turning(state.clock), Role::Accent),
    };
    match status {
        Status::Ok => ("✓", Role::Good),
        Status::Error => ("✗", Role::Bad),
        Status::Denied => ("⊘", Role::Warn),
        Status::Timeout => ("◷", Role::Warn),
    }
}

/// What is to be said of a call beside its time.
fn remark(state: &State, entry: &Entry) -> String {
    let Kind::Call(call) = &entry.kind else { return String::new() };
    let ended = call.observation.as_ref().and_then(|seen| match seen.status {
        Status::Denied => Some(state.words.denied),
        Status::Timeout => Some(state.words.timed_out),
        Status::Ok if seen.truncated => Some(state.words.truncated),
        Status::Ok | Status::Error => None,
    });
    let remarks = [call.remark, ended].into_iter().flatten();
    remarks.map(|remark| format!("{remark} · ")).collect()
}

/// What was called with, and what came of it, on one line.
fn summary(entry: &Entry, width: usize) -> String {
    let first = |text: &str| label(text.trim().lines().next().unwrap_or_default(), width);
    let body = match entry.is_done {
        true => first(entry.body.text()),
        // What is being thought just now says more than how it began.
        false => label(entry.body.text().trim().lines().last().unwrap_or_default(), width),
    };
    match entry.seen() {
        // The last line of a traceback is the one that says what happened.
        Some(seen) if seen.status == Status::Error => fit(
            &format!("{body} → {}", first(seen.text.text().trim().lines().last().unwrap_or_default())),
            width,
        ),
        Some(seen) => fit(&format!("{body} → {}", first(seen.text.text())), width),
        None => body,
    }
}

/// Marks what the mouse has chosen.
fn mark_selection(state: &State, rows: &[(usize, Range<usize>)], area: Rect, buffer: &mut Buffer) {
    let Some(selection) = state.pointer.selection else { return };
    let rows = rows.iter().flat_map(|(entry, rows)| rows.clone().map(move |row| (*entry, row)));
    for (y, place) in (area.y..area.bottom()).zip(rows) {
        let Some(entry) = state.conversation.entries().get(place.0) else { continue };
        let chosen = selection.columns(entry, place);
        let column =
            |column: usize| u16::try_from(column + entry.indent()).unwrap_or(u16::MAX).min(area.width);
        let (x, end) = (column(chosen.start), column(chosen.end));
        let chosen = Rect { x: area.x + x, y, width: end.saturating_sub(x), height: 1 };
        buffer.set_style(chosen, state.theme.style(Role::Selected));
    }
}

/// Marks what a search found, wherever it is on the screen.
fn mark_matches(state: &State, area: Rect, buffer: &mut Buffer) {
    let Some(query) = state.search.as_ref().map(|search| search.query.to_lowercase()) else { return };
    if query.is_empty() {
        return;
    }
    let style = state.theme.style(Role::Match);
    for y in area.top()..area.bottom() {
        // The text as it is on the screen, and the columns of each of its bytes.
        let mut text = String::new();
        let mut places = Vec::new();
        let mut x = area.left();
        while x < area.right() {
            let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
            // A picture is no text, and one cell may hold all of it.
            let symbol = if symbol.len() > MAX_SYMBOL { " " } else { symbol };
            // Behind a wide character stands an empty cell, which is no part of the text.
            let wide = if symbol.len() == 1 { 1 } else { u16::try_from(columns(symbol)).unwrap_or(1).max(1) };
            text.extend(symbol.chars().flat_map(char::to_lowercase));
            places.resize(text.len(), (x, wide));
            x += wide;
        }
        for (start, found) in text.match_indices(&query) {
            let ((first, _), (last, wide)) = (places[start], places[start + found.len() - 1]);
            let last = (last + wide).min(area.right()) - 1;
            buffer.set_style(Rect { x: first, y, width: last - first + 1, height: 1 }, style);
        }
    }
}
