//! Schemas that apply to the same value, as one.

use serde_json::{Map, Value, json};

/// Adds the constraints of `more`: where both say something, the narrower stays.
pub(crate) fn merge(into: &mut Map<String, Value>, more: Map<String, Value>) {
    for (key, new) in more {
        let Some(old) = into.get_mut(&key) else {
            into.insert(key, new);
            continue;
        };
        match key.as_str() {
            "properties" | "patternProperties" => merge_properties(old, new),
            "required" => extend(old, new),
            "type" => *old = narrow(old, &new),
            "enum" => retain(old, &new),
            "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties" => {
                choose(old, new, |old, new| new > old);
            }
            "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties" => {
                choose(old, new, |old, new| new < old);
            }
            "items" | "additionalProperties" | "propertyNames" | "contains" => *old = both(old, new),
            _ => *old = new,
        }
    }
}

fn both(old: &Value, new: Value) -> Value {
    match (old, &new) {
        (Value::Bool(true), _) => new,
        (Value::Bool(false), _) | (_, Value::Bool(true)) => old.clone(),
        (_, Value::Bool(false)) => new,
        _ => json!({ "allOf": [old, new] }),
    }
}

fn merge_properties(old: &mut Value, new: Value) {
    let (Some(old), Value::Object(new)) = (old.as_object_mut(), new) else { return };
    for (name, schema) in new {
        let merged = match old.get(&name) {
            Some(known) => both(known, schema),
            None => schema,
        };
        old.insert(name, merged);
    }
}

fn extend(old: &mut Value, new: Value) {
    let (Some(old), Value::Array(new)) = (old.as_array_mut(), new) else { return };
    let fresh: Vec<Value> = new.into_iter().filter(|item| !old.contains(item)).collect();
    old.extend(fresh);
}

fn retain(old: &mut Value, new: &Value) {
    if let (Some(old), Some(new)) = (old.as_array_mut(), new.as_array()) {
        old.retain(|item| new.contains(item));
    }
}

/// The types that are in both.
fn narrow(old: &Value, new: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    let (old, new) = (list(old), list(new));
    let has = |types: &[Value], name: &Value| {
        types.contains(name) || (name == "integer" && types.contains(&json!("number")))
    };
    let mut common: Vec<Value> = old.iter().filter(|name| has(&new, name)).cloned().collect();
    common.extend(new.iter().filter(|name| has(&old, name) && !old.contains(name)).cloned());
    Value::Array(common)
}

fn choose(old: &mut Value, new: Value, better: impl Fn(f64, f64) -> bool) {
    if let (Some(a), Some(b)) = (old.as_f64(), new.as_f64())
        && better(a, b)
    {
        *old = new;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrower_stays() {
        let check = |a: Value, b: Value, expected: Value| {
            let (Value::Object(mut a), Value::Object(b)) = (a, b) else { panic!("two objects") };
            merge(&mut a, b);
            assert_eq!(Value::Object(a), expected);
        };
        check(
            json!({ "minimum": 1, "maximum": 9 }),
            json!({ "minimum": 3, "maximum": 12 }),
            json!({ "minimum": 3, "maximum": 9 }),
        );
        check(
            json!({ "type": ["number", "null"] }),
            json!({ "type": "integer" }),
            json!({ "type": ["integer"] }),
        );
        check(
            json!({ "required": ["a"] }),
            json!({ "required": ["b", "a"] }),
            json!({ "required": ["a", "b"] }),
        );
        check(json!({ "enum": [1, 2, 3] }), json!({ "enum": [3, 2, 7] }), json!({ "enum": [2, 3] }));
        check(
            json!({ "properties": { "a": { "minimum": 1 } } }),
            json!({ "properties": { "a": { "maximum": 2 }, "b": true } }),
            json!({ "properties": { "a": { "allOf": [{ "minimum": 1 }, { "maximum": 2 }] }, "b": true } }),
        );
    }
}
