//! JSON Schemas, compiled: what arguments and structured answers are held to.

mod refs;

use std::{fmt, sync::Arc};

use jsonschema::{Draft, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::Value;

use crate::clean::cap;

/// The largest schema.
const MAX_SCHEMA_BYTES: usize = 1 << 20;
/// Violations that a model is told at once.
const MAX_VIOLATIONS: usize = 8;
/// Characters of one violation.
const MAX_REASON_CHARS: usize = 240;
/// Bytes of the schema that the model is reminded of.
const MAX_EXPECTED_BYTES: usize = 2000;

const TYPES: &str = "object, array, string, integer, number, boolean and null";

/// A JSON Schema that is known to be valid. It is compiled once, and checking a value against it
/// always ends. Cloning is cheap.
///
/// ```
/// let schema = agent::Schema::new(&serde_json::json!({ "properties": { "days": { "maximum": 14 } } }))?;
/// let violations = schema.violations(&serde_json::json!({ "days": 15 }), 9);
/// assert_eq!(violations[0].to_string(), "at /days: 15 is greater than the maximum of 14");
/// # Ok::<(), agent::SchemaError>(())
/// ```
#[derive(Clone)]
pub struct Schema {
    value: Arc<Value>,
    validator: Arc<Validator>,
}

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The JSON Pointer of the part that is wrong; empty for the value as a whole.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
    /// The keyword of the schema that it breaks.
    pub keyword: String,
}

/// A schema that cannot be used: where it is wrong, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct SchemaError {
    /// The JSON Pointer of the part that is wrong.
    pub pointer: String,
    /// What is wrong with it.
    pub fault: SchemaFault,
}

/// What can be wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    /// It breaks the rules of its draft, or no check against it would end.
    #[error("{0}")]
    Invalid(String),
    /// More bytes than a schema may have.
    #[error("it has {0} bytes; the most is {MAX_SCHEMA_BYTES}")]
    TooLarge(usize),
    /// A draft that nobody knows.
    #[error("\"$schema\" is {0}, which is no draft of JSON Schema that is known")]
    Draft(String),
    /// A reference that leaves the schema.
    #[error(
        "\"$ref\" to {0}, which is not in the schema: gimlet fetches no schemas, so put it under \"$defs\""
    )]
    RemoteRef(String),
}

impl Schema {
    /// Compiles a schema: of the draft that `$schema` names, else of 2020-12.
    ///
    /// # Errors
    /// It is no valid schema, it is too large, a reference leaves it or never leads to a value.
    pub fn new(value: &Value) -> Result<Self, SchemaError> {
        let error = |pointer: &str, fault| SchemaError { pointer: pointer.to_owned(), fault };
        let n_bytes = value.to_string().len();
        if n_bytes > MAX_SCHEMA_BYTES {
            return Err(error("", SchemaFault::TooLarge(n_bytes)));
        }
        let draft = match value.get("$schema") {
            None => Draft::Draft202012,
            Some(uri) => draft(uri).ok_or_else(|| {
                error("/$schema", SchemaFault::Draft(excerpt(&uri.to_string(), MAX_REASON_CHARS)))
            })?,
        };
        // A format that is known is checked, in all drafts: a tool gets what it asked for.
        let options = jsonschema::options().with_draft(draft).should_validate_formats(true).offline();
        let validator = options.build(value).map_err(|error| refused(value, &error))?;
        refs::check(value).map_err(|(pointer, reason)| error(&pointer, SchemaFault::Invalid(reason)))?;
        Ok(Self { value: Arc::new(value.clone()), validator: Arc::new(validator) })
    }

    /// The schema as it was written.
    pub fn value(&self) -> &Arc<Value> {
        &self.value
    }

    /// Whether a value satisfies it.
    pub fn accepts(&self, value: &Value) -> bool {
        self.validator.is_valid(value)
    }

    /// What is wrong with a value, up to `most` things; empty if nothing is.
    pub fn violations(&self, value: &Value, most: usize) -> Vec<Violation> {
        self.validator.iter_errors(value).take(most).map(|error| Violation::of(&error)).collect()
    }

    /// The first violations, a line each, and how the schema reads: what a model needs to do better.
    /// Nothing if there are none.
    pub(crate) fn complaint(&self, value: &Value) -> Option<String> {
        let mut violations = self.violations(value, MAX_VIOLATIONS + 1);
        if violations.is_empty() {
            return None;
        }
        let more = violations.len() > MAX_VIOLATIONS;
        violations.truncate(MAX_VIOLATIONS);
        let mut text: String = violations.iter().map(|violation| format!("- {violation}\n")).collect();
        if more {
            text.push_str("- and more\n");
        }
        Some(text)
    }

    /// The schema's text, of bounded length, for a model.
    pub(crate) fn reminder(&self) -> String {
        cap(&self.value.to_string(), MAX_EXPECTED_BYTES).0
    }
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_tuple("Schema").field(&self.value).finish()
    }
}

impl Violation {
    fn of(error: &ValidationError) -> Self {
        Self {
            path: error.instance_path().to_string(),
            reason: excerpt(&error.to_string(), MAX_REASON_CHARS),
            keyword: error.kind().keyword().to_owned(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "{}", self.reason),
            path => write!(f, "at {}: {}", excerpt(path, MAX_REASON_CHARS), self.reason),
        }
    }
}

fn draft(uri: &Value) -> Option<Draft> {
    let (_, name) = uri.as_str()?.trim_end_matches('#').split_once("//json-schema.org/")?;
    Some(match name {
        "draft-04/schema" => Draft::Draft4,
        "draft-06/schema" => Draft::Draft6,
        "draft-07/schema" => Draft::Draft7,
        "draft/2019-09/schema" => Draft::Draft201909,
        "draft/2020-12/schema" => Draft::Draft202012,
        _ => return None,
    })
}

/// Why a schema was refused.
fn refused(schema: &Value, error: &ValidationError) -> SchemaError {
    let is_reference = matches!(error.kind(), ValidationErrorKind::Referencing(_));
    if is_reference && let Some((pointer, target)) = refs::find(schema, &|target| !target.starts_with('#')) {
        return SchemaError { pointer, fault: SchemaFault::RemoteRef(excerpt(&target, MAX_REASON_CHARS)) };
    }
    let pointer = match is_reference {
        // The error does not say where the reference stands; its target is in the message.
        true => refs::find(schema, &|target| error.to_string().contains(target.trim_start_matches('#')))
            .map(|(pointer, _)| pointer)
            .unwrap_or_default(),
        false => error.instance_path().to_string(),
    };
    let place = if pointer.is_empty() { String::new() } else { format!("at {pointer}: ") };
    let found = error.instance();
    let why = match pointer.ends_with("/type") && found.is_string() {
        true => format!("{found} is not a type; there are {TYPES}"),
        false => error.to_string(),
    };
    let reason = format!("{place}{}", excerpt(&why, MAX_REASON_CHARS));
    SchemaError { pointer, fault: SchemaFault::Invalid(reason) }
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
    use serde_json::json;

    use super::*;

    #[test]
    fn a_model_is_told_each_violation_with_its_path() {
        let schema = Schema::new(&json!({
            "type": "object",
            "properties": { "city": { "type": "string", "minLength": 1 }, "days": { "type": "integer", "maximum": 14 } },
            "required": ["city"],
            "additionalProperties": false,
        }))
        .unwrap();
        assert_eq!(schema.complaint(&json!({ "city": "Paris", "days": 3 })), None);
        assert_eq!(
            schema.complaint(&json!({ "city": 7, "days": 15, "x": 1 })).unwrap(),
            "- at /city: 7 is not of type \"string\"\n\
             - at /days: 15 is greater than the maximum of 14\n\
             - Additional properties are not allowed ('x' was unexpected)\n"
        );
    }

    #[test]
    fn what_a_model_is_told_is_bounded() {
        let many: serde_json::Map<String, Value> =
            (0..500).map(|i| (format!("p{i}"), json!({ "type": "null" }))).collect();
        let wrong: serde_json::Map<String, Value> =
            (0..500).map(|i| (format!("p{i}"), json!("x".repeat(9999)))).collect();
        let schema = Schema::new(&json!({ "type": "object", "properties": many })).unwrap();
        let told = schema.complaint(&Value::Object(wrong)).unwrap();
        assert!(told.ends_with("- and more\n") && told.len() < 3000, "{} bytes", told.len());
        assert!(schema.reminder().len() < MAX_EXPECTED_BYTES + 100);
    }

    #[test]
    fn a_schema_that_cannot_be_used_is_refused() {
        let check = |schema: Value, expected: &str| {
            assert_eq!(Schema::new(&schema).unwrap_err().to_string(), expected, "{schema}");
        };
        check(
            json!({ "properties": { "a": { "type": "dict" } } }),
            "at /properties/a/type: \"dict\" is not a type; there are object, array, string, integer, number, boolean and null",
        );
        check(
            json!({ "properties": { "a": { "pattern": "(" } } }),
            "at /properties/a/pattern: \"(\" is not a \"regex\"",
        );
        check(
            json!({ "$schema": "https://example.com/mine" }),
            "\"$schema\" is \"https://example.com/mine\", which is no draft of JSON Schema that is known",
        );
        let away = "which is not in the schema: gimlet fetches no schemas, so put it under \"$defs\"";
        check(
            json!({ "$ref": "https://example.com/a.json" }),
            &format!("\"$ref\" to https://example.com/a.json, {away}"),
        );
        check(json!({ "$ref": "file:///etc/passwd" }), &format!("\"$ref\" to file:///etc/passwd, {away}"));
        check(
            json!({ "description": "x".repeat(MAX_SCHEMA_BYTES) }),
            "it has 1048594 bytes; the most is 1048576",
        );
        check(json!(3), "3 is not of types \"boolean\", \"object\"");
    }
}
