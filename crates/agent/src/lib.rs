//! The agent loop: steps, tools, limits, events and the session log.
//!
//! An [`Agent`] has a model, a [`ToolRegistry`] and [`Limits`]. [`Agent::run`] takes one prompt to
//! one answer, which is a turn; [`Agent::step`] is one completion and the calls that it asks for.
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
mod breaker;
mod clean;
mod event;
mod function;
mod limits;
mod log;
mod registry;
mod script;
mod session;
mod stream;
mod tool;
mod turn;

pub use agent::{Agent, Step, TurnState};
pub use clean::{cap, clean};
pub use event::{Event, Item, ItemBody, Outcome, Record, SCHEMA_VERSION};
pub use function::function;
pub use limits::Limits;
pub use log::{Entry, LogError, SessionLog};
pub use registry::{RegistryError, ToolRegistry, ToolSource};
pub use script::Script;
pub use session::Session;
pub use tool::{CallContext, Tool};
pub use turn::{End, LimitKind, Turn};
