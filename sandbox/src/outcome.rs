//! How a call ended, as values and in the words that the model reads.

use std::time::Duration;

use crate::{Artifact, Denial, Limits};

/// What one call came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the code printed, standard output and error interleaved, without control sequences.
    pub output: String,
    /// The `repr` of the last expression's value, unless it is `None`.
    pub value: Option<String>,
    /// The traceback, trimmed to the frames of cells.
    pub error: Option<String>,
    /// Whether the output, the value or the traceback was cut to the limit.
    pub truncated: bool,
    /// Why the call ended.
    pub end: End,
    /// What became of the names that the code had defined.
    pub state: State,
    /// The call began in a fresh interpreter, because the one of the calls before it was lost
    /// after they had ended.
    pub restarted: bool,
    /// What else the model is to know, in sentences: what could not be saved, how many files are not
    /// named.
    pub notices: Vec<String>,
    /// What was refused, each once.
    pub denials: Vec<Denial>,
    /// The files of the work folder that the call created or changed.
    pub artifacts: Vec<Artifact>,
}

/// Why a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The code ran to its end or to an exception.
    Completed,
    /// This much wall time was over.
    Timeout(Duration),
    /// The processor time was over.
    Cpu,
    /// The memory was full.
    Memory,
    /// Somebody cancelled the call.
    Cancelled,
    /// The worker ended by itself or broke the protocol.
    Died(Death),
}

/// How a worker died.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Death {
    /// By this signal.
    Signal(i32),
    /// With this exit code.
    Exit(i32),
    /// By a panic of the interpreter, with this message.
    Panic(String),
    /// It was killed because what it sent is not the protocol.
    Protocol(String),
    /// It was killed because its files exceeded the work folder's quota.
    Quota,
}

/// What became of the interpreter's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The next call finds every name as this one left it.
    Kept,
    /// The next call starts in a fresh interpreter.
    Lost,
}

impl Outcome {
    /// The outcome of code that ran to its end and showed nothing.
    #[cfg_attr(not(unix), allow(dead_code, reason = "a worker needs it"))]
    pub(crate) fn completed() -> Self {
        Self {
            output: String::new(),
            value: None,
            error: None,
            truncated: false,
            end: End::Completed,
            state: State::Kept,
            restarted: false,
            notices: Vec::new(),
            denials: Vec::new(),
            artifacts: Vec::new(),
        }
    }

    /// The outcome of code that was not run.
    #[cfg_attr(not(unix), allow(dead_code, reason = "a worker needs it"))]
    pub(crate) fn refused(error: String) -> Self {
        Self { error: Some(error), ..Self::completed() }
    }

    /// A few sentences for the model when the call did not run to its end, or did not begin with
    /// the state that it could expect, or something went wrong beside it.
    pub fn notice(&self, limits: &Limits) -> Option<String> {
        let before = "The interpreter had been restarted before this call: earlier variables are gone.";
        let ending = self.ending(limits);
        let parts = self.restarted.then_some(before).into_iter();
        let parts = parts.chain(self.notices.iter().map(String::as_str)).chain(ending.as_deref());
        let parts: Vec<&str> = parts.collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn ending(&self, limits: &Limits) -> Option<String> {
        let what = match &self.end {
            End::Completed if self.state == State::Kept => return None,
            End::Completed => "The code had broken what the interpreter itself needs.".to_owned(),
            End::Timeout(wall) => format!("The call was stopped after {} (time limit).", seconds(*wall)),
            End::Cpu => {
                format!("The call was stopped after {} of processor time (limit).", seconds(limits.cpu))
            }
            End::Memory => format!("The memory limit of {} MiB was reached.", limits.memory_bytes >> 20),
            End::Cancelled => "The call was cancelled.".to_owned(),
            End::Died(death) => death.sentence(),
        };
        let state = match self.state {
            State::Kept => "Variables are kept.",
            State::Lost => "The interpreter was restarted and its state is gone: define again what you need.",
        };
        Some(format!("{what} {state}"))
    }
}

impl Death {
    fn sentence(&self) -> String {
        match self {
            Self::Signal(signal) => format!("The interpreter crashed (signal {signal})."),
            Self::Panic(message) => format!("The interpreter crashed ({message})."),
            Self::Exit(code) => format!("The interpreter ended by itself (exit code {code})."),
            Self::Quota => "The interpreter was stopped because its files exceeded what the work folder may \
                hold."
                .to_owned(),
            Self::Protocol(what) => format!("The interpreter was stopped because it sent {what}."),
        }
    }
}

/// What is left of a turn's time has nanoseconds, which say nothing to anybody.
fn seconds(duration: Duration) -> String {
    format!("{} s", (duration.as_secs_f64() * 1e2).round() / 1e2)
}
