//! A function of the user's, ready to be called.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use agent::{Approval, CallContext, Schema, Tool, Violation};
use chat::{Arguments, FunctionSpec, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use serde_json::Value;

use crate::{
    command::CommandHandler, host::Host, http::HttpHandler, mcp::McpHandler, python::PythonHandler, run::Run,
    sample,
};

/// A function with its schema and its handler. As an [`agent::Tool`] it runs its handler with what it
/// is given: an [`agent::ToolRegistry`] checks the arguments of every call first.
pub struct Function {
    pub(crate) spec: FunctionSpec,
    pub(crate) schema: Schema,
    pub(crate) handler: Handler,
    pub(crate) approval: Approval,
    pub(crate) timeout: Duration,
    pub(crate) output_bytes: usize,
    pub(crate) origin: Origin,
    pub(crate) host: Arc<Host>,
}

/// Where a function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The manifest.
    pub file: PathBuf,
    /// Where in it the function begins, counted from 1.
    pub line: usize,
    /// Where its relative paths begin.
    pub folder: PathBuf,
    /// The manifest's value for this function.
    pub(crate) manifest: Value,
}

pub(crate) enum Handler {
    Command(CommandHandler),
    Http(HttpHandler),
    Python(Box<PythonHandler>),
    Mcp(McpHandler),
}

impl Function {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.spec.name
    }

    /// How the model is offered it.
    pub fn function_spec(&self) -> &FunctionSpec {
        &self.spec
    }

    /// What its manifest says about approval, for the policy of a session: calling the function does
    /// not ask.
    pub fn approval(&self) -> Approval {
        self.approval
    }

    /// The longest that a call takes.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The MCP server that it calls, if it calls one.
    pub fn server(&self) -> Option<&str> {
        match &self.handler {
            Handler::Mcp(handler) => Some(handler.server()),
            Handler::Command(_) | Handler::Http(_) | Handler::Python(_) => None,
        }
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What is wrong with arguments, up to `most` errors; empty if nothing is.
    pub fn check(&self, arguments: &Value, most: usize) -> Vec<Violation> {
        self.schema.violations(arguments, most)
    }

    /// Arguments that satisfy the schema, equal for equal seeds; nothing if none were found.
    pub fn sample(&self, seed: u64) -> Option<Value> {
        sample::valid(&self.schema, seed)
    }

    /// Arguments that do not, each because of one constraint of the schema.
    pub fn broken_samples(&self, seed: u64) -> Vec<crate::Broken> {
        sample::broken(&self.schema, seed)
    }

    async fn answer(&self, call: &ToolCall, context: &CallContext) -> Observation {
        let Arguments::Json { value, .. } = &call.arguments else {
            return Observation::error(format!("{} is called with JSON arguments.", self.spec.name));
        };
        let run = Run {
            host: &self.host,
            context,
            name: &self.spec.name,
            timeout: self.timeout,
            output_bytes: self.output_bytes,
        };
        match &self.handler {
            Handler::Command(handler) => handler.run(value, &run).await,
            Handler::Http(handler) => handler.run(value, &run).await,
            Handler::Python(handler) => handler.run(value, &run).await,
            Handler::Mcp(handler) => handler.run(value, &run).await,
        }
    }
}

impl Tool for Function {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Function(self.spec.clone())
    }

    fn approval(&self) -> Approval {
        self.approval
    }

    fn schema(&self) -> Option<Schema> {
        Some(self.schema.clone())
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(self.answer(call, context))
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.spec.name)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

impl Origin {
    /// The manifest in a form that works from anywhere: with the folder of its relative paths.
    pub(crate) fn portable(&self, folder: &Path) -> Value {
        let mut manifest = self.manifest.clone();
        if let Some(map) = manifest.as_object_mut() {
            map.insert("folder".into(), Value::from(folder.to_string_lossy()));
        }
        manifest
    }
}
