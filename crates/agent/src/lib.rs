//! The agent loop: steps, tools, limits, approvals, events and the session log.
//!
//! An [`Agent`] has a model, a [`ToolRegistry`] and [`Limits`]. [`Agent::run`] takes one prompt to
//! one answer, which is a turn; [`Agent::step`] is one completion and the calls that it asks for.
//! A [`Policy`] decides which calls are made and which an [`Approver`] is asked about; arguments and,
//! where the user gives one, answers are held to a [`Schema`].
//! Whatever changes is an [`Event`]: a front end shows it, the [`SessionLog`] keeps it.
//!
//! ```
//! use std::sync::Arc;
//! use agent::{Agent, End, Limits, Session, ToolRegistry, Script};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let model = Script::new(["\nHello.<|user|>"]);
//! let agent = Agent::new(Arc::new(model), ToolRegistry::default(), Limits::default());
//! let (mut session, _events) = Session::new();
//! let turn = agent.run(&mut session, "Hi", &chat::CancellationToken::new()).await;
//! assert_eq!((turn.end, turn.answer.as_str()), (End::Answered, "Hello."));
//! # }
//! ```

mod agent;
mod approver;
mod breaker;
mod call;
mod clean;
mod event;
mod fine_tuning;
mod fork;
mod function;
mod limits;
mod log;
mod moment;
mod policy;
mod process_group;
mod registry;
mod replay;
mod schema;
mod script;
mod session;
mod setup;
mod spill;
mod stream;
mod strict;
mod tool;
mod transcript;
mod turn;

pub use agent::{Agent, Step, TurnState};
pub use approver::{Approver, Decision, OpenQuestions, Question, Verdict};
pub use call::CheckedCall;
pub use clean::{cap, clean};
pub use event::{
    Citation, Cite, Decider, Event, Item, ItemBody, Outcome, Record, SCHEMA_VERSION, SandboxLevel,
    SandboxState,
};
pub use fine_tuning::fine_tuning_example;
pub use fork::{fork_at, fork_at_step};
pub use function::function;
pub use limits::Limits;
pub use log::{Entry, LogError, Replacement, SessionLog};
pub use moment::Moment;
pub use policy::{Action, Approval, ArgumentPattern, Glob, GlobError, Policy, Rule, Ruling, Source};
pub use process_group::{ProcessGroup, ending_signal};
pub use registry::{RegistryError, ToolRegistry, ToolSource};
pub use replay::{Replay, ReplayedStep};
pub use schema::{Schema, SchemaError, SchemaFault, Violation};
pub use script::Script;
pub use session::Session;
pub use setup::{Setup, Summarised, Written};
pub use spill::Spill;
pub use tool::{CallContext, Tool};
pub use transcript::{Transcript, TurnText};
pub use turn::{End, LimitKind, Turn};
