//! `gimlet tool`: the tools without a model.

use std::{
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use agent::{CallContext, Limits, Session, ToolRegistry, clean};
use anyhow::Context;
use chat::{Arguments, CancellationToken, Observation, Status, ToolCall, ToolSpec, wire::Format};
use sandbox::Options;
use tool_mcp::Servers;

use crate::{
    args::ToolCommand,
    exit::{Exit, Failure},
    function_test, functions, input, interrupt, mcp,
    toolbox::{self, Found, Kit, Toolbox},
    work::WorkFolder,
};

/// The most arguments that are read from standard input.
const MAX_ARGUMENT_BYTES: u64 = 16 << 20;

/// Lists the tools or calls one.
///
/// # Errors
/// An unknown tool, arguments that cannot be read, output that cannot be written.
pub async fn tool(command: ToolCommand) -> Result<Exit, Failure> {
    match command {
        ToolCommand::List { functions, kit, json } => {
            let kit = Kit::new(&kit, Options::default());
            let opened = toolbox::open(&toolbox::NAMES.join(","), &functions.files, &kit);
            let mut toolbox = opened.map_err(Failure::usage)?;
            toolbox.offer_browser(Format::Glm4Chat).map_err(Failure::usage)?;
            let registry = &mut toolbox.registry;
            with_servers(
                &kit,
                |_| true,
                async |servers| {
                    registry.register_source(servers);
                    list(registry, json)
                },
            )
            .await
        }
        ToolCommand::Add { file, kit } => functions::add(&file, &Kit::new(&kit, Options::default())),
        ToolCommand::Show { name, functions, kit, seen } => {
            let kit = Kit::new(&kit, Options::default());
            with_tool(&name, &functions.files, &kit, async |toolbox| {
                functions::show(&toolbox.registry, &seen)
            })
            .await
        }
        ToolCommand::Test(args) => function_test::test(args).await,
        ToolCommand::Remove { name } => functions::remove(&name),
        ToolCommand::Call { name, arguments, functions, kit, sandbox, work, timeout, json } => {
            let mut options = crate::sandbox::options(&sandbox).map_err(Failure::usage)?;
            let (folder, no_folder) =
                WorkFolder::open_if_possible(&work, Session::new().0.id()).map_err(Failure::usage)?;
            if let Some(reason) = no_folder {
                eprintln!("gimlet: {reason} (the call is made, and Python has no files)");
            }
            options.work_folder = folder.as_ref().map(|folder| folder.path().to_owned());
            let kit = Kit::new(&kit, options);
            with_tool(&name, &functions.files, &kit, async |toolbox| {
                call(&toolbox, name.clone(), &arguments, timeout, json).await
            })
            .await
        }
    }
}

/// Does `work` with one tool, and with the MCP servers that it needs.
async fn with_tool(
    name: &str,
    files: &[PathBuf],
    kit: &Kit,
    work: impl AsyncFnOnce(Toolbox) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    match toolbox::find(name, files, kit).map_err(Failure::usage)? {
        Found::Here(toolbox) => {
            let called = toolbox.called().to_vec();
            with_servers(
                kit,
                |server| called.iter().any(|name| name == server),
                async |_| work(toolbox).await,
            )
            .await
        }
        Found::OnServer => {
            let is_its = |server: &str| name.strip_prefix(server).is_some_and(|rest| rest.starts_with("__"));
            with_servers(kit, is_its, async |servers| {
                work(toolbox::served(name, files, &servers, kit).map_err(Failure::usage)?).await
            })
            .await
        }
    }
}

/// Does `work` with the servers that `is_wanted` names, and ends them in order.
pub async fn with_servers(
    kit: &Kit,
    is_wanted: impl Fn(&str) -> bool,
    work: impl AsyncFnOnce(Arc<Servers>) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let cancel = CancellationToken::new();
    if kit.servers.names().any(&is_wanted) {
        interrupt::cancel_on_signal(cancel.clone());
    }
    let servers = kit.servers.connect(is_wanted, &cancel).await;
    if cancel.is_cancelled() {
        servers.shut_down().await;
        return Ok(Exit::Interrupted);
    }
    mcp::warn(&servers, &ToolRegistry::default());
    let end = work(servers.clone()).await;
    servers.shut_down().await;
    end
}

fn list(registry: &ToolRegistry, json: bool) -> Result<Exit, Failure> {
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
    toolbox.ready().await.map_err(Failure::no_sandbox)?;
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
