//! Text laid out in lines, with the prefixes of lists and quotes.

/// The longest text that is written, in bytes.
const MAX_BYTES: usize = 1 << 20;

/// Collects text; white space between words is one space, blocks stand apart.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    /// What each line begins with, the outermost first.
    prefixes: Vec<String>,
    /// What stands before the next text in place of the last prefix: a list's marker.
    marker: Option<String>,
    /// Line breaks that are due before the next text.
    n_breaks: usize,
    is_spaced: bool,
    pub is_cut: bool,
}

impl Writer {
    /// What was written.
    pub fn finish(mut self) -> String {
        self.out.truncate(self.out.trim_end().len());
        self.out
    }

    /// The next text stands `n` lines below: 1 on the next line, 2 past an empty one.
    pub fn break_lines(&mut self, n: usize) {
        self.n_breaks = self.n_breaks.max(n);
        self.is_spaced = false;
    }

    /// Text whose white space means nothing.
    pub fn words(&mut self, text: &str) {
        for (place, word) in text.split(|c: char| c.is_whitespace()).enumerate() {
            self.is_spaced |= place > 0;
            if !word.is_empty() {
                self.begin();
                self.push(word);
            }
        }
    }

    /// Text that is written as it stands.
    pub fn exact(&mut self, text: &str) {
        if !text.is_empty() {
            self.begin();
            self.push(text);
        }
    }

    /// Lines that keep their white space.
    pub fn lines(&mut self, text: &str) {
        for line in text.lines() {
            self.break_lines(1);
            self.begin_line();
            self.push(line.trim_end());
        }
        self.break_lines(1);
    }

    /// Begins an item of a list or a quote.
    pub fn indent(&mut self, marker: &str, prefix: &str) {
        self.break_lines(1);
        self.flush_marker();
        self.marker = Some(marker.to_owned());
        self.prefixes.push(prefix.to_owned());
    }

    /// Ends it.
    pub fn dedent(&mut self) {
        self.prefixes.pop();
        // An item without text leaves no marker.
        self.marker = None;
        self.break_lines(1);
    }

    /// A marker whose item begins with another list stands on a line of its own.
    fn flush_marker(&mut self) {
        if self.marker.is_some() {
            self.begin();
            self.break_lines(1);
        }
    }

    fn begin(&mut self) {
        if self.n_breaks > 0 || self.out.is_empty() {
            self.begin_line();
        } else if std::mem::take(&mut self.is_spaced) && !self.out.ends_with([' ', '\n']) {
            self.push(" ");
        }
    }

    fn begin_line(&mut self) {
        let outer = self.prefixes.len() - usize::from(self.marker.is_some() && !self.prefixes.is_empty());
        let prefix = self.prefixes.concat();
        let first =
            self.prefixes[..outer].concat() + &self.marker.take().unwrap_or(self.prefixes[outer..].concat());
        let breaks = std::mem::take(&mut self.n_breaks);
        if !self.out.is_empty() {
            for n in (0..breaks).rev() {
                self.push("\n");
                if n > 0 {
                    self.push(prefix.trim_end());
                }
            }
        }
        self.push(&first);
        self.is_spaced = false;
    }

    fn push(&mut self, text: &str) {
        let room = MAX_BYTES.saturating_sub(self.out.len());
        let fits = text.floor_char_boundary(room);
        self.is_cut |= fits < text.len();
        self.out.push_str(&text[..fits]);
    }
}
