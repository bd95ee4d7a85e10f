//! The parent's side of one worker process.

use std::{path::Path, time::Duration};

use tokio::{
    io::AsyncWriteExt,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Confinement, Death, End, Engine, Limits, Options, Outcome, SandboxError, State,
    call::{Call, Progress},
    files::Files,
    message::{self, CpythonStart, FromWorker, MAX_CODE, Start, Task, ToWorker},
    process::{Process, START_TIME},
};

/// How often the work folder is measured while code writes to it by itself.
const MEASURE_EVERY: Duration = Duration::from_millis(250);

/// A confined process with a Python interpreter; it is killed when this is dropped.
#[derive(Debug)]
pub struct Worker {
    process: Process,
    limits: Limits,
    confinement: Confinement,
    process_id: Option<u32>,
    files: Files,
    /// Its code opens files itself: the folder is looked at, not asked about.
    opens_files: bool,
    cell: u32,
    /// A call has begun and not ended: true after a call whose future was dropped.
    busy: bool,
}

impl Worker {
    /// Runs `program` as a worker and waits until it has confined itself.
    ///
    /// # Errors
    /// The program cannot be run, or does not become a worker, or is not wholly confined and
    /// [`Options::allow_degraded`] is off.
    pub async fn spawn(program: &Path, options: &Options) -> Result<Self, SandboxError> {
        let limits = options.limits.clone();
        let files =
            Files::open(options).map_err(|(folder, source)| SandboxError::Folder { folder, source })?;
        let task = task(options, &files)?;
        let opens_files = matches!(task, Task::Cpython(_));
        let max_payload = message::max_from_worker(limits.output_bytes);
        let start = Start { limits: limits.clone(), mounts: files.mounts(), task, ..Start::default() };
        let mut process = Process::start(program, start, max_payload).await?;
        let mut process_id = None;
        let ready = |message| match message {
            FromWorker::Ready { confinement, process_id: id } => {
                process_id = id;
                Ok(confinement)
            }
            FromWorker::Failed { reason } => Err(reason),
            other => Err(format!("it began with {other:?}")),
        };
        let confinement = process.confined((program, options.allow_degraded), START_TIME, ready).await?;
        Ok(Self { process, limits, confinement, process_id, files, opens_files, cell: 0, busy: false })
    }

    /// What restricts the worker.
    pub fn confinement(&self) -> &Confinement {
        &self.confinement
    }

    /// The number of the process that runs Python, by its own word, until it is gone.
    pub fn process_id(&self) -> Option<u32> {
        self.process.child.id().map(|waiting| self.process_id.unwrap_or(waiting))
    }

    /// Whether the process still runs and no call was abandoned in it.
    pub fn is_usable(&mut self) -> bool {
        !self.busy && matches!(self.process.child.try_wait(), Ok(None))
    }

    /// Begins to count cells after `cell`, so that the names in tracebacks stay unique.
    pub(crate) fn count_from(&mut self, cell: u32) {
        self.cell = cell;
    }

    /// Runs a cell within [`Limits::wall`].
    pub async fn run(&mut self, code: &str, cancel: &CancellationToken) -> Outcome {
        self.run_within(code, self.limits.wall, cancel).await
    }

    /// Runs a cell within `wall`. The outcome says whether this worker can run another.
    pub async fn run_within(&mut self, code: &str, wall: Duration, cancel: &CancellationToken) -> Outcome {
        if code.len() > MAX_CODE {
            let limit = MAX_CODE >> 20;
            return Outcome::refused(format!(
                "the code has {} bytes; at most {limit} MiB run at once",
                code.len()
            ));
        }
        self.busy = true;
        self.cell += 1;
        self.files.begin_call();
        let run = message::encode(&ToWorker::Run { cell: self.cell, code: code.to_owned() });
        let mut call = Call::new(self.cell, wall, run, &self.limits);
        let before = self.opens_files.then(|| self.files.snapshot());
        let end = self.drive(&mut call, cancel).await;
        let mut outcome = match end {
            Ended::Done(done) => call.done(*done),
            Ended::Overdue => {
                self.process.kill().await;
                call.lost(None)
            }
            Ended::Dead(death) => {
                if death == Death::Quota {
                    call.over_quota();
                }
                self.process.kill().await;
                call.lost(Some(End::Died(death)))
            }
            Ended::Closed => {
                let end = self.process.how_it_died().await;
                call.lost(Some(end))
            }
        };
        if let Some(before) = before {
            self.files.note_changes_since(&before);
        }
        outcome.artifacts = self.files.artifacts();
        self.busy = outcome.state == State::Lost;
        outcome
    }

    /// Moves bytes both ways until the call ends, one way or another.
    async fn drive(&mut self, call: &mut Call, cancel: &CancellationToken) -> Ended {
        let mut measure_at = Instant::now() + MEASURE_EVERY;
        loop {
            // In this order: a worker that floods its pipe cannot put off the clock.
            tokio::select! {
                biased;
                () = cancel.cancelled(), if !call.is_stopping() => call.cancel(),
                () = sleep_until(Instant::from_std(call.wake_at())) => {
                    if call.is_stopping() {
                        return Ended::Overdue;
                    }
                    call.time_out();
                }
                () = sleep_until(measure_at), if self.opens_files => {
                    if self.files.is_over_quota() {
                        return Ended::Dead(Death::Quota);
                    }
                    measure_at = Instant::now() + MEASURE_EVERY;
                }
                written = self.process.input.write(call.unsent()), if !call.unsent().is_empty() => match written {
                    Ok(n) if n > 0 => call.sent(n),
                    _ => return Ended::Closed,
                },
                read = self.process.answers.read() => if !matches!(read, Ok(n) if n > 0) {
                    return Ended::Closed;
                },
            }
            loop {
                match call.take_next(&mut self.process.answers.decoder, &mut self.files) {
                    Ok(None) => break,
                    Ok(Some(Progress::More)) => {}
                    Ok(Some(Progress::Done(done))) => return Ended::Done(done),
                    Ok(Some(Progress::Failed(message))) => return Ended::Dead(Death::Panic(message)),
                    Err(what) => return Ended::Dead(Death::Protocol(what)),
                }
            }
        }
    }
}

/// What the worker of the chosen engine is for.
fn task(options: &Options, files: &Files) -> Result<Task, SandboxError> {
    let Engine::Cpython(interpreter) = &options.engine else { return Ok(Task::Python) };
    if !cfg!(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))) {
        let reason = "only on Linux can it be confined; leave out --python cpython".to_owned();
        return Err(SandboxError::Cpython { program: interpreter.program.clone(), reason });
    }
    let (interpreter, file_bytes) = (interpreter.clone(), options.quota.bytes);
    Ok(Task::Cpython(CpythonStart { interpreter, folders: files.seen(), file_bytes }))
}

/// How a call left the loop.
enum Ended {
    Done(Box<crate::call::Done>),
    /// It was asked to stop and did not in time.
    Overdue,
    /// It failed, or what came is not the protocol.
    Dead(Death),
    /// A pipe closed.
    Closed,
}
