//! Arguments as a sensible model writes them: all of a function's, short, with words of its description.

use serde_json::{Value, json};

/// How deep a value is filled in.
const MAX_DEPTH: usize = 6;

/// JSON text that mostly satisfies the schema, spaced as Python spaces it.
pub fn arguments(schema: &Value) -> String {
    let mut text = String::new();
    write(&value(schema, 0), &mut text);
    text
}

fn value(schema: &Value, depth: usize) -> Value {
    if let Some(Value::Array(values)) = schema.get("enum") {
        return values.first().cloned().unwrap_or_default();
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds[0].as_str(),
        kind => kind.as_str(),
    };
    let n_items = schema["minItems"].as_u64().unwrap_or(2).clamp(1, 4);
    match kind {
        _ if depth > MAX_DEPTH => Value::Null,
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            properties
                .map(|(key, schema)| (key.clone(), value(schema, depth + 1)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        }
        Some("array") => (0..n_items).map(|_| value(&schema["items"], depth + 1)).collect(),
        Some("integer") => schema.get("minimum").filter(|least| least.is_i64()).cloned().unwrap_or(json!(42)),
        Some("number") => schema.get("minimum").cloned().unwrap_or(json!(12.5)),
        Some("boolean") => json!(true),
        Some("null") => Value::Null,
        _ => {
            let words = schema["description"].as_str().unwrap_or("New York, NY");
            words.split_whitespace().take(6).collect::<Vec<_>>().join(" ").into()
        }
    }
}

fn write(value: &Value, text: &mut String) {
    let [open, close] = if value.is_array() { ["[", "]"] } else { ["{", "}"] };
    let items: Vec<(Option<&String>, &Value)> = match value {
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (Some(key), value)).collect(),
        scalar => return text.push_str(&scalar.to_string()),
    };
    text.push_str(open);
    for (i, (key, item)) in items.into_iter().enumerate() {
        text.push_str(if i > 0 { ", " } else { "" });
        if let Some(key) = key {
            text.push_str(&format!("{}: ", json!(key)));
        }
        write(item, text);
    }
    text.push_str(close);
}
