//! JSON as Python writes it, because the models were trained on prompts that Python rendered.

use serde::Serialize;
use serde_json::{Serializer, Value, ser};

/// `json.dumps(value, ensure_ascii=False, indent=4)`.
pub fn indented(value: &Value) -> String {
    let mut bytes = Vec::new();
    let formatter = ser::PrettyFormatter::with_indent(b"    ");
    value
        .serialize(&mut Serializer::with_formatter(&mut bytes, formatter))
        .expect("a Value has string keys only and a Vec takes every byte");
    String::from_utf8(bytes).expect("serde_json writes UTF-8")
}

/// `json.dumps(value, ensure_ascii=False)`: a space after each comma and colon.
pub fn spaced(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|(k, v)| format!("{}: {}", Value::from(k.as_str()), spaced(v))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        scalar => scalar.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_reads_as_python_writes_it() {
        let value = json!({"城": [1, 2.5, null], "e": {}, "l": [], "s": "a\"b\n"});
        assert_eq!(spaced(&value), "{\"城\": [1, 2.5, null], \"e\": {}, \"l\": [], \"s\": \"a\\\"b\\n\"}");
        assert_eq!(
            indented(&value),
            "{\n    \"城\": [\n        1,\n        2.5,\n        null\n    ],\n    \"e\": {},\n    \"l\": [],\n    \"s\": \"a\\\"b\\n\"\n}"
        );
    }
}
