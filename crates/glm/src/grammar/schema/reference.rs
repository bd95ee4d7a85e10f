//! References within a schema, and the definitions that they lead to.

use serde_json::{Map, Value, json};

use super::{ANY_DEPTH, MAX_DEPTH, Place, Rewriter, any, number};

/// The most definitions that are followed.
const MAX_DEFINITIONS: usize = 2000;

impl Rewriter<'_> {
    /// A reference to another part of the schema; one that leads elsewhere is left out.
    pub(super) fn reference(&mut self, reference: &Value, place: &Place) -> Value {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let target = pointer.filter(|_| !self.has_addresses).and_then(|pointer| self.follow(pointer));
        let Some(target) = target else {
            self.drop_keyword(place, "$ref");
            return any();
        };
        let number = match self.definitions.iter().position(|known| known == &target) {
            Some(number) => number,
            None if self.definitions.len() < MAX_DEFINITIONS => {
                self.definitions.push(target);
                self.definitions.len() - 1
            }
            None => {
                self.drop_keyword(place, "$ref");
                return any();
            }
        };
        json!({ "$ref": format!("#/$defs/d{number}") })
    }

    /// The pointer at the end of a chain of bare references; none if it leads nowhere or in a circle.
    fn follow(&self, pointer: &str) -> Option<String> {
        let mut pointer = decode(pointer)?;
        for _ in 0..MAX_DEPTH {
            let target = self.root.pointer(&pointer)?;
            match target
                .as_object()
                .filter(|node| !self.has_siblings || node.len() == 1)
                .and_then(|n| n.get("$ref"))
            {
                Some(next) => pointer = decode(next.as_str()?.strip_prefix('#')?)?,
                None => return Some(pointer),
            }
        }
        None
    }

    /// Puts all definitions that were referred to into the rewritten schema.
    pub(super) fn define(&mut self, schema: &mut Value) {
        let mut definitions = any_definitions();
        let mut n_done = 0;
        // Each definition may refer to more.
        while let Some(pointer) = self.definitions.get(n_done).cloned() {
            let root = self.root;
            let target = root.pointer(&pointer).unwrap_or(&Value::Bool(true));
            // What else is said where it is referred to is not known here.
            let place = Place { path: pointer, depth: 0, is_closed: false };
            definitions.insert(format!("d{n_done}"), self.schema(target, &place));
            n_done += 1;
        }
        self.break_circles(&mut definitions);
        *schema = match schema.take() {
            Value::Object(mut fields) => {
                fields.insert("$defs".into(), Value::Object(definitions));
                Value::Object(fields)
            }
            other => other,
        };
    }

    /// Takes out the definitions that lead to themselves before a character is written: no grammar
    /// gets beyond them.
    fn break_circles(&mut self, definitions: &mut Map<String, Value>) {
        let edges: Vec<Vec<usize>> = (0..self.definitions.len())
            .map(|number| leads_directly(&definitions[&format!("d{number}")]).collect())
            .collect();
        for (number, first) in edges.iter().enumerate() {
            let mut left = first.clone();
            let mut seen = vec![false; edges.len()];
            while let Some(next) = left.pop() {
                if !std::mem::replace(&mut seen[next], true) {
                    left.extend(&edges[next]);
                }
            }
            if seen[number] {
                let place = Place { path: self.definitions[number].clone(), ..Place::root() };
                self.drop_keyword(&place, "$ref");
                definitions.insert(format!("d{number}"), any());
            }
        }
    }
}

/// The numbers of the definitions that hold for the same value as a rewritten schema.
pub(super) fn leads_directly(schema: &Value) -> std::vec::IntoIter<usize> {
    let mut numbers = Vec::new();
    let mut left = vec![schema];
    while let Some(schema) = left.pop() {
        let number =
            schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/$defs/d")?.parse::<usize>().ok());
        numbers.extend(number);
        let parts = ["allOf", "anyOf"].into_iter().filter_map(|keyword| schema[keyword].as_array());
        left.extend(parts.flatten());
    }
    numbers.into_iter()
}

/// JSON by its depth: each level's containers hold the level below.
fn any_definitions() -> Map<String, Value> {
    let number = number::numeric(&Map::new(), false, false).schema;
    let scalars = [json!({"type": "null"}), json!({"type": "boolean"}), json!({"type": "string"}), number];
    let mut definitions = Map::new();
    for depth in 0..=ANY_DEPTH {
        let mut kinds = scalars.to_vec();
        if depth > 0 {
            let inner = json!({ "$ref": format!("#/$defs/any{}", depth - 1) });
            kinds.push(json!({ "type": "array", "items": inner }));
            kinds.push(json!({ "type": "object", "additionalProperties": inner }));
        }
        definitions.insert(format!("any{depth}"), json!({ "anyOf": kinds }));
    }
    definitions
}

/// A pointer as it stands in a reference: a part of an address.
fn decode(pointer: &str) -> Option<String> {
    if !pointer.is_empty() && !pointer.starts_with('/') {
        return None; // A name, not a pointer.
    }
    let mut bytes = Vec::with_capacity(pointer.len());
    let mut rest = pointer.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                bytes.push((digit()? * 16 + digit()?) as u8);
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

/// Whether a part below the root gives itself an address or a name.
pub(super) fn has_addresses(node: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH * 2 {
        return true;
    }
    match node {
        Value::Object(fields) => {
            let named = ["$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"];
            let is_named =
                depth > 0 && named.iter().any(|key| fields.get(*key).is_some_and(Value::is_string));
            is_named || fields.values().any(|value| has_addresses(value, depth + 1))
        }
        Value::Array(items) => items.iter().any(|item| has_addresses(item, depth + 1)),
        _ => false,
    }
}
