//! What happens, as front ends show it and the session log keeps it.

use std::path::PathBuf;

use chat::{Artifact, Denial, ModelInfo, Observation, Usage};
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approver::Decision;

/// The version of the events' form; it changes when a consumer would have to.
pub const SCHEMA_VERSION: u32 = 1;

/// One event with its place in the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// Counts up by one from 0. Pieces and progress bear the number of the event that follows them,
    /// so leaving them out leaves no gap.
    pub seq: u64,
    /// When, in RFC 3339.
    pub ts: String,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

impl Record {
    /// The JSON Schema of a line of events.
    pub fn json_schema() -> Value {
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Self>().to_value()
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum Event {
    /// A session begins, or goes on.
    #[serde(rename = "session.started")]
    SessionStarted {
        /// [`SCHEMA_VERSION`].
        schema_version: u32,
        /// The session.
        session_id: String,
        /// The model.
        model: ModelInfo,
        /// The tools' names.
        tools: Vec<String>,
        /// The folder that the user stands in.
        cwd: PathBuf,
        /// How code is confined; absent where no tool runs any.
        #[serde(skip_serializing_if = "Option::is_none")]
        sandbox: Option<SandboxState>,
    },
    /// A prompt was given.
    #[serde(rename = "turn.started")]
    TurnStarted {
        /// Counts the session's turns from 1.
        turn: usize,
        /// The prompt.
        prompt: String,
    },
    /// The prompt is being read; only for showing, never in the log.
    #[serde(rename = "prefill")]
    Prefill {
        /// Tokens computed so far.
        done: usize,
        /// Tokens to compute in all.
        total: usize,
    },
    /// An item begins.
    #[serde(rename = "item.started")]
    ItemStarted {
        /// The item as far as it is known.
        item: Item,
    },
    /// More of an item; only for showing, never in the log.
    #[serde(rename = "item.delta")]
    ItemDelta {
        /// The item's id.
        id: String,
        /// What comes on.
        text: String,
    },
    /// An item is done.
    #[serde(rename = "item.completed")]
    ItemCompleted {
        /// The whole item.
        item: Item,
    },
    /// A call waits for a person's word.
    #[serde(rename = "approval.requested")]
    ApprovalRequested {
        /// The id of the call's item.
        id: String,
        /// The tool's name.
        tool: String,
        /// A JSON value for functions, a string for built-in tools.
        arguments: Value,
    },
    /// Whether a call is made. It follows each request, and comes without one where the session
    /// remembers an answer or where no question would help.
    #[serde(rename = "approval.resolved")]
    ApprovalResolved {
        /// The id of the call's item.
        id: String,
        /// What was decided.
        decision: Decision,
        /// Who decided.
        by: Decider,
    },
    /// The sandbox refused something to the code of a call. It comes before the call's item is done.
    #[serde(rename = "sandbox.denied")]
    SandboxDenied(Denial),
    /// A completion is done; what it wrote and the calls that it asks for follow.
    #[serde(rename = "step.completed")]
    StepCompleted {
        /// Counts the turn's completions from 1.
        step: usize,
        /// What it cost: prompt and completion together are what the context holds now.
        usage: Usage,
    },
    /// The conversation became too long: the model sees a summary of its older part from here on, or
    /// that part not at all.
    #[serde(rename = "context.compacted")]
    ContextCompacted {
        /// Tokens of the prompt before.
        before_tokens: usize,
        /// Tokens of the prompt after.
        after_tokens: usize,
    },
    /// A turn is over.
    #[serde(rename = "turn.completed")]
    TurnCompleted {
        /// Which.
        turn: usize,
        /// Its completions.
        steps: usize,
        /// What it cost.
        usage: Usage,
    },
    /// Something went wrong that somebody should know.
    #[serde(rename = "error")]
    Error {
        /// What.
        message: String,
        /// What to do.
        #[serde(skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// The end of a run: exactly one, always last.
    #[serde(rename = "result")]
    Result {
        /// How it ended.
        status: Outcome,
        /// The exit code of the process.
        exit_code: u8,
        /// The session.
        session_id: String,
        /// The answer, as far as there is one.
        answer: String,
        /// Files that tools left behind.
        artifacts: Vec<Artifact>,
        /// Calls whose observation is not ok.
        failed_tool_calls: usize,
        /// Completions that were neither an answer nor a call.
        malformed_calls: usize,
        /// What it cost.
        usage: Usage,
    },
}

/// How the system confines the code that a session runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SandboxState {
    /// Whether every required restriction is in force.
    pub level: SandboxLevel,
    /// The required restrictions that are not, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Restrictions that not every system has, and this one does not, each with the reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent: Vec<String>,
}

/// Whether a sandbox is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SandboxLevel {
    /// Every required restriction is in force.
    Full,
    /// Some are not, and the user chose to go on.
    Partial,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// With an answer.
    Ok,
    /// The model or something around it failed.
    Error,
    /// Steps, time or tokens ran out.
    Limit,
    /// A call was not allowed.
    Denied,
    /// The answer does not satisfy its schema.
    Schema,
    /// Somebody stopped it.
    Interrupted,
}

/// Who decided about a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decider {
    /// A person who was asked.
    Person,
    /// A person who was asked before in this session.
    Session,
    /// A rule of the user's.
    Rule,
    /// The tool's own manifest.
    Tool,
    /// The policy's default.
    Default,
    /// Nobody: there was no one to ask, or the turn was over before an answer.
    Nobody,
}

/// One thing that the model wrote, with what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Item {
    /// Unique in the session.
    pub id: String,
    /// The thing.
    #[serde(flatten)]
    pub body: ItemBody,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ItemBody {
    /// Words for the user.
    Message {
        /// The words.
        text: String,
        /// The pages that they cite; only of an answer that is done.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        citations: Vec<Citation>,
    },
    /// Thoughts.
    Reasoning {
        /// The thoughts.
        text: String,
    },
    /// A call of a tool.
    ToolCall {
        /// The tool's name.
        tool: String,
        /// A JSON value for functions, a string for built-in tools.
        arguments: Value,
        /// The tool's answer; absent until it is there.
        #[serde(skip_serializing_if = "Option::is_none")]
        observation: Option<Observation>,
        /// How long the tool took.
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_ms: Option<u64>,
    },
}

/// A page that an answer cites as `【id†…】`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Citation {
    /// The id as it is written.
    pub id: usize,
    /// The page's address; empty if the session has seen no page of this id.
    pub url: String,
    /// The page's title.
    pub title: String,
    /// The passage of the page that supports the claim best; empty if there is none.
    pub quote: String,
    /// Whether that passage has what the claim says.
    pub verified: bool,
}

/// Whoever knows the pages that an answer can cite.
pub trait Cite: Send + Sync {
    /// The citations of an answer, in its order.
    fn cite(&self, answer: &str) -> Vec<Citation>;
}

impl Event {
    /// Whether the event takes a number of its own.
    pub fn is_numbered(&self) -> bool {
        !matches!(self, Self::Prefill { .. } | Self::ItemDelta { .. })
    }

    /// Whether the event only shows progress: it can be left out without a loss.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Prefill { .. } | Self::ItemDelta { .. } | Self::ItemStarted { .. })
    }
}
