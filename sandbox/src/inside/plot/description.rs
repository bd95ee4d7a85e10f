//! What Python says about a figure. It comes from code that a model wrote, and is drawn in the same
//! confined process: a wrong description is an error, never a panic.

use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Figure {
    pub width: u32,
    pub height: u32,
    pub dpi: f64,
    pub face: Color,
    pub title: String,
    pub axes: Vec<Axes>,
}

#[derive(Deserialize)]
pub(super) struct Axes {
    /// Left, top, width and height as parts of the figure.
    #[serde(rename = "box")]
    pub place: [f64; 4],
    pub title: String,
    pub title_size: f64,
    pub x: Direction,
    pub y: Direction,
    pub grid: bool,
    pub legend: Option<Legend>,
    pub frame: bool,
    pub equal: bool,
    pub bar: Option<Bar>,
    pub marks: Vec<Mark>,
}

/// One axis.
#[derive(Deserialize)]
pub(super) struct Direction {
    pub low: f64,
    pub high: f64,
    pub log: bool,
    pub label: String,
    pub ticks: Option<Vec<(f64, String)>>,
    pub rotation: f64,
}

#[derive(Deserialize)]
pub(super) struct Legend {
    pub at: String,
    pub title: String,
}

/// A colour bar.
#[derive(Deserialize)]
pub(super) struct Bar {
    pub scale: Scale,
    pub label: String,
}

/// How values become colours.
#[derive(Clone, Deserialize)]
pub(super) struct Scale {
    pub map: String,
    pub low: f64,
    pub high: f64,
}

/// A colour: by name, or red, green, blue and perhaps alpha from 0 to 1.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Color {
    Named(String),
    Parts(Vec<f64>),
}

/// A value that may be missing.
pub(super) type Value = Option<f64>;

#[derive(Deserialize)]
pub(super) struct Mark {
    pub label: String,
    pub alpha: f64,
    #[serde(flatten)]
    pub shape: Shape,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Shape {
    Line {
        x: Vec<Value>,
        y: Vec<Value>,
        color: Color,
        width: f64,
        dash: Dash,
        marker: String,
        size: f64,
    },
    Points {
        x: Vec<Value>,
        y: Vec<Value>,
        colors: Vec<Color>,
        sizes: Vec<f64>,
        marker: String,
        scale: Option<Scale>,
        values: Vec<Value>,
    },
    Bars {
        rects: Vec<[f64; 4]>,
        colors: Vec<Color>,
        edge: Option<Color>,
        width: f64,
    },
    Area {
        x: Vec<Value>,
        y: Vec<Value>,
        color: Color,
    },
    Image {
        rows: usize,
        columns: usize,
        values: Vec<Value>,
        pixels: Vec<[f64; 3]>,
        scale: Option<Scale>,
        extent: [f64; 4],
        flipped: bool,
    },
    Pie(Pie),
    /// A line across all of the axes, or with `to` a band.
    Rule {
        across: bool,
        at: f64,
        to: Option<f64>,
        color: Color,
        width: f64,
        dash: Dash,
    },
    Text {
        x: f64,
        y: f64,
        text: String,
        color: Color,
        size: f64,
        across: String,
        up: String,
        rotation: f64,
        relative: bool,
    },
    Arrow {
        x: [f64; 2],
        y: [f64; 2],
        color: Color,
    },
}

#[derive(Deserialize)]
pub(super) struct Pie {
    pub shares: Vec<f64>,
    pub names: Vec<String>,
    pub inner: Vec<String>,
    pub colors: Vec<Color>,
    pub explode: Vec<f64>,
    /// Degrees from the right.
    pub start: f64,
    pub clockwise: bool,
    pub radius: f64,
    pub inner_at: f64,
    pub names_at: f64,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Dash {
    Solid,
    Dashed,
    Dotted,
    Dashdot,
    None,
}
