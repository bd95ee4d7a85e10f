//! `gimlet [PROMPT]`: a terminal session.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use agent::{End, Entry, Event, OpenQuestions, Session, SessionLog};
use anyhow::bail;
use chat::{CancellationToken, Message};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tui::{Host, Language, Left, Opened, Options, Theme};

use crate::{
    args::{SessionArgs, TerminalArgs},
    exit::{Exit, Failure},
    interrupt,
    progress::Progress,
    sandbox, session,
    turn::{self, Prepared},
    workshop::{Loaded, Workshop},
};

/// How often the progress line is drawn while the model loads.
const TICK: Duration = Duration::from_millis(100);

/// Opens a terminal session.
///
/// # Errors
/// There is no terminal, or what the session is made of cannot be used.
pub async fn open(args: TerminalArgs) -> Result<Exit, Failure> {
    require_terminal(args.prompt.as_deref()).map_err(Failure::usage)?;
    let resumed = args.resume.as_deref().map(session::find).transpose().map_err(Failure::usage)?;
    let first = first_session(resumed.as_ref()).map_err(Failure::usage)?;
    let id = first.0.id().to_owned();
    let workshop = Workshop::open(&args.session, &args.work, &first.0).await?;
    let prompt = args.prompt.as_ref().map(|prompt| workshop.announce(prompt));

    let cancel = CancellationToken::new();
    let interrupts = tokio::spawn(interrupt::wait(cancel.clone()));
    let loaded = with_progress(workshop.load(&args.session.model.model, &cancel)).await;
    // From here on Ctrl-C is a key.
    interrupts.abort();
    let servers = loaded.servers.clone();
    let left = match serve(&args, loaded, first, resumed, prompt).await {
        Ok(Some(left)) => left,
        Ok(None) => return Ok(Exit::Interrupted),
        Err(failure) => return Err(failure),
    };
    servers.shut_down().await;
    eprintln!("gimlet --resume {id} goes on with this session");
    Ok(match left {
        Left::Quit => Exit::Ok,
        Left::Terminated => Exit::Interrupted,
        Left::Closed => Exit::Error,
    })
}

fn require_terminal(prompt: Option<&str>) -> anyhow::Result<()> {
    const NEEDS: &str =
        "a terminal session needs a terminal for input and output: `gimlet run PROMPT` goes without";
    if io::stdin().is_terminal() && io::stdout().is_terminal() {
        return Ok(());
    }
    // One word is most likely a command that was misspelt.
    match prompt.filter(|prompt| !prompt.contains(char::is_whitespace)) {
        Some(word) => bail!("\"{word}\" is no command; {NEEDS}"),
        None => bail!(NEEDS),
    }
}

/// Runs the terminal session until the user leaves; nothing if the model's loading was interrupted.
async fn serve(
    args: &TerminalArgs,
    mut loaded: Loaded,
    first: Opened,
    resumed: Option<PathBuf>,
    prompt: Option<String>,
) -> Result<Option<Left>, Failure> {
    let (events, shown) = unbounded_channel();
    let (ops, asked) = unbounded_channel();
    let questions = OpenQuestions::default();
    let approver = Arc::new(questions.clone());
    let folder = loaded.folder.take();
    let warnings = loaded.take_warnings();
    let Some(prepared) = prepare(&args.session, loaded, approver)? else { return Ok(None) };
    let host = Host { agent: prepared.agent(), questions, ops: asked, events: events.clone() };

    let history = resumed.as_deref().map(SessionLog::read).transpose();
    let history = history.map_err(|error| Failure::runtime(error.into()))?;
    let mut first = begin(first, resumed.is_some(), &prepared, &args.session);
    replay(&mut first, &events, history.unwrap_or_default());
    warnings.into_iter().for_each(|warning| first.0.emit(warning));
    if let (None, Some(folder)) = (&prompt, &folder)
        && folder.has_files()
    {
        first.0.push(Message::system(folder.announce("").trim()));
    }
    let mut first = Some(first);
    let session_args = args.session.clone();
    let open = move || first.take().unwrap_or_else(|| begin(Session::new(), false, &prepared, &session_args));
    let limits = turn::limits(&args.session);
    let explain = move |end: &End| {
        let (message, hint) = turn::explain(end, &limits)?;
        Some(Event::Error { message, hint: hint.map(str::to_owned) })
    };
    let serving = tokio::spawn(host.serve(open, explain));
    drop(events);
    let environment = |name: &str| std::env::var(name).ok();
    let options = Options {
        theme: Theme::detect(environment),
        language: Language::detect(environment),
        sandbox: None,
        prompt,
    };
    let left = tui::run(options, shown, ops).await;
    // The front end is gone, so that a running turn ends.
    serving.await.map_err(|panic| Failure::runtime(panic.into()))?;
    Ok(Some(left?))
}

/// The agent; nothing if the model's loading was interrupted.
fn prepare(
    args: &SessionArgs,
    loaded: Loaded,
    approver: Arc<OpenQuestions>,
) -> Result<Option<Prepared>, Failure> {
    let confinement = loaded.confinement.map_err(Failure::no_sandbox)?;
    let Some(model) = loaded.model.map_err(Failure::usage)? else { return Ok(None) };
    let state = confinement.as_ref().map(sandbox::state);
    let tools = turn::Tools::new(loaded.toolbox, model.info(), state).map_err(Failure::usage)?;
    Ok(Some(Prepared::new(args, model, tools, None, Some(approver))))
}

fn first_session(resumed: Option<&PathBuf>) -> anyhow::Result<Opened> {
    Ok(match resumed {
        Some(path) => Session::resume(path)?,
        None => Session::new(),
    })
}

/// Starts a session and keeps it, unless it is one that is kept already.
fn begin((mut session, records): Opened, is_kept: bool, prepared: &Prepared, args: &SessionArgs) -> Opened {
    if !is_kept {
        turn::keep(&mut session);
    }
    prepared.begin(&mut session, args);
    (session, records)
}

/// Shows what a session was before, behind its beginning.
fn replay((_, records): &mut Opened, events: &UnboundedSender<Event>, history: Vec<Entry>) {
    let pass = |event| {
        // Nobody has left yet.
        let _ = events.send(event);
    };
    while let Ok(record) = records.try_recv() {
        pass(record.event);
    }
    for entry in history {
        let Entry::Event(record) = entry else { continue };
        let is_shown = matches!(
            record.event,
            Event::TurnStarted { .. }
                | Event::ItemCompleted { .. }
                | Event::TurnCompleted { .. }
                | Event::ApprovalResolved { .. }
        );
        if is_shown {
            pass(record.event);
        }
    }
}

async fn with_progress<T>(loading: impl Future<Output = T>) -> T {
    let progress = Progress::new();
    let mut ticks = tokio::time::interval(TICK);
    tokio::pin!(loading);
    loop {
        tokio::select! {
            loaded = &mut loading => {
                progress.clear();
                return loaded;
            }
            _ = ticks.tick() => progress.draw(),
        }
    }
}
