//! Values listed one by one, and schemas made of schemas.

use serde_json::{Map, Value, json};

use super::{Place, Rewriter};

/// Integers beyond this may be other integers after a round trip through doubles.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

impl Rewriter<'_> {
    /// `const` and `enum`: the values of the right type that can be written.
    pub(super) fn values(&mut self, node: &Map<String, Value>, place: &Place) -> Option<Value> {
        let (keyword, values) = match (node.get("const"), node.get("enum")) {
            (Some(value), _) => ("const", std::slice::from_ref(value)),
            (None, Some(Value::Array(values))) => ("enum", values.as_slice()),
            _ => return None,
        };
        let types: Option<Vec<&str>> = match node.get("type") {
            Some(Value::String(one)) => Some(vec![one.as_str()]),
            Some(Value::Array(several)) => Some(several.iter().filter_map(Value::as_str).collect()),
            _ => None,
        };
        let has_type =
            |value: &&Value| types.as_ref().is_none_or(|types| types.iter().any(|t| is_type(value, t)));
        let right: Vec<&Value> = values.iter().filter(has_type).collect();
        let writable: Vec<&Value> = right.iter().copied().filter(|value| is_writable(value)).collect();
        if writable.is_empty() && !right.is_empty() {
            self.drop_keyword(place, keyword);
            return None;
        }
        Some(json!({ "enum": writable }))
    }

    /// `anyOf`, `oneOf` and `allOf`.
    pub(super) fn composites(&mut self, node: &Map<String, Value>, place: &Place, parts: &mut Vec<Value>) {
        for keyword in ["anyOf", "oneOf", "allOf"] {
            let Some(Value::Array(options)) = node.get(keyword) else { continue };
            // The values that satisfy more than one are few, and only `oneOf` forbids them.
            if keyword == "oneOf" && !are_disjoint(options) {
                self.drop_keyword(place, "oneOf");
            }
            let like = |(index, option): (usize, &Value)| {
                // A branch alone decides about its value unless other parts of the schema do too.
                let mut place = place.beside(keyword, index);
                place.is_closed = false;
                self.schema(option, &place)
            };
            let options: Vec<Value> = options.iter().enumerate().map(like).collect();
            match keyword {
                "allOf" => parts.extend(options),
                _ => parts.push(json!({ "anyOf": options })),
            }
        }
    }
}

/// Whether a value has a type of JSON Schema.
fn is_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        _ => false,
    }
}

/// Whether the grammar can spell a value exactly.
fn is_writable(value: &Value) -> bool {
    match value {
        // The escape \u is not among those that the grammar allows.
        Value::String(text) => !text.chars().any(|c| c.is_control() && !"\n\r\t\u{8}\u{c}".contains(c)),
        Value::Number(number) => number.as_f64().is_some_and(|n| n.abs() <= MOST_EXACT),
        Value::Array(items) => items.iter().all(is_writable),
        Value::Object(fields) => {
            fields.iter().all(|(key, value)| is_writable(&key.as_str().into()) && is_writable(value))
        }
        Value::Null | Value::Bool(_) => true,
    }
}

/// Whether no value satisfies two of the options, as far as their types, constants and marked
/// properties show.
fn are_disjoint(options: &[Value]) -> bool {
    (0..options.len()).all(|i| (i + 1..options.len()).all(|j| is_disjoint(&options[i], &options[j])))
}

fn is_disjoint(a: &Value, b: &Value) -> bool {
    if let (Some(a), Some(b)) = (types_of(a), types_of(b))
        && !a.iter().any(|a| b.iter().any(|b| overlaps(a, b)))
    {
        return true;
    }
    if let (Some(a), Some(b)) = (values_of(a), values_of(b)) {
        return !a.iter().any(|a| b.contains(a));
    }
    let (Some(left), Some(right)) = (a["properties"].as_object(), b["properties"].as_object()) else {
        return false;
    };
    let requires = |schema: &Value, key: &String| {
        schema["required"].as_array().is_some_and(|keys| keys.iter().any(|k| k == key.as_str()))
    };
    left.iter().any(|(key, of_a)| {
        let of_b = right.get(key);
        requires(a, key) && requires(b, key) && of_b.is_some_and(|of_b| is_disjoint(of_a, of_b))
    })
}

fn types_of(schema: &Value) -> Option<Vec<&str>> {
    match &schema["type"] {
        Value::String(one) => Some(vec![one.as_str()]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

fn overlaps(a: &str, b: &str) -> bool {
    a == b || matches!((a, b), ("integer", "number") | ("number", "integer"))
}

fn values_of(schema: &Value) -> Option<Vec<&Value>> {
    match (schema.get("const"), schema.get("enum")) {
        (Some(value), _) => Some(vec![value]),
        (None, Some(Value::Array(values))) => Some(values.iter().collect()),
        _ => None,
    }
}
