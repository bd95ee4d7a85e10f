//! The two lines of figures: what happens now, and what the session has come to.

use ratatui::{buffer::Buffer, layout::Rect, text::Line};

use super::{line, put, styled};
use crate::{
    entry::Kind,
    figures::{count, time, turning},
    label::label,
    state::{Focus, Phase, State},
    theme::Role,
    words::say,
    wrap::{columns, fit},
};

/// Draws the line between the conversation and the prompt: a notice, the commands on offer, or what
/// happens now.
pub fn draw_rule(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let width = usize::from(area.width);
    let dim = state.theme.style(Role::Dim);
    buffer.set_string(area.x, area.y, "─".repeat(width), dim);
    let said = saying(state, width.saturating_sub(4));
    if said.width() > 0 {
        put(buffer, area, (0, 1), &styled(" ".repeat((said.width() + 2).min(width - 1)), dim));
        put(buffer, area, (0, 2), &said);
    }
    if !state.conversation.follows() {
        let below = format!(" ↓ {} ", state.words.new_below);
        if columns(&below) + said.width() + 6 < width {
            put(
                buffer,
                area,
                (0, width - columns(&below) - 1),
                &styled(below, state.theme.style(Role::Accent)),
            );
        }
    }
}

fn saying(state: &State, width: usize) -> Line<'static> {
    let theme = state.theme;
    if let Some(notice) = &state.notice {
        return styled(fit(&notice.text, width), theme.style(notice.role));
    }
    let offered = state.offered();
    if !offered.is_empty() {
        let commands = offered.iter().map(|(name, what)| match offered.len() {
            1..4 => format!("/{name} {what}"),
            _ => format!("/{name}"),
        });
        return styled(fit(&commands.collect::<Vec<_>>().join("  "), width), theme.style(Role::Accent));
    }
    if let Some(turn) = state.rewinds {
        return styled(fit(&say(state.words.rewinds, turn), width), theme.style(Role::Warn));
    }
    if state.focus == Focus::Conversation {
        return styled(fit(state.words.browse_keys, width), theme.style(Role::Dim));
    }
    activity(state, width)
}

fn activity(state: &State, width: usize) -> Line<'static> {
    let words = state.words;
    let what = match state.phase {
        Phase::Idle => return Line::default(),
        _ if state.is_stopping => words.stopping.to_owned(),
        _ if !state.questions.is_empty() => words.waiting.to_owned(),
        Phase::Loading => words.loading.to_owned(),
        Phase::Opening => words.loading.to_owned(),
        Phase::Compacting => words.compacting.to_owned(),
        Phase::Reading(done, total) => {
            say(words.reading, format!("{} %", done.min(total) * 100 / total.max(1)))
        }
        Phase::Thinking => words.thinking.to_owned(),
        Phase::Writing => words.writing.to_owned(),
        Phase::Calling => say(words.calling, calling(state)),
    };
    let took = time(state.clock.saturating_sub(state.phase_since));
    let now = format!("{} {}", turning(state.clock), fit(&what, width.saturating_sub(2)));
    let hint = match state.is_stopping || state.phase == Phase::Loading {
        true => String::new(),
        false => format!(" · {}", words.esc_interrupts),
    };
    let room = width.saturating_sub(columns(&now) + columns(&took) + 1);
    let hint = if columns(&hint) > room { "" } else { &hint };
    let room = room.saturating_sub(columns(hint) + 3);
    let queued = state.queued.as_ref().filter(|_| room > 8);
    let queued =
        queued.map(|prompt| format!(" · {}", fit(&say(words.queued, label(&prompt.text, room)), room)));
    let queued = queued.unwrap_or_default();
    let pieces = [
        (now.as_str(), Role::Accent),
        (" ", Role::Dim),
        (&took, Role::Dim),
        (hint, Role::Dim),
        (&queued, Role::Prompt),
    ];
    line(state.theme, &pieces)
}

/// The tools that are being called.
fn calling(state: &State) -> String {
    let entries = state.conversation.entries().iter().rev();
    let open = entries.take_while(|entry| !matches!(entry.kind, Kind::Prompt)).filter(|entry| !entry.is_done);
    let mut names: Vec<&str> = open
        .filter_map(|entry| match &entry.kind {
            Kind::Call(call) => Some(call.tool.as_str()),
            _ => None,
        })
        .collect();
    names.reverse();
    names.join(", ")
}

/// Draws the last line. What does not fit is left out, the least important first.
pub fn draw_status(state: &State, area: Rect, buffer: &mut Buffer) {
    let width = usize::from(area.width);
    let mut shown = String::new();
    for figure in figures(state) {
        let gap = if shown.is_empty() { "" } else { " · " };
        if columns(&shown) + columns(gap) + columns(&figure) + 1 > width {
            break;
        }
        shown.push_str(gap);
        shown.push_str(&figure);
    }
    put(buffer, area, (0, 1), &styled(shown, state.theme.style(Role::Dim)));
}

fn figures(state: &State) -> Vec<String> {
    let (meter, words) = (&state.meter, state.words);
    let mut figures = Vec::new();
    if let Some(model) = &meter.model {
        figures.push(label(&model.name, 32));
    }
    if meter.context_tokens > 0 {
        let used = format!(
            "{} {}{}",
            words.context,
            if meter.is_estimate { "~" } else { "" },
            count(meter.context_tokens)
        );
        figures.push(match meter.model.as_ref().and_then(|model| model.context_tokens) {
            Some(most) => {
                let share = meter.context_tokens * 100 / most.max(1);
                format!("{used}/{} ({share} %)", count(most))
            }
            None => used,
        });
    }
    if let Some(rate) = meter.rate(state.clock) {
        figures.push(format!("{rate:.0} tok/s"));
    }
    if state.is_stepping {
        figures.push(words.stepping.to_owned());
    }
    if let Some(sandbox) = &state.sandbox {
        figures.push(format!("{} {}", words.sandbox, label(sandbox, 24)));
    }
    if let Some(usage) = &meter.last {
        if usage.ttft_ms > 0.0 {
            figures.push(format!("TTFT {:.0} ms", usage.ttft_ms));
        }
        figures.push(format!("{} {}", words.reused, count(usage.reused_tokens)));
    }
    figures
}
