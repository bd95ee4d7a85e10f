//! What is drawn into a plot.

use super::{
    axes::Plot,
    canvas::{Anchor, Canvas, Point, Rect, Stroke},
    color::{self, Rgba},
    description::{Axes, Color, Dash, Mark, Scale, Shape, Value},
    pie,
};

/// Draws a mark.
///
/// # Errors
/// Its colours are none, or its parts do not fit each other.
pub(super) fn draw(canvas: &mut Canvas, plot: &Plot, mark: &Mark) -> Result<(), String> {
    let clip = plot.inside;
    let seen = |named: &Color| color::color(named).map(|color| color.with_alpha(mark.alpha));
    match &mark.shape {
        Shape::Line { x, y, color, width, dash, marker: sign, size } => {
            let stroke = Stroke { color: seen(color)?, width: *width, dash: *dash };
            for run in runs(plot, x, y) {
                canvas.line(&run, stroke, clip);
                for at in run.into_iter().filter(|at| clip.holds(*at)) {
                    marker(canvas, sign, at, *size, stroke.color);
                }
            }
        }
        Shape::Points { x, y, colors, sizes, marker: sign, scale, values } => {
            let colors = match scale {
                Some(scale) => by_value(scale, values, mark.alpha)?,
                None => colors.iter().map(seen).collect::<Result<_, _>>()?,
            };
            for (i, at) in x.iter().zip(y).map(|(x, y)| Some(plot.at((*x)?, (*y)?))).enumerate() {
                let Some(at) = at.filter(|at| clip.holds(*at)) else { continue };
                let (Some(color), Some(size)) = (nth(&colors, i), nth(sizes, i)) else { continue };
                marker(canvas, sign, at, *size, *color);
            }
        }
        Shape::Bars { rects, colors, edge, width } => {
            let edge = edge.as_ref().map(seen).transpose()?;
            for (i, [x0, y0, x1, y1]) in rects.iter().enumerate() {
                let rect = bar(plot, (*x0, *y0), (*x1, *y1));
                let Some(color) = nth(colors, i) else { continue };
                canvas.rect(rect, seen(color)?, clip);
                if let Some(edge) = edge {
                    let mut around = rect.corners().to_vec();
                    around.push(around[0]);
                    canvas.line(&around, Stroke { color: edge, width: *width, dash: Dash::Solid }, clip);
                }
            }
        }
        Shape::Area { x, y, color } => {
            for run in runs(plot, x, y) {
                canvas.polygon(&run, seen(color)?, clip);
            }
        }
        Shape::Image { .. } => image(canvas, plot, mark)?,
        Shape::Pie(slices) => pie::draw(canvas, plot, slices)?,
        Shape::Rule { across, at, to, color, width, dash } => {
            rule(
                canvas,
                plot,
                (*across, *at, *to),
                Stroke { color: seen(color)?, width: *width, dash: *dash },
            );
        }
        Shape::Text { x, y, text, color, size, across, up, rotation, relative } => {
            let at = if *relative {
                (clip.left + clip.width() * x, clip.bottom - clip.height() * y)
            } else {
                plot.at(*x, *y)
            };
            canvas.text(text, at, *size, seen(color)?, anchor(across, up, *rotation));
        }
        Shape::Arrow { x, y, color } => arrow(canvas, plot.at(x[0], y[0]), plot.at(x[1], y[1]), seen(color)?),
    }
    Ok(())
}

/// Where marks are, as far as a legend should not hide them.
pub(super) fn places(plot: &Plot, axes: &Axes) -> Vec<Point> {
    let mut places = Vec::new();
    for mark in &axes.marks {
        match &mark.shape {
            Shape::Line { x, y, .. } | Shape::Area { x, y, .. } => {
                for run in runs(plot, x, y) {
                    places.extend(run.windows(2).flat_map(|pair| {
                        let between = |part: f64| {
                            (
                                pair[0].0 + (pair[1].0 - pair[0].0) * part,
                                pair[0].1 + (pair[1].1 - pair[0].1) * part,
                            )
                        };
                        (0..8).map(move |i| between(f64::from(i) / 8.0)).collect::<Vec<_>>()
                    }));
                    places.extend(run.last());
                }
            }
            Shape::Points { x, y, .. } => places.extend(runs(plot, x, y).concat()),
            Shape::Bars { rects, .. } => {
                for [x0, y0, x1, y1] in rects {
                    let rect = bar(plot, (*x0, *y0), (*x1, *y1));
                    places.extend(rect.corners());
                    places.extend(
                        (1..8).map(|i| (rect.center().0, rect.top + rect.height() * f64::from(i) / 8.0)),
                    );
                }
            }
            _ => {}
        }
    }
    places
}

fn nth<T>(items: &[T], i: usize) -> Option<&T> {
    items.get(i.checked_rem(items.len())?)
}

fn by_value(scale: &Scale, values: &[Value], alpha: f64) -> Result<Vec<Rgba>, String> {
    let map = color::map(&scale.map)?;
    Ok(values.iter().map(|value| color::of_value(&map, scale, *value).with_alpha(alpha)).collect())
}

/// The stretches of points without a gap.
fn runs(plot: &Plot, x: &[Value], y: &[Value]) -> Vec<Vec<Point>> {
    let mut runs = vec![Vec::new()];
    for point in x.iter().zip(y) {
        match (point, runs.last_mut()) {
            ((Some(x), Some(y)), Some(run)) => run.push(plot.at(*x, *y)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn bar(plot: &Plot, from: Point, to: Point) -> Rect {
    let ((ax, ay), (bx, by)) = (plot.at(from.0, from.1), plot.at(to.0, to.1));
    Rect { left: ax.min(bx), right: ax.max(bx), top: ay.min(by), bottom: ay.max(by) }
}

/// A point's sign, `size` points across.
pub(super) fn marker(canvas: &mut Canvas, sign: &str, at: Point, size: f64, color: Rgba) {
    let radius = canvas.points(size) / 2.0;
    let all = canvas.bounds();
    let polygon = |canvas: &mut Canvas, corners: &[Point]| {
        let corners: Vec<Point> =
            corners.iter().map(|(x, y)| (at.0 + x * radius, at.1 + y * radius)).collect();
        canvas.polygon(&corners, color, all);
    };
    let cross = |canvas: &mut Canvas, ends: &[(Point, Point)]| {
        for (from, to) in ends {
            let place = |p: &Point| (at.0 + p.0 * radius, at.1 + p.1 * radius);
            canvas.line(&[place(from), place(to)], Stroke { color, width: 1.5, dash: Dash::Solid }, all);
        }
    };
    match sign {
        "" | "None" | "none" | " " => {}
        "s" => polygon(canvas, &[(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
        "^" => polygon(canvas, &[(0.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]),
        "v" => polygon(canvas, &[(0.0, 1.0), (1.0, -1.0), (-1.0, -1.0)]),
        "<" => polygon(canvas, &[(-1.0, 0.0), (1.0, -1.0), (1.0, 1.0)]),
        ">" => polygon(canvas, &[(1.0, 0.0), (-1.0, -1.0), (-1.0, 1.0)]),
        "D" => polygon(canvas, &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)]),
        "d" => polygon(canvas, &[(0.0, -1.3), (0.8, 0.0), (0.0, 1.3), (-0.8, 0.0)]),
        "x" | "X" => cross(canvas, &[((-1.0, -1.0), (1.0, 1.0)), ((-1.0, 1.0), (1.0, -1.0))]),
        "+" | "P" => cross(canvas, &[((-1.0, 0.0), (1.0, 0.0)), ((0.0, -1.0), (0.0, 1.0))]),
        "|" => cross(canvas, &[((0.0, -1.0), (0.0, 1.0))]),
        "_" => cross(canvas, &[((-1.0, 0.0), (1.0, 0.0))]),
        "*" | "p" | "h" | "H" => {
            let n = if sign == "*" {
                10
            } else if sign == "p" {
                5
            } else {
                6
            };
            let corners: Vec<Point> = (0..n)
                .map(|i| {
                    let long = if sign == "*" && i % 2 == 1 { 0.45 } else { 1.15 };
                    let (sin, cos) = (std::f64::consts::TAU * f64::from(i) / f64::from(n)).sin_cos();
                    (sin * long, -cos * long)
                })
                .collect();
            polygon(canvas, &corners);
        }
        "." => canvas.disc(at, radius / 2.0, color),
        "," => canvas.disc(at, 1.0, color),
        _ => canvas.disc(at, radius, color),
    }
}

fn anchor(across: &str, up: &str, degrees: f64) -> Anchor {
    let across = match across {
        "center" => 0.5,
        "right" => 1.0,
        _ => 0.0,
    };
    let up = match up {
        "top" => 0.0,
        "center" | "center_baseline" => 0.5,
        "bottom" => 1.3, // a little above what it stands on
        _ => 1.0,
    };
    Anchor { across, up, degrees }
}

fn rule(canvas: &mut Canvas, plot: &Plot, (across, at, to): (bool, f64, Option<f64>), stroke: Stroke) {
    let clip = plot.inside;
    let place = |value: f64| if across { plot.y.at(value) } else { plot.x.at(value) };
    let first = place(at);
    match to.map(place) {
        None if across => canvas.line(&[(clip.left, first), (clip.right, first)], stroke, clip),
        None => canvas.line(&[(first, clip.top), (first, clip.bottom)], stroke, clip),
        Some(last) => {
            let (low, high) = (first.min(last), first.max(last));
            let band = if across {
                Rect { top: low, bottom: high, ..clip }
            } else {
                Rect { left: low, right: high, ..clip }
            };
            canvas.rect(band, stroke.color, clip);
        }
    }
}

fn arrow(canvas: &mut Canvas, from: Point, to: Point, color: Rgba) {
    let all = canvas.bounds();
    canvas.line(&[from, to], Stroke { color, width: 1.0, dash: Dash::Solid }, all);
    let length = (to.0 - from.0).hypot(to.1 - from.1);
    if length > 0.0 {
        let size = canvas.points(6.0);
        let (x, y) = ((to.0 - from.0) / length * size, (to.1 - from.1) / length * size);
        let wing = |side: f64| (to.0 - x - y * side, to.1 - y + x * side);
        canvas.polygon(&[to, wing(0.5), wing(-0.5)], color, all);
    }
}

fn image(canvas: &mut Canvas, plot: &Plot, mark: &Mark) -> Result<(), String> {
    let Shape::Image { rows, columns, values, pixels, scale, extent, flipped } = &mark.shape else {
        return Ok(());
    };
    let colors = match scale {
        Some(scale) => by_value(scale, values, mark.alpha)?,
        None => pixels.iter().map(|[r, g, b]| Rgba(*r, *g, *b, 1.0).with_alpha(mark.alpha)).collect(),
    };
    if rows.checked_mul(*columns) != Some(colors.len()) {
        return Err(format!("an image of {rows} by {columns} has not {} values", colors.len()));
    }
    let [left, right, bottom, top] = *extent;
    for (i, color) in colors.into_iter().enumerate() {
        let (row, column) = (i / columns, i % columns);
        let row = if *flipped { rows - 1 - row } else { row };
        let x = |column: usize| left + (right - left) * column as f64 / *columns as f64;
        let y = |row: usize| top + (bottom - top) * row as f64 / *rows as f64;
        canvas.rect(bar(plot, (x(column), y(row)), (x(column + 1), y(row + 1))), color, plot.inside);
    }
    Ok(())
}
