//! What a session's completions are asked with, and what each wrote: enough to ask again.

use chat::{Constraint, Finish, ModelInfo, Provenance, Sampling, ToolSpec};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What completions are asked with. It stands in the log before the first of them and wherever it
/// changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The model.
    pub model: ModelInfo,
    /// What computes it, if it is computed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// The tools on offer.
    pub tools: Vec<ToolSpec>,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Whether the model is held to a grammar.
    pub grammar: bool,
    /// The JSON Schema of answers, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_schema: Option<Value>,
}

impl Setup {
    /// What a completion is held to.
    pub fn constraint(&self) -> Constraint {
        match &self.answer_schema {
            _ if !self.grammar => Constraint::Off,
            Some(schema) => Constraint::Answer(schema.clone().into()),
            None => Constraint::Calls,
        }
    }

    /// What a summary is held to: it satisfies no schema.
    pub fn summary_constraint(&self) -> Constraint {
        if self.grammar { Constraint::Calls } else { Constraint::Off }
    }
}

/// One completion, token by token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Written {
    /// The turn.
    pub turn: usize,
    /// Counts the turn's steps from 1; a summary has the number of the step that it makes room for.
    pub step: usize,
    /// The most tokens that it was allowed.
    pub max_tokens: usize,
    /// Why it ended.
    pub finish: Finish,
    /// The tokens; none if the model does not tell them.
    pub ids: Vec<u32>,
    /// What it summarises, if it is a summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<Summarised>,
}

/// The messages that a summary is made of: those before `from`, and those from `begin` to `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summarised {
    /// The end of the instructions at the beginning.
    pub from: usize,
    /// The first message that found room.
    pub begin: usize,
    /// The end.
    pub end: usize,
}
