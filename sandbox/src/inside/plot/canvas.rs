//! The picture: lines, polygons, circles and text in points of a page, over plotters' bitmap backend.
//!
//! Small pictures are drawn twice as large and averaged, which smooths what plotters does not.

use std::sync::OnceLock;

use plotters::{
    backend::{BitMapBackend, DrawingBackend},
    style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, register_font},
};

use super::{color::Rgba, description::Dash};

/// DejaVu Sans, the letters of Latin, Greek and Cyrillic, and signs.
static FONT: &[u8] = include_bytes!("DejaVuSans.ttf");
const FAMILY: &str = "sans-serif";
/// A font's size counts its line, and people's sizes count an em: DejaVu's line has this many.
const LINE_PER_EM: f64 = 1.164;
/// Of capitals, in ems.
const CAPITAL: f64 = 0.73;

/// Pictures of fewer pixels are smoothed.
const SMOOTHED: u32 = 2_500_000;
/// Of letters and lines, in points.
const LARGEST: f64 = 300.0;
/// The longest text, in characters; a picture has no room for more.
const MAX_TEXT: usize = 300;

pub(super) type Point = (f64, f64);

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub fn center(&self) -> Point {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    pub fn holds(&self, (x, y): Point) -> bool {
        (self.left - 0.5..=self.right + 0.5).contains(&x) && (self.top - 0.5..=self.bottom + 0.5).contains(&y)
    }

    pub fn corners(&self) -> [Point; 4] {
        [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
    }

    pub fn grown(&self, by: f64) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }
}

/// How a line looks.
#[derive(Clone, Copy)]
pub(super) struct Stroke {
    pub color: Rgba,
    /// In points.
    pub width: f64,
    pub dash: Dash,
}

/// Where a text stands around its point: each from 0, left or top, to 1; `baseline` goes below.
#[derive(Clone, Copy)]
pub(super) struct Anchor {
    pub across: f64,
    pub up: f64,
    pub degrees: f64,
}

/// A picture in the making.
pub(super) struct Canvas<'a> {
    backend: BitMapBackend<'a>,
    /// Pixels of the backend for a point of the page.
    per_point: f64,
    size: (i32, i32),
    /// What the backend said first.
    failed: Option<String>,
}

/// Draws a picture of this size and gives its red, green and blue bytes.
///
/// # Errors
/// What `draw` or the backend says.
pub(super) fn picture(
    (width, height): (u32, u32),
    dpi: f64,
    background: Rgba,
    draw: impl FnOnce(&mut Canvas) -> Result<(), String>,
) -> Result<Vec<u8>, String> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    if !REGISTERED.get_or_init(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok()) {
        return Err("the font of pictures is broken".to_owned());
    }
    let over = if width * height < SMOOTHED { 2 } else { 1 };
    let size = (width * over, height * over);
    let mut bytes = Vec::with_capacity((size.0 * size.1 * 3) as usize);
    let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    let pixel = [byte(background.0), byte(background.1), byte(background.2)];
    (0..size.0 * size.1).for_each(|_| bytes.extend_from_slice(&pixel));
    let mut canvas = Canvas {
        backend: BitMapBackend::with_buffer(&mut bytes, size),
        per_point: dpi / 72.0 * f64::from(over),
        size: (size.0 as i32, size.1 as i32),
        failed: None,
    };
    draw(&mut canvas)?;
    if let Some(failed) = canvas.failed.take() {
        return Err(failed);
    }
    drop(canvas);
    Ok(if over == 2 { halved(&bytes, width as usize, height as usize) } else { bytes })
}

/// Each pixel the mean of four.
fn halved(bytes: &[u8], width: usize, height: usize) -> Vec<u8> {
    let row = width * 2 * 3;
    let mut out = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            for part in 0..3 {
                let i = y * 2 * row + x * 6 + part;
                let sum = [i, i + 3, i + row, i + row + 3].iter().map(|i| u32::from(bytes[*i])).sum::<u32>();
                out.push(((sum + 2) / 4) as u8);
            }
        }
    }
    out
}

fn paint(color: Rgba) -> RGBAColor {
    let byte = |part: f64| (part.clamp(0.0, 1.0) * 255.0).round() as u8;
    RGBAColor(byte(color.0), byte(color.1), byte(color.2), color.3.clamp(0.0, 1.0))
}

impl Canvas<'_> {
    /// The whole picture in pixels of the backend, in which all places are given.
    pub fn bounds(&self) -> Rect {
        Rect { left: 0.0, top: 0.0, right: f64::from(self.size.0), bottom: f64::from(self.size.1) }
    }

    /// Points of the page in pixels of the backend.
    pub fn points(&self, points: f64) -> f64 {
        points * self.per_point
    }

    fn keep(&mut self, result: Result<(), impl std::fmt::Display>) {
        if let Err(e) = result {
            self.failed.get_or_insert_with(|| format!("the picture cannot be drawn: {e}"));
        }
    }

    fn fill(&mut self, points: &[Point], color: Rgba) {
        let whole: Vec<(i32, i32)> =
            points.iter().map(|p| (p.0.round() as i32, p.1.round() as i32)).collect();
        let result = self.backend.fill_polygon(whole, &paint(color));
        self.keep(result);
    }

    /// A filled polygon, as far as it lies in `clip`.
    pub fn polygon(&mut self, points: &[Point], color: Rgba, clip: Rect) {
        if color.3 <= 0.0 {
            return;
        }
        let inside = clipped(points, clip);
        if inside.len() >= 3 {
            self.fill(&inside, color);
        }
    }

    /// A filled rectangle. Its sides are whole pixels, so that neighbours touch.
    pub fn rect(&mut self, rect: Rect, color: Rgba, clip: Rect) {
        if color.3 <= 0.0 {
            return;
        }
        let place = |v: f64, low: f64, high: f64| v.clamp(low, high).round() as i32;
        let (left, right) =
            (place(rect.left, clip.left, clip.right), place(rect.right, clip.left, clip.right));
        let (top, bottom) =
            (place(rect.top, clip.top, clip.bottom), place(rect.bottom, clip.top, clip.bottom));
        if right > left && bottom > top {
            let result = self.backend.draw_rect((left, top), (right, bottom), &paint(color), true);
            self.keep(result);
        }
    }

    /// A line along points, as far as it lies in `clip`.
    pub fn line(&mut self, points: &[Point], stroke: Stroke, clip: Rect) {
        if stroke.dash == Dash::None || stroke.color.3 <= 0.0 || stroke.width <= 0.0 {
            return;
        }
        let thickness = stroke.width.min(LARGEST);
        let width = self.points(thickness).max(1.0);
        let unit = self.points(thickness.max(1.0));
        let pattern: &[f64] = match stroke.dash {
            Dash::Solid | Dash::None => &[],
            Dash::Dashed => &[3.7, 1.6],
            Dash::Dotted => &[1.0, 1.65],
            Dash::Dashdot => &[6.4, 1.6, 1.0, 1.6],
        };
        let joined = pattern.is_empty() && stroke.color.3 >= 1.0 && width > 2.0;
        let (mut i, mut left) = (0, pattern.first().map_or(f64::INFINITY, |part| part * unit));
        for pair in points.windows(2) {
            let Some((from, to)) = segment(pair[0], pair[1], clip) else { continue };
            let length = (to.0 - from.0).hypot(to.1 - from.1);
            let along = |at: f64| {
                let part = if length > 0.0 { at / length } else { 0.0 };
                (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
            };
            let mut at = 0.0;
            while at < length {
                let end = (at + left).min(length);
                if i % 2 == 0 {
                    self.stretch(along(at), along(end), width, stroke.color);
                }
                left -= end - at;
                at = end;
                // Not zero: what is left of rounding would be walked for ever.
                if left <= 1e-6 {
                    i = (i + 1) % pattern.len().max(1);
                    left = pattern.get(i).map_or(f64::INFINITY, |part| part * unit);
                }
            }
            if joined {
                self.disc(to, width / 2.0, stroke.color);
            }
        }
    }

    /// One straight piece of a line.
    fn stretch(&mut self, from: Point, to: Point, width: f64, color: Rgba) {
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        if length == 0.0 {
            return;
        }
        let whole = |p: Point| (p.0.round() as i32, p.1.round() as i32);
        if width < 1.5 {
            let result = self.backend.draw_line(whole(from), whole(to), &paint(color));
            return self.keep(result);
        }
        let (x, y) = ((to.1 - from.1) / length * width / 2.0, (from.0 - to.0) / length * width / 2.0);
        // Straight lines, which axes are made of, have whole pixels on both sides.
        if from.0.round() == to.0.round() || from.1.round() == to.1.round() {
            let rect = Rect {
                left: from.0.min(to.0) - x.abs(),
                right: from.0.max(to.0) + x.abs(),
                top: from.1.min(to.1) - y.abs(),
                bottom: from.1.max(to.1) + y.abs(),
            };
            return self.rect(rect, color, self.bounds());
        }
        self.fill(
            &[(from.0 + x, from.1 + y), (to.0 + x, to.1 + y), (to.0 - x, to.1 - y), (from.0 - x, from.1 - y)],
            color,
        );
    }

    /// A filled circle.
    pub fn disc(&mut self, at: Point, radius: f64, color: Rgba) {
        if color.3 <= 0.0 || !self.bounds().grown(radius).holds(at) {
            return;
        }
        let (at, radius) =
            ((at.0.round() as i32, at.1.round() as i32), radius.round().clamp(1.0, 1e4) as u32);
        let result = self.backend.draw_circle(at, radius, &paint(color), true);
        self.keep(result);
    }

    /// One pixel of the backend.
    fn pixel(&mut self, x: f64, y: f64, color: Rgba) {
        let (x, y) = (x.round() as i32, y.round() as i32);
        if (0..self.size.0).contains(&x) && (0..self.size.1).contains(&y) {
            let result = self.backend.draw_pixel((x, y), paint(color).to_backend_color());
            self.keep(result);
        }
    }

    /// Width and height of a text of this many points.
    pub fn text_size(&mut self, text: &str, points: f64) -> Point {
        let em = self.points(points.clamp(1.0, LARGEST));
        let lines: Vec<&str> = text.lines().collect();
        let font = FontDesc::new(FontFamily::SansSerif, em * LINE_PER_EM, FontStyle::Normal);
        let width =
            |line: &&str| font.layout_box(&short(line)).map_or(0.0, |(_, (right, _))| f64::from(right));
        (
            lines.iter().map(width).fold(0.0, f64::max),
            em * (CAPITAL + 1.2 * lines.len().saturating_sub(1) as f64),
        )
    }

    /// A text around a point.
    pub fn text(&mut self, text: &str, at: Point, points: f64, color: Rgba, anchor: Anchor) {
        let (width, height) = self.text_size(text, points);
        let em = self.points(points.clamp(1.0, LARGEST));
        let size = em * LINE_PER_EM;
        let font = FontDesc::new(FontFamily::SansSerif, size, FontStyle::Normal);
        let (sin, cos) = anchor.degrees.to_radians().sin_cos();
        for (i, line) in text.lines().enumerate() {
            let line = short(line);
            let own = self.text_size(&line, points).0;
            // Lines are centred on each other; plotters' baseline lies at half of the size.
            let left = (width - own) * 0.5 - width * anchor.across;
            let baseline = em * (CAPITAL + 1.2 * i as f64) - height * anchor.up - size / 2.0;
            let mut dots = Vec::new();
            let drawn = font.draw(&line, (0, 0), |x, y, part| {
                dots.push((f64::from(x) + left, f64::from(y) + baseline, f64::from(part)));
                Ok::<(), std::convert::Infallible>(())
            });
            if let Err(e) = drawn {
                self.failed.get_or_insert_with(|| format!("the text {line:?} cannot be drawn: {e}"));
            }
            for (x, y, part) in dots.into_iter().filter(|dot| dot.2 > 0.02) {
                let (x, y) = (x * cos + y * sin, y * cos - x * sin);
                self.pixel(at.0 + x, at.1 + y, color.with_alpha(part));
            }
        }
    }
}

fn short(line: &str) -> String {
    line.chars().take(MAX_TEXT).collect()
}

/// The part of a segment in a rectangle (Liang and Barsky).
fn segment(from: Point, to: Point, clip: Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut first, mut last) = (0.0, 1.0);
    for (change, room) in [
        (-dx, from.0 - clip.left),
        (dx, clip.right - from.0),
        (-dy, from.1 - clip.top),
        (dy, clip.bottom - from.1),
    ] {
        if change == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if change < 0.0 {
            first = f64::max(first, room / change);
        } else {
            last = f64::min(last, room / change);
        }
    }
    let along = |part: f64| (from.0 + dx * part, from.1 + dy * part);
    (first <= last).then(|| (along(first), along(last)))
}

/// The part of a polygon in a rectangle (Sutherland and Hodgman).
fn clipped(points: &[Point], clip: Rect) -> Vec<Point> {
    let mut points = points.to_vec();
    let sides: [(usize, f64, f64); 4] =
        [(0, clip.left, 1.0), (0, clip.right, -1.0), (1, clip.top, 1.0), (1, clip.bottom, -1.0)];
    for (part, edge, sign) in sides {
        let depth = |p: Point| (if part == 0 { p.0 } else { p.1 } - edge) * sign;
        let mut kept = Vec::with_capacity(points.len() + 4);
        for (i, to) in points.iter().enumerate() {
            let from = points[(i + points.len() - 1) % points.len()];
            let (a, b) = (depth(from), depth(*to));
            if (a < 0.0) != (b < 0.0) {
                let part = a / (a - b);
                kept.push((from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part));
            }
            if b >= 0.0 {
                kept.push(*to);
            }
        }
        points = kept;
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIP: Rect = Rect { left: 0.0, top: 0.0, right: 10.0, bottom: 10.0 };

    #[test]
    fn nothing_leaves_its_rectangle() {
        for (from, to, expected) in [
            ((-5.0, 5.0), (15.0, 5.0), Some(((0.0, 5.0), (10.0, 5.0)))),
            ((2.0, 2.0), (3.0, 3.0), Some(((2.0, 2.0), (3.0, 3.0)))),
            ((-5.0, -5.0), (-1.0, 20.0), None),
            ((-1.0, 5.0), (5.0, -1.0), Some(((0.0, 4.0), (4.0, 0.0)))),
        ] {
            assert_eq!(segment(from, to, CLIP), expected, "{from:?} {to:?}");
        }
        let around = [(-1e5, -1e5), (1e5, -1e5), (1e5, 1e5), (-1e5, 1e5)];
        assert!(clipped(&around, CLIP).iter().all(|p| CLIP.holds(*p)));
        assert_eq!(clipped(&around, CLIP).len(), 4);
        assert!(clipped(&[(20.0, 20.0), (30.0, 20.0), (20.0, 30.0)], CLIP).is_empty());
    }
}
