//! A value for a schema.

use serde_json::{Map, Value, json};

use super::{merge::merge, number::number, pattern, random::Random, text::text};

/// Beyond it only what is required is made.
const DEEP: usize = 5;
/// Beyond it nothing is made: a schema that requires itself has no end.
const DEEPEST: usize = 20;
/// The most values in one made value.
const MAX_NODES: usize = 4000;
/// The most items that an array is asked to have.
const MAX_ITEMS: usize = 200;
const ATTEMPTS: usize = 12;

/// How much of what is optional is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fill {
    Least,
    Some,
    All,
}

/// Makes values for one schema and its definitions.
pub(crate) struct Maker<'a> {
    root: &'a Value,
    random: Random,
    fill: Fill,
    depth: usize,
    n_nodes: usize,
}

impl<'a> Maker<'a> {
    /// A maker for the schema `root`.
    pub fn new(root: &'a Value, random: Random, fill: Fill) -> Self {
        Self { root, random, fill, depth: 0, n_nodes: 0 }
    }

    /// A value for a schema under the root. It mostly satisfies it; what it does not understand, it
    /// leaves to a check.
    pub fn value(&mut self, schema: &Value) -> Value {
        self.n_nodes += 1;
        if self.depth > DEEPEST || self.n_nodes > MAX_NODES {
            return Value::Null;
        }
        self.depth += 1;
        let value = self.value_here(schema);
        self.depth -= 1;
        value
    }

    fn value_here(&mut self, schema: &Value) -> Value {
        let schema = self.resolved(schema);
        if let Some(value) = schema.get("const") {
            return value.clone();
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array).filter(|values| !values.is_empty())
        {
            return self.random.pick(values).clone();
        }
        match self.kind(&schema).as_str() {
            "object" => self.object(&schema),
            "array" => self.array(&schema),
            "string" => Value::from(text(&schema, &mut self.random)),
            "integer" => number(&schema, true, &mut self.random),
            "number" => number(&schema, false, &mut self.random),
            "boolean" => Value::from(self.random.one_in(2)),
            _ => Value::Null,
        }
    }

    /// The schema with its references and one choice of its alternatives taken into it.
    pub fn resolved(&mut self, schema: &Value) -> Map<String, Value> {
        let mut whole = Map::new();
        let mut open = vec![schema.clone()];
        let mut n_parts = 0;
        while let Some(part) = open.pop() {
            n_parts += 1;
            let Value::Object(mut part) = part else { continue };
            if n_parts > DEEPEST * 4 {
                break;
            }
            if let Some(target) = part.remove("$ref").as_ref().and_then(Value::as_str) {
                open.extend(self.target(target).cloned());
            }
            for key in ["anyOf", "oneOf"] {
                if let Some(Value::Array(branches)) = part.remove(key) {
                    open.extend(self.branch(&branches));
                }
            }
            if let Some(Value::Array(all)) = part.remove("allOf") {
                open.extend(all);
            }
            if let Some(condition) = part.remove("if") {
                let (then, otherwise) = (part.remove("then"), part.remove("else"));
                match otherwise.is_none() || self.random.one_in(2) {
                    true => open.extend([Some(condition), then].into_iter().flatten()),
                    false => open.extend(otherwise),
                }
            }
            merge(&mut whole, part);
        }
        whole
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        let pointer = reference.strip_prefix('#')?;
        match pointer.is_empty() || pointer.starts_with('/') {
            true => self.root.pointer(pointer),
            false => anchor(self.root, pointer),
        }
    }

    /// One of several alternatives; deep down one that does not lead deeper.
    fn branch(&mut self, branches: &[Value]) -> Option<Value> {
        let ends = |branch: &&Value| !branch.to_string().contains("\"$ref\"");
        if self.depth > DEEP
            && let Some(end) = branches.iter().find(ends)
        {
            return Some(end.clone());
        }
        (!branches.is_empty()).then(|| self.random.pick(branches).clone())
    }

    /// The type of the value.
    fn kind(&mut self, schema: &Map<String, Value>) -> String {
        match schema.get("type") {
            Some(Value::String(kind)) => return kind.clone(),
            Some(Value::Array(kinds)) if !kinds.is_empty() => {
                return self.random.pick(kinds).as_str().unwrap_or_default().to_owned();
            }
            _ => {}
        }
        let signs = [
            (
                "object",
                ["properties", "required", "additionalProperties", "patternProperties", "minProperties"],
            ),
            ("array", ["items", "prefixItems", "minItems", "maxItems", "contains"]),
            ("string", ["minLength", "maxLength", "pattern", "format", "contentEncoding"]),
            ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
        ];
        let sign = signs.iter().find(|(_, keys)| keys.iter().any(|key| schema.contains_key(*key)));
        sign.map_or("string", |(kind, _)| kind).to_owned()
    }

    /// Whether something optional is made.
    fn wants(&mut self) -> bool {
        match self.fill {
            _ if self.depth > DEEP => false,
            Fill::Least => false,
            Fill::Some => self.random.one_in(2),
            Fill::All => true,
        }
    }

    fn object(&mut self, schema: &Map<String, Value>) -> Value {
        let empty = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let (fewest, most) = bounds(schema, "minProperties", "maxProperties");
        let mut names: Vec<String> = strings(schema.get("required"));
        for name in properties.keys() {
            let room = names.len() < most && !names.contains(name);
            if room && (self.wants() || names.len() < fewest) {
                names.push(name.clone());
            }
        }
        self.add_dependent(schema, &mut names);
        for _ in 0..ATTEMPTS * fewest {
            if names.len() >= fewest {
                break;
            }
            let name = self.new_name(schema, names.len());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let mut object = Map::new();
        for name in names {
            let value = match properties.get(&name) {
                Some(property) => self.value(property),
                None => self.value(&self.extra(schema, &name)),
            };
            object.insert(name, value);
        }
        Value::Object(object)
    }

    /// Adds what the presence of other properties asks for.
    fn add_dependent(&self, schema: &Map<String, Value>, names: &mut Vec<String>) {
        let mut i = 0;
        while i < names.len() {
            for key in ["dependentRequired", "dependencies"] {
                for name in strings(schema.get(key).and_then(|map| map.get(&names[i]))) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            i += 1;
        }
    }

    /// A name for a property that the schema does not name.
    fn new_name(&mut self, schema: &Map<String, Value>, index: usize) -> String {
        if let Some(names) = schema.get("propertyNames") {
            let mut names = names.clone();
            if let Some(names) = names.as_object_mut().filter(|names| !names.contains_key("$ref")) {
                names.insert("type".into(), "string".into());
            }
            if let Value::String(name) = self.value(&names) {
                return name;
            }
        }
        let patterns = schema.get("patternProperties").and_then(Value::as_object);
        let made =
            patterns.and_then(|map| map.keys().next()).and_then(|p| pattern::matching(p, &mut self.random));
        made.unwrap_or_else(|| format!("key{index}"))
    }

    /// The schema of a property that the schema does not name.
    fn extra(&self, schema: &Map<String, Value>, name: &str) -> Value {
        let patterns = schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let matches =
            |pattern: &str| jsonschema::is_valid(&json!({ "pattern": pattern }), &Value::from(name));
        let mut fitting = patterns.filter(|(pattern, _)| matches(pattern)).map(|(_, schema)| schema);
        let other = || schema.get("additionalProperties").or_else(|| schema.get("unevaluatedProperties"));
        fitting.next().or_else(other).cloned().unwrap_or_else(|| json!({ "type": "string" }))
    }

    fn array(&mut self, schema: &Map<String, Value>) -> Value {
        let (fewest, most) = bounds(schema, "minItems", "maxItems");
        // Draft 07 writes the first items as a list under `items`.
        let first =
            schema.get("prefixItems").or_else(|| schema.get("items").filter(|items| items.is_array()));
        let first = first.and_then(Value::as_array).cloned().unwrap_or_default();
        let rest =
            schema.get("items").filter(|items| !items.is_array()).or_else(|| schema.get("additionalItems"));
        let must_contain = schema.get("contains").map(|item| {
            let n = schema.get("minContains").and_then(Value::as_u64).unwrap_or(1) as usize;
            (item.clone(), n.min(MAX_ITEMS))
        });
        let n_contains = must_contain.as_ref().map_or(0, |(_, n)| *n);
        let wanted = if self.wants() { first.len().max(1) + self.random.below(3) } else { 0 };
        let n_items = wanted.max(n_contains).max(fewest).min(most).min(MAX_ITEMS);
        let is_unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut items: Vec<Value> = Vec::new();
        for i in 0..n_items {
            let schema = match &must_contain {
                Some((contains, n)) if i >= n_items.saturating_sub(*n) => contains.clone(),
                _ => first.get(i).or(rest).cloned().unwrap_or_else(|| json!({ "type": "string" })),
            };
            if schema == Value::Bool(false) {
                break;
            }
            let mut item = self.value(&schema);
            for _ in 0..ATTEMPTS {
                if !is_unique || !items.contains(&item) {
                    break;
                }
                item = self.value(&schema);
            }
            if !is_unique || !items.contains(&item) {
                items.push(item);
            }
        }
        Value::Array(items)
    }
}

fn bounds(schema: &Map<String, Value>, low: &str, high: &str) -> (usize, usize) {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64).map(|n| n as usize);
    (bound(low).unwrap_or(0).min(MAX_ITEMS), bound(high).unwrap_or(usize::MAX))
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The schema that a name points to.
fn anchor<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => {
            let here = ["$anchor", "$id"].iter().any(|key| {
                map.get(*key).and_then(Value::as_str).is_some_and(|a| a.trim_start_matches('#') == name)
            });
            if here { Some(value) } else { map.values().find_map(|value| anchor(value, name)) }
        }
        Value::Array(items) => items.iter().find_map(|value| anchor(value, name)),
        _ => None,
    }
}
