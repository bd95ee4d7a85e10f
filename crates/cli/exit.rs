//! How the process ends.

use std::{io, process::ExitCode};

/// The exit codes, as the README lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Answered, or done.
    Ok = 0,
    /// Runtime or model error.
    Error = 1,
    /// Bad flag, file, schema or config.
    Usage = 2,
    /// Steps, time or tokens ran out.
    Limit = 3,
    /// Denied.
    Denied = 4,
    /// The answer does not satisfy its schema.
    Schema = 5,
    /// A tool failed.
    ToolFailed = 6,
    /// The sandbox is not available.
    NoSandbox = 7,
    /// Interrupted.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// One clear sentence, perhaps with its causes.
    pub error: anyhow::Error,
}

impl Failure {
    /// The user asked for something that cannot be.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { exit: Exit::Usage, error: error.into() }
    }

    /// Something failed while it ran.
    pub fn runtime(error: anyhow::Error) -> Self {
        Self { exit: Exit::Error, error }
    }

    /// There is nothing that Python may run in.
    pub fn no_sandbox(error: sandbox::SandboxError) -> Self {
        Self { exit: Exit::NoSandbox, error: anyhow::Error::new(error).context("Python has no sandbox here") }
    }

    /// The sentence with its causes.
    pub fn message(&self) -> String {
        format!("{:#}", self.error)
    }

    /// Says why, except when nobody listens any more: a closed pipe is a quiet end.
    pub fn report(&self) -> ExitCode {
        if is_broken_pipe(&self.error) {
            return Exit::Ok.into();
        }
        eprintln!("gimlet: {}", self.message());
        self.exit.into()
    }
}

/// Failing to write is a runtime error.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::runtime(error.into())
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe)
}
