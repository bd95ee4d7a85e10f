//! `_gimlet_plot`: draws the figures that pyplot describes.
//!
//! The Python half (`plot/*.py`) is the module `matplotlib.pyplot`; the drawing is done here, in the
//! confined process, so that a picture's description is never read outside of it.

mod axes;
mod axis;
mod canvas;
mod color;
mod description;
mod legend;
mod marks;
mod pie;
mod png;

pub(crate) use _gimlet_plot::module_def;

use canvas::{Anchor, Rect};
use description::Figure;

/// The source of `matplotlib.pyplot`, compiled when it is first imported.
const PYPLOT: &str = concat!(
    include_str!("plot/axis.py"),
    include_str!("plot/marks.py"),
    include_str!("plot/axes.py"),
    include_str!("plot/pyplot.py")
);

/// The most pixels of a picture.
const MAX_PIXELS: u32 = 12_000_000;

/// A picture's file from its description.
///
/// # Errors
/// What is wrong with the description.
fn draw(description: &str) -> Result<Vec<u8>, String> {
    let figure: Figure =
        serde_json::from_str(description).map_err(|e| format!("the figure cannot be drawn: {e}"))?;
    let (width, height) = (figure.width, figure.height);
    if !(1..=MAX_PIXELS).contains(&width.saturating_mul(height)) || !(1.0..=2400.0).contains(&figure.dpi) {
        return Err(format!("a picture of {width} by {height} pixels is not drawn"));
    }
    let background = color::color(&figure.face)?;
    let pixels = canvas::picture((width, height), figure.dpi, background, |canvas| {
        let mut page = canvas.bounds();
        if !figure.title.is_empty() {
            let at = (page.center().0, canvas.points(8.0));
            canvas.text(&figure.title, at, 12.0, color::BLACK, Anchor { across: 0.5, up: 0.0, degrees: 0.0 });
            page.top += canvas.points(20.0);
        }
        for axes in &figure.axes {
            let [left, top, across, down] = axes.place;
            let (x, y) = (page.left + left * page.width(), page.top + top * page.height());
            let cell =
                Rect { left: x, top: y, right: x + across * page.width(), bottom: y + down * page.height() };
            axes::draw(canvas, axes, cell)?;
        }
        Ok(())
    })?;
    png::encode(&pixels, width, height).map_err(|e| format!("the picture cannot be written: {e}"))
}

#[allow(
    clippy::unwrap_used,
    reason = "in what pymodule generates: setting a fresh module's names cannot fail"
)]
#[rustpython_vm::pymodule]
mod _gimlet_plot {
    use rustpython_vm::{PyResult, VirtualMachine};

    use super::PYPLOT;
    use crate::{WORK_FOLDER, inside::wire::Wire};

    /// The bytes of a PNG file.
    #[pyfunction]
    fn draw(description: String, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        super::draw(&description).map_err(|reason| vm.new_value_error(reason))
    }

    /// Whether there is a folder for pictures.
    #[pyfunction]
    fn has_folder() -> bool {
        Wire::get().mounts.iter().any(|mount| mount == WORK_FOLDER)
    }

    /// The source of the module that draws with this one.
    #[pyfunction]
    fn source() -> &'static str {
        PYPLOT
    }
}
