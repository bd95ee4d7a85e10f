//! What one completion came to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::message::AssistantMessage;

/// What the model wrote, understood. Parsing never fails: what cannot be understood is
/// [`Completion::Malformed`].
#[derive(Clone, Debug, PartialEq)]
pub enum Completion {
    /// Words for the user; the turn ends.
    Answer(AssistantMessage),
    /// At least one tool call; the turn goes on with the observations.
    ToolCalls(AssistantMessage),
    /// Neither: the raw text and one sentence that says what is wrong with it.
    Malformed {
        /// What the model wrote, special tokens spelled out.
        raw: String,
        /// Why it is not an answer or a call, told to the model.
        reason: String,
    },
}

/// Why generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finish {
    /// The model wrote a stop token.
    Stop,
    /// The request's token budget was spent.
    TokenLimit,
    /// The model's context is full.
    ContextFull,
    /// Somebody cancelled.
    Cancelled,
}

/// What one completion, or a sum of them, cost.
///
/// # Units
/// Counts are tokens; `ttft_ms` is milliseconds from the request to its first token; rates are
/// tokens a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Usage {
    /// The length of the prompt.
    pub prompt_tokens: usize,
    /// How much of the prompt the cache already held.
    pub reused_tokens: usize,
    /// How much of it was computed now.
    pub prefill_tokens: usize,
    /// Tokens that the model wrote, the stop token included.
    pub completion_tokens: usize,
    /// Tokens proposed by a draft.
    pub drafted_tokens: usize,
    /// Proposed tokens that the model confirmed.
    pub accepted_tokens: usize,
    /// Time to the first token; of a sum, that of the first completion.
    pub ttft_ms: f64,
    /// Prefill speed.
    pub prefill_tok_s: f64,
    /// Decode speed.
    pub decode_tok_s: f64,
}

impl Usage {
    /// Adds another completion's cost: counts add up, rates stay weighted by their tokens.
    pub fn add(&mut self, other: &Self) {
        let rate = |a: f64, n: usize, b: f64, m: usize| {
            let seconds: f64 =
                [(a, n), (b, m)].iter().filter(|(r, _)| *r > 0.0).map(|(r, n)| *n as f64 / r).sum();
            if seconds > 0.0 { (n + m) as f64 / seconds } else { 0.0 }
        };
        self.prefill_tok_s =
            rate(self.prefill_tok_s, self.prefill_tokens, other.prefill_tok_s, other.prefill_tokens);
        self.decode_tok_s =
            rate(self.decode_tok_s, self.completion_tokens, other.decode_tok_s, other.completion_tokens);
        if self.completion_tokens == 0 {
            self.ttft_ms = other.ttft_ms;
        }
        self.prompt_tokens += other.prompt_tokens;
        self.reused_tokens += other.reused_tokens;
        self.prefill_tokens += other.prefill_tokens;
        self.completion_tokens += other.completion_tokens;
        self.drafted_tokens += other.drafted_tokens;
        self.accepted_tokens += other.accepted_tokens;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_rates_weighted_by_tokens() {
        let one = Usage { completion_tokens: 10, decode_tok_s: 10.0, ttft_ms: 5.0, ..Default::default() };
        let two = Usage { completion_tokens: 30, decode_tok_s: 30.0, ttft_ms: 9.0, ..Default::default() };
        let mut sum = Usage::default();
        sum.add(&one);
        sum.add(&two);
        assert_eq!(sum.completion_tokens, 40);
        assert_eq!(sum.decode_tok_s, 20.0); // 1 s and 1 s
        assert_eq!(sum.ttft_ms, 5.0);
    }
}
