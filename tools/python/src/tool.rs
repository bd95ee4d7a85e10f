//! The tool that the agent calls.

use std::{path::PathBuf, time::Instant};

use agent::{CallContext, Tool};
use chat::{Builtin, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use sandbox::{Confinement, Limits, Notebook, Options, SandboxError};
use tokio::sync::Mutex;

use crate::{code::without_fence, observation::observation};

/// Runs Python in a sandbox. Calls of one tool share their names and run one after the other.
pub struct PythonTool {
    notebook: Mutex<Notebook>,
    limits: Limits,
}

impl PythonTool {
    /// A tool whose workers are `program`, which calls [`sandbox::worker_main`]; the worker starts
    /// with the first call.
    pub fn new(program: impl Into<PathBuf>, options: impl Into<Options>) -> Self {
        let options = options.into();
        let limits = options.limits.clone();
        Self { notebook: Mutex::new(Notebook::new(program, options)), limits }
    }

    /// Starts the worker now, and says what restricts it.
    ///
    /// # Errors
    /// There can be no worker, or the system cannot enforce the whole sandbox.
    pub async fn ready(&self) -> Result<Confinement, SandboxError> {
        let mut notebook = self.notebook.lock().await;
        notebook.warm_up().await?;
        Ok(notebook.confinement().cloned().unwrap_or_default())
    }

    /// Takes up a session whose interpreter has ended: a call that fails is told that its names are gone.
    pub async fn go_on(&self) {
        self.notebook.lock().await.go_on();
    }

    /// Begins anew, as another tool would: the worker of before ends, with all of its names.
    pub async fn renew(&self, program: impl Into<PathBuf>, options: impl Into<Options>) {
        *self.notebook.lock().await = Notebook::new(program, options);
    }

    async fn run(&self, call: &ToolCall, context: &CallContext) -> Observation {
        let mut notebook = tokio::select! {
            biased;
            () = context.cancel.cancelled() => {
                return Observation::error("The call was cancelled before it began.");
            }
            notebook = self.notebook.lock() => notebook,
        };
        let left = context.deadline.saturating_duration_since(Instant::now());
        let wall = self.limits.wall.min(left);
        match notebook.run_within(without_fence(call.arguments.raw()), wall, &context.cancel).await {
            Ok(outcome) => observation(&outcome, &self.limits),
            Err(error) => Observation::error(format!("Python is not available: {error}.")),
        }
    }
}

impl Tool for PythonTool {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::Python)
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(self.run(call, context))
    }
}
