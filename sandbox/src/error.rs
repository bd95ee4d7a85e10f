//! Why there is no worker.

use std::{io, path::PathBuf};

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
    /// Nothing on this system confines a worker, and none runs.
    #[error("{system} has no sandbox, and without one nothing runs, not even with --sandbox degraded")]
    NoWorker {
        /// Which system.
        system: &'static str,
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
