//! The user's own functions: where they come from, and `gimlet tool add|remove|show`.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use agent::{ToolRegistry, clean};
use anyhow::{Context, anyhow};
use chat::{ToolSpec, Words, wire::Format};
use glm::{
    Codec,
    grammar::{Support, check},
};
use tool_function::{Function, Host, ManifestError, Registered, load_all};

use crate::{
    args::SeenArgs,
    exit::{Exit, Failure},
    folders, models,
    toolbox::{self, Kit},
};

/// Keywords that are listed.
const MAX_KEYWORDS: usize = 8;

/// The functions of the given manifests and, with `registered`, those that were added for good.
///
/// # Errors
/// The first one that cannot be used, and what to do about it.
pub fn load(files: &[PathBuf], registered: Option<&Registered>, kit: &Kit) -> anyhow::Result<Vec<Function>> {
    let names = registered.map(Registered::names).transpose()?.unwrap_or_default();
    if names.is_empty() && files.is_empty() {
        return Ok(Vec::new());
    }
    let kept = registered.into_iter().flat_map(|r| names.iter().map(|name| r.file(name)));
    let all: Vec<PathBuf> = kept.chain(files.iter().cloned()).collect();
    load_all(all.iter().map(PathBuf::as_path), &host(kit)?).map_err(|error| explain(error, registered))
}

/// A registered function that went bad does not block for ever.
fn explain(error: ManifestError, registered: Option<&Registered>) -> anyhow::Error {
    let is_registered = registered.is_some_and(|registered| error.file.parent() == Some(registered.folder()));
    let name = error.file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    match is_registered {
        true => anyhow!("{error}; `gimlet tool remove {name}` takes this registered function away"),
        false => error.into(),
    }
}

/// The functions that were added for good: `gimlet/tools` in `$XDG_CONFIG_HOME`, or in its default.
///
/// # Errors
/// Neither that nor a home folder is known.
pub fn registered() -> anyhow::Result<Registered> {
    Ok(Registered::new(folders::base("XDG_CONFIG_HOME", ".config")?.join("gimlet/tools")))
}

/// Where outputs are kept that are too long for a model or are not text: `gimlet/outputs` in
/// `$XDG_CACHE_HOME`, or in its default.
pub fn outputs() -> PathBuf {
    let cache = folders::base("XDG_CACHE_HOME", ".cache").unwrap_or_else(|_| std::env::temp_dir());
    cache.join("gimlet/outputs")
}

/// What functions may use of this program.
///
/// # Errors
/// The current folder or this program's own file is gone.
pub fn host(kit: &Kit) -> anyhow::Result<Arc<Host>> {
    let workdir = std::env::current_dir().context("the current folder cannot be used")?;
    let host = Host::new(outputs(), workdir)
        .with_environment(std::env::vars_os())
        .with_python(toolbox::program()?, kit.sandbox.clone())
        .with_mcp(kit.servers.clone());
    Ok(Arc::new(host))
}

/// Registers the functions of a manifest for good.
///
/// # Errors
/// It is refused, or a name is taken.
pub fn add(file: &Path, kit: &Kit) -> Result<Exit, Failure> {
    let host = host(kit).map_err(Failure::runtime)?;
    let registered = registered().map_err(Failure::usage)?;
    let functions = registered.add(file, &host).map_err(Failure::usage)?;
    let mut stdout = io::stdout().lock();
    for function in &functions {
        writeln!(stdout, "added {}, in {}", function.name(), registered.file(function.name()).display())?;
        if let Some(note) = unenforced(function, Format::Glm4Chat) {
            writeln!(stdout, "  {note}")?;
        }
    }
    Ok(Exit::Ok)
}

/// What of a function's schema a local model is not held to while it writes, in a sentence.
pub fn unenforced(function: &Function, format: Format) -> Option<String> {
    let Support::Partial { keywords } = check(format, &function.function_spec().parameters) else {
        return None;
    };
    let list: Vec<String> = keywords.iter().take(MAX_KEYWORDS).map(ToString::to_string).collect();
    let more = match keywords.len().saturating_sub(MAX_KEYWORDS) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    Some(clean(&format!(
        "the grammar does not enforce {}{more}: a call that breaks this is checked, and goes back to the model",
        list.join(", ")
    )))
}

/// Forgets a registered function.
///
/// # Errors
/// There is none of this name.
pub fn remove(name: &str) -> Result<Exit, Failure> {
    let file = registered().map_err(Failure::usage)?.remove(name).map_err(Failure::usage)?;
    writeln!(io::stdout(), "removed {name}, which was in {}", file.display())?;
    Ok(Exit::Ok)
}

/// Prints what the model sees of a tool.
///
/// # Errors
/// There is no such model.
pub fn show(registry: &ToolRegistry, seen: &SeenArgs) -> Result<Exit, Failure> {
    let text = Seen::new(seen).map_err(Failure::usage)?.text(&registry.specs());
    writeln!(io::stdout(), "{text}")?;
    Ok(Exit::Ok)
}

/// The eyes of a model.
pub struct Seen {
    format: Format,
    words: Words,
}

impl Seen {
    /// Those of a model, or of the models that a wire format is named after.
    ///
    /// # Errors
    /// There is no such format or model.
    pub fn new(args: &SeenArgs) -> anyhow::Result<Self> {
        if let Some(name) = &args.format {
            let names = Format::ALL.map(Format::name).join(", ");
            let format = Format::from_name(name)
                .ok_or_else(|| anyhow!("there is no wire format \"{name}\": the formats are {names}"))?;
            return Ok(Self { format, words: format.default_words() });
        }
        let codec = Codec::new(&models::checkpoint(&args.model.model)?)?;
        Ok(Self { format: codec.format(), words: codec.words().clone() })
    }

    /// The wire format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The beginning of a conversation in which a tool is offered.
    pub fn text(&self, tools: &[ToolSpec]) -> String {
        clean(&self.format.render_history(&self.words, &[], tools).to_string())
    }
}
