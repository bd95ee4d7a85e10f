//! The box that says what is what.

use super::{
    axes::Plot,
    canvas::{Anchor, Canvas, Point, Rect, Stroke},
    color::{self, BLACK, GRID, Rgba, WHITE},
    description::{Axes, Dash, Legend, Mark, Shape},
    marks,
};

const TEXT: f64 = 10.0;
const ROW: f64 = 15.0;
const SAMPLE: f64 = 20.0;
const PAD: f64 = 5.0;

/// Draws the labelled marks' legend; nothing when no mark has a label.
///
/// # Errors
/// A mark's colour is none.
pub(super) fn draw(canvas: &mut Canvas, plot: &Plot, axes: &Axes, legend: &Legend) -> Result<(), String> {
    let rows = rows(axes)?;
    if rows.is_empty() {
        return Ok(());
    }
    let texts = rows.iter().map(|(label, ..)| label).chain([&legend.title]);
    let widest = texts.map(|text| canvas.text_size(text, TEXT).0).fold(0.0, f64::max);
    let n = rows.len() + usize::from(!legend.title.is_empty());
    let size = (widest + canvas.points(SAMPLE + 3.0 * PAD), canvas.points(ROW * n as f64 + PAD));
    let rect = place(canvas, plot, axes, legend, size);
    let all = canvas.bounds();
    canvas.rect(rect, WHITE.with_alpha(0.8), all);
    let mut around = rect.corners().to_vec();
    around.push(around[0]);
    canvas.line(&around, Stroke { color: GRID, width: 0.8, dash: Dash::Solid }, all);
    let mut y = rect.top + canvas.points((ROW + PAD) / 2.0);
    if !legend.title.is_empty() {
        canvas.text(
            &legend.title,
            (rect.center().0, y),
            TEXT,
            BLACK,
            Anchor { across: 0.5, up: 0.5, degrees: 0.0 },
        );
        y += canvas.points(ROW);
    }
    for (label, color, mark) in rows {
        let left = rect.left + canvas.points(PAD);
        sample(canvas, mark, color, (left, y));
        let at = (left + canvas.points(SAMPLE + PAD), y);
        canvas.text(&label, at, TEXT, BLACK, Anchor { across: 0.0, up: 0.5, degrees: 0.0 });
        y += canvas.points(ROW);
    }
    Ok(())
}

/// The labels with their colours; a pie's slices have one each.
fn rows(axes: &Axes) -> Result<Vec<(String, Rgba, &Mark)>, String> {
    let mut rows = Vec::new();
    for mark in &axes.marks {
        let first = match &mark.shape {
            Shape::Pie(pie) => {
                for (name, slice) in
                    pie.names.iter().zip(pie.colors.iter().cycle()).filter(|(n, _)| !n.is_empty())
                {
                    rows.push((name.clone(), color::color(slice)?, mark));
                }
                continue;
            }
            Shape::Line { color, .. } | Shape::Area { color, .. } | Shape::Rule { color, .. } => Some(color),
            Shape::Points { colors, .. } | Shape::Bars { colors, .. } => colors.first(),
            _ => None,
        };
        if !mark.label.is_empty() {
            let color = first.map_or(Ok(color::at(&color::map("viridis")?, 0.3)), color::color)?;
            rows.push((mark.label.clone(), color.with_alpha(mark.alpha), mark));
        }
    }
    Ok(rows)
}

fn sample(canvas: &mut Canvas, mark: &Mark, color: Rgba, (left, y): Point) {
    let (right, all) = (left + canvas.points(SAMPLE), canvas.bounds());
    let middle = ((left + right) / 2.0, y);
    match &mark.shape {
        Shape::Line { width, dash, marker, size, .. } => {
            canvas.line(&[(left, y), (right, y)], Stroke { color, width: *width, dash: *dash }, all);
            marks::marker(canvas, marker, middle, *size, color);
        }
        Shape::Rule { to: None, width, dash, .. } => {
            canvas.line(&[(left, y), (right, y)], Stroke { color, width: *width, dash: *dash }, all);
        }
        Shape::Points { marker, sizes, .. } => {
            let size = sizes.first().copied().unwrap_or(6.0).min(10.0);
            marks::marker(canvas, marker, middle, size, color);
        }
        _ => {
            let half = canvas.points(3.5);
            canvas.rect(Rect { left, right, top: y - half, bottom: y + half }, color, all);
        }
    }
}

/// Where the box goes: where it was asked to, or into the corner that hides the least.
fn place(canvas: &Canvas, plot: &Plot, axes: &Axes, legend: &Legend, size: Point) -> Rect {
    let inside = plot.inside.grown(-canvas.points(PAD));
    let at = |across: f64, up: f64| {
        let left = inside.left + (inside.width() - size.0) * across;
        let top = inside.top + (inside.height() - size.1) * up;
        Rect { left, top, right: left + size.0, bottom: top + size.1 }
    };
    let across = match legend.at.as_str() {
        word if word.contains("left") => 0.0,
        word if word.contains("right") => 1.0,
        _ => 0.5,
    };
    match legend.at.as_str() {
        word if word.contains("upper") => at(across, 0.0),
        word if word.contains("lower") => at(across, 1.0),
        word if word.contains("center") => at(across, 0.5),
        _ => {
            let hidden = marks::places(plot, axes);
            let count = |rect: &Rect| hidden.iter().filter(|point| rect.holds(**point)).count();
            let places = [
                at(1.0, 0.0),
                at(0.0, 0.0),
                at(0.0, 1.0),
                at(1.0, 1.0),
                at(1.0, 0.5),
                at(0.5, 0.0),
                at(0.5, 1.0),
            ];
            places.into_iter().min_by_key(count).unwrap_or(places[0])
        }
    }
}
