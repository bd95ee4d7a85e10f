//! Small changes to a value, each meant to break one constraint of its schema.

use serde_json::{Map, Value, json};

use super::{
    make::{Fill, Maker},
    number::json as number,
    random::Random,
};
use crate::place::child;

const MAX_CHANGES: usize = 400;
/// The longest text or list that is made only to be too long.
const MAX_TOO_LONG: u64 = 10_000;
const DEEPEST: usize = 12;

/// Changed copies of `good`. Some may satisfy the schema all the same: the caller checks.
pub(crate) fn all(schema: &Value, good: &Value, random: &mut Random) -> Vec<Value> {
    let maker = Maker::new(schema, random.clone(), Fill::Least);
    let mut breaker = Breaker { maker, changes: Vec::new() };
    breaker.visit(schema, good, "", 0);
    let changed = breaker.changes.into_iter().filter_map(|(pointer, new)| {
        let mut value = good.clone();
        *value.pointer_mut(&pointer)? = new;
        Some(value)
    });
    changed.collect()
}

struct Breaker<'a> {
    maker: Maker<'a>,
    /// Where in the good value what is put.
    changes: Vec<(String, Value)>,
}

impl Breaker<'_> {
    fn change(&mut self, at: &str, new: Value) {
        if self.changes.len() < MAX_CHANGES {
            self.changes.push((at.to_owned(), new));
        }
    }

    fn visit(&mut self, schema: &Value, value: &Value, at: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let schema = self.maker.resolved(schema);
        match value {
            Value::Object(map) => self.object(&schema, map, at, depth),
            Value::Array(items) => self.array(&schema, items, at, depth),
            Value::String(text) => self.text(&schema, text, at),
            Value::Number(_) => self.number(&schema, value, at),
            Value::Bool(_) | Value::Null => {}
        }
        if schema.contains_key("enum") || schema.contains_key("const") {
            self.change(at, other_than(value));
        }
        if schema.contains_key("type") {
            let other = if value.is_string() { json!(1.5) } else { json!("text") };
            self.change(at, other);
            self.change(at, Value::Null);
        }
    }

    fn object(&mut self, schema: &Map<String, Value>, map: &Map<String, Value>, at: &str, depth: usize) {
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            let mut fewer = map.clone();
            if name.as_str().is_some_and(|name| fewer.shift_remove(name).is_some()) {
                self.change(at, Value::Object(fewer));
            }
        }
        if schema.contains_key("additionalProperties") || schema.contains_key("unevaluatedProperties") {
            let mut more = map.clone();
            more.insert("unexpected".into(), json!(1));
            self.change(at, Value::Object(more));
        }
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        for (name, value) in map {
            let property = properties.get(name).or_else(|| schema.get("additionalProperties"));
            if let Some(property) = property {
                self.visit(property, value, &child(at, name), depth + 1);
            }
        }
    }

    fn array(&mut self, schema: &Map<String, Value>, items: &[Value], at: &str, depth: usize) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64).filter(|&n| n < MAX_TOO_LONG);
        if let Some(fewest) = bound("minItems").filter(|&n| n > 0 && n as usize <= items.len()) {
            self.change(at, json!(items[..fewest as usize - 1]));
        }
        if let (Some(most), Some(last)) = (bound("maxItems"), items.last()) {
            let mut more = items.to_vec();
            more.resize(most as usize + 1, last.clone());
            self.change(at, json!(more));
        }
        if let (Some(Value::Bool(true)), Some(first)) = (schema.get("uniqueItems"), items.first()) {
            let with_twin = |rest: &[Value]| json!([rest, std::slice::from_ref(first)].concat());
            self.change(at, with_twin(items));
            // The same number of items, where there must not be one more.
            self.change(at, with_twin(&items[..items.len() - 1]));
        }
        let first = schema.get("prefixItems").or_else(|| schema.get("items")).and_then(Value::as_array);
        let rest = schema.get("items").filter(|items| !items.is_array());
        for (i, item) in items.iter().enumerate() {
            if let Some(schema) = first.and_then(|first| first.get(i)).or(rest) {
                self.visit(&schema.clone(), item, &child(at, &i.to_string()), depth + 1);
            }
        }
    }

    fn text(&mut self, schema: &Map<String, Value>, text: &str, at: &str) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_u64).filter(|&n| n < MAX_TOO_LONG);
        if let Some(fewest) = bound("minLength").filter(|&n| n > 0) {
            self.change(at, text.chars().take(fewest as usize - 1).collect::<String>().into());
        }
        if let Some(most) = bound("maxLength") {
            let longer = text.chars().chain(std::iter::repeat('x')).take(most as usize + 1);
            self.change(at, longer.collect::<String>().into());
        }
        if schema.contains_key("pattern") || schema.contains_key("format") {
            for other in [format!("{text} !"), "!".repeat(text.chars().count().max(1)), String::new()] {
                self.change(at, other.into());
            }
        }
    }

    fn number(&mut self, schema: &Map<String, Value>, value: &Value, at: &str) {
        let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
        let step = bound("multipleOf").unwrap_or(1.0);
        let beyond = [
            bound("minimum").map(|limit| limit - step),
            bound("maximum").map(|limit| limit + step),
            bound("exclusiveMinimum"),
            bound("exclusiveMaximum"),
            bound("multipleOf").zip(value.as_f64()).map(|(step, value)| value + step / 2.0),
        ];
        for limit in beyond.into_iter().flatten() {
            self.change(at, number(limit));
        }
    }
}

/// A value of the same type that no list of choices is likely to hold.
fn other_than(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(format!("{text} or other")),
        Value::Number(n) => number(n.as_f64().unwrap_or_default() + 7919.0),
        _ => json!("other"),
    }
}
