//! The source lines of recent cells, for tracebacks.

use std::collections::VecDeque;

/// How many cells a traceback can quote.
const CELLS: usize = 128;
/// And how many bytes of them.
const BYTES: usize = 8 << 20;

/// The sources of the latest cells by file name.
#[derive(Default)]
pub(crate) struct Sources {
    cells: VecDeque<(String, String)>,
    bytes: usize,
}

/// The file name that a cell's code carries.
pub(crate) fn file_name(cell: u32) -> String {
    format!("<cell {cell}>")
}

/// Whether a file name is a cell's.
pub(crate) fn is_cell(file: &str) -> bool {
    file.starts_with("<cell ")
}

impl Sources {
    /// Keeps a cell's source, and gives the names of those that had to go.
    pub fn add(&mut self, file: &str, source: &str) -> Vec<String> {
        self.bytes += source.len();
        self.cells.push_back((file.to_owned(), source.to_owned()));
        let mut forgotten = Vec::new();
        while self.cells.len() > CELLS || (self.bytes > BYTES && self.cells.len() > 1) {
            let Some((file, source)) = self.cells.pop_front() else { break };
            self.bytes -= source.len();
            forgotten.push(file);
        }
        forgotten
    }

    /// A line of a cell, without its indentation; lines count from 1.
    pub fn line(&self, file: &str, line: usize) -> Option<&str> {
        let (_, source) = self.cells.iter().rev().find(|(name, _)| name == file)?;
        source.lines().nth(line.checked_sub(1)?).map(str::trim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_cells_go_and_lines_count_from_one() {
        let mut sources = Sources::default();
        for cell in 0..200 {
            let forgotten = sources.add(&file_name(cell), "a\n    b");
            assert_eq!(forgotten.len(), usize::from(cell >= 128));
        }
        assert_eq!(sources.line("<cell 199>", 2), Some("b"));
        assert_eq!(sources.line("<cell 199>", 3), None);
        assert_eq!(sources.line("<cell 199>", 0), None);
        assert_eq!(sources.line("<cell 7>", 1), None);
    }
}
