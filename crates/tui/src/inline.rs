//! A session within the terminal's own lines: what is said goes into the scrollback, and only what is
//! still open stays at the bottom.

use std::io;

use ratatui::{
    Terminal, TerminalOptions, Viewport,
    backend::{Backend, ClearType, CrosstermBackend, WindowSize},
    buffer::{Buffer, Cell},
    layout::{Position, Size},
};

use crate::{
    draw::{draw, inline_height, settled, settled_tail},
    state::State,
    terminal::Frame,
    wrap::columns,
};

/// A terminal whose cursor is where it was put: asking for its place would take the answer from the
/// thread that reads the keys.
pub struct Anchored {
    inner: CrosstermBackend<Frame>,
    cursor: Position,
}

impl Anchored {
    /// A terminal whose cursor is there.
    pub fn new(frame: Frame, cursor: Position) -> Self {
        Self { inner: CrosstermBackend::new(frame), cursor }
    }
}

impl Backend for Anchored {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.inner.draw(content)
    }

    fn append_lines(&mut self, n: u16) -> io::Result<()> {
        let last = self.size()?.height.saturating_sub(1);
        self.cursor.y = self.cursor.y.saturating_add(n).min(last);
        self.inner.append_lines(n)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = position.into();
        self.inner.set_cursor_position(self.cursor)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type != ClearType::AfterCursor {
            return self.inner.clear_region(clear_type);
        }
        // Row by row: where all rows are emptied at once, some terminals put them into the scrollback.
        for y in self.cursor.y..self.size()?.height {
            self.inner.set_cursor_position(Position { x: 0, y })?;
            self.inner.clear_region(ClearType::CurrentLine)?;
        }
        self.inner.set_cursor_position(self.cursor)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.inner)
    }
}

/// The rows at the bottom that are gimlet's.
pub struct Rows {
    terminal: Terminal<Anchored>,
    frame: Frame,
    /// The terminal's size when they were drawn last; nothing if all is to be drawn anew.
    size: Option<Size>,
    height: u16,
}

impl Rows {
    /// Rows from the cursor's on.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn begin(frame: Frame, cursor: Position) -> io::Result<Self> {
        let terminal = rows_from(&frame, cursor, 1)?;
        let size = terminal.size()?;
        Ok(Self { terminal, frame, size: Some(size), height: 1 })
    }

    /// Draws a frame, and hands what is over to the terminal.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn draw(&mut self, state: &mut State) -> io::Result<()> {
        let size = self.terminal.size()?;
        if self.size != Some(size) {
            // Nobody knows where the terminal has moved things: what was said last is said again.
            self.terminal.backend_mut().set_cursor_position(Position::ORIGIN)?;
            self.terminal.backend_mut().clear_region(ClearType::AfterCursor)?;
            self.set_height(Position::ORIGIN, inline_height(state, size))?;
            let sheets = settled_tail(state, size, size.height.saturating_sub(self.height));
            self.insert(sheets)?;
            self.size = Some(size);
        }
        let sheets = settled(state, size, false);
        let height = inline_height(state, size);
        if height != self.height {
            let top = self.top();
            self.set_height(top, height)?;
        }
        self.insert(sheets)?;
        self.terminal.draw(|frame| draw(state, frame)).map(drop)
    }

    /// Hands everything to the terminal and leaves its rows.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn finish(&mut self, state: &mut State) -> io::Result<()> {
        let size = self.terminal.size()?;
        let sheets = settled(state, size, true);
        self.insert(sheets)
    }

    /// Draws all anew with the next frame.
    pub fn forget(&mut self) {
        self.size = None;
    }

    /// Begins anew below what others wrote: on the last row of the screen.
    ///
    /// # Errors
    /// The terminal is gone.
    #[cfg(unix)] // Only a process that was suspended comes back to what others wrote.
    pub fn begin_below(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        let last = Position { x: 0, y: size.height.saturating_sub(1) };
        self.terminal = rows_from(&self.frame, last, self.height)?;
        self.size = Some(size);
        Ok(())
    }

    /// Empties its rows, with the cursor at their beginning.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn leave(&mut self) -> io::Result<()> {
        let top = self.top();
        self.terminal.backend_mut().set_cursor_position(top)?;
        self.terminal.backend_mut().clear_region(ClearType::AfterCursor)
    }

    /// The first of its rows.
    fn top(&mut self) -> Position {
        self.terminal.get_frame().area().as_position()
    }

    fn set_height(&mut self, top: Position, height: u16) -> io::Result<()> {
        self.terminal.backend_mut().set_cursor_position(top)?;
        self.terminal.backend_mut().clear_region(ClearType::AfterCursor)?;
        self.terminal = rows_from(&self.frame, top, height)?;
        self.height = height;
        Ok(())
    }

    fn insert(&mut self, sheets: Vec<Buffer>) -> io::Result<()> {
        if sheets.is_empty() {
            return Ok(());
        }
        // What is printed leaves the rest of its rows as it was.
        self.leave()?;
        for sheet in sheets {
            let sheet = printable(sheet);
            self.terminal.insert_before(sheet.area.height, |target| {
                // The terminal's width can change at any moment.
                if target.content.len() == sheet.content.len() {
                    target.content.clone_from_slice(&sheet.content);
                }
            })?;
        }
        Ok(())
    }
}

fn rows_from(frame: &Frame, cursor: Position, height: u16) -> io::Result<Terminal<Anchored>> {
    let mut backend = Anchored::new(frame.clone(), cursor);
    backend.set_cursor_position(cursor)?;
    Terminal::with_options(backend, TerminalOptions { viewport: Viewport::Inline(height) })
}

/// A sheet that is printed cell by cell. The cell behind a wide character is empty, as the character
/// takes both, and so is the rest of a row: a terminal that becomes narrower would wrap it.
fn printable(mut sheet: Buffer) -> Buffer {
    for row in sheet.content.chunks_mut(usize::from(sheet.area.width.max(1))) {
        let used = row.iter().rposition(|cell| *cell != Cell::EMPTY).map_or(0, |last| last + 1);
        for cell in &mut row[used..] {
            cell.set_symbol("");
        }
        let mut covered = 0;
        for cell in row {
            if covered > 0 {
                cell.set_symbol("");
                covered -= 1;
            } else if cell.symbol().len() > 1 {
                covered = columns(cell.symbol()).saturating_sub(1);
                // The code of a picture has no columns of its own.
                if cell.symbol().contains('\u{1b}') {
                    covered = 0;
                }
            }
        }
    }
    sheet
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn behind_a_wide_character_is_nothing() {
        let mut sheet = Buffer::empty(Rect::new(0, 0, 6, 1));
        sheet.set_string(0, 0, "a你b", ratatui::style::Style::new());
        let symbols: Vec<String> =
            printable(sheet).content.iter().map(|cell| cell.symbol().to_owned()).collect();
        assert_eq!(symbols, ["a", "你", "", "b", "", ""]);
    }
}
