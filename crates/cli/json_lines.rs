//! Events as JSON lines, for programs.

use std::io::{self, Write};

use agent::{Event, Record};

use crate::front::FrontEnd;

/// One JSON object a line on standard output.
pub struct JsonLines {
    /// Whether pieces are shown as they are written.
    pub stream_deltas: bool,
}

impl FrontEnd for JsonLines {
    fn show(&mut self, record: &Record) -> io::Result<()> {
        match record.event {
            Event::Prefill { .. } => return Ok(()),
            Event::ItemDelta { .. } if !self.stream_deltas => return Ok(()),
            _ => {}
        }
        let mut line = serde_json::to_vec(record)?;
        line.push(b'\n');
        let mut stdout = io::stdout().lock();
        stdout.write_all(&line)?;
        stdout.flush()
    }
}
