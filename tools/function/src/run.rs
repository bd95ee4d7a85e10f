//! One call as its handler sees it: the clock, the way to cancel, and the place of its output.

use std::time::{Duration, Instant};

use agent::CallContext;
use chat::{Observation, Status};

use crate::{
    host::Host,
    spool::{Kept, Spool},
};

/// A running call.
pub(crate) struct Run<'a> {
    pub host: &'a Host,
    pub context: &'a CallContext,
    /// The function's name.
    pub name: &'a str,
    /// The function's own bound.
    pub timeout: Duration,
    pub output_bytes: usize,
}

/// Why a handler did not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Cancelled,
    /// The function's own bound was reached.
    Overdue(Duration),
    /// The turn is over.
    Deadline,
}

impl Stop {
    /// What the model is told about `what`.
    pub fn sentence(self, what: &str) -> String {
        match self {
            Self::Cancelled => format!("{what} was cancelled."),
            Self::Overdue(bound) => {
                format!("{what} was stopped after {} s (its time limit).", bound.as_secs_f64())
            }
            Self::Deadline => format!("{what} was stopped because the time for the whole turn is over."),
        }
    }
}

impl<'a> Run<'a> {
    /// An empty spool for the output.
    pub fn spool(&self) -> Spool<'a> {
        Spool::new(self.host.spill(), self.name, self.output_bytes)
    }

    /// How long the call may still take, and why not longer.
    pub fn time_left(&self) -> (Duration, Stop) {
        let turn = self.context.deadline.saturating_duration_since(Instant::now());
        match turn < self.timeout {
            true => (turn, Stop::Deadline),
            false => (self.timeout, Stop::Overdue(self.timeout)),
        }
    }

    /// Waits for `work`, but not past the clock or a cancellation.
    pub async fn until_stopped<T>(&self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let (left, stop) = self.time_left();
        tokio::select! {
            // In this order: work that is always ready cannot put off the clock.
            biased;
            () = self.context.cancel.cancelled() => Err(Stop::Cancelled),
            () = tokio::time::sleep(left) => Err(stop),
            done = work => Ok(done),
        }
    }

    /// An observation of the output and, under it, one sentence about how it ended.
    pub fn observe(&self, status: Status, kept: Kept, why: &str) -> Observation {
        let parts = [kept.text.as_str(), why];
        let text = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
        Observation { truncated: kept.truncated, artifacts: kept.artifacts, ..Observation::new(status, text) }
    }
}
