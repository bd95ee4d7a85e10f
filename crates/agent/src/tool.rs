//! What a tool is.

use std::time::Instant;

use chat::{CancellationToken, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;

use crate::{policy::Approval, schema::Schema};

/// What surrounds one call.
#[derive(Clone, Debug)]
pub struct CallContext {
    /// Fires when the user interrupts or the turn's time is over. The tool then ends at once; if it
    /// does not within [`crate::ToolRegistry::GRACE`], its future is dropped.
    pub cancel: CancellationToken,
    /// When the turn's time is over.
    pub deadline: Instant,
}

/// Something that a model can call.
pub trait Tool: Send + Sync {
    /// How it is offered to the model.
    fn spec(&self) -> ToolSpec;

    /// The tool's own word on its calls, which a [`crate::Policy`] weighs. Asked once, when the tool is
    /// registered.
    fn approval(&self) -> Approval {
        Approval::Auto
    }

    /// The compiled parameters of a function that has them already, so that registering it does not
    /// compile them again. They are those of its specification.
    fn schema(&self) -> Option<Schema> {
        None
    }

    /// Answers one call. The registry has checked the arguments: JSON that satisfies the schema for a
    /// function, text for a built-in tool. What goes wrong is an observation that the model can act on; dropping the
    /// future stops the work.
    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation>;
}
