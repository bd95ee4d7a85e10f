//! Whatever the schema, there is a grammar.

use proptest::prelude::*;

use super::*;

/// Values that look like schemas, sensible or not.
fn any_schema() -> impl Strategy<Value = Value> {
    let kind = prop::sample::select(vec![
        "object", "array", "string", "number", "integer", "boolean", "null", "what",
    ]);
    let leaf = prop_oneof![
        kind.clone().prop_map(|kind| json!({"type": kind})),
        prop::collection::vec(kind, 0..3).prop_map(|kinds| json!({"type": kinds})),
        any::<bool>().prop_map(Value::from),
        Just(json!({})),
        prop::collection::vec(
            prop_oneof![
                any::<i64>().prop_map(Value::from),
                ".{0,4}".prop_map(Value::from),
                Just(json!(null)),
                Just(json!({"a": [1.5]}))
            ],
            0..4
        )
        .prop_map(|values| json!({"enum": values})),
        (any::<i16>(), any::<i16>())
            .prop_map(|(a, b)| json!({"type": "integer", "minimum": a, "exclusiveMaximum": b})),
        (any::<f64>(), any::<f32>()).prop_map(
            |(a, b)| json!({"type": "number", "exclusiveMinimum": a, "maximum": b, "multipleOf": b})
        ),
        (0..9u8, 0..9u8).prop_map(|(a, b)| json!({"type": "string", "minLength": a, "maxLength": b})),
        r"[\^]?([a-z\[\]().*+?|\\dws-]){0,12}[$]?"
            .prop_map(|pattern| json!({"type": "string", "pattern": pattern})),
        prop::sample::select(vec![
            "date",
            "time",
            "date-time",
            "email",
            "uri",
            "uuid",
            "ipv4",
            "ipv6",
            "hostname",
            "duration",
            "regex"
        ])
        .prop_map(|format| json!({"type": "string", "format": format})),
        prop::sample::select(vec!["#", "#/properties/a", "#/$defs/x", "#/nowhere", "http://a/b"])
            .prop_map(|to| json!({"$ref": to})),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![
            (prop::collection::btree_map("[a-c]{1,2}|.{0,3}", inner.clone(), 0..4), prop::collection::vec("[a-d]", 0..3), 0..4u8)
                .prop_map(|(properties, required, n)| json!({"type": "object", "properties": properties, "required": required, "minProperties": n})),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"patternProperties": {"^a": a}, "additionalProperties": b})),
            (inner.clone(), 0..4u8, 0..4u8).prop_map(|(items, a, b)| json!({"type": "array", "items": items, "minItems": a, "maxItems": b})),
            (list.clone(), inner.clone()).prop_map(|(first, rest)| json!({"prefixItems": first, "items": rest})),
            list.clone().prop_map(|options| json!({"anyOf": options})),
            list.clone().prop_map(|options| json!({"oneOf": options})),
            list.prop_map(|options| json!({"allOf": options})),
            (inner.clone(), inner).prop_map(|(a, b)| json!({"not": a, "$defs": {"x": b}, "type": "object"})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever the schema, there is a grammar, and what is written under it is valid where the schema
    /// is enforced whole.
    #[test]
    fn any_schema_gives_a_grammar(schema in any_schema(), which in 0..4usize, seed in any::<u64>()) {
        let format = Format::ALL[which];
        let codec = codec(format);
        let tools = [function("f", schema.clone())];
        let mut guide = Grammars::new(Arc::clone(&codec)).guide(&tools, &Constraint::Calls);
        let is_refused = guide.lapse().is_some();
        prop_assert!(guide.lapse().is_none_or(|lapse| lapse.starts_with("the grammar does not enforce the schema of f: ")));
        let walk = walk(&codec, &mut guide, &tools, seed, &beginning(format, "f"));
        let Completion::ToolCalls(message) = &walk.completion else { return Ok(()) };
        let Arguments::Json { value, .. } = &message.calls[0].arguments else { panic!("{message:?}") };
        let is_whole = check(format, &schema) == Support::Full;
        prop_assert!(!(is_whole && is_refused), "{schema}");
        if is_whole && let Ok(validator) = jsonschema::validator_for(&schema) {
            prop_assert!(validator.is_valid(value), "{value} against {schema}");
        }
    }
}
