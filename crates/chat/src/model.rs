//! The one seam between the agent and whatever writes the words.

use std::sync::Arc;

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::{Completion, Finish, Message, ToolSpec, Usage};

/// What a model is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModelInfo {
    /// The name that people use.
    pub name: String,
    /// The wire format's name.
    pub format: String,
    /// The hash of the weights in hex, if they are here to be hashed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The longest sequence it takes, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context_tokens: Option<usize>,
}

/// What computes a model: where it is the same, the same prompts give the same tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The program: its version, what it was built for and how.
    pub build: String,
    /// What it computes on.
    pub device: String,
    /// With how many threads.
    pub threads: usize,
    /// The hash of the tokenizer's vocabulary in hex.
    pub tokenizer_sha256: String,
    /// Where the weights were read from: a full path; nothing if they are in the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weights: Option<String>,
}

/// How the next token is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0 is greedy.
    pub temperature: f32,
    /// Only the `k` likeliest tokens; 0 is all.
    pub top_k: usize,
    /// The smallest set of likeliest tokens whose probability reaches `p`; 1 is all.
    pub top_p: f32,
    /// Only tokens at least `p` times as likely as the likeliest; 0 is all.
    pub min_p: f32,
    /// Divides the logits of tokens that already occurred in the completion; 1 is off.
    pub repetition_penalty: f32,
    /// Equal seeds and equal inputs give equal tokens.
    pub seed: u64,
}

impl Default for Sampling {
    /// Greedy.
    fn default() -> Self {
        Self { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed: 0 }
    }
}

/// What a model is asked to go on from.
#[derive(Clone, Debug)]
pub struct Request {
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// The tools on offer.
    pub tools: Vec<ToolSpec>,
    /// How to choose.
    pub sampling: Sampling,
    /// The most tokens to write.
    pub max_tokens: usize,
    /// What a model that can be constrained may write.
    pub constraint: Constraint,
}

/// What a completion is held to while it is written, by models that can be.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Constraint {
    /// Any token may follow.
    Off,
    /// An answer, or calls of the tools on offer whose arguments satisfy their schemas.
    #[default]
    Calls,
    /// The same, and an answer is JSON that satisfies this schema.
    Answer(Arc<Value>),
}

/// A piece of a completion while it is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delta {
    /// The prompt is being read: tokens done, of how many.
    Prefill {
        /// Tokens computed so far.
        done: usize,
        /// Tokens to compute in all.
        total: usize,
    },
    /// More of the thoughts.
    Reasoning(String),
    /// More of the words for the user.
    Text(String),
    /// A tool call begins.
    CallStarted {
        /// The tool's name.
        tool: String,
    },
    /// More of the current call's arguments.
    Arguments(String),
}

/// A finished completion.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// What was written.
    pub completion: Completion,
    /// Why it ended.
    pub finish: Finish,
    /// What it cost.
    pub usage: Usage,
    /// The tokens that were written, the stop token included; none if the model does not tell them.
    pub ids: Vec<u32>,
    /// Why the request's constraint did not hold to the end, or which schema it left out whole: what was
    /// written may then be anything, as without one.
    pub lapse: Option<String>,
}

/// Why a model could not complete. Each says what happened and, where there is something to do,
/// what to do.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The prompt alone does not fit.
    #[error(
        "the prompt has {prompt_tokens} tokens and the model's context holds {context_tokens}: shorten the prompt or allow a longer context"
    )]
    PromptTooLong {
        /// Its length.
        prompt_tokens: usize,
        /// The most that fits.
        context_tokens: usize,
    },
    /// The computation failed.
    #[error("the model failed: {0}")]
    Failed(String),
}

/// Something that completes conversations: a local engine or a remote endpoint.
pub trait ChatModel: Send + Sync {
    /// What it is.
    fn info(&self) -> &ModelInfo;

    /// What computes it; nothing if that is not known here.
    fn provenance(&self) -> Option<Provenance> {
        None
    }

    /// How many tokens the prompt of a conversation has; nothing if the tokenizer is not here.
    fn count(&self, messages: &[Message], tools: &[ToolSpec]) -> Option<usize> {
        let _ = (messages, tools);
        None
    }

    /// The text that tokens stand for; nothing if the tokenizer is not here.
    fn decode(&self, ids: &[u32]) -> Option<String> {
        let _ = ids;
        None
    }

    /// Writes one completion. Each piece goes to `sink` as it comes. After `cancel` it ends within
    /// one token with [`Finish::Cancelled`] and what was written so far; bad output of the model is
    /// [`Completion::Malformed`], never an error.
    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>>;
}
