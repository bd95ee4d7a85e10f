//! The JSON Schema of a function's arguments.

use jsonschema::{Draft, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::{Value, json};

use crate::{
    error::{Fault, Located},
    place::child,
};

/// Errors of one call that the model is told.
const MAX_ERRORS: usize = 8;
/// Characters of one error.
const MAX_ERROR_CHARS: usize = 240;
/// Bytes of the schema that the model is reminded of.
const MAX_EXPECTED_BYTES: usize = 2000;

const TYPES: &str = "object, array, string, integer, number, boolean and null";

/// A schema that is known to be valid, ready to check arguments.
pub(crate) struct Schema {
    value: Value,
    validator: Validator,
}

/// Why arguments are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentError {
    /// The JSON Pointer of the part that is wrong; empty for the arguments as a whole.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
    /// The keyword of the schema that it breaks.
    pub keyword: String,
}

impl Schema {
    /// A function without arguments.
    pub fn of_nothing() -> Value {
        json!({ "type": "object", "properties": {}, "additionalProperties": false })
    }

    /// Checks a schema that stands at `at`.
    pub fn new(value: &Value, at: &str) -> Result<Self, Located> {
        let Some(top) = value.as_object() else { return Err(Located::new(at, Fault::NotAnObject)) };
        let draft = match top.get("$schema") {
            None => Draft::Draft202012,
            Some(uri) => draft(uri).ok_or_else(|| {
                Located::new(child(at, "$schema"), Fault::Draft(excerpt(&uri.to_string(), MAX_ERROR_CHARS)))
            })?,
        };
        // A format that gimlet knows is checked, in both drafts: a handler gets what it asked for.
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true).offline();
        let validator = options.build(value).map_err(|error| refused(value, at, &error))?;
        if top.get("type") != Some(&json!("object")) {
            let at = if top.contains_key("type") { child(at, "type") } else { at.to_owned() };
            return Err(Located::new(at, Fault::NotAnObject));
        }
        if let Some(pointer) = cycle(value) {
            let reason = format!("the $ref at {pointer} leads back to itself and never to a value");
            return Err(Located::new(format!("{at}{pointer}"), Fault::Schema(reason)));
        }
        Ok(Self { value: value.clone(), validator })
    }

    /// The schema as it was written.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// Whether arguments satisfy it.
    pub fn accepts(&self, arguments: &Value) -> bool {
        self.validator.is_valid(arguments)
    }

    /// All that is wrong with arguments, up to `most`.
    pub fn errors(&self, arguments: &Value, most: usize) -> Vec<ArgumentError> {
        self.validator.iter_errors(arguments).take(most).map(|error| ArgumentError::of(&error)).collect()
    }

    /// What the model is told about arguments that are wrong; nothing if they are right.
    pub fn complaint(&self, function: &str, arguments: &Value) -> Option<String> {
        let mut errors = self.errors(arguments, MAX_ERRORS + 1);
        if errors.is_empty() {
            return None;
        }
        let more = errors.len() > MAX_ERRORS;
        errors.truncate(MAX_ERRORS);
        let mut text = format!("{function} was not called, because its arguments are not valid:\n");
        for error in errors {
            text.push_str(&format!("- {error}\n"));
        }
        if more {
            text.push_str("- and more\n");
        }
        let expected = agent::cap(&self.value.to_string(), MAX_EXPECTED_BYTES).0;
        text.push_str(&format!("Call it again with arguments that match this JSON Schema: {expected}"));
        Some(text)
    }
}

impl ArgumentError {
    fn of(error: &ValidationError) -> Self {
        Self {
            path: error.instance_path().to_string(),
            reason: excerpt(&error.to_string(), MAX_ERROR_CHARS),
            keyword: error.kind().keyword().to_owned(),
        }
    }
}

impl std::fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "{}", self.reason),
            path => write!(f, "at {path}: {}", self.reason),
        }
    }
}

fn draft(uri: &Value) -> Option<Draft> {
    let uri = uri.as_str()?.trim_end_matches('#');
    let (_, name) = uri.split_once("//json-schema.org/")?;
    match name {
        "draft/2020-12/schema" => Some(Draft::Draft202012),
        "draft-07/schema" => Some(Draft::Draft7),
        _ => None,
    }
}

/// Why a schema was refused.
fn refused(schema: &Value, at: &str, error: &ValidationError) -> Located {
    let is_reference = matches!(error.kind(), ValidationErrorKind::Referencing(_));
    if is_reference && let Some((pointer, target)) = find_ref(schema, "", &|target| !target.starts_with('#'))
    {
        return Located::new(format!("{at}{pointer}"), Fault::RemoteRef(target));
    }
    let path = match is_reference {
        // The error does not say where the reference stands; its target is in the message.
        true => find_ref(schema, "", &|target| error.to_string().contains(target.trim_start_matches('#')))
            .map(|(pointer, _)| pointer)
            .unwrap_or_default(),
        false => error.instance_path().to_string(),
    };
    let place = if path.is_empty() { String::new() } else { format!("at {path}: ") };
    let found = error.instance();
    let why = match path.ends_with("/type") && found.is_string() {
        true => format!("{found} is not a type; there are {TYPES}"),
        false => error.to_string(),
    };
    let reason = format!("{place}{}", excerpt(&why, MAX_ERROR_CHARS));
    Located::new(format!("{at}{path}"), Fault::Schema(reason))
}

/// The first `$ref` whose target is `wanted`, and its place.
fn find_ref(value: &Value, at: &str, wanted: &dyn Fn(&str) -> bool) -> Option<(String, String)> {
    match value {
        Value::Object(map) => map.iter().find_map(|(key, value)| match (key.as_str(), value) {
            ("$ref" | "$dynamicRef", Value::String(target)) if wanted(target) => {
                Some((child(at, key), target.clone()))
            }
            _ => find_ref(value, &child(at, key), wanted),
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(i, value)| find_ref(value, &child(at, &i.to_string()), wanted)),
        _ => None,
    }
}

/// The place of a `$ref` that, followed alone, comes back to where it began: checking a value
/// against it would never end.
fn cycle(schema: &Value) -> Option<String> {
    let mut refs = Vec::new();
    collect_refs(schema, "", &mut refs);
    refs.into_iter().find(|pointer| applies_again(schema, pointer, pointer, &mut Vec::new()))
}

fn collect_refs(value: &Value, at: &str, refs: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if map.get("$ref").is_some_and(Value::is_string) {
                refs.push(at.to_owned());
            }
            map.iter().for_each(|(key, value)| collect_refs(value, &child(at, key), refs));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| collect_refs(v, &child(at, &i.to_string()), refs));
        }
        _ => {}
    }
}

/// Whether checking a value against the schema at `here` checks the same value against the schema
/// at `goal` again.
fn applies_again(schema: &Value, here: &str, goal: &str, seen: &mut Vec<String>) -> bool {
    let same_value = |from: &str| {
        let mut next = Vec::new();
        let Some(map) = schema.pointer(from).and_then(Value::as_object) else { return next };
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|t| t.strip_prefix('#')) {
            next.push(target.to_owned());
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let n = map.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            next.extend((0..n).map(|i| format!("{from}/{key}/{i}")));
        }
        for key in ["not", "if", "then", "else"] {
            next.extend(map.contains_key(key).then(|| format!("{from}/{key}")));
        }
        let dependent = map.get("dependentSchemas").and_then(Value::as_object).into_iter().flatten();
        next.extend(dependent.map(|(key, _)| child(&format!("{from}/dependentSchemas"), key)));
        next
    };
    for next in same_value(here) {
        if next == goal {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next.clone());
            if applies_again(schema, &next, goal, seen) {
                return true;
            }
        }
    }
    false
}

/// The beginning of a text.
fn excerpt(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Schema {
        let value = json!({
            "type": "object",
            "properties": { "city": { "type": "string", "minLength": 1 }, "days": { "type": "integer", "maximum": 14 } },
            "required": ["city"],
            "additionalProperties": false,
        });
        Schema::new(&value, "").unwrap()
    }

    #[test]
    fn the_model_is_told_each_error_and_what_is_expected() {
        assert_eq!(schema().complaint("weather", &json!({ "city": "Paris", "days": 3 })), None);
        let told = schema().complaint("weather", &json!({ "city": 7, "days": 15, "x": 1 })).unwrap();
        for part in [
            "weather was not called",
            "at /city: 7 is not of type \"string\"",
            "at /days: 15 is greater than the maximum of 14",
            "('x' was unexpected)",
            "{\"type\":\"object\",\"properties\"",
        ] {
            assert!(told.contains(part), "{part} in {told}");
        }
    }

    #[test]
    fn what_the_model_is_told_is_bounded() {
        let many: serde_json::Map<String, Value> =
            (0..500).map(|i| (format!("p{i}"), json!({ "type": "null" }))).collect();
        let wrong: serde_json::Map<String, Value> =
            (0..500).map(|i| (format!("p{i}"), json!("x".repeat(9999)))).collect();
        let schema = Schema::new(&json!({ "type": "object", "properties": many }), "").unwrap();
        let told = schema.complaint("f", &Value::Object(wrong)).unwrap();
        assert!(told.contains("- and more\n") && told.len() < 6000, "{} bytes", told.len());
    }

    #[test]
    fn a_reference_that_never_ends_is_refused() {
        let check = |schema: Value, bad: bool| {
            let result = Schema::new(&schema, "").map(|_| ()).map_err(|e| e.fault.to_string());
            assert_eq!(result.is_err(), bad, "{schema}: {result:?}");
        };
        check(json!({ "type": "object", "allOf": [{ "$ref": "#" }] }), true);
        check(
            json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/a" } },
            "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "anyOf": [{ "$ref": "#/$defs/a" }] } } }),
            true,
        );
        check(json!({ "type": "object", "properties": { "child": { "$ref": "#" } } }), false);
    }
}
