//! The worker's start: confined before any other thread exists.

use std::{
    any::Any,
    env,
    fs::File,
    io::{self, Read},
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use super::{
    allocator,
    confine::{self, Confined},
    cpython, document,
    exit::{EXIT_PANIC, EXIT_PARENT, EXIT_SETUP, catch_signals, exit},
    interpreter, probe, resources, seccomp, watch,
    wire::Wire,
};
use crate::{
    Confinement, Layer, Platform,
    files::FileReply,
    frame::Decoder,
    message::{self, FromWorker, MAX_TO_WORKER, Probe, Start, Task, ToWorker},
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
    let Some(start) = env::args().nth(2).and_then(|text| serde_json::from_str::<Start>(&text).ok()) else {
        exit(EXIT_SETUP);
    };
    if let Task::Cpython(cpython) = &start.task {
        cpython::become_interpreter(&start, cpython);
    }
    let wanted = start.probe.as_ref().map_or(Platform::HERE.layers().to_vec(), |probe| probe.layers.clone());
    let Ok(confined) = confine::confine(&start, |layer| wanted.contains(&layer)) else {
        exit(EXIT_SETUP);
    };
    catch_signals();
    std::panic::set_hook(Box::new(|_| {}));
    if matches!(start.task, Task::Document) {
        document::serve(&start.limits, confined);
    }
    let Confined { input, output, confinement, process_id } = confined;
    let (wire, replies) = Wire::install(start.limits, start.mounts, output);
    let (jobs, queue) = mpsc::channel();
    // The interpreter last, and only when the watcher runs: once it is ready no thread can start.
    let (watching, watched) = mpsc::channel();
    run_thread("watcher", WATCHER_STACK, move || {
        let _ = watching.send(());
        watch::watch(wire)
    });
    if watched.recv().is_err() {
        exit(EXIT_SETUP);
    }
    run_thread("python", PYTHON_STACK, move || match &start.probe {
        None => run_jobs(wire, confinement, process_id, &queue),
        Some(probe) => run_probe(wire, probe),
    });
    read_requests(wire, input, &jobs, &replies)
}

/// Starts a thread whose panic ends the process.
fn run_thread(name: &str, stack: usize, body: impl FnOnce() + Send + 'static) {
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

pub(super) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message")
}

fn run_jobs(
    wire: &'static Wire,
    mut confinement: Confinement,
    process_id: Option<u32>,
    queue: &Receiver<Job>,
) {
    allocator::limit(wire.limits.hard_memory_bytes());
    confinement.note(Layer::CountedHeap, Ok(String::new()));
    let result = interpreter::with_interpreter(wire, |interpreter| {
        note_last_restrictions(&mut confinement);
        wire.send(&FromWorker::Ready { confinement, process_id });
        while let Ok(job) = queue.recv() {
            interpreter.run(&job);
        }
    });
    if let Err(reason) = result {
        wire.send(&FromWorker::Failed { reason });
    }
}

/// Puts the last restrictions in force: once they are, only what was started before runs.
pub(super) fn note_last_restrictions(confinement: &mut Confinement) {
    #[cfg(target_os = "macos")]
    confinement.note(Layer::Seatbelt, super::seatbelt::restrict());
    confinement.note(Layer::SystemCalls, last_restrictions());
}

/// What would have kept the worker's own threads and interpreter from starting.
fn last_restrictions() -> io::Result<String> {
    resources::limit_processes()?;
    seccomp::allow_only_what_is_needed()
}

fn run_probe(wire: &'static Wire, probe: &Probe) {
    let restricted = match probe.layers.as_slice() {
        layers if layers.contains(&Layer::SystemCalls) && layers.contains(&Layer::ResourceLimits) => {
            last_restrictions()
        }
        layers if layers.contains(&Layer::SystemCalls) => seccomp::allow_only_what_is_needed(),
        layers if layers.contains(&Layer::ResourceLimits) => {
            resources::limit_processes().map(|()| String::new())
        }
        _ => Ok(String::new()),
    };
    if restricted.is_err() {
        exit(EXIT_SETUP);
    }
    let (reached, stopped) = match probe::attack(&probe.attack, &probe.target) {
        Ok(reached) => (Some(reached), None),
        Err(stopped) => (None, Some(stopped)),
    };
    wire.send(&FromWorker::Probed { reached, stopped });
    exit(0);
}

/// Reads until the parent is gone, which ends the worker whatever its code is doing.
fn read_requests(wire: &'static Wire, mut input: File, jobs: &Sender<Job>, replies: &Sender<FileReply>) -> ! {
    let mut decoder = Decoder::new(MAX_TO_WORKER);
    let mut bytes = vec![0; 64 << 10];
    loop {
        let n = match input.read(&mut bytes) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
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
                Ok(ToWorker::File { reply }) => {
                    if replies.send(reply).is_err() {
                        exit(EXIT_PANIC);
                    }
                }
                Err(_) => exit(EXIT_PARENT),
            }
        }
    }
}
