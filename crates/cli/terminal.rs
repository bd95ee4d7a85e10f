//! `gimlet [PROMPT]`: a terminal session.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use agent::{Entry, Event, OpenQuestions, Session, SessionLog};
use anyhow::anyhow;
use chat::CancellationToken;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tui::{Host, Language, Left, Opened, Options, Theme};

use crate::{
    args::TerminalArgs,
    exit::{Exit, Failure},
    interrupt, mcp,
    progress::Progress,
    run, sandbox, session,
    toolbox::{self, Kit},
    turn::{self, Prepared},
    work::WorkFolder,
};

/// How often the progress line is drawn while the model loads.
const TICK: Duration = Duration::from_millis(100);

/// Opens a terminal session.
///
/// # Errors
/// There is no terminal, or what the session is made of cannot be used.
pub async fn open(args: TerminalArgs) -> Result<Exit, Failure> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        let needs =
            "a terminal session needs a terminal for input and output: `gimlet run PROMPT` goes without";
        // Most likely a command that was misspelt.
        let word = args.prompt.filter(|prompt| !prompt.contains(char::is_whitespace));
        let error = word.map_or_else(|| anyhow!(needs), |word| anyhow!("\"{word}\" is no command; {needs}"));
        return Err(Failure::usage(error));
    }
    let resumed = args.resume.as_deref().map(session::find).transpose().map_err(Failure::usage)?;
    let mut first = first_session(resumed.as_ref()).map_err(Failure::usage)?;
    let id = first.0.id().to_owned();
    let mut options = sandbox::options(&args.session.sandbox).map_err(Failure::usage)?;
    let (folder, no_folder) = WorkFolder::open_if_possible(&args.work, &id).map_err(Failure::usage)?;
    options.work_folder = folder.as_ref().map(|folder| folder.path().to_owned());
    let kit = Kit::new(&args.session.kit, options);
    let opened = toolbox::open(&args.session.tools, &args.session.functions.files, &kit);
    let mut toolbox = opened.map_err(Failure::usage)?;

    toolbox.recall(first.0.messages());

    let cancel = CancellationToken::new();
    let interrupts = tokio::spawn(interrupt::wait(cancel.clone()));
    let loading = async {
        tokio::join!(
            kit.servers.connect(|_| true, &cancel),
            run::load(&args.session.model.model, &cancel),
            toolbox.ready(),
        )
    };
    let (servers, model, ready) = with_progress(loading).await;
    // From here on Ctrl-C is a key.
    interrupts.abort();
    let confinement = ready.map_err(Failure::no_sandbox)?;
    let Some(model) = model.map_err(Failure::usage)? else {
        servers.shut_down().await;
        return Ok(Exit::Interrupted);
    };
    toolbox.registry.register_source(servers.clone());
    let mut warnings = mcp::warnings(&servers, &toolbox.registry);
    warnings.extend(no_folder);

    let state = confinement.as_ref().map(sandbox::state);
    let tools = turn::Tools::new(toolbox, model.info(), state).map_err(Failure::usage)?;
    let questions = OpenQuestions::default();
    let prepared = Prepared::new(&args.session, model, tools, None, Some(Arc::new(questions.clone())));
    let (events, shown) = unbounded_channel();
    let (ops, asked) = unbounded_channel();
    let host = Host { agent: prepared.agent(), questions, ops: asked, events: events.clone() };
    let history =
        resumed.as_deref().map(SessionLog::read).transpose().map_err(|e| Failure::runtime(e.into()))?;
    let prompt = match (&args.prompt, &folder) {
        (Some(prompt), Some(folder)) => Some(folder.announce(prompt)),
        (prompt, _) => prompt.clone(),
    };

    let begin = {
        let (prepared, args) = (prepared.clone(), args.session.clone());
        move |opened: Opened, is_kept: bool| begin(opened, is_kept, &prepared, &args)
    };
    first = begin(first, resumed.is_some());
    replay(&mut first, &events, history.unwrap_or_default());
    for message in warnings {
        let hint = Some("the session goes on without it".to_owned());
        first.0.emit(Event::Error { message, hint });
    }
    let mut first = Some(first);
    let open = move || first.take().unwrap_or_else(|| begin(Session::new(), false));
    let limits = turn::limits(&args.session);
    let explain = move |end: &agent::End| {
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
    let served = serving.await;
    servers.shut_down().await;
    drop(folder);
    served.map_err(|panic| Failure::runtime(panic.into()))?;
    let left = left?;
    eprintln!("gimlet --resume {id} goes on with this session");
    Ok(match left {
        Left::Quit => Exit::Ok,
        Left::Terminated => Exit::Interrupted,
        Left::Closed => Exit::Error,
    })
}

fn first_session(resumed: Option<&PathBuf>) -> anyhow::Result<Opened> {
    Ok(match resumed {
        Some(path) => Session::resume(path)?,
        None => Session::new(),
    })
}

/// Starts a session and keeps it, unless it is one that is kept already.
fn begin(
    (mut session, records): Opened,
    is_kept: bool,
    prepared: &Prepared,
    args: &crate::args::SessionArgs,
) -> Opened {
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
