//! What a front end is.

use std::io;

use agent::Record;

/// Shows a session's events to somebody.
pub trait FrontEnd {
    /// Shows one event.
    ///
    /// # Errors
    /// Nobody listens any more, or the disk behind standard output is full.
    fn show(&mut self, record: &Record) -> io::Result<()>;

    /// Time has passed.
    fn tick(&mut self) {}
}
