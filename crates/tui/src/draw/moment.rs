//! The session as it was at a step, over everything.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    widgets::{Clear, Widget},
};

use super::{popup::frame, put, styled};
use crate::{
    moment::Shown,
    state::State,
    theme::Role,
    wrap::{columns, fit},
};

/// Draws it on the whole screen. It has no cursor.
pub fn draw(state: &mut State, screen: Rect, buffer: &mut Buffer) -> Option<Position> {
    let (theme, words) = (state.theme, state.words);
    let view = state.moment.as_mut()?;
    Clear.render(screen, buffer);
    let is_framed = screen.height > 5 && screen.width > 12;
    let inner = match is_framed {
        true => frame(&view.title, theme.style(Role::Accent), screen, buffer),
        false => screen,
    };
    let keys = u16::from(is_framed);
    let room = Rect { height: inner.height.saturating_sub(keys), ..inner };
    view.layout(usize::from(inner.width).saturating_sub(3), usize::from(room.height), theme);
    for (y, line) in view.shown().into_iter().enumerate() {
        match line {
            Shown::Title(title) => {
                let title = fit(title, usize::from(inner.width).saturating_sub(1));
                put(buffer, room, (y, 1), &styled(title, theme.style(Role::Accent)));
            }
            Shown::Text(line) => put(buffer, room, (y, 3), line),
            Shown::Gap => {}
        }
    }
    if is_framed {
        let (from, to, all) = view.place();
        let place = format!("{from}–{to} / {all}");
        let width = usize::from(inner.width).saturating_sub(columns(&place) + 3);
        let last = usize::from(room.height);
        put(buffer, inner, (last, 1), &styled(fit(words.moment_keys, width), theme.style(Role::Dim)));
        let column = usize::from(inner.width).saturating_sub(columns(&place) + 1);
        put(buffer, inner, (last, column), &styled(place, theme.style(Role::Warn)));
    }
    None
}
