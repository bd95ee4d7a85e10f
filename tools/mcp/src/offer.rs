//! A server's list of tools made fit to offer: bounded, cleaned and named.

use agent::clean;
use chat::FunctionSpec;
use rmcp::model::Tool;
use serde_json::{Map, Value};

use crate::name::names;

/// The most tools of one server that are offered.
pub(crate) const MAX_TOOLS: usize = 500;
/// The longest description, in bytes.
const MAX_DESCRIPTION_BYTES: usize = 4 << 10;
/// The largest schema, in bytes of JSON.
const MAX_SCHEMA_BYTES: usize = 32 << 10;
/// What all the tools of one server may have of both.
const MAX_TOTAL_BYTES: usize = 1 << 20;
/// How deep a schema may be nested.
const MAX_DEPTH: usize = 32;
/// The most notes that are kept.
const MAX_NOTES: usize = 20;
/// The longest name of the server's that is kept.
const MAX_NAME_BYTES: usize = 256;

/// A tool of a server.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Offer {
    /// The name that the server knows.
    pub tool: String,
    /// What the model is shown.
    pub spec: FunctionSpec,
}

/// What a server offers, and one sentence for each thing that is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Offers {
    pub offers: Vec<Offer>,
    pub notes: Vec<String>,
}

/// The tools of `server` that can be offered. `complete` is false if the server has more.
pub(crate) fn offers(server: &str, tools: Vec<Tool>, complete: bool) -> Offers {
    let mut out = Offers::default();
    if !complete {
        out.notes.push(format!(
            "the MCP server {server} has more than {MAX_TOOLS} tools or lists them without end: the first {} are taken",
            tools.len()
        ));
    }
    let names = names(server, &tools.iter().map(|tool| tool.name.as_ref()).collect::<Vec<_>>());
    let (mut left, mut n_refused) = (MAX_TOTAL_BYTES, 0);
    for (tool, name) in tools.into_iter().zip(names) {
        let shown = shown(&tool.name);
        match offer(tool, name, left) {
            Ok((offer, n_bytes)) => {
                left -= n_bytes;
                out.offers.push(offer);
            }
            Err(why) => {
                n_refused += 1;
                if n_refused <= MAX_NOTES {
                    out.notes.push(format!("the tool {shown} of the MCP server {server} is left out: {why}"));
                }
            }
        }
    }
    if n_refused > MAX_NOTES {
        out.notes
            .push(format!("{} more tools of the MCP server {server} are left out", n_refused - MAX_NOTES));
    }
    out
}

fn offer(tool: Tool, name: Option<String>, left: usize) -> Result<(Offer, usize), &'static str> {
    let name = name.ok_or("the server lists it twice")?;
    if tool.name.len() > MAX_NAME_BYTES {
        return Err("its name has more than 256 bytes");
    }
    let text = tool.description.as_deref().or(tool.title.as_deref()).unwrap_or_default();
    let description = short(&clean(text), MAX_DESCRIPTION_BYTES);
    let parameters = Value::Object(schema(&tool.input_schema, 0)?);
    let n_bytes = description.len() + parameters.to_string().len();
    match () {
        () if n_bytes > MAX_SCHEMA_BYTES + description.len() => Err("its schema has more than 32 KiB"),
        () if n_bytes > left => Err("the server's descriptions and schemas have more than 1 MiB together"),
        () => Ok((
            Offer { tool: tool.name.into_owned(), spec: FunctionSpec { name, description, parameters } },
            n_bytes,
        )),
    }
}

/// A name of the server's for a message.
pub(crate) fn shown(name: &str) -> String {
    format!("\"{}\"", short(&clean(name), 80))
}

/// The beginning of a text.
pub(crate) fn short(text: &str, max_bytes: usize) -> String {
    match text.len() <= max_bytes {
        true => text.to_owned(),
        false => format!("{}…", &text[..text.floor_char_boundary(max_bytes)]),
    }
}

/// A schema whose texts are clean. Names of properties cannot be changed, or the server would not
/// know them.
fn schema(map: &Map<String, Value>, depth: usize) -> Result<Map<String, Value>, &'static str> {
    if depth > MAX_DEPTH {
        return Err("its schema is nested more than 32 deep");
    }
    map.iter()
        .map(|(key, value)| match *key == clean(key) {
            true => Ok((key.clone(), cleaned(value, depth)?)),
            false => Err("its schema has control characters in a name"),
        })
        .collect()
}

fn cleaned(value: &Value, depth: usize) -> Result<Value, &'static str> {
    Ok(match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(_) if depth > MAX_DEPTH => return Err("its schema is nested more than 32 deep"),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| cleaned(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Object(map) => Value::Object(schema(map, depth + 1)?),
        other => other.clone(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tool(name: &str, description: &str, schema: Value) -> Tool {
        let Value::Object(schema) = schema else { panic!("a schema is an object") };
        Tool::new(name.to_owned(), description.to_owned(), schema)
    }

    fn check(tools: Vec<Tool>, complete: bool, offered: &[(&str, &str)], notes: &[&str]) {
        let seen = offers("s", tools, complete);
        let names: Vec<_> =
            seen.offers.iter().map(|o| (o.spec.name.as_str(), o.spec.description.as_str())).collect();
        assert_eq!(names, offered);
        assert_eq!(seen.notes.len(), notes.len(), "{:?}", seen.notes);
        for (seen, expected) in seen.notes.iter().zip(notes) {
            assert!(seen.contains(expected), "{seen}");
        }
    }

    #[test]
    fn what_a_server_says_is_cleaned() {
        let schema = json!({ "type": "object", "properties": { "a": { "description": "\u{1b}[31mx", "enum": ["\u{202e}y"] } } });
        let seen = offers("s", vec![tool("t", "\u{1b}]0;title\u{7}text", schema)], true);
        assert_eq!(seen.offers[0].spec.description, "]0;titletext");
        assert_eq!(
            seen.offers[0].spec.parameters,
            json!({ "type": "object", "properties": { "a": { "description": "[31mx", "enum": ["y"] } } })
        );
        let hidden = json!({ "properties": { "a\u{202e}": {} } });
        check(
            vec![tool("t", "", hidden)],
            true,
            &[],
            &["the tool \"t\" of the MCP server s is left out: its schema has control"],
        );
    }

    #[test]
    fn what_a_server_says_is_bounded() {
        let long = "x".repeat(5000);
        let short = format!("{}…", "x".repeat(4096));
        check(vec![tool("t", &long, json!({}))], true, &[("s__t", &short)], &[]);
        check(vec![tool("t", "d", json!({ "a": "y".repeat(40_000) }))], true, &[], &["more than 32 KiB"]);
        check(vec![tool(&"n".repeat(300), "d", json!({}))], true, &[], &["more than 256 bytes"]);
        let deep = (0..40).fold(json!({}), |inner, _| json!({ "a": [inner] }));
        check(vec![tool("t", "d", deep)], true, &[], &["nested more than 32 deep"]);
        let twice = vec![tool("t", "d", json!({})), tool("t", "e", json!({}))];
        check(twice, true, &[("s__t", "d")], &["the server lists it twice"]);
        check(vec![], false, &[], &["more than 500 tools or lists them without end: the first 0 are taken"]);
        let many = (0..60).map(|i| tool(&format!("t{i}"), "d", json!({ "a": "y".repeat(30_000) }))).collect();
        let seen = offers("s", many, true);
        assert_eq!((seen.offers.len(), seen.notes.len()), (34, 21));
    }
}
