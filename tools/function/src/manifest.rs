//! One function of a manifest: its keys, read and checked.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use agent::Approval;
use chat::{Builtin, FunctionSpec};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    command::CommandHandler,
    error::{Fault, Located},
    fields::Fields,
    function::{Function, Handler, Origin},
    host::Host,
    http::HttpHandler,
    mcp::McpHandler,
    python::PythonHandler,
    schema,
};

const TIMEOUT: Duration = Duration::from_secs(60);
const MAX_TIMEOUT_S: f64 = 86_400.0;
/// Less than what an agent shows of an observation, so that the note about the rest stays in it.
const OUTPUT_BYTES: usize = 16 << 10;
const MIN_OUTPUT_BYTES: u64 = 64;
const MAX_OUTPUT_BYTES: u64 = 1 << 20;
const MAX_NAME: usize = 64;

const FLAT_KEYS: [&str; 8] =
    ["name", "description", "parameters", "handler", "approval", "folder", "type", "strict"];
const OUTER_KEYS: [&str; 5] = ["type", "function", "handler", "approval", "folder"];
const INNER_KEYS: [&str; 4] = ["name", "description", "parameters", "strict"];
const HANDLERS: &str = "command, http, python or mcp";

/// Where the manifest stands that is being read.
pub(crate) struct Place<'a> {
    pub file: &'a Path,
    /// The pointer of this function in it.
    pub at: &'a str,
    pub line: usize,
}

/// Reads one function.
pub(crate) fn function(value: &Value, place: &Place, host: &Arc<Host>) -> Result<Function, Located> {
    let (outer, inner) = forms(value, place.at)?;
    let name = name(&inner)?;
    let description =
        inner.require("description")?.as_str().ok_or_else(|| inner.bad("description", "a text"))?;
    if inner.get("strict").is_some_and(|strict| !strict.is_boolean() && !strict.is_null()) {
        return Err(inner.bad("strict", "true or false"));
    }
    let parameters = inner.get("parameters").cloned().unwrap_or_else(schema::of_nothing);
    let schema = schema::compile(&parameters, &inner.at("parameters"))?;
    let approval = match outer.get("approval") {
        None => Approval::default(),
        Some(value) => {
            Approval::deserialize(value).map_err(|_| outer.bad("approval", "auto, ask or deny"))?
        }
    };
    let folder = folder(&outer, place.file)?;
    outer.require("handler")?;
    let handler = Fields::of(outer.require("handler")?, &outer.at("handler"), "the handler")?;
    let timeout = timeout(&handler)?;
    let output_bytes = output_bytes(&handler)?;
    let handler = match handler.text("type")? {
        "command" => Handler::Command(CommandHandler::new(handler, &folder, host)?),
        "http" => Handler::Http(HttpHandler::new(handler)?),
        "python" => Handler::Python(Box::new(PythonHandler::new(handler, &folder, host)?)),
        "mcp" => Handler::Mcp(McpHandler::new(handler, host)?),
        _ => return Err(handler.bad("type", HANDLERS)),
    };
    let spec = FunctionSpec { name, description: description.to_owned(), parameters };
    let origin = Origin { file: place.file.to_owned(), line: place.line, folder, manifest: value.clone() };
    Ok(Function { spec, schema, handler, approval, timeout, output_bytes, origin, host: host.clone() })
}

/// What stands around the function and what describes it: one object, or with OpenAI's form two.
fn forms<'a>(value: &'a Value, at: &str) -> Result<(Fields<'a>, Fields<'a>), Located> {
    let whole = || Fields::of(value, at, "the function");
    let is_function = |fields: &Fields| match fields.get("type") {
        None => Ok(()),
        Some(kind) if kind == "function" => Ok(()),
        Some(_) => Err(fields.bad("type", "\"function\"")),
    };
    let outer = whole()?;
    is_function(&outer)?;
    let Some(inner) = outer.get("function") else {
        return Ok((whole()?.only(&FLAT_KEYS)?, whole()?));
    };
    let inner = Fields::of(inner, &outer.at("function"), "\"function\"")?;
    Ok((outer.only(&OUTER_KEYS)?, inner.only(&INNER_KEYS)?))
}

fn name(fields: &Fields) -> Result<String, Located> {
    let name = fields.require("name")?.as_str().ok_or_else(|| fields.bad("name", "a text"))?;
    let fault = |fault| Located::new(fields.at("name"), fault);
    if !is_name(name) {
        return Err(fault(Fault::Name(name.chars().take(2 * MAX_NAME).collect())));
    }
    if Builtin::from_name(name).is_some() {
        return Err(fault(Fault::Reserved(name.to_owned())));
    }
    Ok(name.to_owned())
}

/// `^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$`
pub(crate) fn is_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins
        && name.len() <= MAX_NAME
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Where relative paths begin: the manifest's folder, unless it says otherwise, as a registered one
/// does.
fn folder(fields: &Fields, file: &Path) -> Result<PathBuf, Located> {
    match fields.get("folder") {
        None => Ok(file.parent().unwrap_or(Path::new("/")).to_owned()),
        Some(value) => {
            let folder = value.as_str().map(PathBuf::from).filter(|folder| folder.is_absolute());
            folder.ok_or_else(|| fields.bad("folder", "the absolute path of a folder"))
        }
    }
}

fn timeout(fields: &Fields) -> Result<Duration, Located> {
    let Some(value) = fields.get("timeout_s") else { return Ok(TIMEOUT) };
    let seconds = value.as_f64().filter(|&seconds| seconds > 0.0 && seconds <= MAX_TIMEOUT_S);
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| fields.bad("timeout_s", "a number of seconds, at most 86400"))
}

fn output_bytes(fields: &Fields) -> Result<usize, Located> {
    let Some(value) = fields.get("output_bytes") else { return Ok(OUTPUT_BYTES) };
    let bytes = value.as_u64().filter(|bytes| (MIN_OUTPUT_BYTES..=MAX_OUTPUT_BYTES).contains(bytes));
    bytes.and_then(|bytes| usize::try_from(bytes).ok()).ok_or_else(|| {
        fields.bad("output_bytes", format!("a number from {MIN_OUTPUT_BYTES} to {MAX_OUTPUT_BYTES}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_every_format_carries() {
        let check = |name: &str, good: bool| assert_eq!(is_name(name), good, "{name:?}");
        for good in ["a", "_", "get_weather", "Get-2", &"x".repeat(64)] {
            check(good, true);
        }
        for bad in ["", "2get", "-a", "a b", "a.b", "wetter_für", "a\n", &"x".repeat(65)] {
            check(bad, false);
        }
    }
}
