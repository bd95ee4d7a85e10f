//! What a terminal session can ask for beside answers: other sessions, files, tools.

use std::{
    fs::File,
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use agent::{
    Agent, End, Event, Limits, Moment, OpenQuestions, Record, Session, SessionLog, Tool, ToolSource, fork_at,
    fork_at_step,
};
use anyhow::{Context, anyhow, bail};
use chat::{CancellationToken, Message};
use tool_function::Function;
use tui::{Desk, Kept, Opened, Opening, Prompt, Which};

use crate::{
    args::{ExportFormat, SessionArgs, WorkArgs},
    folders, functions, session,
    toolbox::{Kit, Toolbox},
    turn::{self, Extras, Prepared},
    work::WorkFolder,
    workshop::load_model,
};

/// Functions that came while the session ran.
#[derive(Default)]
pub struct Added(Mutex<Vec<Arc<Function>>>);

impl ToolSource for Added {
    fn tools(&self) -> Vec<(String, Arc<dyn Tool>)> {
        let functions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        functions.iter().map(|f| (f.name().to_owned(), Arc::clone(f) as Arc<dyn Tool>)).collect()
    }
}

/// What the sessions of one terminal share.
pub struct Shared {
    /// The flags.
    pub session: SessionArgs,
    /// The flags about the work folder.
    pub work: WorkArgs,
    /// The agent.
    pub prepared: Prepared,
    /// Whom it asks.
    pub approver: Arc<OpenQuestions>,
    /// Its tools.
    pub toolbox: Toolbox,
    /// What they are made with.
    pub kit: Kit,
    /// Those that come later.
    pub added: Arc<Added>,
    /// The present session's folder.
    pub folder: Option<WorkFolder>,
}

impl Shared {
    async fn go_to(&mut self, which: Which, current: &str) -> anyhow::Result<Opening> {
        let is_fork = matches!(which, Which::Fork(_) | Which::ForkAt(..));
        let resumed = match which {
            Which::New => None,
            Which::Resume(name) => {
                let id = session::id(&session::find(&name)?);
                if id == current {
                    bail!("the session {current} is the one that is open");
                }
                Some(id)
            }
            Which::Fork(turns) => Some(session::id(&fork_at(&folders::log(current)?, turns)?)),
            Which::ForkAt(turn, step) => {
                let fork = fork_at_step(&folders::log(current)?, turn, step)?;
                Some(session::id(&fork.with_context(|| no_step(current, turn, step))?))
            }
        };
        let (opened, history) = session::open(resumed.as_deref())?;
        self.renew(&opened.0, is_fork).await?;
        let args = self.args_for(opened.0.messages());
        let opened = begin(opened, resumed.is_some(), &self.prepared, &args);
        Ok(Opening { opened, past: past(history) })
    }

    /// Gives a session an interpreter and a folder of its own.
    async fn renew(&mut self, session: &Session, is_fork: bool) -> anyhow::Result<()> {
        let work = WorkArgs { attached: Vec::new(), ..self.work.clone() };
        let (mut folder, _) = WorkFolder::open_if_possible(&work, session.id())?;
        if let (true, Some(folder), Some(before)) = (is_fork, &mut folder, &self.folder) {
            folder.take_over(before)?;
        }
        self.kit.sandbox.work_folder = folder.as_ref().map(|folder| folder.path().to_owned());
        self.toolbox.renew(&self.kit).await?;
        self.toolbox.recall(session.messages()).await;
        // Only now is nobody in the folder before, which is tidied up.
        self.folder = folder;
        Ok(())
    }

    /// The flags, without a system prompt that the conversation has already.
    fn args_for(&self, messages: &[Message]) -> SessionArgs {
        let mut args = self.session.clone();
        args.system.take_if(|system| messages.contains(&Message::system(system.as_str())));
        args
    }

    /// Opens another model for the same tools, flags and approvals.
    async fn switch(
        &mut self,
        name: &str,
        cancel: &CancellationToken,
    ) -> anyhow::Result<(Arc<Agent>, Duration)> {
        let begun = Instant::now();
        let Some(model) = load_model(name, cancel).await? else {
            bail!("the model {name} was not opened: the session goes on with the one that it has");
        };
        let extras = Extras { approver: Some(self.approver.clone()), ..Extras::default() };
        let prepared = Prepared::new(&self.session, model, self.toolbox.clone(), None, extras)?;
        self.prepared = prepared.in_sandbox_of(&self.prepared);
        Ok((self.prepared.agent(), begun.elapsed()))
    }

    fn add(&mut self, file: &Path) -> anyhow::Result<Vec<String>> {
        let known = self.prepared.tools();
        for function in functions::load(&[file.to_owned()], None, &self.kit)? {
            if known.iter().any(|name| name == function.name()) {
                bail!("there is a tool \"{}\" already: rename the function", function.name());
            }
        }
        let new = functions::registered()?.add(file, &functions::host(&self.kit)?)?;
        let names = new.iter().map(|function| function.name().to_owned()).collect();
        self.added.0.lock().unwrap_or_else(PoisonError::into_inner).extend(new.into_iter().map(Arc::new));
        Ok(names)
    }
}

impl Desk for Shared {
    async fn open(&mut self, which: Which, current: &str) -> Result<Opening, String> {
        self.go_to(which, current).await.map_err(sentence)
    }

    fn sessions(&self) -> Result<Vec<Kept>, String> {
        session::kept().map_err(sentence)
    }

    fn moment(&self, session: &str, turn: usize, step: usize) -> Result<Moment, String> {
        moment(session, turn, step).map_err(sentence)
    }

    async fn model(
        &mut self,
        name: &str,
        cancel: &CancellationToken,
    ) -> Result<(Arc<Agent>, Duration), String> {
        self.switch(name, cancel).await.map_err(sentence)
    }

    fn export(&self, session: &str, file: &str) -> Result<PathBuf, String> {
        export(session, file).map_err(sentence)
    }

    fn attach(&mut self, prompt: &Prompt) -> Result<String, String> {
        if prompt.files.is_empty() {
            return Ok(prompt.text.clone());
        }
        let folder = self.folder.as_mut().ok_or_else(|| {
            sentence(anyhow!("no file can be attached: there is no folder that Python works in"))
        })?;
        folder.attach_to(&prompt.text, &prompt.files).map_err(sentence)
    }

    fn add_tool(&mut self, file: &str) -> Result<Vec<String>, String> {
        self.add(Path::new(file)).map_err(sentence)
    }

    fn explain(&self, end: &End) -> Option<Event> {
        let limits: Limits = turn::limits(&self.session);
        let (message, hint) = turn::explain(end, &limits)?;
        Some(Event::Error { message, hint })
    }
}

/// Starts a session and keeps it, unless it is one that is kept already.
pub fn begin(
    (mut session, records): Opened,
    is_kept: bool,
    prepared: &Prepared,
    args: &SessionArgs,
) -> Opened {
    if !is_kept {
        turn::keep(&mut session);
    }
    prepared.begin(&mut session, args);
    (session, records)
}

/// Of what happened in a session, what was said and done.
pub fn past(history: Vec<Record>) -> Vec<Event> {
    let is_shown = |event: &Event| {
        matches!(
            event,
            Event::TurnStarted { .. }
                | Event::ItemCompleted { .. }
                | Event::StepCompleted { .. }
                | Event::ContextCompacted { .. }
                | Event::TurnCompleted { .. }
                | Event::ApprovalResolved { .. }
        )
    };
    history.into_iter().map(|record| record.event).filter(is_shown).collect()
}

/// A session as it was at a step.
fn moment(session: &str, turn: usize, step: usize) -> anyhow::Result<Moment> {
    let entries = SessionLog::read(&folders::log(session)?)?;
    Moment::find(&entries, turn, step).with_context(|| no_step(session, turn, step))
}

fn no_step(session: &str, turn: usize, step: usize) -> String {
    format!("the log of the session {session} does not hold step {turn}.{step}")
}

/// Writes a session into a new file, in the form that the file's name says.
fn export(session: &str, file: &str) -> anyhow::Result<PathBuf> {
    let path = PathBuf::from(if file.is_empty() { format!("gimlet-{session}.md") } else { file.to_owned() });
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = match extension {
        "md" => ExportFormat::Markdown,
        "html" => ExportFormat::Html,
        "json" => ExportFormat::Json,
        "jsonl" => ExportFormat::Jsonl,
        _ => {
            bail!(
                "cannot tell how to write {}: name a file that ends in .md, .html, .json or .jsonl",
                path.display()
            )
        }
    };
    let text = session::rendered(&session::find(session)?, format)?;
    let context = || format!("cannot write {}", path.display());
    let mut file = File::create_new(&path).with_context(context)?;
    file.write_all(text.as_bytes()).with_context(context)?;
    Ok(path)
}

/// What went wrong, from the outermost on.
fn sentence(error: anyhow::Error) -> String {
    format!("{error:#}")
}
