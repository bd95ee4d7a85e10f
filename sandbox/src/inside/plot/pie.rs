//! A pie: its slices, their names around it, and what is written on them.

use std::f64::consts::TAU;

use super::{
    axes::Plot,
    canvas::{Anchor, Canvas, Point},
    color::{self, BLACK},
    description::Pie,
};

const TEXT: f64 = 10.0;

/// Draws a pie.
///
/// # Errors
/// A colour is none.
pub(super) fn draw(canvas: &mut Canvas, plot: &Plot, pie: &Pie) -> Result<(), String> {
    let sign = if pie.clockwise { -1.0 } else { 1.0 };
    let mut angle = pie.start.to_radians();
    for (i, share) in pie.shares.iter().enumerate() {
        let sweep = share.clamp(0.0, 1.0) * TAU * sign;
        let middle = angle + sweep / 2.0;
        let away = pie.explode.get(i).copied().unwrap_or(0.0) * pie.radius;
        let on = |angle: f64, radius: f64| -> Point {
            let (sin, cos) = angle.sin_cos();
            plot.at(away * middle.cos() + radius * cos, away * middle.sin() + radius * sin)
        };
        let Some(named) = pie.colors.get(i.checked_rem(pie.colors.len()).unwrap_or(0)) else { continue };
        let color = color::color(named)?;
        let steps = (sweep.abs() / TAU * 180.0).ceil().max(2.0) as usize;
        let mut slice = vec![on(angle, 0.0)];
        slice.extend((0..=steps).map(|step| on(angle + sweep * step as f64 / steps as f64, pie.radius)));
        canvas.polygon(&slice, color, canvas.bounds());
        if let Some(text) = pie.inner.get(i).filter(|text| !text.is_empty()) {
            let at = on(middle, pie.radius * pie.inner_at);
            canvas.text(text, at, TEXT, BLACK, Anchor { across: 0.5, up: 0.5, degrees: 0.0 });
        }
        if let Some(name) = pie.names.get(i) {
            let across = if middle.cos() >= 0.0 { 0.0 } else { 1.0 };
            let at = on(middle, pie.radius * pie.names_at);
            canvas.text(name, at, TEXT, BLACK, Anchor { across, up: 0.5, degrees: 0.0 });
        }
        angle += sweep;
    }
    Ok(())
}
