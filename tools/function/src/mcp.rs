//! The mcp handler: a tool of a configured MCP server under a name and a schema of the user's.

use std::{fmt, sync::Arc, time::Instant};

use agent::CallContext;
use chat::{Observation, Status};
use futures::future::BoxFuture;
use serde_json::Value;

use crate::{
    error::{Fault, Located},
    fields::Fields,
    host::Host,
    run::Run,
};

const KEYS: [&str; 5] = ["type", "server", "tool", "timeout_s", "output_bytes"];

/// The MCP servers that are configured.
pub trait McpServers: Send + Sync {
    /// Whether there is a server of this name.
    fn has_server(&self, name: &str) -> bool;

    /// Calls a tool of a server. What goes wrong is an observation; dropping the future, or cancelling
    /// the context, cancels the call.
    fn call<'a>(
        &'a self,
        server: &'a str,
        tool: &'a str,
        arguments: &'a Value,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Observation>;
}

/// A tool of a server.
pub(crate) struct McpHandler {
    servers: Arc<dyn McpServers>,
    server: String,
    tool: String,
}

impl McpHandler {
    /// Reads the handler of a manifest.
    pub fn new(fields: Fields, host: &Host) -> Result<Self, Located> {
        let fields = fields.only(&KEYS)?;
        let (server, tool) = (fields.text("server")?.to_owned(), fields.text("tool")?.to_owned());
        match host.mcp().filter(|servers| servers.has_server(&server)) {
            Some(servers) => Ok(Self { servers: servers.clone(), server, tool }),
            None => Err(Located::new(fields.at("server"), Fault::NoServer(server))),
        }
    }

    /// The server's name.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Calls the tool once.
    pub async fn run(&self, arguments: &Value, run: &Run<'_>) -> Observation {
        let (left, _) = run.time_left();
        // Its own, so that what the server still does is cancelled when the call ends before it.
        let cancel = run.context.cancel.child_token();
        let _guard = cancel.clone().drop_guard();
        let context = CallContext { cancel, deadline: Instant::now() + left };
        let call = self.servers.call(&self.server, &self.tool, arguments, &context);
        match run.until_stopped(call).await {
            Ok(observation) => self.within_bounds(observation, run),
            Err(stop) => {
                let what = format!("The call of {} on the MCP server {}", self.tool, self.server);
                Observation::new(Status::Timeout, stop.sentence(&what))
            }
        }
    }

    /// A long text is shown in part and kept whole, as every handler's output is.
    fn within_bounds(&self, observation: Observation, run: &Run) -> Observation {
        let mut spool = run.spool();
        if let Err(too_much) = spool.push(observation.text.as_bytes()) {
            return Observation::error(format!("The answer of the MCP server was refused: {too_much}."));
        }
        let kept = spool.finish();
        let artifacts = observation.artifacts.into_iter().chain(kept.artifacts).collect();
        let truncated = observation.truncated || kept.truncated;
        Observation { text: kept.text, truncated, artifacts, ..observation }
    }
}

impl fmt::Debug for McpHandler {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("McpHandler").field("server", &self.server).field("tool", &self.tool).finish()
    }
}
