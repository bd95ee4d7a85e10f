//! `--tools` and `--tool`: which tools a session has.

use std::{path::PathBuf, sync::Arc};

use agent::{Tool, ToolRegistry, ToolSource};
use anyhow::{Context, bail};
use sandbox::Notebook;
use tool_mcp::Servers;
use tool_python::PythonTool;

use crate::functions;

/// The built-in tools that can be asked for.
pub const NAMES: [&str; 1] = ["python"];

/// The tools of a list like `python`, the registered functions, and those of the given manifests.
/// With the list `none` only the last.
///
/// # Errors
/// A name that is not a tool's, one that comes twice, a function that cannot be used.
pub fn registry(list: &str, files: &[PathBuf]) -> anyhow::Result<ToolRegistry> {
    let mut registry = ToolRegistry::default();
    let wants_own = list.trim() == "none";
    for name in list.split(',').map(str::trim).filter(|name| !wants_own && !name.is_empty()) {
        registry.register(tool(name)?)?;
    }
    // Without a folder for it there is no registered function.
    let registered = if wants_own { None } else { functions::registered().ok() };
    for function in functions::load(files, registered.as_ref())? {
        registry.register(Arc::new(function))?;
    }
    Ok(registry)
}

/// One tool: a built-in one, a function of the given manifests, an MCP server's, or a registered one.
///
/// # Errors
/// There is none of this name, or it cannot be used.
pub fn one(name: &str, files: &[PathBuf], servers: &Servers) -> anyhow::Result<Arc<dyn Tool>> {
    if NAMES.contains(&name) {
        return tool(name);
    }
    let mut given = functions::load(files, None)?;
    if !given.iter().any(|function| function.name() == name) {
        let served = servers.tools();
        if let Some((_, tool)) = served.iter().find(|(known, _)| known == name) {
            return Ok(tool.clone());
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
    Ok(Arc::new(
        found.with_context(|| format!("the registered function {name} has another name in its file"))?,
    ))
}

fn tool(name: &str) -> anyhow::Result<Arc<dyn Tool>> {
    match name {
        "python" => Ok(Arc::new(python()?)),
        _ => bail!("there is no tool \"{name}\": the tools are {}, or none", NAMES.join(", ")),
    }
}

fn python() -> anyhow::Result<PythonTool> {
    Ok(PythonTool::new(program()?, sandbox::Limits::default()))
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
