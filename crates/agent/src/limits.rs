//! What a turn may cost.

use std::time::Duration;

use chat::ModelInfo;

/// Bounds of one turn. Whichever is reached first ends it with [`crate::End::Limit`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Completions.
    pub max_steps: usize,
    /// Time on the clock.
    pub wall: Duration,
    /// Tokens written in all completions together.
    pub max_tokens: usize,
    /// Tokens of the conversation with what is written after it; without it what the model takes. A
    /// longer conversation is compacted.
    pub max_context: Option<usize>,
    /// Bytes of one observation that the model is shown.
    pub observation_bytes: usize,
    /// Completions in a row that were neither an answer nor a call; also, answers of one turn that do
    /// not satisfy the schema of answers.
    pub max_malformed: usize,
    /// Equal calls in a row; the last of them is not run any more.
    pub max_repeats: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_steps: 20,
            wall: Duration::from_secs(600),
            max_tokens: 16_384,
            max_context: None,
            observation_bytes: 32 * 1024,
            max_malformed: 3,
            max_repeats: 3,
        }
    }
}

impl Limits {
    /// Makes observations fit the model: a token is at least one byte, so half a context of bytes
    /// never fills more than half a context.
    pub fn fit(mut self, model: &ModelInfo) -> Self {
        self.max_context = [self.max_context, model.context_tokens].into_iter().flatten().min();
        if let Some(context_tokens) = self.max_context {
            self.observation_bytes = self.observation_bytes.min(context_tokens / 2);
        }
        self
    }
}
