//! The parent's side of one worker process.

use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, ChildStdout},
    time::{Instant, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Confinement, Death, End, Engine, Limits, Options, Outcome, State,
    call::{Call, Progress},
    files::Files,
    frame::Decoder,
    inside::{CpythonStart, EXIT_CPU, EXIT_MEMORY},
    message::{self, FromWorker, MAX_CODE, Start, Task, ToWorker},
    spawner,
};

/// For a worker to confine itself and to start its interpreter, on a busy machine.
pub(crate) const START_TIME: Duration = Duration::from_secs(30);
/// For a killed or closing process to be gone.
const REAP_TIME: Duration = Duration::from_secs(2);
/// How often the work folder is measured while code writes to it by itself.
const MEASURE_EVERY: Duration = Duration::from_millis(250);
pub(crate) const READ_BYTES: usize = 64 << 10;

/// Why there is no worker.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The program could not be run.
    #[error("cannot start the sandbox worker {program}: {source}")]
    Start {
        /// What was to run.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The process ran and did not become a worker.
    #[error("the sandbox worker {program} did not get ready: {reason}")]
    NotReady {
        /// What ran.
        program: PathBuf,
        /// What it did instead.
        reason: String,
    },
    /// The system cannot enforce what the sandbox promises, and nobody chose to go on without.
    #[error("this system cannot enforce the whole sandbox: {}", missing.join("; "))]
    Partial {
        /// The required restrictions that are not in force, each with the reason.
        missing: Vec<String>,
    },
    /// The user's own Python cannot be used.
    #[error("cannot use the Python {program}: {reason}")]
    Cpython {
        /// What was asked for.
        program: PathBuf,
        /// Why not.
        reason: String,
    },
    /// A folder that Python is to see cannot be opened.
    #[error("cannot open the folder {folder} for Python: {source}")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The self-test found no place for what it attacks.
    #[error("the self-test cannot make what it attacks: {0}")]
    Stage(io::Error),
}

/// A confined process with a Python interpreter; it is killed when this is dropped.
#[derive(Debug)]
pub struct Worker {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    decoder: Decoder,
    bytes: Box<[u8]>,
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
        let start_error = |source| SandboxError::Start { program: program.to_owned(), source };
        let limits = &options.limits;
        let files =
            Files::open(options).map_err(|(folder, source)| SandboxError::Folder { folder, source })?;
        let task = task(options, &files)?;
        let opens_files = matches!(task, Task::Cpython(_));
        let start = Start { limits: limits.clone(), mounts: files.mounts(), task, probe: None };
        let mut child = spawner::spawn(program, &start).await.map_err(start_error)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(start_error(io::Error::other("its pipes are missing")));
        };
        let mut worker = Self {
            child,
            input,
            output,
            decoder: Decoder::new(message::max_from_worker(limits.output_bytes)),
            bytes: vec![0; READ_BYTES].into(),
            limits: limits.clone(),
            confinement: Confinement::default(),
            process_id: None,
            files,
            opens_files,
            cell: 0,
            busy: false,
        };
        let ready = timeout(START_TIME, worker.ready()).await;
        let error =
            match ready.unwrap_or_else(|_| Err(format!("nothing came for {} s", START_TIME.as_secs()))) {
                Ok(()) if worker.confinement.is_full() || options.allow_degraded => return Ok(worker),
                Ok(()) => SandboxError::Partial { missing: std::mem::take(&mut worker.confinement.missing) },
                Err(reason) => SandboxError::NotReady { program: program.to_owned(), reason },
            };
        worker.kill().await;
        Err(error)
    }

    /// Waits for the worker's first message.
    async fn ready(&mut self) -> Result<(), String> {
        loop {
            if let Some(payload) = self.decoder.next().map_err(|e| e.to_string())? {
                return match message::decode(payload)? {
                    FromWorker::Ready { confinement, process_id } => {
                        (self.confinement, self.process_id) = (confinement, process_id);
                        Ok(())
                    }
                    FromWorker::Failed { reason } => Err(reason),
                    other => Err(format!("it began with {other:?}")),
                };
            }
            match self.output.read(&mut self.bytes).await {
                Ok(0) | Err(_) => return Err("it ended at once".to_owned()),
                Ok(n) => self.decoder.push(&self.bytes[..n]),
            }
        }
    }

    /// What restricts the worker.
    pub fn confinement(&self) -> &Confinement {
        &self.confinement
    }

    /// The number of the process that runs Python, by its own word, until it is gone.
    pub fn process_id(&self) -> Option<u32> {
        self.child.id().map(|waiting| self.process_id.unwrap_or(waiting))
    }

    /// Whether the process still runs and no call was abandoned in it.
    pub fn is_usable(&mut self) -> bool {
        !self.busy && matches!(self.child.try_wait(), Ok(None))
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
                self.kill().await;
                call.lost(None)
            }
            Ended::Dead(death) => {
                if death == Death::Quota {
                    call.over_quota();
                }
                self.kill().await;
                call.lost(Some(End::Died(death)))
            }
            Ended::Closed => {
                let end = self.how_it_died().await;
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
                written = self.input.write(call.unsent()), if !call.unsent().is_empty() => match written {
                    Ok(n) if n > 0 => call.sent(n),
                    _ => return Ended::Closed,
                },
                read = self.output.read(&mut self.bytes) => match read {
                    Ok(n) if n > 0 => self.decoder.push(&self.bytes[..n]),
                    _ => return Ended::Closed,
                },
            }
            loop {
                let message = match self.decoder.next() {
                    Ok(Some(payload)) => message::decode(payload),
                    Ok(None) => break,
                    Err(e) => Err(e.to_string()),
                };
                match message.and_then(|message| call.take(message)) {
                    Ok(Progress::More) => {}
                    Ok(Progress::Asks(request)) => {
                        let reply = self.files.answer(&request);
                        call.answer(&request, reply);
                    }
                    Ok(Progress::Done(done)) => return Ended::Done(done),
                    Ok(Progress::Failed(message)) => return Ended::Dead(Death::Panic(message)),
                    Err(what) => return Ended::Dead(Death::Protocol(what)),
                }
            }
        }
    }

    /// Why the pipe closed.
    async fn how_it_died(&mut self) -> End {
        how_it_died(&mut self.child).await
    }

    async fn kill(&mut self) {
        kill(&mut self.child).await;
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

/// Why the pipe of a worker closed.
pub(crate) async fn how_it_died(child: &mut Child) -> End {
    use std::os::unix::process::ExitStatusExt;
    let Ok(Ok(status)) = timeout(REAP_TIME, child.wait()).await else {
        kill(child).await;
        return End::Died(Death::Protocol("the end of its pipe while it went on".to_owned()));
    };
    match (status.code(), status.signal()) {
        (Some(EXIT_MEMORY), _) => End::Memory,
        (Some(EXIT_CPU), _) | (_, Some(libc::SIGXCPU)) => End::Cpu,
        (_, Some(signal)) => End::Died(Death::Signal(signal)),
        (code, None) => End::Died(Death::Exit(code.unwrap_or_default())),
    }
}

/// Ends the process and whatever is in its group; the kernel ends what is in its process tree.
pub(crate) async fn kill(child: &mut Child) {
    if let Some(id) = child.id().and_then(|id| libc::pid_t::try_from(id).ok()) {
        kill_group(id);
    }
    let _ = child.start_kill();
    // A process that the kernel cannot end keeps its entry; the call goes on without it.
    let _ = timeout(REAP_TIME, child.wait()).await;
}

#[allow(unsafe_code, reason = "kill is C")]
fn kill_group(leader: libc::pid_t) {
    // SAFETY: the leader is our child and not yet reaped, so its number is still its own.
    unsafe { libc::kill(-leader, libc::SIGKILL) };
}
