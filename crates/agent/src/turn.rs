//! What one turn came to.

use chat::{Artifact, Usage};

use crate::event::Outcome;

/// The bound that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// [`crate::Limits::max_steps`].
    Steps,
    /// [`crate::Limits::wall`].
    Time,
    /// [`crate::Limits::max_tokens`].
    Tokens,
    /// The model's context is full.
    Context,
    /// [`crate::Limits::max_repeats`]: the model made the same call again and again.
    Repeats,
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With an answer.
    Answered,
    /// A limit was reached.
    Limit(LimitKind),
    /// The prompt alone does not fit the model; the message says by how much.
    PromptTooLong(String),
    /// The model cannot be used; the message says why.
    BadModel(String),
    /// There is no sandbox to run Python in; the message says why.
    NoSandbox(String),
    /// The model failed, or wrote nothing that could be understood; the message says why.
    Failed(String),
    /// The model's answers do not satisfy the schema of answers; the message says where.
    Schema(String),
    /// Cancelled from outside.
    Interrupted,
}

/// One turn, done.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// How it ended.
    pub end: End,
    /// The answer; what there is of it if the turn did not end with one.
    pub answer: String,
    /// Completions.
    pub steps: usize,
    /// What they cost.
    pub usage: Usage,
    /// Files that tools left behind.
    pub artifacts: Vec<Artifact>,
    /// Calls whose observation is not ok.
    pub failed_tool_calls: usize,
    /// Calls that were not allowed; they count as failed too.
    pub denied_calls: usize,
    /// Completions that were neither an answer nor a call.
    pub malformed_calls: usize,
}

impl Turn {
    /// A turn that failed before its first step.
    pub fn failed(end: End) -> Self {
        Self { end, ..Self::started() }
    }

    /// How the `result` event calls it. An answer that had to do without a call that was not allowed is
    /// [`Outcome::Denied`], and so is a limit that was reached in the attempt; every other end says more
    /// than that.
    pub fn outcome(&self) -> Outcome {
        match &self.end {
            End::Answered | End::Limit(_) if self.denied_calls > 0 => Outcome::Denied,
            End::Answered => Outcome::Ok,
            End::Limit(_) => Outcome::Limit,
            End::Schema(_) => Outcome::Schema,
            End::PromptTooLong(_) | End::BadModel(_) | End::NoSandbox(_) | End::Failed(_) => Outcome::Error,
            End::Interrupted => Outcome::Interrupted,
        }
    }

    pub(crate) fn started() -> Self {
        Self {
            end: End::Interrupted,
            answer: String::new(),
            steps: 0,
            usage: Usage::default(),
            artifacts: Vec::new(),
            failed_tool_calls: 0,
            denied_calls: 0,
            malformed_calls: 0,
        }
    }
}
