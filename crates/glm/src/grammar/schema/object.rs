//! Objects and arrays.

use serde_json::{Map, Value, json};

use super::{Pattern, Place, Rewriter, any, length};

impl Rewriter<'_> {
    /// An object. Its properties are written in the schema's order. One that lists its properties and
    /// says nothing of others is held to the list: a model that may add arguments invents them.
    pub(super) fn object(&mut self, node: &Map<String, Value>, place: &Place) -> Value {
        let no_properties = Map::new();
        let listed = node.get("properties").and_then(Value::as_object).unwrap_or(&no_properties);
        let mut properties = Map::new();
        for (key, schema) in listed {
            properties.insert(key.clone(), self.schema(schema, &place.within("properties", key)));
        }
        let required: Vec<&str> = match node.get("required") {
            Some(Value::Array(keys)) => keys.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        let patterns = self.pattern_properties(node, place);
        let is_complete = !listed.is_empty() && required.iter().all(|key| listed.contains_key(*key));
        let rest = match node.get("additionalProperties").or(node.get("unevaluatedProperties")) {
            Some(Value::Bool(true)) => any(),
            Some(schema) => self.schema(schema, &place.within("additionalProperties", "")),
            None if place.is_closed && is_complete && !node.contains_key("patternProperties") => json!(false),
            None => any(),
        };
        let mut schema = json!({ "type": "object", "properties": properties, "required": required });
        if !patterns.is_empty() {
            schema["patternProperties"] = Value::Object(patterns);
        }
        schema["additionalProperties"] = rest;
        self.count_properties(node, place, &mut schema);
        schema
    }

    fn pattern_properties(&mut self, node: &Map<String, Value>, place: &Place) -> Map<String, Value> {
        let mut patterns = Map::new();
        let Some(Value::Object(listed)) = node.get("patternProperties") else { return patterns };
        for (source, schema) in listed {
            match Pattern::new(source) {
                Some(pattern) => {
                    let like = self.schema(schema, &place.within("patternProperties", source));
                    patterns.insert(format!("^(?:{})$", pattern.whole()), like);
                }
                None => self.drop_keyword(place, "patternProperties"),
            }
        }
        patterns
    }

    /// `minProperties` and `maxProperties`, where a count of the written ones is one of the
    /// different ones, and where llguidance counts.
    fn count_properties(&mut self, node: &Map<String, Value>, place: &Place, schema: &mut Value) {
        let n_listed = schema["properties"].as_object().map_or(0, Map::len);
        let n_required = schema["required"].as_array().map_or(0, Vec::len);
        let is_list =
            schema["additionalProperties"] == json!(false) && schema.get("patternProperties").is_none();
        let is_map = n_listed == 0 && n_required == 0;
        if let Some(min) = length(node, "minProperties").filter(|&min| min > n_required as u64) {
            match min == n_required as u64 + 1 && (is_list || is_map) {
                true => schema["minProperties"] = json!(min),
                false => self.drop_keyword(place, "minProperties"),
            }
        }
        if let Some(max) = length(node, "maxProperties").filter(|&max| !is_list || max < n_listed as u64) {
            match is_map || n_listed == n_required || (is_list && max == n_required as u64 + 1) {
                true => schema["maxProperties"] = json!(max),
                false => self.drop_keyword(place, "maxProperties"),
            }
        }
    }

    /// An array; the older way to give items their own schemas is understood as well.
    pub(super) fn array(&mut self, node: &Map<String, Value>, place: &Place) -> Value {
        let (first, rest) = match (node.get("items"), node.get("prefixItems")) {
            (Some(Value::Array(first)), _) => (first.as_slice(), node.get("additionalItems")),
            (items, Some(Value::Array(first))) => (first.as_slice(), items),
            (items, _) => (&[][..], items),
        };
        let mut schema = json!({ "type": "array" });
        if !first.is_empty() {
            let like = |(index, item): (usize, &Value)| {
                self.schema(item, &place.within("prefixItems", &index.to_string()))
            };
            schema["prefixItems"] = Value::Array(first.iter().enumerate().map(like).collect());
        }
        schema["items"] = match rest {
            Some(rest) => self.schema(rest, &place.within("items", "")),
            None => any(),
        };
        for keyword in ["minItems", "maxItems"] {
            if let Some(n_items) = length(node, keyword) {
                schema[keyword] = json!(n_items);
            }
        }
        schema
    }
}
