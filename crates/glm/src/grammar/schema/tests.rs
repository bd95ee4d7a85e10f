use super::*;

/// What stays of a schema, without the definitions that every schema gets, and what is left out.
fn check(schema: Value, expected: Value, unenforced: &[&str]) {
    let mut rewritten = for_grammar(&schema, "", &schema);
    let definitions = rewritten.schema["$defs"].as_object_mut().unwrap();
    definitions.retain(|name, _| !name.starts_with("any"));
    if definitions.is_empty() {
        rewritten.schema.as_object_mut().unwrap().shift_remove("$defs");
    }
    assert_eq!(rewritten.schema, expected, "{schema}");
    let found: Vec<String> = rewritten.unenforced.iter().map(Unenforced::to_string).collect();
    assert_eq!(found, unenforced, "{schema}");
}

fn object(properties: Value, required: Value, rest: Value) -> Value {
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": rest})
}

#[test]
fn objects_are_held_to_their_properties() {
    let string = json!({"type": "string"});
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "description": "x"}}, "required": ["a"]});
    check(schema, object(json!({"a": string}), json!(["a"]), json!(false)), &[]);
    let schema = json!({"type": "object", "properties": {"a": string}, "required": ["b"]});
    check(schema, object(json!({"a": string}), json!(["b"]), any()), &[]);
    let schema = json!({"type": "object", "properties": {"a": string}, "additionalProperties": true});
    check(schema, object(json!({"a": string}), json!([]), any()), &[]);
    check(json!({"type": "object"}), object(json!({}), json!([]), any()), &[]);
    // Another part of the schema may ask for more properties.
    let schema = json!({"allOf": [{"type": "object", "properties": {"a": string}}, {"type": "object", "properties": {"b": string}}]});
    let parts = ["a", "b"].map(|key| object(json!({key: string}), json!([]), any()));
    check(schema, json!({"allOf": parts}), &[]);
}

#[test]
fn numbers_stay_where_parsers_read_them() {
    let integer = |min: i64, max: i64| json!({"type": "integer", "minimum": min, "maximum": max});
    let most = 1_000_000_000_000_000_000;
    check(json!({"type": "integer"}), integer(-most, most), &[]);
    check(json!({"type": "integer", "minimum": 0.5, "exclusiveMaximum": 10}), integer(1, 9), &[]);
    check(json!({"type": "integer", "exclusiveMinimum": 1.5}), integer(2, most), &[]);
    check(json!({"type": "integer", "maximum": 1e300}), integer(-most, most), &["maximum"]);
    check(
        json!({"type": "number", "exclusiveMinimum": 0, "maximum": 1}),
        json!({"type": "number", "minimum": 1e-9, "maximum": 1}),
        &[],
    );
    check(json!({"enum": [1, 2.5, 1e300]}), json!({"enum": [1, 2.5]}), &[]);
    check(
        json!({"type": "number", "multipleOf": 0.1, "minimum": 0, "maximum": 1}),
        json!({"type": "number", "minimum": 0, "maximum": 1}),
        &["multipleOf"],
    );
}

#[test]
fn what_no_grammar_follows_is_left_out_by_name() {
    let string = json!({"type": "string"});
    check(
        json!({"type": "array", "items": string, "uniqueItems": true, "contains": {"const": 1}}),
        json!({"type": "array", "items": string}),
        &["contains", "uniqueItems"],
    );
    check(
        json!({"type": "string", "pattern": "(?=a)", "format": "regex"}),
        string.clone(),
        &["format", "pattern"],
    );
    check(
        json!({"type": "string", "pattern": "^a"}),
        json!({"type": "string", "pattern": "^(?:(?:a)(?s:.*))$"}),
        &[],
    );
    check(json!({"type": "string", "not": {"const": "a"}, "if": true}), string.clone(), &["not"]);
    // JSON writes this character as an escape that the grammar does not allow.
    check(json!({"type": "string", "pattern": "^\\v$"}), string.clone(), &["pattern"]);
    check(
        json!({"type": "string", "pattern": "^ab$", "format": "date"}),
        string.clone(),
        &["format", "pattern"],
    );
    check(json!({"type": "string", "not": true}), string.clone(), &["not"]);
    check(
        json!({"type": "array", "items": string, "contains": true}),
        json!({"type": "array", "items": string}),
        &["contains"],
    );
    let closed = ["object", "array", "string", "number", "boolean", "null"].map(|kind| match kind {
        "object" => object(json!({}), json!([]), json!(false)),
        "array" => json!({"type": "array", "items": any()}),
        "number" => number::numeric(&Map::new(), false, false).schema,
        kind => json!({"type": kind}),
    });
    let closed = json!({ "anyOf": closed });
    check(json!({"unevaluatedProperties": false}), closed, &[]);
    check(json!({"oneOf": [string, {"type": "null"}]}), json!({"anyOf": [string, {"type": "null"}]}), &[]);
    check(json!({"oneOf": [string, string]}), json!({"anyOf": [string, string]}), &["oneOf"]);
    check(json!({"$ref": "http://example.org/"}), any(), &["$ref"]);
}

#[test]
fn references_lead_to_definitions() {
    let node = json!({"type": "object", "properties": {"next": {"$ref": "#/definitions/no%64e"}}});
    let like = object(json!({"next": {"$ref": "#/$defs/d0"}}), json!([]), any());
    let schema = json!({"$ref": "#/definitions/node", "definitions": {"node": node}});
    check(schema, json!({"$ref": "#/$defs/d0", "$defs": {"d0": like}}), &[]);
    check(json!({"$ref": "#"}), any(), &["$ref"]);
    // A value that is defined by itself, whatever stands beside.
    let circle = json!({"anyOf": [{"$ref": "#/$defs/d0"}, {"type": "null"}]});
    let schema =
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"$ref": "#/$defs/a"}, {"type": "null"}]}}});
    let like = json!({"$ref": "#/$defs/d0", "$defs": {"d0": any()}});
    check(schema, like, &["$ref at /$defs/a"]);
    assert!(reference::leads_directly(&circle).eq([0]));
    check(
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        any(),
        &["$ref"],
    );
}

#[test]
fn large_schemas_are_cut() {
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "array", "items": deep});
    }
    assert_eq!(for_grammar(&deep, "", &deep).unenforced.len(), 1);
    let wide: Map<String, Value> = (0..30_000).map(|i| (format!("p{i}"), json!({"type": "null"}))).collect();
    let wide = json!({"type": "object", "properties": wide});
    assert!(!for_grammar(&wide, "", &wide).unenforced.is_empty());
}
