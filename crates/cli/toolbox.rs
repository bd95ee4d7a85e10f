//! `--tools` and `--tool`: which tools a session has.

use std::{path::PathBuf, sync::Arc};

use agent::{Tool, ToolRegistry, ToolSource};
use anyhow::{Context, bail};
use sandbox::{Notebook, SandboxError};
use tool_mcp::Servers;
use tool_python::PythonTool;

use crate::functions;

/// The built-in tools that can be asked for.
pub const NAMES: [&str; 1] = ["python"];

/// Tools, and what has to be ready before one of them is called.
#[derive(Default)]
pub struct Toolbox {
    /// The tools.
    pub registry: ToolRegistry,
    python: Option<Arc<PythonTool>>,
}

impl Toolbox {
    /// Starts what the tools run in, so that a machine without a sandbox is known before a model is
    /// asked, and the first call does not wait.
    ///
    /// # Errors
    /// Python is on offer and cannot be confined here.
    pub async fn warm_up(&self) -> Result<(), SandboxError> {
        match &self.python {
            Some(python) => python.ready().await.map(drop),
            None => Ok(()),
        }
    }

    fn add_builtin(&mut self, name: &str) -> anyhow::Result<()> {
        if !NAMES.contains(&name) {
            bail!("there is no tool \"{name}\": the tools are {}, or none", NAMES.join(", "));
        }
        let python = Arc::new(PythonTool::new(program()?, sandbox::Limits::default()));
        self.registry.register(Arc::clone(&python) as Arc<dyn Tool>)?;
        self.python = Some(python);
        Ok(())
    }
}

/// The tools of a list like `python`, the registered functions, and those of the given manifests.
/// With the list `none` only the last.
///
/// # Errors
/// A name that is not a tool's, one that comes twice, a function that cannot be used.
pub fn open(list: &str, files: &[PathBuf]) -> anyhow::Result<Toolbox> {
    let mut toolbox = Toolbox::default();
    let wants_own = list.trim() == "none";
    for name in list.split(',').map(str::trim).filter(|name| !wants_own && !name.is_empty()) {
        toolbox.add_builtin(name)?;
    }
    // Without a folder for it there is no registered function.
    let registered = if wants_own { None } else { functions::registered().ok() };
    for function in functions::load(files, registered.as_ref())? {
        toolbox.registry.register(Arc::new(function))?;
    }
    Ok(toolbox)
}

/// One tool: a built-in one, a function of the given manifests, an MCP server's, or a registered one.
///
/// # Errors
/// There is none of this name, or it cannot be used.
pub fn one(name: &str, files: &[PathBuf], servers: &Servers) -> anyhow::Result<Toolbox> {
    let mut toolbox = Toolbox::default();
    if NAMES.contains(&name) {
        toolbox.add_builtin(name)?;
        return Ok(toolbox);
    }
    let mut given = functions::load(files, None)?;
    if !given.iter().any(|function| function.name() == name) {
        let served = servers.tools();
        if let Some((_, tool)) = served.iter().find(|(known, _)| known == name) {
            toolbox.registry.register(tool.clone())?;
            return Ok(toolbox);
        }
        let registered = functions::registered()?;
        let known = registered.names()?;
        if !known.iter().any(|known| known == name) {
            let given = given.iter().map(|function| function.name());
            let others = served.iter().map(|(name, _)| name).chain(&known).map(String::as_str);
            let names: Vec<&str> = NAMES.into_iter().chain(given).chain(others).collect();
            bail!("there is no tool \"{name}\": the tools are {}", names.join(", "));
        }
        given = functions::load(&[registered.file(name)], None)?;
    }
    let found = given.into_iter().find(|function| function.name() == name);
    let found =
        found.with_context(|| format!("the registered function {name} has another name in its file"))?;
    toolbox.registry.register(Arc::new(found))?;
    Ok(toolbox)
}

/// A notebook without a tool around it.
///
/// # Errors
/// As for the tool: the program's own file is gone.
pub fn notebook() -> anyhow::Result<Notebook> {
    Ok(Notebook::new(program()?, sandbox::Limits::default()))
}

/// The worker is this program in another role.
///
/// # Errors
/// The program's own file is gone.
pub fn program() -> anyhow::Result<PathBuf> {
    std::env::current_exe().context("cannot find this program's own file to run Python in")
}
