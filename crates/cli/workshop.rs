//! What a session is made of, from its flags to a loaded model.

use std::sync::Arc;

use agent::{Event, Session};
use chat::{CancellationToken, ChatModel};
use sandbox::{Confinement, SandboxError};
use tool_mcp::Servers;

use crate::{
    args::{SessionArgs, WorkArgs},
    exit::Failure,
    mcp, models, sandbox as confining,
    toolbox::{self, Kit, Toolbox},
    work::WorkFolder,
};

/// Tools and a folder to work in; nothing runs yet.
pub struct Workshop {
    /// Python's, where there can be one.
    folder: Option<WorkFolder>,
    no_folder: Option<String>,
    kit: Kit,
    toolbox: Toolbox,
}

/// A workshop whose model, servers and worker have been started, or not.
pub struct Loaded {
    /// The tools, those of servers among them.
    pub toolbox: Toolbox,
    /// To be shut down in the end.
    pub servers: Arc<Servers>,
    /// The model, or nothing if the user interrupted its loading.
    pub model: anyhow::Result<Option<Arc<dyn ChatModel>>>,
    /// How Python is confined, if it is on offer.
    pub confinement: Result<Option<Confinement>, SandboxError>,
    /// What the tools were made with.
    pub kit: Kit,
    /// Python's folder: it is tidied up when this is dropped.
    pub folder: Option<WorkFolder>,
    /// What is missing and does not keep the session from going on, to be told.
    pub warnings: Vec<Event>,
}

impl Workshop {
    /// What the flags and the settings say, for a session that may go on.
    ///
    /// # Errors
    /// A tool, a file, a folder or a profile cannot be used.
    pub async fn open(args: &SessionArgs, work: &WorkArgs, session: &Session) -> Result<Self, Failure> {
        let mut options = confining::options(&args.sandbox).map_err(Failure::usage)?;
        let (folder, no_folder) = WorkFolder::open_if_possible(work, session.id()).map_err(Failure::usage)?;
        options.work_folder = folder.as_ref().map(|folder| folder.path().to_owned());
        let kit = Kit::new(&args.kit, options);
        let toolbox = toolbox::open(&args.tools, &args.functions.files, &kit).map_err(Failure::usage)?;
        toolbox.recall(session.messages()).await;
        Ok(Self { folder, no_folder, kit, toolbox })
    }

    /// The prompt with the names of the attached files.
    pub fn announce(&self, prompt: &str) -> String {
        self.folder.as_ref().map_or_else(|| prompt.to_owned(), |folder| folder.announce(prompt))
    }

    /// Loads the model; servers and the worker start meanwhile.
    pub async fn load(self, model: &str, cancel: &CancellationToken) -> Loaded {
        let Self { folder, no_folder, kit, mut toolbox } = self;
        let (servers, model, confinement) =
            tokio::join!(kit.servers.connect(|_| true, cancel), load_model(model, cancel), toolbox.ready(),);
        toolbox.registry.register_source(servers.clone());
        if let Some(folder) = &folder {
            toolbox.spill_to(folder.path());
        }
        let warning = |message, hint: &str| Event::Error { message, hint: Some(hint.to_owned()) };
        let without = mcp::warnings(&servers, &toolbox.registry);
        let warnings =
            no_folder.into_iter().map(|m| warning(m, "the session goes on, and Python has no files"));
        let warnings =
            warnings.chain(without.into_iter().map(|m| warning(m, "the session goes on without it")));
        Loaded { warnings: warnings.collect(), toolbox, servers, model, confinement, kit, folder }
    }
}

/// The model, or nothing if the user interrupted its loading.
///
/// # Errors
/// There is no such model, or it cannot be used.
pub async fn load_model(
    name: &str,
    cancel: &CancellationToken,
) -> anyhow::Result<Option<Arc<dyn ChatModel>>> {
    let name = name.to_owned();
    let loading = tokio::task::spawn_blocking(move || models::load(&name));
    tokio::select! {
        model = loading => model?.map(Some),
        () = cancel.cancelled() => Ok(None),
    }
}
