//! MCP both ways: the servers whose tools are used, and `gimlet mcp`.

use std::sync::Arc;

use agent::{Limits, ToolRegistry};
use chat::CancellationToken;
use tool_mcp::{Host, ServeLimits, ServerSettings, Servers};

use crate::{
    args::McpServeArgs,
    exit::{Exit, Failure},
    functions, interrupt, toolbox,
};

/// Starts and reaches the servers of `--mcp`, unless `cancel` fires.
pub async fn connect(servers: &[(String, ServerSettings)], cancel: &CancellationToken) -> Arc<Servers> {
    // Without a current folder no server starts, and says so.
    let workdir = std::env::current_dir().unwrap_or_default();
    let host = Host::new(workdir, functions::outputs()).with_environment(std::env::vars_os());
    Arc::new(Servers::connect(servers.iter().cloned(), host, cancel).await)
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
    let tools = toolbox::open(&args.tools, &args.functions.files).map_err(Failure::usage)?.registry;
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let limits = ServeLimits { call: args.timeout, observation_bytes: Limits::default().observation_bytes };
    let pipes = (tokio::io::stdin(), tokio::io::stdout());
    tool_mcp::serve(tools, limits, pipes, &cancel).await.map_err(|error| Failure::runtime(error.into()))?;
    Ok(if cancel.is_cancelled() { Exit::Interrupted } else { Exit::Ok })
}
