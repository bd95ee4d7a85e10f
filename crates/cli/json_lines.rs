//! Events as JSON lines, for programs.

use std::io::{self, Write};

use agent::{Event, Record};

use crate::{front::FrontEnd, progress::Progress};

/// One JSON object a line on standard output.
pub struct JsonLines {
    stream_deltas: bool,
    progress: Progress,
}

impl JsonLines {
    /// A front end that shows pieces as they are written, or leaves them out.
    pub fn new(stream_deltas: bool) -> Self {
        Self { stream_deltas, progress: Progress::new() }
    }
}

impl FrontEnd for JsonLines {
    fn show(&mut self, record: &Record) -> io::Result<()> {
        self.progress.follow(record);
        match record.event {
            Event::Prefill { .. } => return Ok(()),
            Event::ItemDelta { .. } if !self.stream_deltas => return Ok(()),
            _ => {}
        }
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        self.progress.clear();
        let mut stdout = io::stdout().lock();
        stdout.write_all(&line)?;
        stdout.flush()
    }

    fn tick(&mut self) {
        self.progress.draw();
    }
}
