//! A JSON Schema, made enforceable.
//!
//! [`for_grammar`] rewrites a schema into one that llguidance compiles and that allows nothing which
//! the original forbids, but for the keywords that it reports as left out. Those are checked after
//! the call is written, like everything from models that are not constrained.

mod composite;
mod format;
mod number;
mod object;
mod pattern;
mod reference;

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value, json};

use super::lark::regex;
use super::support;

pub(super) use format::{is_annotation, pattern as format_pattern};
pub(super) use pattern::Pattern;

/// The most subschemas that are looked at; the rest of a larger schema is left out.
const MAX_NODES: usize = 20_000;
/// The deepest nesting of subschemas that is followed.
const MAX_DEPTH: usize = 64;
/// How deep JSON without a schema may nest. Parsers stop at 128.
const ANY_DEPTH: usize = 6;

/// A keyword that the grammar does not enforce.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unenforced {
    /// Where it stands, as a JSON pointer; the schema itself is empty.
    pub path: String,
    /// Its name, or what is left out there.
    pub keyword: String,
}

impl fmt::Display for Unenforced {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.path.is_empty() {
            true => write!(f, "{}", self.keyword),
            false => write!(f, "{} at {}", self.keyword, self.path),
        }
    }
}

/// A schema for the grammar and what it leaves out.
#[derive(Clone, Debug)]
pub(super) struct Rewritten {
    pub schema: Value,
    pub unenforced: Vec<Unenforced>,
    /// Why nothing of it is enforced, if nothing is.
    pub refusal: Option<String>,
}

impl Rewritten {
    /// Whether no value satisfies it.
    pub fn is_impossible(&self) -> bool {
        self.schema == json!(false)
            || self.refusal.as_ref().is_some_and(|reason| reason.starts_with("Unsatisfiable schema"))
    }
}

/// Rewrites a part of a schema, which stands at `path` and whose references lead from the root.
pub(super) fn for_grammar(root: &Value, path: &str, part: &Value) -> Rewritten {
    let mut rewriter = Rewriter::new(root);
    let mut rewritten = rewriter.schema(part, &Place { path: path.to_owned(), ..Place::root() });
    rewriter.define(&mut rewritten);
    let unenforced = rewriter.unenforced.into_iter().collect();
    Rewritten { schema: rewritten, unenforced, refusal: None }
}

/// Where in a schema the rewriter is.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: String,
    depth: usize,
    /// Whether an object here may be held to its listed properties though it does not say so.
    is_closed: bool,
}

impl Place {
    fn root() -> Self {
        Self { path: String::new(), depth: 0, is_closed: true }
    }

    /// A subschema whose value is a part of this one's value.
    fn within(&self, keyword: &str, key: &str) -> Self {
        let key = key.replace('~', "~0").replace('/', "~1");
        let path = format!("{}/{keyword}{}{key}", self.path, if key.is_empty() { "" } else { "/" });
        Self { path, depth: self.depth + 1, is_closed: true }
    }

    /// A subschema that describes the same value beside others.
    fn beside(&self, keyword: &str, index: usize) -> Self {
        Self { is_closed: false, ..self.within(keyword, &index.to_string()) }
    }
}

/// Walks a schema and builds its like.
pub(super) struct Rewriter<'a> {
    root: &'a Value,
    /// Whether the siblings of a reference count, as they do from draft 2019-09 on.
    has_siblings: bool,
    /// Whether parts of the schema have addresses of their own, so that a pointer may mean another
    /// root.
    has_addresses: bool,
    /// The pointers that were referred to, by the number of their definition.
    definitions: Vec<String>,
    n_nodes: usize,
    unenforced: BTreeSet<Unenforced>,
}

/// Keywords that restrict values in ways that no grammar here follows.
const UNSUPPORTED: [&str; 16] = [
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "minContains",
    "maxContains",
    "uniqueItems",
    "$dynamicRef",
    "$recursiveRef",
];

const TYPES: [&str; 6] = ["object", "array", "string", "number", "boolean", "null"];

/// The keywords that restrict values of one type, by type.
fn keywords_of(kind: &str) -> &'static [&'static str] {
    match kind {
        "object" => &[
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "unevaluatedProperties",
            "minProperties",
            "maxProperties",
        ],
        "array" => &["items", "prefixItems", "additionalItems", "minItems", "maxItems"],
        "string" => &["minLength", "maxLength", "pattern", "format"],
        "number" | "integer" => &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
        _ => &[],
    }
}

impl<'a> Rewriter<'a> {
    fn new(root: &'a Value) -> Self {
        let dialect = root["$schema"].as_str().unwrap_or_default();
        let is_old = ["draft-03", "draft-04", "draft-06", "draft-07"].iter().any(|old| dialect.contains(old));
        Self {
            root,
            has_siblings: !is_old,
            has_addresses: reference::has_addresses(root, 0),
            definitions: Vec::new(),
            n_nodes: 0,
            unenforced: BTreeSet::new(),
        }
    }

    fn drop_keyword(&mut self, place: &Place, keyword: impl Into<String>) {
        self.unenforced.insert(Unenforced { path: place.path.clone(), keyword: keyword.into() });
    }

    /// The like of one subschema.
    fn schema(&mut self, node: &Value, place: &Place) -> Value {
        self.n_nodes += 1;
        if self.n_nodes > MAX_NODES || place.depth > MAX_DEPTH {
            self.drop_keyword(place, "a schema this large or deep");
            return any();
        }
        let node = match node {
            Value::Bool(false) => return json!(false),
            Value::Object(node) => node,
            _ => return any(),
        };
        for keyword in UNSUPPORTED.iter().filter(|keyword| restricts(node, keyword)) {
            self.drop_keyword(place, *keyword);
        }
        let mut parts = Vec::new();
        if let Some(reference) = node.get("$ref") {
            parts.push(self.reference(reference, place));
            if !self.has_siblings {
                return conjunction(parts);
            }
        }
        let values = self.values(node, place);
        let has_values = values.is_some();
        parts.extend(values);
        self.composites(node, place, &mut parts);
        let place = Place { is_closed: place.is_closed && parts.is_empty(), ..place.clone() };
        parts.extend(self.typed(node, &place, has_values));
        conjunction(parts)
    }

    /// What the types say, and the keywords that depend on the type.
    fn typed(&mut self, node: &Map<String, Value>, place: &Place, has_values: bool) -> Option<Value> {
        let named: Vec<&str> = match node.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
            _ if TYPES.iter().any(|kind| keywords_of(kind).iter().any(|key| node.contains_key(*key))) => {
                TYPES.to_vec()
            }
            _ => return None,
        };
        let mut kinds: Vec<Value> = Vec::new();
        for kind in named {
            let schema = match kind {
                "object" => self.object(node, place),
                "array" => self.array(node, place),
                "string" => self.string(node, place),
                "number" | "integer" => {
                    let numeric = number::numeric(node, kind == "integer", has_values);
                    numeric.dropped.iter().for_each(|keyword| self.drop_keyword(place, *keyword));
                    numeric.schema
                }
                "boolean" | "null" => json!({ "type": kind }),
                _ => {
                    self.drop_keyword(place, "type");
                    return None;
                }
            };
            kinds.push(schema);
        }
        match kinds.len() {
            0 => None,
            1 => kinds.pop(),
            _ => Some(json!({ "anyOf": kinds })),
        }
    }

    fn string(&mut self, node: &Map<String, Value>, place: &Place) -> Value {
        let mut text = Text::new(node);
        if !text.patterns.is_empty() && !support::is_possible(&text.json_terminal()) {
            text.patterns.clear();
            text.dropped.extend(["pattern", "format"].iter().filter(|keyword| node.contains_key(**keyword)));
        }
        text.dropped.iter().for_each(|keyword| self.drop_keyword(place, *keyword));
        let mut schema = json!({ "type": "string" });
        if text.min_length > 0 {
            schema["minLength"] = json!(text.min_length);
        }
        if let Some(max) = text.max_length {
            schema["maxLength"] = json!(max);
        }
        match &text.patterns[..] {
            [] => schema,
            [one] => {
                schema["pattern"] = json!(format!("^(?:{one})$"));
                schema
            }
            several => {
                let patterns =
                    several.iter().map(|p| json!({"type": "string", "pattern": format!("^(?:{p})$")}));
                json!({ "allOf": std::iter::once(schema).chain(patterns).collect::<Vec<_>>() })
            }
        }
    }
}

/// Whether a keyword that is not supported does anything here.
fn restricts(node: &Map<String, Value>, keyword: &str) -> bool {
    let Some(value) = node.get(keyword) else { return false };
    let has = |key: &str| node.contains_key(key);
    match keyword {
        "uniqueItems" => value == &json!(true) && node.get("maxItems") != Some(&json!(1)),
        "if" => has("then") || has("else"),
        "then" | "else" => has("if"),
        "minContains" | "maxContains" => has("contains"),
        // Without other schemas beside it, this is `additionalProperties`.
        "unevaluatedProperties" if value == &json!(false) => {
            ["$ref", "anyOf", "oneOf", "allOf"].iter().any(|key| has(key))
        }
        "not" => value != &json!(false),
        // An array without items has none that satisfies even this.
        "contains" => true,
        _ => value != &json!(true),
    }
}

/// What a schema says about a string.
pub(super) struct Text {
    pub min_length: u64,
    pub max_length: Option<u64>,
    /// Each matches the whole string.
    pub patterns: Vec<String>,
    /// The keywords that are left out.
    pub dropped: Vec<&'static str>,
}

/// Longer strings than this are not counted: each character is a state of the lexer.
const MAX_COUNTED_LENGTH: u64 = 20_000;

impl Text {
    pub fn new(node: &Map<String, Value>) -> Self {
        let mut text = Self { min_length: 0, max_length: None, patterns: Vec::new(), dropped: Vec::new() };
        match length(node, "minLength") {
            Some(min) if min > MAX_COUNTED_LENGTH => text.dropped.push("minLength"),
            min => text.min_length = min.unwrap_or(0),
        }
        match length(node, "maxLength") {
            Some(max) if max > MAX_COUNTED_LENGTH => text.dropped.push("maxLength"),
            max => text.max_length = max,
        }
        if let Some(source) = node.get("pattern").and_then(Value::as_str) {
            match Pattern::new(source) {
                Some(pattern) => text.patterns.push(pattern.whole()),
                None => text.dropped.push("pattern"),
            }
        }
        if let Some(format) = node.get("format").and_then(Value::as_str) {
            match format_pattern(format) {
                Some(pattern) => text.patterns.push(pattern),
                None if is_annotation(format) => {}
                None => text.dropped.push("format"),
            }
        }
        text
    }
}

impl Text {
    /// The grammar's terminals that a text has to match, all of them.
    pub fn conditions(&self) -> Vec<String> {
        let mut conditions: Vec<String> = self.patterns.iter().map(|pattern| regex(pattern)).collect();
        if self.min_length > 0 || self.max_length.is_some() {
            let max = self.max_length.map_or(String::new(), |max| max.to_string());
            conditions.push(regex(&format!("(?s:.{{{},{max}}})", self.min_length)));
        }
        conditions
    }

    /// The same without the characters that JSON can only write as `\u`.
    fn json_terminal(&self) -> String {
        let mut conditions = self.conditions();
        conditions.push(regex(r"[^\x00-\x07\x0b\x0e-\x1f]*"));
        conditions.join(" & ")
    }
}

/// A keyword whose value is a count; `3.0` is one as well.
pub(super) fn length(node: &Map<String, Value>, keyword: &str) -> Option<u64> {
    let value = node.get(keyword)?.as_f64()?;
    (value >= 0.0 && value.fract() == 0.0).then_some(value as u64)
}

/// A schema that holds where all of these hold.
fn conjunction(mut parts: Vec<Value>) -> Value {
    match parts.len() {
        0 => any(),
        1 => parts.remove(0),
        _ => json!({ "allOf": parts }),
    }
}

/// Any JSON, nested so deep at most that every parser reads it.
pub(super) fn any() -> Value {
    json!({ "$ref": format!("#/$defs/any{ANY_DEPTH}") })
}

#[cfg(test)]
mod tests;
