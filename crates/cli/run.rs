//! `gimlet run`: one prompt, one answer.

use std::{io::Write, path::Path, sync::Arc};

use agent::{Agent, End, Event, LimitKind, Limits, Policy, Record, Schema, Session, SessionLog, Turn};
use anyhow::{Context, anyhow};
use chat::{CancellationToken, ChatModel, Message, Sampling};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    args::RunArgs,
    exit::{Exit, Failure},
    folders, input, interrupt,
    json_lines::JsonLines,
    mcp::{self, Configured},
    models,
    plain::Plain,
    sandbox, session,
    show::show,
    toolbox::{self, Kit},
    work::WorkFolder,
};

/// The largest prompt that is read from standard input.
const MAX_PROMPT_BYTES: u64 = 16 << 20;

/// Runs one turn and shows it.
///
/// # Errors
/// What went wrong before the turn or outside of it. What goes wrong in the turn is shown as an
/// event and is the exit code.
pub async fn run(args: RunArgs) -> Result<Exit, Failure> {
    let prompt = prompt(&args.prompt).map_err(Failure::usage)?;
    let (mut session, events) = match &args.resume {
        Some(name) => resume(name).map_err(Failure::usage)?,
        None => Session::new(),
    };
    let mut options = sandbox::options(&args.session.sandbox).map_err(Failure::usage)?;
    let (folder, no_folder) =
        WorkFolder::open_if_possible(&args.work, session.id()).map_err(Failure::usage)?;
    options.work_folder = folder.as_ref().map(|folder| folder.path().to_owned());
    let prompt = folder.as_ref().map_or(prompt.clone(), |folder| folder.announce(&prompt));
    let kit = Kit { sandbox: options, servers: Configured::new(args.session.mcp) };
    let mut toolbox =
        toolbox::open(&args.session.tools, &args.session.functions.files, &kit).map_err(Failure::usage)?;
    let answer_schema = args.output_schema.as_deref().map(schema).transpose().map_err(Failure::usage)?;
    let mut output = args.output.as_deref().map(create).transpose().map_err(Failure::usage)?;

    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let shown = match args.json {
        true => tokio::spawn(show(events, JsonLines::new(args.stream_deltas), cancel.clone())),
        false => tokio::spawn(show(events, Plain::new(args.verbose), cancel.clone())),
    };
    if args.resume.is_none() {
        log(&mut session);
    }
    // Servers and the worker start while the weights are read.
    let (servers, model, ready) = tokio::join!(
        kit.servers.connect(|_| true, &cancel),
        load(&args.session.model.model, &cancel),
        toolbox.ready(),
    );
    if let Some(message) = no_folder {
        let hint = Some("the session goes on, and Python has no files".to_owned());
        session.emit(Event::Error { message, hint });
    }
    toolbox.registry.register_source(servers.clone());
    for message in mcp::warnings(&servers, &toolbox.registry) {
        session.emit(Event::Error { message, hint: Some("the session goes on without it".to_owned()) });
    }

    let limits = Limits {
        max_steps: args.session.max_steps,
        max_tokens: args.session.max_tokens,
        wall: args.session.timeout,
        ..Limits::default()
    };
    let turn = match (model, ready) {
        (Ok(Some(_)), Err(error)) => Turn::failed(End::NoSandbox(Failure::no_sandbox(error).message())),
        (Ok(Some(model)), Ok(confinement)) => {
            let tools = toolbox.registry;
            let cwd = std::env::current_dir().unwrap_or_default();
            let state = confinement.as_ref().map(sandbox::state);
            session.start(model.info().clone(), tools.names(), cwd, state);
            if let Some(system) = args.session.system {
                session.push(Message::system(system));
            }
            let sampling = Sampling {
                temperature: args.session.temperature,
                seed: args.session.seed,
                ..Sampling::default()
            };
            let policy = Policy { default: args.session.approval, rules: args.session.rules };
            for rule in policy.idle_rules(&tools.names()) {
                let message = format!("the approval rule for {} is about no tool of this session", rule.tool);
                session.emit(Event::Error { message, hint: None });
            }
            let agent = Agent::new(model, tools, limits).with_sampling(sampling).with_policy(policy);
            let agent = if args.session.grammar == "off" { agent.unconstrained() } else { agent };
            let agent = match answer_schema {
                Some(schema) => agent.with_answer_schema(schema),
                None => agent,
            };
            agent.run(&mut session, &prompt, &cancel).await
        }
        (Ok(None), _) => Turn::failed(End::Interrupted),
        (Err(error), _) => Turn::failed(End::BadModel(format!("{error:#}"))),
    };
    let mut exit = exit_of(&turn, args.fail_on_tool_error);
    if let Some((message, hint)) = explain(&turn.end, &limits) {
        session.emit(Event::Error { message, hint: hint.map(str::to_owned) });
    }
    if let Some(file) = &mut output
        && let Err(error) = writeln!(file, "{}", turn.answer)
    {
        let message = format!("cannot write the answer to the file of --output: {error}");
        session.emit(Event::Error { message, hint: None });
        exit = Exit::Error;
    }
    session.finish(&turn, exit as u8);
    drop(session);
    // The answer does not wait for the servers' end.
    let (shown, ()) = tokio::join!(shown, servers.shut_down());
    shown.map_err(|panic| Failure::runtime(panic.into()))??;
    Ok(exit)
}

fn prompt(argument: &str) -> anyhow::Result<String> {
    let prompt = input::text(argument, "the prompt", MAX_PROMPT_BYTES)?;
    let prompt = prompt.trim_end_matches('\n').to_owned();
    match prompt.trim().is_empty() {
        true => Err(anyhow!("the prompt is empty: say what gimlet should do")),
        false => Ok(prompt),
    }
}

/// The session of `--resume`.
fn resume(name: &str) -> anyhow::Result<(Session, UnboundedReceiver<Record>)> {
    Ok(Session::resume(&session::find(name)?)?)
}

/// The schema of the answer.
fn schema(path: &Path) -> anyhow::Result<Schema> {
    let context = || format!("cannot use the schema of --output-schema {}", path.display());
    let value = serde_json::from_slice(&std::fs::read(path).with_context(context)?).with_context(context)?;
    Schema::new(&value).with_context(context)
}

/// Made before the work begins, so that a bad path costs nothing.
fn create(path: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::File::create(path).with_context(|| format!("cannot write --output {}", path.display()))
}

/// Keeps the session on disk; a session that cannot be kept goes on all the same and says so.
fn log(session: &mut Session) {
    let created = folders::sessions().and_then(|folder| {
        let path = folder.join(format!("{}.jsonl", session.id()));
        Ok(SessionLog::create(&path)?)
    });
    match created {
        Ok(log) => session.log_to(log),
        Err(error) => {
            let hint = Some("the session goes on and is not kept".to_owned());
            session.emit(Event::Error { message: format!("{error:#}"), hint });
        }
    }
}

/// The model, or nothing if the user interrupted its loading.
async fn load(name: &str, cancel: &CancellationToken) -> anyhow::Result<Option<Arc<dyn ChatModel>>> {
    let name = name.to_owned();
    let loading = tokio::task::spawn_blocking(move || models::load(&name));
    tokio::select! {
        model = loading => model?.map(Some),
        () = cancel.cancelled() => Ok(None),
    }
}

fn exit_of(turn: &Turn, fail_on_tool_error: bool) -> Exit {
    match &turn.end {
        End::Answered | End::Limit(_) if turn.denied_calls > 0 => Exit::Denied,
        End::Answered if fail_on_tool_error && turn.failed_tool_calls > 0 => Exit::ToolFailed,
        End::Answered => Exit::Ok,
        End::Limit(_) => Exit::Limit,
        End::PromptTooLong(_) | End::BadModel(_) => Exit::Usage,
        End::Failed(_) => Exit::Error,
        End::NoSandbox(_) => Exit::NoSandbox,
        End::Schema(_) => Exit::Schema,
        End::Interrupted => Exit::Interrupted,
    }
}

/// What happened and what to do, if it is not an answer.
fn explain(end: &End, limits: &Limits) -> Option<(String, Option<&'static str>)> {
    Some(match end {
        End::Answered => return None,
        End::Interrupted => ("interrupted".into(), None),
        End::PromptTooLong(message)
        | End::BadModel(message)
        | End::Failed(message)
        | End::Schema(message) => (message.clone(), None),
        End::NoSandbox(message) => (
            message.clone(),
            Some(
                "--tools none goes on without Python; where the sandbox is only not whole, --sandbox degraded with it",
            ),
        ),
        End::Limit(LimitKind::Steps) => {
            (format!("no answer after {} steps", limits.max_steps), Some("--max-steps allows more"))
        }
        End::Limit(LimitKind::Time) => (
            format!("no answer within {}", humantime::format_duration(limits.wall)),
            Some("--timeout allows more"),
        ),
        End::Limit(LimitKind::Tokens) => (
            format!("the model wrote {} tokens and did not stop", limits.max_tokens),
            Some("--max-tokens allows more"),
        ),
        End::Limit(LimitKind::Context) => {
            ("the model's context is full".into(), Some("a model with a longer context goes on"))
        }
        End::Limit(LimitKind::Repeats) => ("the model made the same call again and again".into(), None),
    })
}
