//! MCP both ways: the servers whose tools are used, and `gimlet mcp`.

use std::sync::{Arc, OnceLock};

use agent::{CallContext, Limits, ToolRegistry};
use chat::{Arguments, CancellationToken, Observation, ToolCall};
use futures::future::BoxFuture;
use serde_json::Value;
use tool_function::McpServers;
use tool_mcp::{Host, ServeLimits, ServerSettings, Servers};

use crate::{
    args::{KitArgs, McpServeArgs},
    exit::{Exit, Failure},
    functions, interrupt, sandbox,
    toolbox::{self, Kit},
};

/// The servers of a session: known by name before they run, so that a function that calls one is
/// checked before anything starts.
pub struct Configured {
    settings: Vec<(String, ServerSettings)>,
    running: OnceLock<Arc<Servers>>,
}

impl Configured {
    /// The servers of `--mcp` and of the settings files.
    pub fn new(settings: Vec<(String, ServerSettings)>) -> Arc<Self> {
        Arc::new(Self { settings, running: OnceLock::new() })
    }

    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.settings.iter().map(|(name, _)| name.as_str())
    }

    /// Starts and reaches those that `is_wanted` names, unless `cancel` fires.
    pub async fn connect(
        &self,
        is_wanted: impl Fn(&str) -> bool,
        cancel: &CancellationToken,
    ) -> Arc<Servers> {
        // Without a current folder no server starts, and says so.
        let workdir = std::env::current_dir().unwrap_or_default();
        let host = Host::new(workdir, functions::outputs()).with_environment(std::env::vars_os());
        let wanted = self.settings.iter().filter(|(name, _)| is_wanted(name)).cloned();
        let servers = Arc::new(Servers::connect(wanted, host, cancel).await);
        self.running.get_or_init(|| servers).clone()
    }

    async fn call_tool(
        &self,
        server: &str,
        tool: &str,
        arguments: &Value,
        context: &CallContext,
    ) -> Observation {
        let found = self.running.get().map(|servers| (servers.tool(server, tool), servers));
        match found {
            Some((Some(found), _)) => {
                let arguments = Arguments::Json { value: arguments.clone(), raw: arguments.to_string() };
                found.call(&ToolCall { tool: tool.to_owned(), arguments }, context).await
            }
            Some((None, servers)) => {
                let failure = servers.failures().iter().find(|failure| failure.server == server);
                let none = || format!("the MCP server {server} has no tool {tool}");
                Observation::error(format!("{}.", failure.map_or_else(none, ToString::to_string)))
            }
            None => Observation::error(format!("The MCP server {server} is not running.")),
        }
    }
}

impl McpServers for Configured {
    fn has_server(&self, name: &str) -> bool {
        self.settings.iter().any(|(known, _)| known == name)
    }

    fn call<'a>(
        &'a self,
        server: &'a str,
        tool: &'a str,
        arguments: &'a Value,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Observation> {
        Box::pin(self.call_tool(server, tool, arguments, context))
    }
}

/// One sentence for each server that failed and each tool that is not offered.
pub fn warnings(servers: &Servers, registry: &ToolRegistry) -> Vec<String> {
    let failures = servers.failures().iter().map(ToString::to_string);
    let clashes = registry.clashes();
    let clashes =
        clashes.iter().map(|name| format!("the name {name} is taken: the MCP server's tool is left out"));
    failures.chain(servers.notes()).chain(clashes).collect()
}

/// Says on standard error what is missing of the servers' tools.
pub fn warn(servers: &Servers, registry: &ToolRegistry) {
    for warning in warnings(servers, registry) {
        eprintln!("gimlet: {warning}");
    }
}

/// Serves the tools to the client on standard input and output, until it goes.
///
/// # Errors
/// The tools cannot be used, or whoever speaks is not a client.
pub async fn serve(args: McpServeArgs) -> Result<Exit, Failure> {
    let sandbox = sandbox::options(&args.sandbox).map_err(Failure::usage)?;
    let kit = Kit::new(&KitArgs { renderer: args.renderer, ..args.kit }, sandbox);
    let opened = toolbox::open_to_serve(&args.tools, &args.functions.files, &kit);
    let (tools, left_out) = opened.map_err(Failure::usage)?;
    for name in left_out {
        eprintln!("gimlet: the function {name} calls an MCP server and is not served");
    }
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let limits = ServeLimits { call: args.timeout, observation_bytes: Limits::default().observation_bytes };
    let pipes = (tokio::io::stdin(), tokio::io::stdout());
    tool_mcp::serve(tools, limits, pipes, &cancel).await.map_err(|error| Failure::runtime(error.into()))?;
    Ok(if cancel.is_cancelled() { Exit::Interrupted } else { Exit::Ok })
}
