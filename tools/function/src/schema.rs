//! The parameters of a manifest: a JSON Schema, held to more than any schema is.

use agent::{Schema, SchemaError, SchemaFault};
use serde_json::{Value, json};

use crate::{
    error::{Fault, Located},
    place::child,
};

/// Characters of a value that is shown.
const MAX_SHOWN_CHARS: usize = 240;

/// The schema of a function without arguments.
pub(crate) fn of_nothing() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// Compiles the schema that stands at `at`.
pub(crate) fn compile(value: &Value, at: &str) -> Result<Schema, Located> {
    let Some(top) = value.as_object() else { return Err(Located::new(at, Fault::NotAnObject)) };
    if let Some(uri) = top.get("$schema").filter(|uri| !is_supported(uri)) {
        let shown = uri.to_string().chars().take(MAX_SHOWN_CHARS).collect();
        return Err(Located::new(child(at, "$schema"), Fault::Draft(shown)));
    }
    let schema = Schema::new(value).map_err(|SchemaError { pointer, fault }| {
        let fault = match fault {
            SchemaFault::RemoteRef(target) => Fault::RemoteRef(target),
            SchemaFault::Draft(uri) => Fault::Draft(uri),
            fault @ (SchemaFault::Invalid(_) | SchemaFault::TooLarge(_)) => Fault::Schema(fault.to_string()),
        };
        Located::new(format!("{at}{pointer}"), fault)
    })?;
    if top.get("type") != Some(&json!("object")) {
        let at = if top.contains_key("type") { child(at, "type") } else { at.to_owned() };
        return Err(Located::new(at, Fault::NotAnObject));
    }
    Ok(schema)
}

/// The drafts that the grammar and the wire formats know.
fn is_supported(uri: &Value) -> bool {
    let name = uri.as_str().and_then(|uri| uri.trim_end_matches('#').split_once("//json-schema.org/"));
    matches!(name, Some((_, "draft/2020-12/schema" | "draft-07/schema")))
}
