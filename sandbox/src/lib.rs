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

mod cage;
mod call;
mod cgroup;
mod clean;
mod confinement;
mod document;
mod engine;
mod error;
mod excerpt;
mod files;
mod frame;
#[cfg(test)]
mod fuzzing;
mod inside;
mod limits;
mod message;
mod notebook;
mod options;
mod outcome;
mod policy;
mod process;
mod selftest;
mod spawner;
mod worker;

pub use cage::{Cage, Caged};
pub use confinement::{Confinement, Enforcement, Layer};
pub use document::{Document, DocumentError, DocumentReader};
pub use engine::{Cpython, Engine};
pub use error::SandboxError;
pub use files::{Artifact, WORK_FOLDER};
pub use inside::{allocator::CountingAllocator, worker_main};
pub use limits::Limits;
pub use notebook::Notebook;
pub use options::{Options, Quota};
pub use outcome::{Death, End, Outcome, State};
pub use policy::{Denial, Policy, Rule, explain};
pub use selftest::{Report, Row, Unconfined, selftest};
pub use tokio_util::sync::CancellationToken;
pub use worker::Worker;

/// The first argument of a process that is to become a worker.
pub const WORKER_ARG: &str = "sandbox-worker";
