//! `--tools` and `--tool`: which tools a session has.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use agent::{Cite, Spill, Tool, ToolRegistry, ToolSource};
use anyhow::{Context, bail};
use chat::{Builtin, Message, ToolCall, wire::Format};
use sandbox::{Confinement, DocumentReader, Notebook, Options, SandboxError, WORK_FOLDER};
use tool_browser::Browser;
use tool_function::{Function, Registered};
use tool_mcp::Servers;
use tool_python::PythonTool;

use crate::{
    args::{KitArgs, RendererArgs},
    functions,
    mcp::Configured,
};

/// The built-in tools that can be asked for.
pub const NAMES: [&str; 2] = ["python", "browser"];

/// What tools are made with.
pub struct Kit {
    /// How Python is confined, and what it sees.
    pub sandbox: Options,
    /// The MCP servers that functions may call.
    pub servers: Arc<Configured>,
    /// How the browser is set up.
    pub browser: tool_browser::Settings,
}

impl Kit {
    /// What the flags and the settings say, with Python confined like this.
    pub fn new(args: &KitArgs, sandbox: Options) -> Self {
        let browser = with_renderer(args.browser.clone(), &args.renderer);
        Self { sandbox, servers: Configured::new(args.servers.clone()), browser }
    }
}

/// Tools, and what has to be ready before one of them is called.
#[derive(Clone, Default)]
pub struct Toolbox {
    /// The tools.
    pub registry: ToolRegistry,
    python: Option<Arc<PythonTool>>,
    browser: Option<Arc<Browser>>,
    /// The servers that functions call.
    called: Vec<String>,
}

impl Toolbox {
    /// Starts what the tools run in, so that a machine without a sandbox is known before a model is
    /// asked, and the first call does not wait. Says how Python is confined, if it is on offer.
    ///
    /// # Errors
    /// Python is on offer and cannot be confined here.
    pub async fn ready(&self) -> Result<Option<Confinement>, SandboxError> {
        match &self.python {
            Some(python) => python.ready().await.map(Some),
            None => Ok(None),
        }
    }

    /// Gives Python a fresh interpreter, made with this kit: nothing of the session before is left in it.
    ///
    /// # Errors
    /// The program's own file is gone.
    pub async fn renew(&self, kit: &Kit) -> anyhow::Result<()> {
        if let Some(python) = &self.python {
            python.renew(program()?, kit.sandbox.clone()).await;
        }
        Ok(())
    }

    /// Keeps observations that are too long in the work folder, by the name that the model knows it by.
    pub fn spill_to(&mut self, folder: &Path) {
        let has_python = self.python.is_some();
        let shown = if has_python { WORK_FOLDER.to_owned() } else { folder.display().to_string() };
        self.registry.spill_to(Spill::new(folder, shown));
    }

    /// The MCP servers that its functions call.
    pub fn called(&self) -> &[String] {
        &self.called
    }

    /// Offers the browser in the form that models of this wire format know: as they were trained, or as
    /// functions. Says who knows what an answer cites.
    ///
    /// # Errors
    /// A function of the user's has the name of one of the browser's.
    pub fn offer_browser(&mut self, format: Format) -> anyhow::Result<Option<Arc<dyn Cite>>> {
        let Some(browser) = &self.browser else { return Ok(None) };
        if format.has_native_builtins() {
            self.registry.register(browser.tool())?;
        } else {
            browser.functions().into_iter().try_for_each(|function| self.registry.register(function))?;
        }
        Ok(Some(browser.clone()))
    }

    /// Takes up a conversation that goes on: Python's names are gone, which a call that fails is told, and
    /// pages keep their ids. Only the browser's observations have a source.
    pub async fn recall(&self, messages: &[Message]) {
        let is_python = |call: &ToolCall| call.tool == Builtin::Python.name();
        let has_run =
            |message: &Message| matches!(message, Message::Assistant(m) if m.calls.iter().any(is_python));
        if let Some(python) = self.python.as_ref().filter(|_| messages.iter().any(has_run)) {
            python.go_on().await;
        }
        let Some(browser) = &self.browser else { return };
        for message in messages {
            let Message::Observation { results } = message else { continue };
            let pages = results.iter().filter(|observation| !observation.source.is_empty());
            pages.for_each(|observation| browser.recall(&observation.text));
        }
    }

    fn add_builtin(&mut self, name: &str, kit: &Kit) -> anyhow::Result<()> {
        match name {
            "python" => self.add_python(kit),
            "browser" => {
                let documents = DocumentReader::new(program()?, kit.sandbox.clone());
                self.browser = Some(Arc::new(browser(kit.browser.clone())?.with_documents(documents)));
                Ok(())
            }
            _ => bail!("there is no tool \"{name}\": the tools are {}, or none", NAMES.join(", ")),
        }
    }

    fn add_python(&mut self, kit: &Kit) -> anyhow::Result<()> {
        let python = Arc::new(PythonTool::new(program()?, kit.sandbox.clone()));
        self.registry.register(Arc::clone(&python) as Arc<dyn Tool>)?;
        self.python = Some(python);
        Ok(())
    }

    fn add_function(&mut self, function: Function) -> anyhow::Result<()> {
        self.called.extend(function.server().map(str::to_owned));
        Ok(self.registry.register(Arc::new(function))?)
    }
}

/// As [`open`], for a server: without the functions that call another server, whose names are told.
/// A client reaches that one by itself, and this program would start itself without end if the server
/// were its own.
///
/// # Errors
/// As for [`open`].
pub fn open_to_serve(
    list: &str,
    files: &[PathBuf],
    kit: &Kit,
) -> anyhow::Result<(ToolRegistry, Vec<String>)> {
    let (mut toolbox, functions) = parts(list, files, kit)?;
    let (left_out, served): (Vec<_>, Vec<_>) =
        functions.into_iter().partition(|function| function.server().is_some());
    toolbox.offer_browser(Format::Glm45)?;
    served.into_iter().try_for_each(|function| toolbox.add_function(function))?;
    Ok((toolbox.registry, left_out.iter().map(|function| function.name().to_owned()).collect()))
}

/// The tools of a list like `python`, the registered functions, and those of the given manifests.
/// With the list `none` only the last.
///
/// # Errors
/// A name that is not a tool's, one that comes twice, a function that cannot be used.
pub fn open(list: &str, files: &[PathBuf], kit: &Kit) -> anyhow::Result<Toolbox> {
    let (mut toolbox, functions) = parts(list, files, kit)?;
    functions.into_iter().try_for_each(|function| toolbox.add_function(function))?;
    Ok(toolbox)
}

/// The built-in tools, and the functions beside them.
fn parts(list: &str, files: &[PathBuf], kit: &Kit) -> anyhow::Result<(Toolbox, Vec<Function>)> {
    let mut toolbox = Toolbox::default();
    let wants_own = list.trim() == "none";
    for name in list.split(',').map(str::trim).filter(|name| !wants_own && !name.is_empty()) {
        toolbox.add_builtin(name, kit)?;
    }
    // Without a folder for it there is no registered function.
    let registered = if wants_own { None } else { functions::registered().ok() };
    Ok((toolbox, functions::load(files, registered.as_ref(), kit)?))
}

/// Where a tool of some name is found.
pub enum Found {
    /// It is here.
    Here(Toolbox),
    /// Only an MCP server can have it.
    OnServer,
}

/// One tool by its name: a built-in one, a function of the given manifests, a registered one, or an
/// MCP server's, which is not asked yet.
///
/// # Errors
/// It cannot be used.
pub fn find(name: &str, files: &[PathBuf], kit: &Kit) -> anyhow::Result<Found> {
    let mut toolbox = Toolbox::default();
    // A tool is called by its own name, which for the browser is not that of the list.
    let listed = if name == Builtin::SimpleBrowser.name() { "browser" } else { name };
    if NAMES.contains(&listed) {
        toolbox.add_builtin(listed, kit)?;
        toolbox.offer_browser(Format::Glm4Chat)?;
        return Ok(Found::Here(toolbox));
    }
    let given = functions::load(files, None, kit)?;
    let found = match given.into_iter().find(|function| function.name() == name) {
        Some(found) => found,
        None => {
            let registered = functions::registered()?;
            if !registered.names()?.iter().any(|known| known == name) {
                return Ok(Found::OnServer);
            }
            let kept = functions::load(&[registered.file(name)], None, kit)?;
            let found = kept.into_iter().find(|function| function.name() == name);
            found.with_context(|| format!("the registered function {name} has another name in its file"))?
        }
    };
    toolbox.add_function(found)?;
    Ok(Found::Here(toolbox))
}

/// The tool of a running server.
///
/// # Errors
/// None has it: which tools there are.
pub fn served(name: &str, files: &[PathBuf], servers: &Servers, kit: &Kit) -> anyhow::Result<Toolbox> {
    let mut toolbox = Toolbox::default();
    let served = servers.tools();
    if let Some((_, tool)) = served.iter().find(|(known, _)| known == name) {
        toolbox.registry.register(tool.clone())?;
        return Ok(toolbox);
    }
    let given = functions::load(files, None, kit)?;
    let known = functions::registered().and_then(|registered| Ok(Registered::names(&registered)?))?;
    let given = given.iter().map(|function| function.name());
    let others = served.iter().map(|(name, _)| name).chain(&known).map(String::as_str);
    let names: Vec<&str> = NAMES.into_iter().chain(given).chain(others).collect();
    bail!("there is no tool \"{name}\": the tools are {}", names.join(", "))
}

/// The settings with what the flag says, for which the files have spoken already.
pub fn with_renderer(settings: tool_browser::Settings, args: &RendererArgs) -> tool_browser::Settings {
    tool_browser::Settings { browser: args.renderer, ..settings }
}

/// A browser with the keys of this program's environment. What is not text is none of them.
///
/// # Errors
/// A setting that cannot be used.
pub fn browser(settings: tool_browser::Settings) -> anyhow::Result<Browser> {
    let variables = std::env::vars_os();
    let texts =
        variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Browser::new(settings, texts)?)
}

/// A notebook without a tool around it.
///
/// # Errors
/// As for the tool: the program's own file is gone.
pub fn notebook(options: Options) -> anyhow::Result<Notebook> {
    Ok(Notebook::new(program()?, options))
}

/// The worker is this program in another role.
///
/// # Errors
/// The program's own file is gone.
pub fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("cannot find this program's own file to run Python in")
}
