//! `gimlet [PROMPT]`: a terminal session.

use std::{
    io::{self, IsTerminal},
    sync::Arc,
    time::Duration,
};

use agent::{OpenQuestions, Record};
use anyhow::bail;
use chat::{CancellationToken, Message};
use tokio::sync::mpsc::unbounded_channel;
use tui::{Host, Images, Language, Left, Opened, Opening, Options, Theme};

use crate::{
    args::{SessionArgs, TerminalArgs},
    desk::{Added, Shared, begin, past},
    exit::{Exit, Failure},
    interrupt,
    models::{self, EMBEDDED},
    progress::Progress,
    session,
    toolbox::Kit,
    turn::{Extras, Prepared},
    workshop::{Loaded, Workshop},
};

/// How long a session has to end after a signal.
const STUCK: Duration = Duration::from_secs(3);
/// How often the progress line is drawn while the model loads.
const TICK: Duration = Duration::from_millis(100);

/// Opens a terminal session.
///
/// # Errors
/// There is no terminal, or what the session is made of cannot be used.
pub async fn open(mut args: TerminalArgs, resume: Option<&str>) -> Result<Exit, Failure> {
    require_terminal(args.prompt.as_deref()).map_err(Failure::usage)?;
    let first = session::open(resume).map_err(Failure::usage)?;
    let session = &first.0.0;
    args.session.model.model = models::for_session(&args.session.model, session);
    let workshop = Workshop::open(&args.session, &args.work, session).await?;
    let prompt = args.prompt.as_ref().map(|prompt| workshop.announce(prompt));

    let cancel = CancellationToken::new();
    let interrupts = tokio::spawn(interrupt::wait(cancel.clone()));
    let loaded = with_progress(workshop.load(&args.session.model.model, &cancel)).await;
    // From here on Ctrl-C is a key.
    interrupts.abort();
    let servers = loaded.servers.clone();
    let served = serve(&args, loaded, (first, resume.is_some()), prompt).await;
    servers.shut_down().await;
    let Some((left, id)) = served? else { return Ok(Exit::Interrupted) };
    if let Some(id) = id {
        eprintln!("gimlet --resume {id} goes on with this session");
    }
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

/// Runs the terminal session until the user leaves, and tells which session can be gone on with; nothing
/// if the model's loading was interrupted.
async fn serve(
    args: &TerminalArgs,
    mut loaded: Loaded,
    ((first, history), is_kept): ((Opened, Vec<Record>), bool),
    prompt: Option<String>,
) -> Result<Option<(Left, Option<String>)>, Failure> {
    let (news, shown) = unbounded_channel();
    let (ops, asked) = unbounded_channel();
    let questions = OpenQuestions::default();
    let approver = Arc::new(questions.clone());
    let folder = loaded.folder.take();
    let warnings = std::mem::take(&mut loaded.warnings);
    let added = Arc::new(Added::default());
    loaded.toolbox.registry.register_source(added.clone());
    let (toolbox, work) = (loaded.toolbox.clone(), args.work.clone());
    let Some((prepared, kit)) = prepare(&args.session, loaded, approver.clone())? else { return Ok(None) };
    let host = Host { agent: prepared.agent(), questions, ops: asked, news };

    let mut first = begin(first, is_kept, &prepared, &args.session);
    warnings.into_iter().for_each(|warning| first.0.emit(warning));
    if let (None, Some(folder)) = (&prompt, &folder)
        && folder.has_files()
    {
        first.0.push(Message::system(folder.announce("").trim()));
    }
    let desk =
        Shared { session: args.session.clone(), work, prepared, approver, toolbox, kit, added, folder };
    let serving = tokio::spawn(host.serve(Opening { opened: first, past: past(history) }, desk));
    let environment = |name: &str| std::env::var(name).ok();
    let options = Options {
        theme: Theme::detect(environment),
        language: Language::detect(environment),
        sandbox: None,
        models: known_models(&args.session.model.model),
        // The flag takes no other names.
        canvas: Images::from_name(&args.screen.images).unwrap_or_default().on(environment),
        inline: args.screen.inline,
        prompt,
    };
    let stuck = tokio::spawn(end_if_stuck());
    let left = tui::run(options, shown, ops).await;
    stuck.abort();
    // The front end is gone, so that a running turn ends.
    let id = serving.await.map_err(|panic| Failure::runtime(panic.into()))?;
    Ok(Some((left?, id)))
}

/// Ends the process some time after a signal asked for that: a session cannot end by itself while its
/// terminal takes nothing, as on a link that has stalled. The log has all that was done.
async fn end_if_stuck() {
    interrupt::wait(CancellationToken::new()).await;
    tokio::time::sleep(STUCK).await;
    tui::let_go();
    std::process::exit(Exit::Interrupted as i32);
}

/// The models that can be named without looking anything up.
fn known_models(given: &str) -> Vec<String> {
    let mut models = vec![EMBEDDED.to_owned()];
    models.extend((given != EMBEDDED).then(|| given.to_owned()));
    models
}

/// The agent; nothing if the model's loading was interrupted.
fn prepare(
    args: &SessionArgs,
    loaded: Loaded,
    approver: Arc<OpenQuestions>,
) -> Result<Option<(Prepared, Kit)>, Failure> {
    let confinement = loaded.confinement.map_err(Failure::no_sandbox)?;
    let Some(model) = loaded.model.map_err(Failure::usage)? else { return Ok(None) };
    let extras = Extras { approver: Some(approver), ..Extras::default() };
    let prepared = Prepared::new(args, model, loaded.toolbox, confinement.as_ref(), extras);
    Ok(Some((prepared.map_err(Failure::usage)?, loaded.kit)))
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
