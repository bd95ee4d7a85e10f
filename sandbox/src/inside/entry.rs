//! The worker's start: confined before any other thread exists.

use std::{
    any::Any,
    env,
    fs::File,
    io::Read,
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use super::{
    allocator, confine,
    exit::{EXIT_PANIC, EXIT_PARENT, EXIT_SETUP, catch_abort, exit},
    interpreter, seccomp, watch,
    wire::Wire,
};
use crate::{
    Confinement, Limits,
    frame::Decoder,
    message::{self, FromWorker, MAX_TO_WORKER, ToWorker},
};

/// Room for deep recursion: the interpreter measures its stack and stops before the end.
const PYTHON_STACK: usize = 64 << 20;
const WATCHER_STACK: usize = 256 << 10;

/// One cell to run.
pub(crate) struct Job {
    pub cell: u32,
    pub code: String,
}

/// Turns this process into a worker: confines it, runs what the parent sends over standard input,
/// answers over standard output, and ends with the parent.
///
/// A binary that hosts workers calls it first in `main`, before any thread exists, when its first
/// argument is [`crate::WORKER_ARG`], and installs [`crate::CountingAllocator`].
pub fn worker_main() -> ! {
    let Some(limits) = env::args().nth(2).and_then(|text| serde_json::from_str::<Limits>(&text).ok()) else {
        exit(EXIT_SETUP);
    };
    let Ok(confined) = confine::confine(&limits) else {
        exit(EXIT_SETUP);
    };
    catch_abort();
    std::panic::set_hook(Box::new(|_| {}));
    let wire = Wire::install(limits, confined.output);
    let (jobs, queue) = mpsc::channel();
    let confinement = confined.confinement;
    // Python last: once it is ready no thread can start any more.
    start("watcher", WATCHER_STACK, move || watch::watch(wire));
    start("python", PYTHON_STACK, move || run_jobs(wire, confinement, &queue));
    read_requests(wire, confined.input, &jobs)
}

/// Starts a thread whose panic ends the process.
fn start(name: &str, stack: usize, body: impl FnOnce() + Send + 'static) {
    let run = move || {
        // Nothing is used after a panic, so nothing can be seen half done.
        let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(body)).err();
        let reason = panic.as_deref().map_or("it ended", panic_message).to_owned();
        Wire::get().send(&FromWorker::Failed { reason });
        exit(EXIT_PANIC);
    };
    if thread::Builder::new().name(name.into()).stack_size(stack).spawn(run).is_err() {
        exit(EXIT_SETUP);
    }
}

fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

fn run_jobs(wire: &'static Wire, mut confinement: Confinement, queue: &Receiver<Job>) {
    allocator::limit(wire.limits.hard_memory_bytes());
    confinement.note("8 counted heap", Ok(()));
    let result = interpreter::with_interpreter(wire, |interpreter| {
        confinement.note("9 system calls", seccomp::deny());
        wire.send(&FromWorker::Ready { confinement });
        while let Ok(job) = queue.recv() {
            interpreter.run(&job);
        }
    });
    if let Err(reason) = result {
        wire.send(&FromWorker::Failed { reason });
    }
}

/// Reads until the parent is gone, which ends the worker whatever its code is doing.
fn read_requests(wire: &'static Wire, mut input: File, jobs: &Sender<Job>) -> ! {
    let mut decoder = Decoder::new(MAX_TO_WORKER);
    let mut bytes = vec![0; 64 << 10];
    loop {
        let n = match input.read(&mut bytes) {
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => continue,
            Ok(0) | Err(_) => exit(EXIT_PARENT),
            Ok(n) => n,
        };
        decoder.push(&bytes[..n]);
        loop {
            let request = match decoder.next() {
                Ok(Some(payload)) => message::decode(payload),
                Ok(None) => break,
                Err(_) => exit(EXIT_PARENT),
            };
            match request {
                Ok(ToWorker::Run { cell, code }) => {
                    if jobs.send(Job { cell, code }).is_err() {
                        exit(EXIT_PANIC);
                    }
                }
                Ok(ToWorker::Interrupt { cell }) => wire.interrupt(cell),
                Err(_) => exit(EXIT_PARENT),
            }
        }
    }
}
