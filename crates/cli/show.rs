//! The one place that waits for events.

use std::{io, time::Duration};

use agent::Record;
use chat::CancellationToken;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::front::FrontEnd;

/// How often a progress line is drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// Shows events until the session ends. When nobody listens any more the work is cancelled.
///
/// # Errors
/// What the front end could not write.
pub async fn show(
    mut events: UnboundedReceiver<Record>,
    mut front: impl FrontEnd,
    cancel: CancellationToken,
) -> io::Result<()> {
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            biased;
            record = events.recv() => match record {
                Some(record) => front.show(&record).inspect_err(|_| cancel.cancel())?,
                None => return Ok(()),
            },
            _ = ticks.tick() => front.tick(),
        }
    }
}
