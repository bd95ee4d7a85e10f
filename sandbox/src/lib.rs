//! The confined worker process that runs Python.
//!
//! A binary hosts its own workers: it re-executes itself, and [`worker_main`], called first in its
//! `main`, confines that process before anything else exists and runs RustPython there without any
//! access to the host. The parent speaks to it over two pipes and trusts nothing that comes back.
//!
//! ```no_run
//! # async fn example() -> Result<(), sandbox::SandboxError> {
//! use sandbox::{CancellationToken, Limits, Notebook};
//!
//! let program = std::env::current_exe().expect("the program has a path");
//! let mut notebook = Notebook::new(program, Limits::default());
//! let outcome = notebook.run("6 * 7", &CancellationToken::new()).await?;
//! assert_eq!(outcome.value.as_deref(), Some("42"));
//! # Ok(())
//! # }
//! ```
//!
//! What the confinement covers, and what it does not yet, stands in `sandbox/README.md`.

mod artifact;
#[cfg(unix)]
mod cage;
#[cfg(unix)]
mod call;
#[cfg(unix)]
mod cgroup;
#[cfg(unix)]
mod clean;
mod confinement;
mod document;
mod engine;
mod error;
#[cfg(unix)]
mod excerpt;
#[cfg(unix)]
mod files;
#[cfg(unix)]
mod frame;
#[cfg(test)]
#[cfg(unix)]
mod fuzzing;
#[cfg(unix)]
mod inside;
mod limits;
#[cfg(unix)]
mod message;
mod notebook;
#[cfg(not(unix))]
mod nowhere;
mod options;
mod outcome;
mod platform;
mod policy;
#[cfg(unix)]
mod process;
mod report;
#[cfg(unix)]
mod selftest;
#[cfg(unix)]
mod spawner;
#[cfg(unix)]
mod worker;

pub use artifact::{Artifact, WORK_FOLDER};
pub use confinement::{Confinement, Enforcement, Layer};
pub use document::{Document, DocumentError};
pub use engine::{Cpython, Engine};
pub use error::SandboxError;
pub use limits::Limits;
pub use notebook::Notebook;
#[cfg(not(unix))]
pub use nowhere::{
    Cage, CageInput, CageOutput, Caged, CountingAllocator, DocumentReader, Worker, selftest, worker_main,
};
pub use options::{Options, Quota};
pub use outcome::{Death, End, Outcome, State};
pub use platform::Platform;
pub use policy::{Denial, Policy, Rule, explain, explain_on};
pub use report::{Report, Row, Unconfined};
pub use tokio_util::sync::CancellationToken;
#[cfg(unix)]
pub use {
    cage::{Cage, CageInput, CageOutput, Caged},
    document::DocumentReader,
    inside::{allocator::CountingAllocator, worker_main},
    selftest::selftest,
    worker::Worker,
};

#[cfg(all(unix, not(any(target_os = "linux", target_os = "macos"))))]
compile_error!("nothing is known here that confines a worker: build for Linux, macOS or Windows");

/// The first argument of a process that is to become a worker.
pub const WORKER_ARG: &str = "sandbox-worker";
