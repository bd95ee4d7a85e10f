//! `gimlet batch`: many prompts, one loaded model, one result line each.

mod results;
mod task;

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
    sync::Arc,
};

use agent::{End, Event, Session, ToolRegistry};
use anyhow::anyhow;
use chat::{CancellationToken, ChatModel};
use futures::{StreamExt, stream};
use tool_mcp::Servers;

use results::{Results, Row};
pub use task::Shard;
use task::Task;

use crate::{
    args::{BatchArgs, SessionArgs},
    exit::{Exit, Failure},
    interrupt,
    mcp::{self, Configured},
    sandbox,
    toolbox::{self, Kit},
    turn::{self, Extras, Prepared},
    work::WorkFolder,
    workshop::load_model,
};

/// What the tasks of a batch share.
struct Shared {
    model: Arc<dyn ChatModel>,
    servers: Arc<Servers>,
    configured: Arc<Configured>,
    args: BatchArgs,
    cancel: CancellationToken,
}

/// Takes each prompt of a file to one answer, some at the same time, and writes a line for each as it
/// ends. Tasks whose lines are there already are not taken again.
///
/// # Errors
/// A file that cannot be used, a model that cannot be loaded, results that cannot be written.
pub async fn batch(args: BatchArgs) -> Result<Exit, Failure> {
    let tasks = task::read(&args.tasks).map_err(Failure::usage)?;
    if args.out.as_deref().is_some_and(|out| is_same_file(out, &args.tasks)) {
        let tasks = args.tasks.display();
        return Err(Failure::usage(anyhow!("--out {tasks} is the file of the tasks: choose another file")));
    }
    let results = Results::open(args.out.as_deref()).map_err(Failure::usage)?;
    let in_shard = |place: &usize| args.shard.is_none_or(|shard| shard.holds(*place));
    let wanted = tasks.into_iter().enumerate().filter(|(place, _)| in_shard(place)).map(|(_, task)| task);
    let (mut left, mut n_done, mut n_failed) = (Vec::new(), 0, 0);
    for task in wanted {
        match results.of(&task).map_err(Failure::usage)? {
            Some(exit_code) => (n_done, n_failed) = (n_done + 1, n_failed + usize::from(exit_code != 0)),
            None => left.push(task),
        }
    }
    if n_done > 0 {
        let failed = if n_failed > 0 { format!(", {n_failed} without an answer") } else { String::new() };
        writeln!(io::stderr(), "gimlet: {n_done} of {} tasks were done before{failed}", n_done + left.len())?;
    }
    let cancel = CancellationToken::new();
    interrupt::cancel_on_signal(cancel.clone());
    let configured = Configured::new(args.session.kit.servers.clone());
    // Before the model: a tool that cannot be used is every task's failure.
    toolbox::open(&args.session.tools, &args.session.functions.files, &kit(&args, &configured)?)
        .map_err(Failure::usage)?;
    let (servers, model) =
        tokio::join!(configured.connect(|_| true, &cancel), load_model(&args.session.model.model, &cancel));
    let Some(model) = model.map_err(Failure::usage)? else { return Ok(Exit::Interrupted) };
    mcp::warn(&servers, &ToolRegistry::default());
    let jobs = usize::from(args.jobs.get());
    let shared = Shared { model, servers: servers.clone(), configured, args, cancel: cancel.clone() };
    let end = take_all(&shared, left, results, jobs).await;
    servers.shut_down().await;
    match end? {
        _ if cancel.is_cancelled() => Ok(Exit::Interrupted),
        0 if n_failed == 0 => Ok(Exit::Ok),
        _ => Ok(Exit::Error),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

fn kit(args: &BatchArgs, servers: &Arc<Configured>) -> Result<Kit, Failure> {
    let sandbox = sandbox::options(&args.session.sandbox).map_err(Failure::usage)?;
    let kit = &args.session.kit;
    let browser = toolbox::with_renderer(kit.browser.clone(), &kit.renderer);
    Ok(Kit { sandbox, servers: servers.clone(), browser })
}

/// Takes the tasks. Returns how many have no answer.
async fn take_all(
    shared: &Shared,
    tasks: Vec<Task>,
    mut results: Results,
    jobs: usize,
) -> Result<usize, Failure> {
    let mut progress = Progress::new(tasks.len());
    let work = tasks.into_iter().map(async |task| match shared.cancel.is_cancelled() {
        true => Ok(None),
        false => take(shared, &task).await.map(Some),
    });
    let mut rows = std::pin::pin!(stream::iter(work).buffer_unordered(jobs));
    let mut first_failure = Ok(());
    while let Some(row) = rows.next().await {
        // An interrupted task is taken again by the next run.
        let is_done = |row: &Row| row.exit_code != Exit::Interrupted as u8;
        let recorded = row.and_then(|row| {
            let Some(row) = row.filter(is_done) else { return Ok(()) };
            progress.count(&row);
            results.add(&row).inspect_err(|_| shared.cancel.cancel())
        });
        first_failure = first_failure.and(recorded);
    }
    first_failure?;
    progress.end();
    Ok(progress.failed)
}

/// Takes one task to its row, again where the model failed and there are retries left.
async fn take(shared: &Shared, task: &Task) -> Result<Row, Failure> {
    let mut tries = 0;
    loop {
        let (row, is_final) = try_once(shared, task).await?;
        if is_final || tries == shared.args.retries || shared.cancel.is_cancelled() {
            return Ok(Row { tries: tries + 1, ..row });
        }
        tries += 1;
    }
}

async fn try_once(shared: &Shared, task: &Task) -> Result<(Row, bool), Failure> {
    // Nobody watches the events; the log has them.
    let (mut session, _) = Session::new();
    let args: SessionArgs = task.over(&shared.args.session);
    let mut kit = kit(&shared.args, &shared.configured)?;
    turn::keep(&mut session);
    let (folder, taken) = match WorkFolder::open(&task.work(), session.id()) {
        Err(error) => (None, agent::Turn::failed(End::BadModel(format!("{error:#}")))),
        Ok(folder) => {
            kit.sandbox.work_folder = Some(folder.path().to_owned());
            let prompt = folder.announce(&task.prompt);
            let taken = take_turn(shared, &args, &kit, &mut session, &prompt).await?;
            (Some(folder), taken)
        }
    };
    let exit = turn::exit_of(&taken, false);
    let explained = turn::explain(&taken.end, &turn::limits(&args));
    if let Some((message, hint)) = explained.clone() {
        session.emit(Event::Error { message, hint });
    }
    session.finish(&taken, exit as u8);
    let is_final = !matches!(taken.end, End::Failed(_));
    let row = Row {
        id: task.id.clone(),
        task: task.hash.clone(),
        status: taken.outcome(),
        exit_code: exit as u8,
        answer: taken.answer,
        error: explained.map(|(message, _)| message),
        session_id: session.id().to_owned(),
        artifacts: taken.artifacts,
        failed_tool_calls: taken.failed_tool_calls,
        malformed_calls: taken.malformed_calls,
        usage: taken.usage,
        tries: 1,
    };
    drop(folder); // only now: the artifacts have been told
    Ok((row, is_final))
}

async fn take_turn(
    shared: &Shared,
    args: &SessionArgs,
    kit: &Kit,
    session: &mut Session,
    prompt: &str,
) -> Result<agent::Turn, Failure> {
    let opened = toolbox::open(&args.tools, &args.functions.files, kit);
    let mut toolbox = opened.map_err(Failure::usage)?;
    toolbox.registry.register_source(shared.servers.clone());
    if let Some(folder) = &kit.sandbox.work_folder {
        toolbox.spill_to(folder);
    }
    // The machine is every task's.
    let confinement = toolbox.ready().await.map_err(Failure::no_sandbox)?;
    let model = shared.model.clone();
    let prepared = Prepared::new(args, model, toolbox, confinement.as_ref(), Extras::default());
    let prepared = prepared.map_err(Failure::usage)?;
    Ok(turn::take(session, args, prepared, prompt, &shared.cancel).await)
}

/// How far a batch is, on standard error where that is a terminal.
struct Progress {
    n_tasks: usize,
    done: usize,
    failed: usize,
    is_shown: bool,
}

impl Progress {
    fn new(n_tasks: usize) -> Self {
        let progress = Self { n_tasks, done: 0, failed: 0, is_shown: io::stderr().is_terminal() };
        progress.draw();
        progress
    }

    fn count(&mut self, row: &Row) {
        self.done += 1;
        self.failed += usize::from(row.exit_code != 0);
        self.draw();
    }

    /// Its loss is no error: it only decorates.
    fn draw(&self) {
        const WIDTH: usize = 30;
        if self.is_shown {
            let bar = "█".repeat(WIDTH * self.done / self.n_tasks.max(1));
            let line = format!(
                "\r\x1b[K{bar:░<WIDTH$} {} of {}, {} without an answer",
                self.done, self.n_tasks, self.failed
            );
            let _ = io::stderr().write_all(line.as_bytes());
        }
    }

    fn end(&self) {
        if self.is_shown {
            let _ = io::stderr().write_all(b"\n");
        }
    }
}

/// A settings error of a file that is named.
fn in_line(path: &Path, line: usize, what: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{}:{line}: {what}", path.display())
}
