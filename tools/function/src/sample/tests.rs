use proptest::prelude::*;
use serde_json::json;

use super::*;

fn schema(value: Value) -> Schema {
    crate::schema::compile(&value, "").unwrap_or_else(|error| panic!("{}: {value}", error.fault))
}

fn weather() -> Value {
    json!({
        "type": "object",
        "properties": {
            "city": { "type": "string", "minLength": 2, "maxLength": 40 },
            "days": { "type": "integer", "minimum": 1, "maximum": 14 },
            "unit": { "enum": ["celsius", "fahrenheit"] },
            "at": { "type": "string", "format": "date-time" },
            "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true, "maxItems": 3 },
        },
        "required": ["city"],
        "additionalProperties": false,
    })
}

#[test]
fn equal_seeds_make_equal_arguments() {
    let schema = schema(weather());
    assert_eq!(valid(&schema, 7), valid(&schema, 7));
    assert_eq!(broken(&schema, 7), broken(&schema, 7));
    let different: Vec<_> = (0..10).map(|seed| valid(&schema, seed)).collect();
    assert!(different.iter().any(|arguments| *arguments != different[0]));
}

#[test]
fn every_kind_of_constraint_is_broken_alone() {
    let broken = broken(&schema(weather()), 1);
    let found = |path: &str, keyword: &str| {
        broken.iter().any(|broken| broken.error.path == path && broken.error.keyword == keyword)
    };
    for (path, keyword) in [
        ("", "required"),
        ("", "additionalProperties"),
        ("/city", "minLength"),
        ("/city", "maxLength"),
        ("/city", "type"),
        ("/days", "minimum"),
        ("/days", "maximum"),
        ("/days", "type"),
        ("/unit", "enum"),
        ("/at", "format"),
        ("/tags", "uniqueItems"),
    ] {
        assert!(found(path, keyword), "no {keyword} at {path:?} in {broken:#?}");
    }
}

/// Schemas of the kinds that functions have, and a few that they hardly ever have.
#[test]
fn arguments_are_found_for_many_schemas() {
    let with =
        |property: Value| json!({ "type": "object", "properties": { "a": property }, "required": ["a"] });
    for property in [
        json!(true),
        json!({ "const": [1, "x"] }),
        json!({ "type": ["integer", "null"], "multipleOf": 5, "exclusiveMinimum": 10, "maximum": 20 }),
        json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.001 }),
        json!({ "type": "string", "pattern": "^[A-Z]{2}[0-9]{3}$" }),
        json!({ "type": "string", "pattern": "^a+$", "minLength": 3, "maxLength": 4 }),
        json!({ "type": "string", "minLength": 3000 }),
        json!({ "type": "string", "maxLength": 0 }),
        json!({ "type": "array", "prefixItems": [{ "type": "integer" }, { "type": "boolean" }], "items": false, "minItems": 2 }),
        json!({ "type": "array", "contains": { "const": 7 }, "minContains": 2, "items": { "type": "integer" } }),
        json!({ "type": "array", "items": { "enum": ["x", "y", "z"] }, "uniqueItems": true, "minItems": 3 }),
        json!({ "type": "object", "minProperties": 3, "additionalProperties": { "type": "integer" } }),
        json!({ "type": "object", "patternProperties": { "^x-[a-z]+$": { "type": "integer" } }, "additionalProperties": false, "minProperties": 1 }),
        json!({ "type": "object", "propertyNames": { "pattern": "^[a-z]{3}$" }, "minProperties": 2 }),
        json!({ "type": "object", "properties": { "b": {}, "c": {} }, "dependentRequired": { "b": ["c"] } }),
        json!({ "allOf": [{ "type": "integer", "minimum": 3 }, { "maximum": 4 }] }),
        json!({ "anyOf": [{ "type": "string", "format": "uuid" }, { "type": "null" }] }),
        json!({ "oneOf": [{ "type": "integer", "minimum": 10 }, { "type": "integer", "maximum": 5 }] }),
        json!({ "type": "object", "properties": { "k": { "enum": ["x", "y"] } }, "required": ["k"],
            "if": { "properties": { "k": { "const": "x" } } }, "then": { "required": ["n"] }, "else": { "required": ["m"] } }),
        json!({ "type": "integer", "not": { "const": 4 }, "minimum": 4, "maximum": 5 }),
    ] {
        let schema = schema(with(property.clone()));
        for seed in 0..20 {
            assert!(valid(&schema, seed).is_some(), "{property}, seed {seed}");
        }
    }
    let tree = json!({
        "type": "object",
        "properties": { "root": { "$ref": "#/$defs/node" } },
        "required": ["root"],
        "$defs": { "node": {
            "type": "object",
            "properties": { "value": { "type": "integer" }, "next": { "anyOf": [{ "$ref": "#/$defs/node" }, { "type": "null" }] } },
            "required": ["value", "next"],
        } },
    });
    (0..20).for_each(|seed| assert!(valid(&schema(tree.clone()), seed).is_some(), "seed {seed}"));
}

#[test]
fn what_cannot_be_is_not_made() {
    for property in
        [json!(false), json!({ "type": "integer", "minimum": 2, "maximum": 1 }), json!({ "$ref": "#" })]
    {
        let endless = json!({ "type": "object", "properties": { "a": property }, "required": ["a"] });
        assert_eq!(valid(&schema(endless.clone()), 0), None, "{endless}");
        assert_eq!(broken(&schema(endless), 0), []);
    }
}

/// Any schema of the usual keywords.
fn any_schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "boolean" })),
        Just(json!({ "type": "null" })),
        (0u32..20, 0u32..20)
            .prop_map(|(a, b)| json!({ "type": "string", "minLength": a, "maxLength": a + b })),
        prop::sample::select(vec!["date", "email", "uuid", "ipv4", "uri", "date-time", "hostname"])
            .prop_map(|format| json!({ "type": "string", "format": format })),
        prop::sample::select(vec![
            "^[a-z]{2,5}$",
            "^\\d+-\\d+$",
            "(foo|bar)",
            "^[A-Z][a-z]*( [A-Z][a-z]*)?$"
        ])
        .prop_map(|pattern| json!({ "type": "string", "pattern": pattern })),
        (-1000i64..1000, 0i64..50)
            .prop_map(|(a, b)| json!({ "type": "integer", "minimum": a, "maximum": a + b })),
        (-1000i64..1000).prop_map(|a| json!({ "type": "number", "exclusiveMinimum": a })),
        (1u32..9).prop_map(|step| json!({ "type": "integer", "multipleOf": step })),
        prop::collection::vec("[a-z]{1,4}", 1..4).prop_map(|values| json!({ "enum": values })),
    ];
    let node = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            object(inner.clone()),
            (inner.clone(), 0usize..3, 0usize..3).prop_map(
                |(items, a, b)| json!({ "type": "array", "items": items, "minItems": a, "maxItems": a + b })
            ),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|any| json!({ "anyOf": any })),
            inner.prop_map(|schema| json!({ "allOf": [schema, true] })),
        ]
    });
    object(node)
}

fn object(property: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    (prop::collection::btree_map("[a-z]{1,5}", property, 0..4), any::<u8>(), any::<bool>()).prop_map(
        |(properties, mask, is_open)| {
            let names = properties.keys().enumerate();
            let required: Vec<_> = names.filter(|(i, _)| mask >> i & 1 == 1).map(|(_, name)| name.clone()).collect();
            json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": is_open })
        },
    )
}

proptest! {
    #[test]
    fn made_arguments_are_valid_and_broken_ones_break_one_constraint(value in any_schema(), seed in any::<u64>()) {
        let schema = schema(value);
        let arguments = valid(&schema, seed);
        prop_assert!(arguments.as_ref().is_some_and(|arguments| schema.accepts(arguments)), "{:?}", arguments);
        for broken in broken(&schema, seed) {
            prop_assert_eq!(schema.violations(&broken.arguments, 9).len(), 1);
        }
    }
}
