//! What is said in a conversation, and by whom.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::tool::ToolCall;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The instructions that frame the conversation.
    System,
    /// The person, or the script that stands for one.
    User,
    /// The model.
    Assistant,
    /// A tool, answering the model.
    Observation,
}

/// One entry of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Message {
    /// Instructions.
    System {
        /// The instructions' text.
        text: String,
    },
    /// A prompt.
    User {
        /// The prompt's text.
        text: String,
    },
    /// What the model wrote in one completion.
    Assistant(AssistantMessage),
    /// What the tools answered to one completion's calls, in the calls' order.
    Observation {
        /// One for each call.
        results: Vec<Observation>,
    },
}

impl Message {
    /// The speaker.
    pub fn role(&self) -> Role {
        match self {
            Self::System { .. } => Role::System,
            Self::User { .. } => Role::User,
            Self::Assistant(_) => Role::Assistant,
            Self::Observation { .. } => Role::Observation,
        }
    }

    /// Instructions with this text.
    pub fn system(text: impl Into<String>) -> Self {
        Self::System { text: text.into() }
    }

    /// A prompt with this text.
    pub fn user(text: impl Into<String>) -> Self {
        Self::User { text: text.into() }
    }

    /// An answer with this text.
    pub fn answer(text: impl Into<String>) -> Self {
        Self::Assistant(AssistantMessage { text: text.into(), ..Default::default() })
    }

    /// One tool call without words around it.
    pub fn call(call: ToolCall) -> Self {
        Self::Assistant(AssistantMessage { calls: vec![call], ..Default::default() })
    }

    /// One tool's answer.
    pub fn observation(result: Observation) -> Self {
        Self::Observation { results: vec![result] }
    }
}

/// What the model wrote in one completion: thoughts, words, tool calls, in this order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AssistantMessage {
    /// The text between `<think>` and `</think>`, empty if there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasoning: String,
    /// The words meant for the user.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The tool calls, empty in an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ToolCall>,
}

/// How a tool call ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The tool did what it was asked.
    #[default]
    Ok,
    /// The tool failed, or refused its arguments.
    Error,
    /// A policy or a person forbade the call.
    Denied,
    /// The tool ran out of time.
    Timeout,
}

/// The answer to exactly one tool call: the text that the model reads, and what came with it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Observation {
    /// How the call ended.
    pub status: Status,
    /// What the model is shown.
    pub text: String,
    /// Whether `text` was cut to the tool's limit.
    pub truncated: bool,
    /// Files that the call left behind.
    pub artifacts: Vec<Artifact>,
    /// The word after `<|observation|>` that says where the text comes from; only
    /// `simple_browser` uses it (`browser_result`).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// What the tool's confinement refused to what the model had it run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denials: Vec<Denial>,
}

/// Something that a confined tool was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Denial {
    /// What was tried: `open`, `os.system`, `import`.
    pub op: String,
    /// On what.
    pub target: String,
    /// The rule that refuses it.
    pub rule: String,
    /// What to do instead.
    pub hint: String,
}

impl Observation {
    /// A success with this text.
    pub fn ok(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Default::default() }
    }

    /// An answer with this status and text.
    pub fn new(status: Status, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), ..Default::default() }
    }

    /// A failure with this text.
    pub fn error(text: impl Into<String>) -> Self {
        Self::new(Status::Error, text)
    }
}

/// A file that a tool made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// Where it lies.
    pub path: PathBuf,
    /// Its media type.
    pub mime: String,
    /// The hash of its bytes, in hex.
    pub sha256: String,
}
