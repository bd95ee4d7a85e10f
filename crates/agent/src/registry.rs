//! The tools of a session, and the one way to call them.

use std::{sync::Arc, time::Duration};

use chat::{Observation, Status, ToolCall, ToolSpec};

use crate::{
    clean::{cap, clean},
    tool::{CallContext, Tool},
};

/// The tools that a model may call, in the order in which it is shown them.
#[derive(Clone, Default)]
pub struct ToolRegistry {
    /// With their names, which a specification of many kilobytes would otherwise be copied for.
    tools: Vec<(String, Arc<dyn Tool>)>,
}

/// Why a tool cannot be registered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegistryError {
    /// Two tools of one name.
    #[error("there are two tools named \"{0}\": rename one of them")]
    Duplicate(String),
}

impl ToolRegistry {
    /// How long a cancelled tool has to end by itself.
    pub const GRACE: Duration = Duration::from_secs(2);

    /// Adds a tool.
    ///
    /// # Errors
    /// Its name is taken.
    pub fn register(&mut self, tool: Arc<dyn Tool>) -> Result<(), RegistryError> {
        let name = tool.spec().name().to_owned();
        if self.get(&name).is_some() {
            return Err(RegistryError::Duplicate(name));
        }
        self.tools.push((name, tool));
        Ok(())
    }

    /// How the tools are offered to the model.
    pub fn specs(&self) -> Vec<ToolSpec> {
        self.tools.iter().map(|(_, tool)| tool.spec()).collect()
    }

    /// The tools' names.
    pub fn names(&self) -> Vec<String> {
        self.tools.iter().map(|(name, _)| name.clone()).collect()
    }

    fn get(&self, name: &str) -> Option<&Arc<dyn Tool>> {
        self.tools.iter().find(|(known, _)| known == name).map(|(_, tool)| tool)
    }

    /// Answers a call with exactly one observation: the tool's, or the reason why there is none.
    /// Its text is clean and at most about `max_bytes` long.
    pub async fn call(&self, call: &ToolCall, context: &CallContext, max_bytes: usize) -> Observation {
        let mut observation = match self.get(&call.tool) {
            Some(tool) => run(tool.as_ref(), call, context).await,
            None if self.tools.is_empty() => {
                Observation::error(format!("There is no tool {:?}: answer without tools.", call.tool))
            }
            None => Observation::error(format!(
                "There is no tool {:?}. The tools are: {}.",
                call.tool,
                self.names().join(", ")
            )),
        };
        let (text, cut) = cap(&clean(&observation.text), max_bytes);
        observation.text = text;
        observation.truncated |= cut;
        observation
    }
}

/// Calls a tool until the caller cancels or its time is over; then it has [`ToolRegistry::GRACE`] to
/// end by itself.
async fn run(tool: &dyn Tool, call: &ToolCall, context: &CallContext) -> Observation {
    let stop = context.cancel.child_token();
    let inner = CallContext { cancel: stop.clone(), deadline: context.deadline };
    let work = tool.call(call, &inner);
    tokio::pin!(work);
    let overdue = tokio::select! {
        observation = &mut work => return observation,
        () = stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline.into()) => true,
    };
    stop.cancel();
    let stopped = || Observation::new(Status::Timeout, "The call was stopped before it was done.");
    let mut observation = tokio::time::timeout(ToolRegistry::GRACE, work).await.unwrap_or_else(|_| stopped());
    if overdue {
        // The tool knows only that it was stopped.
        observation.status = Status::Timeout;
    }
    observation
}
