//! The pictures that are on the screen, or the parts of them that are.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, style::Color, widgets::Widget};
use ratatui_image::sliced::{SignedPosition, SlicedImage};

use crate::{
    images::{Canvas, Means},
    picture::{Drawing, Picture},
    state::State,
    theme::Theme,
};

/// Columns before a picture.
const INDENT: u16 = 4;

/// A picture's place on the screen.
struct Spot {
    picture: Picture,
    room: (u16, u16),
    /// Its columns and rows; nothing if only its caption is shown.
    size: Option<(u16, u16)>,
    /// Rows of it that are above the screen.
    above: u16,
    /// Where the rest is.
    area: Rect,
}

/// Draws them as far as they are ready, and notes which are not.
pub fn draw(state: &mut State, rows: &[(usize, Range<usize>)], area: Rect, buffer: &mut Buffer) {
    let canvas = state.canvas.in_theme(state.theme);
    // A terminal's own pictures do not mix with what is drawn over them.
    let is_covered = state.popup().is_some() || state.mentions.menu.is_some();
    for spot in spots(state, rows, area) {
        let Some(size) = spot.size else {
            state.gallery.miss(&spot.picture, spot.room, canvas);
            continue;
        };
        match state.gallery.find(&spot.picture, size) {
            Some(_) if is_covered && canvas.means != Some(Means::Halfblocks) => {}
            Some(drawing) => paint(drawing, &spot, (canvas, state.theme), buffer),
            None => state.gallery.miss(&spot.picture, spot.room, canvas),
        }
    }
}

/// Whether all pictures in these rows are ready; what is missing first is noted.
pub fn are_ready(state: &mut State, rows: &[(usize, Range<usize>)], area: Rect) -> bool {
    let canvas = state.canvas.in_theme(state.theme);
    for spot in spots(state, rows, area) {
        if spot.size.is_none_or(|size| state.gallery.find(&spot.picture, size).is_none()) {
            state.gallery.miss(&spot.picture, spot.room, canvas);
            return false;
        }
    }
    true
}

/// Where the pictures are. Those whose size is not known have their captions only.
fn spots(state: &State, rows: &[(usize, Range<usize>)], area: Rect) -> Vec<Spot> {
    let mut spots: Vec<Spot> = Vec::new();
    let mut y = area.y;
    for (place, rows) in rows {
        let Some(entry) = state.conversation.entries().get(*place) else { continue };
        for row in rows.clone() {
            let top = y;
            y = y.saturating_add(1);
            let Some((shown, part)) = entry.picture(row) else { continue };
            let (picture, room, size) = (shown.picture.clone(), shown.room, shown.size);
            if part == 0 {
                if shown.is_new() {
                    spots.push(Spot { picture, room, size: None, above: 0, area: Rect::default() });
                }
                continue;
            }
            let Some((columns, height)) = size else { continue };
            // Its first row on the screen stands for all of them.
            if part > 1 && row > rows.start {
                continue;
            }
            let above = u16::try_from(part - 1).unwrap_or(u16::MAX);
            let all =
                Rect { x: area.x + INDENT, y: top, width: columns, height: height.saturating_sub(above) };
            spots.push(Spot { picture, room, size, above, area: all.intersection(area) });
        }
    }
    spots
}

/// Draws a picture's part on a sheet of its own, of which nothing can get beyond its place.
fn paint(drawing: &Drawing, spot: &Spot, (canvas, theme): (Canvas, Theme), buffer: &mut Buffer) {
    let area = spot.area.intersection(*buffer.area());
    // Drawing on nothing would take what is given to the terminal only once.
    if area.is_empty() {
        return;
    }
    let mut sheet = Buffer::empty(area);
    let above = i16::try_from(spot.above).unwrap_or(i16::MAX);
    SlicedImage::new(&drawing.protocol, SignedPosition { x: 0, y: -above }).render(area, &mut sheet);
    let is_reduced =
        canvas.means == Some(Means::Halfblocks) && (!canvas.has_all_colours || theme == Theme::Sixteen);
    for place in area.positions() {
        let (Some(cell), Some(target)) = (sheet.cell_mut(place), buffer.cell_mut(place)) else { continue };
        if is_reduced {
            (cell.fg, cell.bg) = (reduced(cell.fg, theme), reduced(cell.bg, theme));
        }
        *target = cell.clone();
    }
}

/// The nearest colour that a terminal of few colours has.
fn reduced(colour: Color, theme: Theme) -> Color {
    let Color::Rgb(r, g, b) = colour else { return colour };
    if theme == Theme::Sixteen {
        let distance = |(_, (red, green, blue)): &(Color, (u8, u8, u8))| {
            let part = |one: u8, other: u8| u32::from(one.abs_diff(other)).pow(2);
            part(r, *red) + part(g, *green) + part(b, *blue)
        };
        return SIXTEEN.into_iter().min_by_key(distance).map_or(Color::Reset, |(colour, _)| colour);
    }
    // A ramp of 24 greys, and a cube of six steps each.
    let (least, most) = (r.min(g).min(b), r.max(g).max(b));
    if most - least < 10 && (8..=242).contains(&most) {
        return Color::Indexed(232 + (most - 8) / 10);
    }
    let step = |channel: u8| if channel < 48 { 0 } else { (channel.max(75) - 75) / 40 + 1 };
    Color::Indexed(16 + 36 * step(r) + 6 * step(g) + step(b))
}

/// The 16 colours as most terminals show them.
const SIXTEEN: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_the_nearest_ones() {
        let check = |(r, g, b), theme, expected| {
            assert_eq!(reduced(Color::Rgb(r, g, b), theme), expected, "{r} {g} {b}");
        };
        check((0, 0, 0), Theme::Dark, Color::Indexed(16));
        check((255, 255, 255), Theme::Dark, Color::Indexed(231));
        check((128, 128, 128), Theme::Dark, Color::Indexed(244));
        check((255, 0, 0), Theme::Dark, Color::Indexed(196));
        check((31, 119, 180), Theme::Light, Color::Indexed(31));
        check((250, 10, 10), Theme::Sixteen, Color::LightRed);
        check((31, 119, 180), Theme::Sixteen, Color::Cyan);
        assert_eq!(reduced(Color::Reset, Theme::Dark), Color::Reset);
    }
}
