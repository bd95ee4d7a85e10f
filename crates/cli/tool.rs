//! `gimlet tool`: the tools without a model.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use agent::{CallContext, Limits, ToolRegistry, clean};
use anyhow::Context;
use chat::{Arguments, CancellationToken, Observation, Status, ToolCall, ToolSpec};

use tool_mcp::Servers;

use crate::{
    args::{McpArgs, ToolCommand},
    exit::{Exit, Failure},
    function_test, functions, input, interrupt, mcp,
    toolbox::{self, Toolbox},
};

/// The most arguments that are read from standard input.
const MAX_ARGUMENT_BYTES: u64 = 16 << 20;

/// Lists the tools or calls one.
///
/// # Errors
/// An unknown tool, arguments that cannot be read, output that cannot be written.
pub async fn tool(command: ToolCommand) -> Result<Exit, Failure> {
    match command {
        ToolCommand::List { functions, mcp, json } => {
            with_servers(&mcp, async |servers| list(&functions.files, servers, json)).await
        }
        ToolCommand::Add { file } => functions::add(&file),
        ToolCommand::Show { name, functions, mcp, seen } => {
            with_servers(&mcp, async |servers| functions::show(&name, &functions.files, &servers, &seen))
                .await
        }
        ToolCommand::Test(args) => function_test::test(&args).await,
        ToolCommand::Remove { name } => functions::remove(&name),
        ToolCommand::Call { name, arguments, functions, mcp, timeout, json } => {
            with_servers(&mcp, async |servers| {
                let toolbox = toolbox::one(&name, &functions.files, &servers).map_err(Failure::usage)?;
                call(&toolbox, name, &arguments, timeout, json).await
            })
            .await
        }
    }
}

/// Does `work` with the servers of `--mcp`, and ends them in order.
async fn with_servers(
    args: &McpArgs,
    work: impl AsyncFnOnce(Arc<Servers>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    if !args.servers.is_empty() {
        interrupt::cancel_on_signal(cancel.clone());
    }
    let servers = mcp::connect(&args.servers, &cancel).await;
    if cancel.is_cancelled() {
        servers.shut_down().await;
        return Ok(Exit::Interrupted);
    }
    mcp::warn(&servers, &ToolRegistry::default());
    let end = work(servers.clone()).await;
    servers.shut_down().await;
    end
}

fn list(files: &[PathBuf], servers: Arc<Servers>, json: bool) -> Result<Exit, Failure> {
    let mut registry = toolbox::open(&toolbox::NAMES.join(","), files).map_err(Failure::usage)?.registry;
    registry.register_source(servers);
    let specs = registry.specs();
    let mut stdout = io::stdout().lock();
    if json {
        writeln!(stdout, "{}", serde_json::to_string(&specs).map_err(|e| Failure::runtime(e.into()))?)?;
        return Ok(Exit::Ok);
    }
    let width = specs.iter().map(|spec| spec.name().len() + 1).fold(16, usize::max);
    for spec in &specs {
        let description = match spec {
            ToolSpec::Builtin(builtin) => builtin.description(),
            ToolSpec::Function(function) => &function.description,
        };
        // A description of many lines has its gist in the first.
        let gist = clean(description.lines().next().unwrap_or_default());
        writeln!(stdout, "{:width$}{gist}", spec.name())?;
    }
    Ok(Exit::Ok)
}

async fn call(
    toolbox: &Toolbox,
    name: String,
    arguments: &str,
    timeout: Duration,
    json: bool,
) -> Result<Exit, Failure> {
    let text = input::text(arguments, "the arguments", MAX_ARGUMENT_BYTES).map_err(Failure::usage)?;
    let arguments = Arguments::parse(&name, &text)
        .with_context(|| format!("the arguments of {name} are not JSON"))
        .map_err(Failure::usage)?;
    let call = ToolCall { tool: name, arguments };
    toolbox.warm_up().await.map_err(Failure::no_sandbox)?;
    let (observation, interrupted) = observe(&toolbox.registry, &call, timeout).await;
    let mut stdout = io::stdout().lock();
    if json {
        let observation = serde_json::to_string(&observation).map_err(|e| Failure::runtime(e.into()))?;
        writeln!(stdout, "{observation}")?;
    } else if !observation.text.is_empty() {
        writeln!(stdout, "{}", observation.text)?;
    }
    Ok(exit_of(observation.status, interrupted))
}

/// Calls a tool for at most `timeout`, or until the user interrupts: then the second value is true.
pub async fn observe(registry: &ToolRegistry, call: &ToolCall, timeout: Duration) -> (Observation, bool) {
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let context = CallContext { cancel: cancel.clone(), deadline: Instant::now() + timeout };
    let observation = registry.call(call, &context, Limits::default().observation_bytes).await;
    (observation, cancel.is_cancelled())
}

/// The exit code for an observation.
pub fn exit_of(status: Status, interrupted: bool) -> Exit {
    match status {
        _ if interrupted => Exit::Interrupted,
        Status::Ok => Exit::Ok,
        Status::Error => Exit::ToolFailed,
        Status::Denied => Exit::Denied,
        Status::Timeout => Exit::Limit,
    }
}
