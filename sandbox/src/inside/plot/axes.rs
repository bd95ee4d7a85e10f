//! One plot: its frame with ticks and labels, its marks, its legend.

use super::{
    axis::Axis,
    canvas::{Anchor, Canvas, Point, Rect, Stroke},
    color::{self, BLACK, GRID, Rgba},
    description::{Axes, Bar, Dash, Direction},
    legend, marks,
};

/// Points of a page.
const TEXT: f64 = 10.0;
const TICK: f64 = 3.5;
const PAD: f64 = 3.5;
const EDGE: f64 = 6.0;
/// Of a colour bar and the gap before it.
const BAR: f64 = 14.0;
const BAR_GAP: f64 = 10.0;

const MIDDLE: Anchor = Anchor { across: 0.5, up: 0.5, degrees: 0.0 };

/// Where the marks of a plot go.
pub(super) struct Plot {
    pub x: Axis,
    pub y: Axis,
    /// The inside of the frame.
    pub inside: Rect,
}

impl Plot {
    pub fn at(&self, x: f64, y: f64) -> Point {
        (self.x.at(x), self.y.at(y))
    }
}

type Ticks = Vec<(f64, String)>;

/// Draws a plot into its part of the picture.
///
/// # Errors
/// The description does not fit itself: what.
pub(super) fn draw(canvas: &mut Canvas, axes: &Axes, cell: Rect) -> Result<(), String> {
    let cell = cell.grown(-canvas.points(EDGE));
    if cell.width() < canvas.points(20.0) || cell.height() < canvas.points(20.0) {
        return Err("there is no room for so many plots: choose a larger figsize".to_owned());
    }
    let most = |length: f64, each: f64| (length / each).clamp(2.0, 9.0);
    let ticks = |direction: &Direction, axis: Axis, most: f64| -> Ticks {
        let given = direction.ticks.clone();
        given
            .unwrap_or_else(|| axis.ticks(most))
            .into_iter()
            .filter(|(value, _)| axis.holds(*value))
            .collect()
    };
    let y_ticks = ticks(&axes.y, Axis::new(&axes.y, 0.0, 1.0)?, most(cell.height(), canvas.points(40.0)));
    let x_ticks = ticks(&axes.x, Axis::new(&axes.x, 0.0, 1.0)?, most(cell.width(), canvas.points(55.0)));
    let inside = inside(canvas, axes, cell, &x_ticks, &y_ticks)?;
    let mut x = Axis::new(&axes.x, inside.left, inside.right)?;
    let mut y = Axis::new(&axes.y, inside.bottom, inside.top)?;
    if axes.equal {
        let unit = x.pixels_per_unit().min(y.pixels_per_unit());
        x = x.resized(inside.width() * unit / x.pixels_per_unit());
        y = y.resized(inside.height() * unit / y.pixels_per_unit());
    }
    let inside = Rect {
        left: x.start.min(x.end),
        right: x.start.max(x.end),
        top: y.start.min(y.end),
        bottom: y.start.max(y.end),
    };
    let plot = Plot { x, y, inside };
    if axes.grid && axes.frame {
        grid(canvas, &plot, &x_ticks, &y_ticks);
    }
    for mark in &axes.marks {
        marks::draw(canvas, &plot, mark)?;
    }
    if axes.frame {
        frame(canvas, axes, &plot, &x_ticks, &y_ticks);
    }
    let above = (inside.center().0, inside.top - canvas.points(6.0));
    canvas.text(&axes.title, above, axes.title_size, BLACK, Anchor { up: 1.0, ..MIDDLE });
    if let Some(bar) = &axes.bar {
        color_bar(canvas, bar, inside)?;
    }
    match &axes.legend {
        Some(wanted) => legend::draw(canvas, &plot, axes, wanted),
        None => Ok(()),
    }
}

/// What is left of the cell when everything around the frame has its room.
fn inside(
    canvas: &mut Canvas,
    axes: &Axes,
    cell: Rect,
    x_ticks: &Ticks,
    y_ticks: &Ticks,
) -> Result<Rect, String> {
    let mut inside = cell;
    if !axes.title.is_empty() {
        inside.top += canvas.text_size(&axes.title, axes.title_size).1 + canvas.points(8.0);
    } else {
        inside.top += canvas.points(TEXT * 0.5);
    }
    inside.right -= canvas.points(TEXT * 0.8);
    if let Some(bar) = &axes.bar {
        let texts = bar_axis(bar, 0.0, 1.0)?.ticks(6.0);
        let widest = texts.iter().map(|(_, text)| canvas.text_size(text, TEXT).0).fold(0.0, f64::max);
        let label = if bar.label.is_empty() { 0.0 } else { canvas.points(TEXT * 1.6) };
        inside.right -= canvas.points(BAR_GAP + BAR + TICK + 2.0 * PAD) + widest + label;
    }
    if axes.frame {
        let label =
            |text: &str, canvas: &Canvas| if text.is_empty() { 0.0 } else { canvas.points(TEXT * 1.5) };
        let down =
            x_ticks.iter().map(|(_, text)| turned(canvas, text, axes.x.rotation).1).fold(0.0, f64::max);
        inside.bottom -= down + canvas.points(TICK + PAD) + label(&axes.x.label, canvas);
        let wide =
            y_ticks.iter().map(|(_, text)| turned(canvas, text, axes.y.rotation).0).fold(0.0, f64::max);
        inside.left += wide + canvas.points(TICK + PAD) + label(&axes.y.label, canvas);
    }
    let least = canvas.points(10.0);
    if inside.width() < least || inside.height() < least {
        return Err(
            "the labels leave no room for the plot: choose a larger figsize or shorter labels".to_owned()
        );
    }
    Ok(inside)
}

/// Width and height of a turned text.
fn turned(canvas: &mut Canvas, text: &str, degrees: f64) -> Point {
    let (width, height) = canvas.text_size(text, TEXT);
    let (sin, cos) = degrees.to_radians().sin_cos();
    (width * cos.abs() + height * sin.abs(), width * sin.abs() + height * cos.abs())
}

fn thin(color: Rgba) -> Stroke {
    Stroke { color, width: 0.8, dash: Dash::Solid }
}

fn grid(canvas: &mut Canvas, plot: &Plot, x_ticks: &Ticks, y_ticks: &Ticks) {
    let clip = plot.inside;
    for (value, _) in x_ticks {
        let x = plot.x.at(*value);
        canvas.line(&[(x, clip.top), (x, clip.bottom)], thin(GRID), clip);
    }
    for (value, _) in y_ticks {
        let y = plot.y.at(*value);
        canvas.line(&[(clip.left, y), (clip.right, y)], thin(GRID), clip);
    }
}

fn frame(canvas: &mut Canvas, axes: &Axes, plot: &Plot, x_ticks: &Ticks, y_ticks: &Ticks) {
    let (inside, all) = (plot.inside, canvas.bounds());
    let (tick, pad) = (canvas.points(TICK), canvas.points(PAD));
    let mut around = inside.corners().to_vec();
    around.push(around[0]);
    canvas.line(&around, thin(BLACK), all);
    let mut deepest = 0.0;
    for (value, text) in x_ticks {
        let x = plot.x.at(*value);
        canvas.line(&[(x, inside.bottom), (x, inside.bottom + tick)], thin(BLACK), all);
        deepest = turned(canvas, text, axes.x.rotation).1.max(deepest);
        let size = turned(canvas, text, axes.x.rotation);
        let at = (x, inside.bottom + tick + pad + size.1 / 2.0);
        canvas.text(text, at, TEXT, BLACK, Anchor { degrees: axes.x.rotation, ..MIDDLE });
    }
    let mut widest = 0.0;
    for (value, text) in y_ticks {
        let y = plot.y.at(*value);
        canvas.line(&[(inside.left - tick, y), (inside.left, y)], thin(BLACK), all);
        let size = turned(canvas, text, axes.y.rotation);
        widest = size.0.max(widest);
        let at = (inside.left - tick - pad - size.0 / 2.0, y);
        canvas.text(text, at, TEXT, BLACK, Anchor { degrees: axes.y.rotation, ..MIDDLE });
    }
    let below = (inside.center().0, inside.bottom + tick + pad + deepest + canvas.points(5.0));
    canvas.text(&axes.x.label, below, TEXT, BLACK, Anchor { up: 0.0, ..MIDDLE });
    let beside = (inside.left - tick - pad - widest - canvas.points(8.5), inside.center().1);
    canvas.text(&axes.y.label, beside, TEXT, BLACK, Anchor { degrees: 90.0, ..MIDDLE });
}

fn bar_axis(bar: &Bar, start: f64, end: f64) -> Result<Axis, String> {
    let (low, high) = (bar.scale.low, bar.scale.high);
    let direction = Direction { low, high, log: false, label: String::new(), ticks: None, rotation: 0.0 };
    Axis::new(&direction, start, end)
}

fn color_bar(canvas: &mut Canvas, bar: &Bar, beside: Rect) -> Result<(), String> {
    let map = color::map(&bar.scale.map)?;
    let left = beside.right + canvas.points(BAR_GAP);
    let rect = Rect { left, right: left + canvas.points(BAR), ..beside };
    let (all, steps) = (canvas.bounds(), 256);
    for i in 0..steps {
        let edge = |i: i32| rect.bottom - rect.height() * f64::from(i) / f64::from(steps);
        let step = Rect { top: edge(i + 1), bottom: edge(i), ..rect };
        canvas.rect(step, color::at(&map, (f64::from(i) + 0.5) / f64::from(steps)), all);
    }
    let mut around = rect.corners().to_vec();
    around.push(around[0]);
    canvas.line(&around, thin(BLACK), all);
    let axis = bar_axis(bar, rect.bottom, rect.top)?;
    let mut widest = 0.0;
    for (value, text) in axis.ticks(6.0) {
        let y = axis.at(value);
        let right = rect.right + canvas.points(TICK);
        canvas.line(&[(rect.right, y), (right, y)], thin(BLACK), all);
        widest = canvas.text_size(&text, TEXT).0.max(widest);
        canvas.text(&text, (right + canvas.points(PAD), y), TEXT, BLACK, Anchor { across: 0.0, ..MIDDLE });
    }
    let at = (rect.right + canvas.points(TICK + PAD + TEXT * 0.9) + widest, rect.center().1);
    canvas.text(&bar.label, at, TEXT, BLACK, Anchor { degrees: 90.0, ..MIDDLE });
    Ok(())
}
