//! `gimlet tool test`: does a manifest work, before a model depends on it?

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use agent::{Tool, ToolRegistry, clean};
use anyhow::{Context, anyhow};
use chat::{Arguments, Status, ToolCall};
use sandbox::Options;
use serde_json::Value;
use tool_function::{Function, load};

use crate::{
    args::TestArgs,
    exit::{Exit, Failure},
    functions::{Seen, host, unenforced},
    tool::{exit_of, observe, with_servers},
    toolbox::Kit,
};

/// Valid arguments that are shown.
const SAMPLES: u64 = 3;
/// What a handler may take for its own end, past its time limit.
const GRACE: Duration = Duration::from_secs(5);
/// The longest arguments that are shown, in bytes.
const MAX_SHOWN_BYTES: usize = 400;

/// Checks each function of a manifest, shows what the model sees and which arguments pass, and calls
/// it.
///
/// # Errors
/// The manifest is refused, no arguments could be made, output that cannot be written.
pub async fn test(args: TestArgs) -> Result<Exit, Failure> {
    let kit = Kit::new(&args.kit, Options::default());
    let functions = load(&args.file, &host(&kit).map_err(Failure::runtime)?).map_err(Failure::usage)?;
    let called: Vec<String> = functions.iter().filter_map(|f| f.server().map(str::to_owned)).collect();
    let is_called = |server: &str| called.iter().any(|name| name == server);
    with_servers(&kit, is_called, async |_| test_all(functions, &args).await).await
}

async fn test_all(functions: Vec<Function>, args: &TestArgs) -> Result<Exit, Failure> {
    if args.arguments.is_some() && functions.len() > 1 {
        let error = anyhow!(
            "--args is for a file with one function, and {} has {}",
            args.file.display(),
            functions.len()
        );
        return Err(Failure::usage(error));
    }
    let seen = Seen::new(&args.seen).map_err(Failure::usage)?;
    let mut end = Exit::Ok;
    for function in functions {
        describe(&function, &seen, &manifest(&function, &args.file))?;
        samples(&function, args.seed)?;
        let exit = call(function, args).await?;
        if end == Exit::Ok {
            end = exit;
        }
    }
    Ok(end)
}

/// The manifest of a function as the user would name it.
fn manifest(function: &Function, given: &Path) -> PathBuf {
    match (given.is_dir(), function.origin().file.file_name()) {
        (true, Some(name)) => given.join(name),
        _ => given.to_owned(),
    }
}

fn describe(function: &Function, seen: &Seen, file: &Path) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let (line, limit) = (function.origin().line, humantime::format_duration(function.timeout()));
    writeln!(stdout, "{} ({}:{line}) is fine: at most {limit} a call", function.name(), file.display())?;
    if let Some(note) = unenforced(function, seen.format()) {
        writeln!(stdout, "{note}")?;
    }
    let text = seen.text(&[function.spec()]);
    writeln!(stdout, "\nThe model sees ({}):\n\n{text}", seen.format().name())
}

fn samples(function: &Function, seed: u64) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let mut valid: Vec<Value> = (0..SAMPLES).filter_map(|i| function.sample(seed.wrapping_add(i))).collect();
    valid.dedup();
    writeln!(stdout, "\nThe schema takes:")?;
    for arguments in &valid {
        writeln!(stdout, "  {}", shown(arguments))?;
    }
    writeln!(stdout, "\nIt refuses, before the handler runs:")?;
    for broken in function.broken_samples(seed) {
        writeln!(stdout, "  {}\n    {}", shown(&broken.arguments), clean(&broken.error.to_string()))?;
    }
    Ok(())
}

async fn call(function: Function, args: &TestArgs) -> Result<Exit, Failure> {
    let name = function.name().to_owned();
    let arguments = match &args.arguments {
        Some(json) => serde_json::from_str(json).context("--args is not JSON").map_err(Failure::usage)?,
        None => function.sample(args.seed).ok_or_else(|| {
            Failure::usage(anyhow!(
                "no arguments could be made from the schema of {name}: give some with --args JSON"
            ))
        })?,
    };
    let timeout = function.timeout() + GRACE;
    let raw = arguments.to_string();
    writeln!(io::stdout(), "\nA call with {}:", shown(&arguments))?;
    let mut registry = ToolRegistry::default();
    registry.register(Arc::new(function)).map_err(Failure::usage)?;
    let call = ToolCall { tool: name, arguments: Arguments::Json { value: arguments, raw } };
    let begun = Instant::now();
    let (observation, interrupted) = observe(&registry, &call, timeout).await;
    let status = match observation.status {
        Status::Ok => "ok",
        Status::Error => "error",
        Status::Denied => "denied",
        Status::Timeout => "timeout",
    };
    let mut stdout = io::stdout().lock();
    writeln!(
        stdout,
        "  {status} after {:.0?}; the model is told:\n\n{}\n",
        begun.elapsed(),
        observation.text
    )?;
    Ok(exit_of(observation.status, interrupted))
}

fn shown(arguments: &Value) -> String {
    agent::cap(&clean(&arguments.to_string()), MAX_SHOWN_BYTES).0
}
