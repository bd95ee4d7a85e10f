//! One call as the parent sees it: what is still to send, what came back, and the clocks.

use std::time::{Duration, Instant};

use crate::{
    End, Limits, Outcome, State,
    clean::{Cleaner, clean},
    excerpt::{Excerpt, excerpt},
    message::{self, FromWorker, MAX_CHUNK, ToWorker},
};

/// What a cancelled call has instead of [`Limits::grace`]: somebody waits.
const CANCEL_GRACE: Duration = Duration::from_millis(80);

/// Of a panic's message.
const PANIC_BYTES: usize = 400;

/// A running call.
pub(crate) struct Call {
    cell: u32,
    wall: Duration,
    grace: Duration,
    output_bytes: usize,
    printed_bytes: usize,
    unsent: Vec<u8>,
    n_sent: usize,
    cleaner: Cleaner,
    output: Excerpt,
    received: usize,
    deadline: Instant,
    stopping: Option<Stopping>,
}

/// The call was asked to end, for this reason, and must have by then.
struct Stopping {
    end: End,
    kill_at: Instant,
}

/// What a message changed.
pub(crate) enum Progress {
    /// The call goes on.
    More,
    /// It has ended.
    Done(Box<Done>),
    /// The interpreter panicked, with this message.
    Failed(String),
}

/// How the worker says that a cell ended.
pub(crate) struct Done {
    value: Option<String>,
    error: Option<String>,
    truncated: bool,
    out_of_cpu: bool,
}

impl Call {
    /// A call that begins by sending `run`.
    pub fn new(cell: u32, wall: Duration, run: Vec<u8>, limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            cell,
            wall,
            grace: limits.grace,
            output_bytes: limits.output_bytes,
            printed_bytes: limits.printed_bytes,
            unsent: run,
            n_sent: 0,
            cleaner: Cleaner::default(),
            output: Excerpt::new(limits.output_bytes),
            received: 0,
            deadline: now.checked_add(wall).unwrap_or(now + Duration::from_secs(86_400)),
            stopping: None,
        }
    }

    /// When to look at the clock.
    pub fn wake_at(&self) -> Instant {
        self.stopping.as_ref().map_or(self.deadline, |stopping| stopping.kill_at)
    }

    /// Whether it was asked to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.is_some()
    }

    /// Asks the code to end because its time is over.
    pub fn time_out(&mut self) {
        self.stop(End::Timeout(self.wall), self.grace);
    }

    /// Asks the code to end because somebody cancelled.
    pub fn cancel(&mut self) {
        self.stop(End::Cancelled, CANCEL_GRACE);
    }

    fn stop(&mut self, end: End, grace: Duration) {
        self.stopping = Some(Stopping { end, kill_at: Instant::now() + grace });
        self.unsent.extend(message::encode(&ToWorker::Interrupt { cell: self.cell }));
    }

    /// What is still to be written.
    pub fn unsent(&self) -> &[u8] {
        &self.unsent[self.n_sent..]
    }

    /// Notes that `n` bytes were written.
    pub fn sent(&mut self, n: usize) {
        self.n_sent += n;
    }

    /// Takes a message.
    ///
    /// # Errors
    /// It breaks the protocol: how, in words that follow "it sent".
    pub fn take(&mut self, message: FromWorker) -> Result<Progress, String> {
        match message {
            FromWorker::Output { cell, text } if cell == self.cell => {
                self.received += text.len();
                if text.is_empty() || text.len() > MAX_CHUNK || self.received > self.printed_bytes {
                    return Err("more output than it may".to_owned());
                }
                let mut cleaned = String::with_capacity(text.len());
                self.cleaner.push(&text, &mut cleaned);
                self.output.push(&cleaned);
                Ok(Progress::More)
            }
            FromWorker::Done { cell, value, error, truncated, out_of_cpu } if cell == self.cell => {
                Ok(Progress::Done(Box::new(Done { value, error, truncated, out_of_cpu })))
            }
            FromWorker::Failed { reason } => Ok(Progress::Failed(excerpt(&clean(&reason), PANIC_BYTES).0)),
            _ => Err("a message that was not its turn".to_owned()),
        }
    }

    /// The outcome of a call that ended in order.
    pub fn done(self, done: Done) -> Outcome {
        let limit = self.output_bytes;
        let (output, output_cut) = self.output.finish();
        let (value, value_cut) = done.value.map(|text| excerpt(&clean(&text), limit)).unzip();
        let (error, error_cut) = done.error.map(|text| excerpt(&clean(&text), limit)).unzip();
        let cut = [Some(output_cut), value_cut, error_cut].contains(&Some(true));
        let end = match self.stopping {
            Some(stopping) => stopping.end,
            None if done.out_of_cpu => End::Cpu,
            None => End::Completed,
        };
        let truncated = done.truncated || cut;
        Outcome { output, value, error, truncated, end, state: State::Kept, restarted: false }
    }

    /// The outcome of a call whose worker is gone: by `end`, unless it was asked to end before.
    pub fn lost(self, end: Option<End>) -> Outcome {
        let (output, truncated) = self.output.finish();
        let end = self.stopping.map(|stopping| stopping.end).or(end).unwrap_or(End::Cancelled);
        Outcome { output, value: None, error: None, truncated, end, state: State::Lost, restarted: false }
    }
}
