//! Where the references of a schema lead.

use std::collections::HashMap;

use serde_json::Value;

/// How many schemas may apply to one value because of one another. A deep value times a long chain
/// must fit into a thread's stack.
const MAX_CHAIN: usize = 24;

const REFS: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// The first reference whose target is `wanted`: its place and its target.
pub(super) fn find(schema: &Value, wanted: &dyn Fn(&str) -> bool) -> Option<(String, String)> {
    let mut found = None;
    walk(schema, "", &mut |at, map| {
        let refs = REFS.into_iter().filter_map(|key| Some((key, map.get(key)?.as_str()?)));
        if let Some((key, target)) = refs.into_iter().find(|(_, target)| found.is_none() && wanted(target)) {
            found = Some((child(at, key), target.to_owned()));
        }
    });
    found
}

/// Refuses references by which a check would not end: those that, followed alone, come back to
/// where they began, and chains that are too long. The error is a place and a reason.
pub(super) fn check(schema: &Value) -> Result<(), (String, String)> {
    let mut starts = Vec::new();
    let mut anchors = HashMap::new();
    let mut embedded = None;
    walk(schema, "", &mut |at, map| {
        if REFS.into_iter().any(|key| map.get(key).is_some_and(Value::is_string)) {
            starts.push(at.to_owned());
        }
        for key in ["$anchor", "$dynamicAnchor"] {
            if let Some(name) = map.get(key).and_then(Value::as_str) {
                anchors.insert(name.to_owned(), at.to_owned());
            }
        }
        if !at.is_empty() && map.get("$id").is_some_and(Value::is_string) {
            embedded.get_or_insert_with(|| child(at, "$id"));
        }
    });
    // Within a schema that has a name of its own the same reference means something else.
    if let Some(pointer) = embedded.filter(|_| !starts.is_empty()) {
        let reason = format!("the $id at {pointer} is not at the top: gimlet takes schemas of one document");
        return Err((pointer, reason));
    }
    let mut graph = Graph { schema, anchors, marks: HashMap::new() };
    starts.into_iter().try_for_each(|start| graph.follow(start))
}

/// Schemas, by their pointers, and which of them apply to the same value.
struct Graph<'a> {
    schema: &'a Value,
    anchors: HashMap<String, String>,
    marks: HashMap<String, Mark>,
}

enum Mark {
    /// On the way that is being followed.
    Open,
    /// The length of the longest chain from here.
    Done(usize),
}

struct Frame {
    at: String,
    next: Vec<String>,
    longest: usize,
}

impl Graph<'_> {
    /// Follows everything that applies to the same value, without recursion of its own.
    fn follow(&mut self, start: String) -> Result<(), (String, String)> {
        if self.marks.contains_key(&start) {
            return Ok(());
        }
        let mut way = vec![self.enter(start)];
        while let Some(frame) = way.last_mut() {
            let Some(next) = frame.next.pop() else {
                let length = frame.longest + 1;
                if length > MAX_CHAIN {
                    return Err(self.fault(&way, "begins a chain of schemas that is too long"));
                }
                let at = std::mem::take(&mut frame.at);
                self.marks.insert(at, Mark::Done(length));
                way.pop();
                if let Some(before) = way.last_mut() {
                    before.longest = before.longest.max(length);
                }
                continue;
            };
            match self.marks.get(&next) {
                Some(Mark::Open) => {
                    return Err(self.fault(&way, "leads back to itself and never to a value"));
                }
                Some(Mark::Done(length)) => frame.longest = frame.longest.max(*length),
                None if way.len() > MAX_CHAIN => {
                    return Err(self.fault(&way, "begins a chain of schemas that is too long"));
                }
                None => {
                    let next = self.enter(next);
                    way.push(next);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, at: String) -> Frame {
        self.marks.insert(at.clone(), Mark::Open);
        Frame { next: self.same_value(&at), at, longest: 0 }
    }

    /// The last reference of a way and what is wrong with it.
    fn fault(&self, way: &[Frame], what: &str) -> (String, String) {
        let is_ref = |frame: &&Frame| {
            let map = self.schema.pointer(&frame.at).and_then(Value::as_object);
            map.is_some_and(|map| REFS.into_iter().any(|key| map.contains_key(key)))
        };
        let at = way.iter().rev().find(is_ref).map(|frame| frame.at.clone()).unwrap_or_default();
        let reason = format!("the $ref at {at} {what}");
        (at, reason)
    }

    /// The schemas that a value is checked against because it is checked against the one at `from`.
    fn same_value(&self, from: &str) -> Vec<String> {
        let mut next = Vec::new();
        let Some(map) = self.schema.pointer(from).and_then(Value::as_object) else { return next };
        for key in REFS {
            // What stands in front of the fragment can only be the schema's own name.
            let target = map.get(key).and_then(Value::as_str);
            let fragment = target.map(|target| target.split_once('#').map_or("", |(_, fragment)| fragment));
            next.extend(fragment.and_then(|fragment| self.resolve(fragment)));
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            let n = map.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            next.extend((0..n).map(|i| format!("{from}/{key}/{i}")));
        }
        for key in ["not", "if", "then", "else"] {
            next.extend(map.contains_key(key).then(|| child(from, key)));
        }
        for key in ["dependentSchemas", "dependencies"] {
            let dependent = map.get(key).and_then(Value::as_object).into_iter().flatten();
            next.extend(dependent.map(|(name, _)| child(&child(from, key), name)));
        }
        next
    }

    /// The pointer behind the `#` of a reference.
    fn resolve(&self, fragment: &str) -> Option<String> {
        let fragment = percent_decoded(fragment);
        match fragment.is_empty() || fragment.starts_with('/') {
            true => Some(fragment),
            false => self.anchors.get(&fragment).cloned(),
        }
    }
}

/// Shows every object of a schema with its pointer.
fn walk(value: &Value, at: &str, see: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            see(at, map);
            map.iter().for_each(|(key, value)| walk(value, &child(at, key), see));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, value)| walk(value, &format!("{at}/{i}"), see));
        }
        _ => {}
    }
}

/// Appends a step to a JSON Pointer.
fn child(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind.get(..2).and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        match hex.filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            None => {
                bytes.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Schema;
    use super::*;

    #[test]
    fn references_that_never_end_are_refused() {
        let check = |schema: Value, expected: Option<&str>| {
            let reason = Schema::new(&schema).map_err(|error| error.to_string()).err();
            assert_eq!(reason.as_deref(), expected, "{schema}");
        };
        let endless = |at: &str| format!("the $ref at {at} leads back to itself and never to a value");
        check(json!({ "allOf": [{ "$ref": "#" }] }), Some(&endless("/allOf/0")));
        check(
            json!({ "properties": { "a": { "$ref": "#/$defs/a" } },
                "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "anyOf": [{ "$ref": "#/$defs/a" }] } } }),
            Some(&endless("/$defs/b/anyOf/0")),
        );
        check(json!({ "$anchor": "a", "not": { "$ref": "#a" } }), Some(&endless("/not")));
        check(json!({ "$dynamicAnchor": "a", "if": { "$dynamicRef": "#a" } }), Some(&endless("/if")));
        check(
            json!({ "$ref": "#/$defs/a%20b", "$defs": { "a b": { "oneOf": [{ "$ref": "#/$defs/a%20b" }] } } }),
            Some(&endless("/$defs/a b/oneOf/0")),
        );
        check(
            json!({ "$id": "https://x/y", "allOf": [{ "$ref": "https://x/y#" }] }),
            Some(&endless("/allOf/0")),
        );
        check(json!({ "$id": "https://x/y", "anyOf": [{ "$ref": "y" }] }), Some(&endless("/anyOf/0")));
        check(
            json!({ "$defs": { "a": { "$id": "https://x/y", "allOf": [{ "$ref": "#" }] } } }),
            Some("the $id at /$defs/a/$id is not at the top: gimlet takes schemas of one document"),
        );
        check(json!({ "properties": { "child": { "$ref": "#" } } }), None);
        check(
            json!({ "properties": { "$id": { "type": "string" }, "x": { "$ref": "#/$defs/x" } }, "$defs": { "x": {} } }),
            None,
        );
    }

    #[test]
    fn long_chains_are_refused_and_deep_values_are_checked() {
        let chain = |n: usize| {
            let defs: serde_json::Map<String, Value> = (0..n)
                .map(|i| (format!("d{i}"), json!({ "$ref": format!("#/$defs/d{}", i + 1) })))
                .chain([(format!("d{n}"), json!({ "items": { "$ref": "#/$defs/d0" }, "maxItems": 1 }))])
                .collect();
            json!({ "$ref": "#/$defs/d0", "$defs": defs })
        };
        let refused = Schema::new(&chain(5000)).unwrap_err().to_string();
        assert!(refused.ends_with("begins a chain of schemas that is too long"), "{refused}");
        let schema = Schema::new(&chain(20)).unwrap();
        let deep = (0..64).fold(json!([]), |inner, _| json!([inner]));
        let wrong = (0..64).fold(json!([1, 2]), |inner, _| json!([inner]));
        assert!(schema.accepts(&deep) && !schema.accepts(&wrong));
    }
}
