//! A grammar in text: rules in llguidance's Lark, and the JSON Schemas that they refer to.

use chat::{Builtin, Constraint, FunctionSpec, Special, ToolSpec, wire};
use llguidance::JsonCompileOptions;
use serde_json::{Value, json};

use super::lark::{either, literal, regex, specials};
use super::schema::{self, Rewritten};
use super::support::{self, Care};
use crate::Codec;

/// The most functions that one grammar names.
const MAX_TOOLS: usize = 2000;

/// What the browser understands: text in double quotes, of which a backslash protects quotes and
/// backslashes.
const QUOTED: &str = r#""(?:[^"\\\x00-\x1f\x7f]|\\["\\]){1,2000}""#;

/// Anything, and anything but white space alone.
pub(super) const TEXT: &str = "(?s:.*)";
pub(super) const WORDS: &str = r"(?s:.*)\S(?s:.*)";

/// A grammar before it is compiled.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    pub care: Care,
    /// Lark, with `start` among the rules.
    pub rules: String,
    /// What `@s0`, `@s1`, … in the rules stand for.
    pub schemas: Vec<Value>,
    /// Which schema is not enforced at all and why, if one is not: a sentence.
    pub lapse: Option<String>,
}

/// Why there is no grammar for a request.
#[derive(Debug, thiserror::Error)]
pub(super) enum SketchError {
    #[error("the vocabulary has no {token} token, which the format {format} needs")]
    MissingToken { token: &'static str, format: &'static str },
    #[error("{0} tools are offered and a grammar names {MAX_TOOLS} at most")]
    TooManyTools(usize),
}

/// What may be written.
pub(super) struct Request<'a> {
    pub codec: &'a Codec,
    pub tools: &'a [ToolSpec],
    pub constraint: &'a Constraint,
}

impl Sketch {
    /// The grammar of everything that may be written behind the prompt.
    pub fn new(request: &Request, care: Care) -> Result<Self, SketchError> {
        if request.tools.len() > MAX_TOOLS {
            return Err(SketchError::TooManyTools(request.tools.len()));
        }
        let mut sketch = Self { care, rules: String::new(), schemas: Vec::new(), lapse: None };
        match request.codec.format() {
            wire::Format::Glm4Chat | wire::Format::Glm40414 => super::plain::write(&mut sketch, request)?,
            wire::Format::Glm45 | wire::Format::Glm47 => super::xml::write(&mut sketch, request)?,
        }
        Ok(sketch)
    }

    /// Adds a rule or a terminal.
    pub fn rule(&mut self, name: &str, body: &str) {
        self.rules.push_str(&format!("{name}: {body}\n"));
    }

    /// Adds the schema of a function's arguments, which are an object whatever else it says.
    pub fn arguments(&mut self, function: &FunctionSpec) -> String {
        self.value(function, support::enforceable(&object_schema(&function.parameters), self.care))
    }

    /// Adds a schema for JSON as a function's arguments are written, and gives the name to refer to it
    /// by.
    pub fn value(&mut self, function: &FunctionSpec, schema: Rewritten) -> String {
        if let Some(reason) = &schema.refusal {
            let name = &function.name;
            let lapse = || format!("the grammar does not enforce the schema of {name}: {reason}");
            self.lapse.get_or_insert_with(lapse);
        }
        self.schema(schema, &support::strict())
    }

    /// Adds the schema of an answer.
    pub fn answer(&mut self, schema: &Value) -> String {
        let schema = support::enforceable(schema, self.care);
        if let Some(reason) = &schema.refusal {
            self.lapse = Some(format!("the grammar does not enforce the answer's schema: {reason}"));
        }
        self.schema(schema, &support::readable())
    }

    fn schema(&mut self, schema: Rewritten, options: &JsonCompileOptions) -> String {
        let mut schema = match schema.schema {
            Value::Object(_) => schema.schema,
            // Only an object can carry the options.
            other => json!({ "allOf": [other] }),
        };
        options.apply_to(&mut schema);
        self.schemas.push(schema);
        format!("@s{}", self.schemas.len() - 1)
    }
}

/// A function's schema with the type that arguments always have.
pub(super) fn object_schema(parameters: &Value) -> Value {
    match parameters {
        Value::Object(fields) if !fields.contains_key("type") => {
            let mut fields = fields.clone();
            fields.insert("type".into(), json!("object"));
            Value::Object(fields)
        }
        Value::Object(_) | Value::Bool(false) => parameters.clone(),
        _ => json!({ "type": "object" }),
    }
}

/// The functions among the tools that the wire format can name, and the built-in tools as what they
/// are in the format.
pub(super) fn functions(tools: &[ToolSpec]) -> impl Iterator<Item = &FunctionSpec> {
    tools.iter().filter_map(|tool| match tool {
        ToolSpec::Function(function) if wire::is_tool_name(&function.name) => Some(function),
        _ => None,
    })
}

/// The built-in tools among the tools.
pub(super) fn builtins(tools: &[ToolSpec]) -> impl Iterator<Item = Builtin> {
    tools.iter().filter_map(|tool| match tool {
        ToolSpec::Builtin(builtin) => Some(*builtin),
        ToolSpec::Function(_) => None,
    })
}

/// The pattern of what a built-in tool is given.
pub(super) fn payload(builtin: Builtin) -> String {
    match builtin {
        Builtin::Python | Builtin::Cogview => WORDS.to_owned(),
        Builtin::SimpleBrowser => {
            let search = format!(r"search\({QUOTED}(?:, recency_days=[1-9][0-9]{{0,4}})?\)");
            let mclick = r"mclick\(\[[0-9]{1,3}(?:, [0-9]{1,3}){0,19}\]\)";
            format!(r"{search}|{mclick}|open_url\({QUOTED}\)")
        }
    }
}

/// The tokens that end an answer.
pub(super) fn answer_stop(codec: &Codec) -> Result<String, SketchError> {
    token(codec, &[Special::User, Special::EndOfText])
}

/// A special token, or any of several.
pub(super) fn token(codec: &Codec, wanted: &[Special]) -> Result<String, SketchError> {
    specials(codec, wanted)
        .ok_or(SketchError::MissingToken { token: wanted[0].as_str(), format: codec.format().name() })
}

/// A text that a string's schema allows, written without quotes; nothing if it lists values and none of
/// them is a text.
pub(super) fn raw_text(node: &serde_json::Map<String, Value>) -> Option<String> {
    let mut conditions = Vec::new();
    let values = match (node.get("const"), node.get("enum")) {
        (Some(value), _) => Some(std::slice::from_ref(value)),
        (None, Some(Value::Array(values))) => Some(values.as_slice()),
        _ => None,
    };
    if let Some(values) = values {
        let texts: Vec<String> = values.iter().filter_map(Value::as_str).map(literal).collect();
        if texts.is_empty() {
            return None;
        }
        conditions.push(either(&texts));
    }
    conditions.extend(schema::Text::new(node).conditions());
    Some(match conditions.is_empty() {
        true => regex(TEXT),
        false => conditions.join(" & "),
    })
}
