//! The worker's side of the protocol, and what its threads share.

use std::{
    fs::File,
    io::Write,
    sync::{
        Condvar, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use rustpython_vm::signal::UserSignalSender;

use super::{
    exit::{EXIT_PARENT, exit},
    interrupt::{self, Raise},
    watch::raise_interrupt,
};
use crate::{
    Limits,
    files::{FileReply, FileRequest},
    message::{self, FromWorker, MAX_CHUNK},
};

/// Of each text of a refusal, in bytes; the parent shows less.
const MAX_DENIED: usize = 4096;

/// The one worker of this process. A static, because Python calls into it from plain functions.
static WIRE: OnceLock<Wire> = OnceLock::new();

/// What the reader, the interpreter and the watcher share.
pub(crate) struct Wire {
    pub limits: Limits,
    /// Where files can be.
    pub mounts: Vec<String>,
    replies: Mutex<Receiver<FileReply>>,
    pipe: Mutex<File>,
    printed: Mutex<Printed>,
    running: Mutex<Option<Running>>,
    started: Condvar,
    /// The last cell that the parent asked to stop, which may not have begun yet.
    interrupted: AtomicU32,
    signals: OnceLock<UserSignalSender>,
}

/// What the running cell has printed.
#[derive(Default)]
struct Printed {
    cell: u32,
    pending: String,
    total: usize,
}

/// The cell that runs now.
#[derive(Clone, Copy)]
pub(crate) struct Running {
    pub cell: u32,
    /// The process's processor time when it began.
    pub cpu_at_start: Duration,
    /// When the watcher found its processor time used up.
    pub out_of_cpu: Option<Instant>,
}

/// The call has printed [`Limits::printed_bytes`].
pub(crate) struct PrintedTooMuch;

impl Wire {
    /// Sets up the process's wire; once.
    pub fn install(limits: Limits, mounts: Vec<String>, pipe: File) -> (&'static Self, Sender<FileReply>) {
        let (sender, replies) = channel();
        let wire = WIRE.get_or_init(|| Self {
            limits,
            mounts,
            replies: Mutex::new(replies),
            pipe: Mutex::new(pipe),
            printed: Mutex::default(),
            running: Mutex::default(),
            started: Condvar::new(),
            interrupted: AtomicU32::new(0),
            signals: OnceLock::new(),
        });
        (wire, sender)
    }

    /// The process's wire.
    pub fn get() -> &'static Self {
        WIRE.get().expect("the interpreter starts after the wire is installed")
    }

    /// Where signals for the interpreter go; set by it once it listens.
    pub fn set_signals(&self, sender: UserSignalSender) {
        self.signals.set(sender).expect("there is one interpreter");
    }

    /// Sends a message; a parent that does not take it is gone, and so is the worker then.
    pub fn send(&self, message: &FromWorker) {
        let frame = message::encode(message);
        if lock(&self.pipe).write_all(&frame).is_err() {
            exit(EXIT_PARENT);
        }
    }

    /// Asks the parent about a file.
    pub fn ask(&self, request: FileRequest) -> FileReply {
        let replies = lock(&self.replies);
        self.send(&FromWorker::File { cell: self.cell(), request });
        // The reader ends the process when the parent is gone, so there is always an answer.
        replies.recv().unwrap_or_else(|_| exit(EXIT_PARENT))
    }

    /// Tells the parent that something was refused.
    pub fn denied(&self, mut op: String, mut target: String) {
        for text in [&mut op, &mut target] {
            text.truncate(text.floor_char_boundary(MAX_DENIED));
        }
        if let Some(running) = *lock(&self.running) {
            self.send(&FromWorker::Denied { cell: running.cell, op, target });
        }
    }

    /// The latest cell: the running one, or the one that has just ended.
    fn cell(&self) -> u32 {
        lock(&self.printed).cell
    }

    /// Marks the start of a cell.
    pub fn begin(&self, running: Running) {
        *lock(&self.printed) = Printed { cell: running.cell, ..Default::default() };
        *lock(&self.running) = Some(running);
        self.started.notify_all();
        if self.interrupted.load(SeqCst) == running.cell {
            self.signal(running.cell, raise_interrupt);
        }
    }

    /// Stops a cell, whether it runs or is about to.
    pub fn interrupt(&self, cell: u32) {
        self.interrupted.store(cell, SeqCst);
        self.signal(cell, raise_interrupt);
    }

    /// Marks the end of the running cell and says how it ended for the watcher.
    pub fn end(&self) -> Option<Running> {
        let ended = lock(&self.running).take();
        self.flush();
        ended
    }

    /// Waits until a cell runs.
    pub fn wait_for_cell(&self) -> Running {
        let mut running = lock(&self.running);
        loop {
            if let Some(running) = *running {
                return running;
            }
            running = self.started.wait(running).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Marks the cell as out of processor time, if it still runs.
    pub fn mark_out_of_cpu(&self, cell: u32) {
        if let Some(running) = lock(&self.running).as_mut().filter(|r| r.cell == cell) {
            running.out_of_cpu = Some(Instant::now());
        }
    }

    /// Whether this is the cell that runs.
    pub fn is_running(&self, cell: u32) -> bool {
        lock(&self.running).is_some_and(|r| r.cell == cell)
    }

    /// Lets `raise` run between two bytecodes of this cell; nothing happens if the cell has ended
    /// by then.
    pub fn signal(&self, cell: u32, raise: Raise) {
        if let Some(signals) = self.signals.get().filter(|_| self.is_running(cell)) {
            // The receiver lives as long as the interpreter, which lives as long as the process.
            let _ = signals.send(Box::new(move |vm| interrupt::raise(cell, raise, vm)));
            interrupt::ask();
        }
    }

    /// Takes printed text; it reaches the parent when enough is gathered or the watcher flushes.
    pub fn print(&self, text: &str) -> Result<(), PrintedTooMuch> {
        let mut printed = lock(&self.printed);
        let room = self.limits.printed_bytes - printed.total;
        let mut rest = &text[..text.floor_char_boundary(room)];
        printed.total += rest.len();
        let result = if rest.len() < text.len() { Err(PrintedTooMuch) } else { Ok(()) };
        while printed.pending.len() + rest.len() > MAX_CHUNK {
            let cut = rest.floor_char_boundary(MAX_CHUNK - printed.pending.len());
            printed.pending.push_str(&rest[..cut]);
            rest = &rest[cut..];
            self.flush_locked(&mut printed);
        }
        printed.pending.push_str(rest);
        result
    }

    /// Sends what is printed and not yet sent.
    pub fn flush(&self) {
        self.flush_locked(&mut lock(&self.printed));
    }

    fn flush_locked(&self, printed: &mut MutexGuard<Printed>) {
        if !printed.pending.is_empty() {
            let text = std::mem::take(&mut printed.pending);
            self.send(&FromWorker::Output { cell: printed.cell, text });
        }
    }
}

/// A thread that panicked inside a lock ends the process, so poison says nothing.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
