//! One call as the parent sees it: what is still to send, what came back, and the clocks.

use std::time::{Duration, Instant};

use crate::{
    Denial, End, Limits, Outcome, State,
    clean::{Cleaner, clean},
    excerpt::{Excerpt, excerpt},
    files::{FileReply, FileRequest, Files},
    frame::Decoder,
    message::{self, FromWorker, MAX_CHUNK, MAX_NOTICES, NOTICE_BYTES, ToWorker},
};

/// What a cancelled call has instead of [`Limits::grace`]: somebody waits.
const CANCEL_GRACE: Duration = Duration::from_millis(80);

/// Of a panic's message.
const PANIC_BYTES: usize = 400;

/// Of an operation or a target in a denial.
pub(crate) const DENIAL_BYTES: usize = 200;

/// How many denials a call can have; the rest are not told.
pub(crate) const MAX_DENIALS: usize = 20;

/// What may wait to be sent: a worker that asks and does not read the answers is none.
pub(crate) const MAX_UNSENT: usize = 1 << 20;

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
    denials: Vec<Denial>,
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
    notices: Vec<String>,
    is_spoilt: bool,
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
            denials: Vec::new(),
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
        self.queue(&ToWorker::Interrupt { cell: self.cell });
    }

    fn answer(&mut self, request: &FileRequest, reply: FileReply) {
        if let FileReply::Failed { errno, .. } = &reply {
            let denial = Denial::of_file(request.op(), &short(request.path()), *errno);
            self.deny(denial);
        }
        self.queue(&ToWorker::File { reply });
    }

    /// The code wrote more files than it may.
    pub fn over_quota(&mut self) {
        self.deny(Denial::of_file("write", crate::WORK_FOLDER, libc::ENOSPC));
    }

    fn queue(&mut self, message: &ToWorker) {
        self.unsent.drain(..self.n_sent);
        self.n_sent = 0;
        self.unsent.extend(message::encode(message));
    }

    fn deny(&mut self, denial: Option<Denial>) {
        let denial = denial.filter(|denial| !self.denials.contains(denial));
        if self.denials.len() < MAX_DENIALS {
            self.denials.extend(denial);
        }
    }

    /// What is still to be written.
    pub fn unsent(&self) -> &[u8] {
        &self.unsent[self.n_sent..]
    }

    /// Notes that `n` bytes were written.
    pub fn sent(&mut self, n: usize) {
        self.n_sent += n;
    }

    /// Takes the next message of what has come, if there is a whole one.
    ///
    /// # Errors
    /// It breaks the protocol: how, in words that follow "it sent".
    pub fn take_next(
        &mut self,
        decoder: &mut Decoder,
        files: &mut Files,
    ) -> Result<Option<Progress>, String> {
        let Some(payload) = decoder.next().map_err(|e| e.to_string())? else { return Ok(None) };
        self.take(message::decode(payload)?, files).map(Some)
    }

    fn take(&mut self, message: FromWorker, files: &mut Files) -> Result<Progress, String> {
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
            FromWorker::File { cell, request } if cell == self.cell => {
                if self.unsent().len() > MAX_UNSENT {
                    return Err("requests without reading the answers".to_owned());
                }
                let reply = files.answer(&request);
                self.answer(&request, reply);
                Ok(Progress::More)
            }
            FromWorker::Denied { cell, op, target } if cell == self.cell => {
                self.deny(Some(Denial::of_call(&short(&op), &short(&target))));
                Ok(Progress::More)
            }
            FromWorker::Done { cell, value, error, truncated, out_of_cpu, notices, is_spoilt }
                if cell == self.cell =>
            {
                let notices = notices.iter().take(MAX_NOTICES).map(|notice| bounded(notice, NOTICE_BYTES));
                let notices = notices.collect();
                let done = Done { value, error, truncated, out_of_cpu, notices, is_spoilt };
                Ok(Progress::Done(Box::new(done)))
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
        let state = if done.is_spoilt { State::Lost } else { State::Kept };
        let (denials, notices) = (self.denials, done.notices);
        Outcome { output, value, error, truncated, end, state, denials, notices, ..Outcome::completed() }
    }

    /// The outcome of a call whose worker is gone: by `end`, unless it was asked to end before.
    pub fn lost(self, end: Option<End>) -> Outcome {
        let (output, truncated) = self.output.finish();
        let end = self.stopping.map(|stopping| stopping.end).or(end).unwrap_or(End::Cancelled);
        let denials = self.denials;
        Outcome { output, truncated, end, denials, state: State::Lost, ..Outcome::completed() }
    }
}

/// A worker's word, in a denial.
fn short(text: &str) -> String {
    bounded(text, DENIAL_BYTES)
}

/// A worker's words, on one line.
fn bounded(text: &str, n_bytes: usize) -> String {
    excerpt(&clean(text), n_bytes).0.replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{check, outcome_of};

    /// Whatever a worker that speaks the protocol's words could say, right or wrong.
    fn messages() -> impl Strategy<Value = FromWorker> {
        let cell = 0u32..3;
        let text = prop_oneof![".{0,80}", "[\u{1b}\u{9b}\\[0-9;m\u{202e}]{0,20}"];
        let path = prop_oneof![Just("/mnt/data/x".to_owned()), "(/|\\.\\.|\\PC){0,20}"];
        prop_oneof![
            6 => (cell.clone(), text.clone()).prop_map(|(cell, text)| FromWorker::Output { cell, text }),
            3 => (cell.clone(), path.clone(), any::<u64>(), any::<usize>()).prop_map(|(cell, path, offset, length)| {
                FromWorker::File { cell, request: FileRequest::Read { path, offset, length } }
            }),
            3 => (cell.clone(), path, any::<Option<u64>>(), ".{0,60}").prop_map(|(cell, path, offset, base64)| {
                FromWorker::File { cell, request: FileRequest::Write { path, offset, base64 } }
            }),
            3 => (cell.clone(), text.clone(), text.clone()).prop_map(|(cell, op, target)| FromWorker::Denied { cell, op, target }),
            1 => text.clone().prop_map(|reason| FromWorker::Failed { reason }),
            1 => (cell, proptest::option::of(text.clone()), proptest::option::of(text), any::<(bool, bool)>()).prop_map(
                |(cell, value, error, (truncated, out_of_cpu))| {
                    let notices = value.iter().cycle().take(20).cloned().collect();
                    FromWorker::Done { cell, value, error, truncated, out_of_cpu, notices, is_spoilt: truncated }
                },
            ),
        ]
    }

    proptest! {
        #[test]
        fn any_bytes_end_a_call_within_its_limits(
            reads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
        ) {
            let reads: Vec<&[u8]> = reads.iter().map(Vec::as_slice).collect();
            check(&outcome_of(&reads, &mut Files::default()));
        }

        #[test]
        fn any_messages_cut_and_spoiled_anywhere_end_a_call_within_its_limits(
            messages in prop::collection::vec(messages(), 0..40),
            spoiled in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            size in 1usize..500,
        ) {
            let mut wire: Vec<u8> = messages.iter().flat_map(message::encode).collect();
            for (at, byte) in spoiled {
                if !wire.is_empty() {
                    let at = at.index(wire.len());
                    wire[at] = byte;
                }
            }
            check(&outcome_of(&wire.chunks(size).collect::<Vec<_>>(), &mut Files::default()));
        }
    }
}
