//! Boxes over everything.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Span,
    widgets::{Block, Clear, Widget},
};

use crate::wrap::fit;

/// The widest that a box becomes.
pub const MAX_WIDTH: u16 = 100;

/// Clears the middle of the screen for so many rows, or as many as there are.
pub fn centered(screen: Rect, rows: usize, buffer: &mut Buffer) -> Rect {
    let width = screen.width.min(MAX_WIDTH);
    let height = u16::try_from(rows).unwrap_or(u16::MAX).min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    Clear.render(area, buffer);
    area
}

/// Draws a frame with a title, and gives what is within it.
pub fn frame(title: &str, style: Style, area: Rect, buffer: &mut Buffer) -> Rect {
    let title = fit(&format!(" {title} "), usize::from(area.width).saturating_sub(2));
    let block = Block::bordered().title(Span::styled(title, style)).border_style(style);
    let inner = block.inner(area);
    block.render(area, buffer);
    inner
}
