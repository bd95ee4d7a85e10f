//! `gimlet run`: one prompt, one answer.

use std::{fs::File, io::Write, path::Path};

use agent::{End, Event, Record, Schema, Session, Turn};
use anyhow::{Context, anyhow};
use chat::CancellationToken;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::{
    args::RunArgs,
    exit::{Exit, Failure},
    input, interrupt,
    json_lines::JsonLines,
    models,
    plain::Plain,
    session,
    show::show,
    turn::{self, Extras, Prepared},
    workshop::{Loaded, Workshop},
};

/// The largest prompt that is read from standard input.
const MAX_PROMPT_BYTES: u64 = 16 << 20;

/// Runs one turn and shows it.
///
/// # Errors
/// What went wrong before the turn or outside of it. What goes wrong in the turn is shown as an
/// event and is the exit code.
pub async fn run(mut args: RunArgs) -> Result<Exit, Failure> {
    if args.events_schema {
        writeln!(std::io::stdout(), "{:#}", Record::json_schema())?;
        return Ok(Exit::Ok);
    }
    match begin(&mut args).await {
        Ok(begun) => go_on(args, begun).await,
        Err(failure) if args.json => refuse(failure).await,
        Err(failure) => Err(failure),
    }
}

/// What a turn needs beside a model.
struct Begun {
    opened: (Session, UnboundedReceiver<Record>),
    workshop: Workshop,
    prompt: String,
    answer_schema: Option<Schema>,
    output: Option<File>,
}

async fn begin(args: &mut RunArgs) -> Result<Begun, Failure> {
    let prompt = prompt(args.prompt.as_deref().unwrap_or_default()).map_err(Failure::usage)?;
    let (session, events) = session::open(args.resume.as_deref()).map_err(Failure::usage)?.0;
    args.session.model.model = models::for_session(&args.session.model, &session);
    let workshop = Workshop::open(&args.session, &args.work, &session).await?;
    let prompt = workshop.announce(&prompt);
    let answer_schema = args.output_schema.as_deref().map(schema).transpose().map_err(Failure::usage)?;
    let output = args.output.as_deref().map(create).transpose().map_err(Failure::usage)?;
    Ok(Begun { opened: (session, events), workshop, prompt, answer_schema, output })
}

/// Tells why nothing begins, to whoever reads events and waits for the last one.
async fn refuse(failure: Failure) -> Result<Exit, Failure> {
    let (mut session, events) = Session::new();
    let shown = tokio::spawn(show(events, JsonLines::new(false), CancellationToken::new()));
    let message = failure.message();
    session.emit(Event::Error { message: message.clone(), hint: None });
    session.finish(&Turn::failed(End::Failed(message)), failure.exit as u8);
    drop(session);
    shown.await.map_err(|panic| Failure::runtime(panic.into()))??;
    Ok(failure.exit)
}

async fn go_on(args: RunArgs, begun: Begun) -> Result<Exit, Failure> {
    let Begun { opened: (mut session, events), workshop, prompt, answer_schema, mut output } = begun;
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let shown = match args.json {
        true => tokio::spawn(show(events, JsonLines::new(args.stream_deltas), cancel.clone())),
        false => tokio::spawn(show(events, Plain::new(args.verbose), cancel.clone())),
    };
    if args.resume.is_none() {
        turn::keep(&mut session);
    }
    let mut loaded = workshop.load(&args.session.model.model, &cancel).await;
    std::mem::take(&mut loaded.warnings).into_iter().for_each(|warning| session.emit(warning));
    let servers = loaded.servers.clone();
    let taken = take(&args, loaded, &mut session, answer_schema, &prompt, &cancel).await;
    let mut exit = turn::exit_of(&taken, args.fail_on_tool_error);
    if let Some((message, hint)) = turn::explain(&taken.end, &turn::limits(&args.session)) {
        session.emit(Event::Error { message, hint });
    }
    if let Some(file) = &mut output
        && let Err(error) = writeln!(file, "{}", taken.answer)
    {
        let message = format!("cannot write the answer to the file of --output: {error}");
        session.emit(Event::Error { message, hint: None });
        exit = Exit::Error;
    }
    session.finish(&taken, exit as u8);
    drop(session);
    // The answer does not wait for the servers' end.
    let (shown, ()) = tokio::join!(shown, servers.shut_down());
    shown.map_err(|panic| Failure::runtime(panic.into()))??;
    Ok(exit)
}

/// Takes the turn, or says why there is none.
async fn take(
    args: &RunArgs,
    loaded: Loaded,
    session: &mut Session,
    answer_schema: Option<Schema>,
    prompt: &str,
    cancel: &CancellationToken,
) -> Turn {
    let (model, confinement) = match (loaded.model, loaded.confinement) {
        (Ok(Some(model)), Ok(confinement)) => (model, confinement),
        (Ok(Some(_)), Err(error)) => {
            return Turn::failed(End::NoSandbox(Failure::no_sandbox(error).message()));
        }
        (Ok(None), _) => return Turn::failed(End::Interrupted),
        (Err(error), _) => return Turn::failed(End::BadModel(format!("{error:#}"))),
    };
    let extras = Extras { answer_schema, ..Extras::default() };
    let prepared = Prepared::new(&args.session, model, loaded.toolbox, confinement.as_ref(), extras);
    match prepared {
        Ok(prepared) => turn::take(session, &args.session, prepared, prompt, cancel).await,
        Err(error) => Turn::failed(End::BadModel(format!("{error:#}"))),
    }
}

fn prompt(argument: &str) -> anyhow::Result<String> {
    let prompt = input::text(argument, "the prompt", MAX_PROMPT_BYTES)?;
    let prompt = prompt.trim_end_matches('\n').to_owned();
    match prompt.trim().is_empty() {
        true => Err(anyhow!("the prompt is empty: say what gimlet should do")),
        false => Ok(prompt),
    }
}

/// The schema of the answer.
pub fn schema(path: &Path) -> anyhow::Result<Schema> {
    let context = || format!("cannot use the schema of --output-schema {}", path.display());
    let value = serde_json::from_slice(&std::fs::read(path).with_context(context)?).with_context(context)?;
    Schema::new(&value).with_context(context)
}

/// Made before the work begins, so that a bad path costs nothing.
fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("cannot write --output {}", path.display()))
}
