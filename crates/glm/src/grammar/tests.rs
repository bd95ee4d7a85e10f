//! Random walks under grammars, read by the wire formats' own parsers.

use std::sync::Arc;

use chat::{Arguments, Builtin, Completion, Constraint, FunctionSpec, ToolSpec, wire::Format};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::tokenizer::Tokenizer;
use crate::{Codec, GgufTokenizer, TextStream, codec::Piece};

/// Every byte, some words, and the special tokens of all formats: those of GLM-4 alone where `tags`
/// is false.
fn codec(format: Format) -> Arc<Codec> {
    let spell = |text: &str| {
        let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
        let char_of = |b: u8| match printable(b) {
            true => b as char,
            false => char::from_u32(0x100 + (0..b).filter(|b| !printable(*b)).count() as u32).unwrap(),
        };
        text.bytes().map(char_of).collect::<String>()
    };
    let byte = |b: u8| spell_byte(b);
    let mut tokens: Vec<String> = (0..=255u8).map(byte).collect();
    let words = [
        "\n\n", "\": ", "\", \"", "{\"", "\"}", "get", "get_", "_weather", "the", " the", "  ", "12", "你",
        "好",
    ];
    tokens.extend(words.map(spell));
    let mut token_types = vec![1; tokens.len()];
    for special in chat::Special::ALL {
        tokens.push(special.as_str().to_owned());
        token_types.push(3);
    }
    let gguf = GgufTokenizer {
        model: "gpt2".into(),
        pre: "glm4".into(),
        tokens,
        merges: vec!["a b c".into()],
        token_types,
    };
    Arc::new(Codec::from_parts(format, format.default_words(), Tokenizer::from_gguf(&gguf).unwrap()))
}

fn spell_byte(byte: u8) -> String {
    let printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let c = match printable(byte) {
        true => byte as char,
        false => char::from_u32(0x100 + (0..byte).filter(|b| !printable(*b)).count() as u32).unwrap(),
    };
    c.to_string()
}

/// What a walk came to.
struct Walk {
    completion: Completion,
    text: String,
    is_cut: bool,
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// A model that writes any allowed token, and after `patience` of them those that close what is open.
fn walk(codec: &Arc<Codec>, guide: &mut Guide, tools: &[ToolSpec], seed: u64, patience: usize) -> Walk {
    let n_tokens = codec.tokenizer().vocab_size();
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut parser = codec.format().parser(tools);
    let mut stream = TextStream::default();
    let mut text = String::new();
    let mut sink = |_| {};
    for n_written in 0..patience * 8 {
        let mut run = guide.forced();
        if run.is_empty() {
            let mut logits: Vec<f32> = (0..n_tokens as u32)
                .map(|id| {
                    let noise = (random.next() % 1000) as f32 / 1000.0;
                    noise + if n_written > patience { closing(codec, id) } else { 0.0 }
                })
                .collect();
            guide.mask(&mut logits);
            assert_eq!(guide.lapse(), None, "after {text:?}");
            let id = crate::sampler::likeliest(&logits).expect("something is allowed");
            guide.accept(id);
            run.push(id);
        }
        assert_eq!(guide.lapse(), None, "after {text:?}");
        for id in run {
            match codec.piece(id) {
                Piece::Text(bytes) => {
                    let piece = stream.push(bytes);
                    text.push_str(&piece);
                    parser.text(&piece, &mut sink);
                }
                Piece::Special(special) => {
                    assert_eq!(stream.finish(), "", "a character is cut by a special token");
                    text.push_str(special.as_str());
                    if parser.special(special, &mut sink).is_break() {
                        return Walk { completion: parser.finish(&mut sink), text, is_cut: false };
                    }
                }
                Piece::Nothing => panic!("token {id} is nothing"),
            }
        }
    }
    Walk { completion: parser.finish(&mut sink), text, is_cut: true }
}

/// How much a token helps to come to an end.
fn closing(codec: &Codec, id: u32) -> f32 {
    match codec.piece(id) {
        Piece::Special(_) => 50.0,
        Piece::Text(b"}" | b"]" | b"\"}") => 40.0,
        Piece::Text(b"\"" | b")") => 45.0,
        Piece::Text(bytes) if bytes.len() == 1 && bytes[0].is_ascii_digit() => 10.0,
        Piece::Text(bytes) if bytes.len() == 1 && bytes[0].is_ascii_alphanumeric() => 5.0,
        _ => 0.0,
    }
}

fn function(name: &str, parameters: Value) -> ToolSpec {
    ToolSpec::Function(FunctionSpec { name: name.into(), description: String::new(), parameters })
}

fn weather() -> Value {
    json!({"type": "object", "properties": {
        "city": {"type": "string"}, "unit": {"enum": ["celsius", "fahrenheit"]},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
    }, "required": ["city", "unit"]})
}

fn all_tools() -> Vec<ToolSpec> {
    vec![
        ToolSpec::Builtin(Builtin::Python),
        ToolSpec::Builtin(Builtin::SimpleBrowser),
        ToolSpec::Builtin(Builtin::Cogview),
        function("get_weather", weather()),
        function("get", json!({"type": "object", "properties": {}})),
        function(
            "note",
            json!({"type": "object", "properties": {
            "text": {"type": "string", "minLength": 2, "maxLength": 9}, "when": {"type": "string", "format": "date"},
            "tags": {"type": "array", "items": {"type": "string", "enum": ["a", "b c"]}, "minItems": 1, "maxItems": 3},
            "size": {"type": ["number", "null"], "exclusiveMinimum": 0}, "open": {"type": "boolean"},
            "extra": {"type": "object"},
        }, "required": ["when", "size"], "additionalProperties": false}),
        ),
    ]
}

/// Every call is of a tool on offer and its arguments are valid; every answer has words.
fn assert_valid(tools: &[ToolSpec], walk: &Walk) {
    let message = match &walk.completion {
        Completion::Answer(message) => {
            assert!(!message.text.trim().is_empty(), "{:?}", walk.text);
            return;
        }
        Completion::ToolCalls(message) => message,
        Completion::Malformed { reason, .. } => panic!("{reason}: {:?}", walk.text),
    };
    for call in &message.calls {
        let tool = tools.iter().find(|tool| tool.name() == call.tool);
        match (tool.unwrap_or_else(|| panic!("{} is no tool: {:?}", call.tool, walk.text)), &call.arguments) {
            (ToolSpec::Function(function), Arguments::Json { value, .. }) => {
                let validator = jsonschema::validator_for(&function.parameters).unwrap();
                assert!(validator.is_valid(value), "{value} against {}", function.parameters);
            }
            (ToolSpec::Builtin(_), Arguments::Text(text)) => {
                assert!(!text.trim().is_empty(), "{:?}", walk.text)
            }
            (_, arguments) => panic!("{arguments:?}"),
        }
    }
}

#[test]
fn a_walk_under_the_grammar_is_an_answer_or_valid_calls() {
    let tools = all_tools();
    for format in Format::ALL {
        let codec = codec(format);
        let grammars = Grammars::new(Arc::clone(&codec));
        let (mut n_answers, mut n_calls, mut n_cut) = (0, 0, 0);
        for seed in 0..150 {
            let mut guide = grammars.guide(&tools, &Constraint::Calls);
            let walk = walk(&codec, &mut guide, &tools, seed, 40);
            match (&walk.completion, walk.is_cut) {
                (_, true) => n_cut += 1,
                (Completion::ToolCalls(message), _) => n_calls += message.calls.len(),
                _ => n_answers += 1,
            }
            if !walk.is_cut {
                assert_valid(&tools, &walk);
            }
        }
        assert!(n_calls > 20 && n_cut < 15, "{format:?}: {n_answers} answers, {n_calls} calls, {n_cut} cut");
    }
}

/// Whether the grammar takes a text whole, in which special tokens are spelled out.
fn accepts(format: Format, tools: &[ToolSpec], constraint: &Constraint, text: &str) -> bool {
    let codec = codec(format);
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(tools, constraint);
    assert_eq!(guide.lapse(), None);
    let mut rest = text;
    let mut ids = Vec::new();
    while !rest.is_empty() {
        let found =
            chat::Special::ALL.iter().filter_map(|s| Some((rest.find(s.as_str())?, *s))).min_by_key(|x| x.0);
        let (before, special) = found.map_or((rest, None), |(at, special)| (&rest[..at], Some(special)));
        ids.extend(before.bytes().map(u32::from));
        rest = &rest[before.len()..];
        if let Some(special) = special {
            match codec.piece(codec.tokenizer().id_of(special).unwrap()) {
                Piece::Special(_) => ids.extend(codec.tokenizer().id_of(special)),
                _ => ids.extend(special.as_str().bytes().map(u32::from)),
            }
            rest = &rest[special.as_str().len()..];
        }
    }
    // The test's bytes are not the tokenizer's own tokens, to which a mask would hold forced text.
    ids.into_iter().for_each(|id| guide.accept(id));
    if guide.lapse().is_some() {
        return false;
    }
    true
}

#[test]
fn the_grammar_of_the_plain_formats() {
    let tools = all_tools();
    let check = |format, text: &str, expected: bool| {
        assert_eq!(accepts(format, &tools, &Constraint::Calls, text), expected, "{format:?}: {text:?}");
    };
    use Format::{Glm4Chat, Glm40414};
    check(Glm4Chat, "\nHello {\"a\"} <think>.<|user|>", true);
    check(Glm4Chat, "\n \n<|user|>", false);
    check(Glm4Chat, "\nHello<|observation|>", false);
    check(Glm4Chat, "\nHello<|system|>", false);
    check(Glm4Chat, "Hello<|user|>", false);
    check(Glm4Chat, "\nI look.<|assistant|>python\n1<|observation|>", true);
    check(Glm4Chat, "python\nprint(1)\n<|observation|>", true);
    check(Glm4Chat, "python\nprint(1)<|user|>", false);
    check(Glm4Chat, "get_weather\n{\"city\": \"北京\", \"unit\": \"celsius\"}<|observation|>", true);
    check(
        Glm4Chat,
        "get_weather\n{\"city\": \"x\", \"unit\": \"celsius\", \"days\": 14}<|observation|>",
        true,
    );
    check(
        Glm4Chat,
        "get_weather\n{\"city\": \"x\", \"unit\": \"celsius\", \"days\": 15}<|observation|>",
        false,
    );
    check(Glm4Chat, "get_weather\n{\"city\": \"x\"}<|observation|>", false);
    check(Glm4Chat, "get\n{}<|observation|>", true);
    check(Glm4Chat, "get_w\n{}<|observation|>", false);
    check(Glm4Chat, "simple_browser\nsearch(\"who \\\"won\\\"\", recency_days=7)<|observation|>", true);
    check(Glm4Chat, "simple_browser\nsearch(\"who\")<|observation|>", true);
    check(Glm4Chat, "simple_browser\nmclick([0, 12])<|observation|>", true);
    check(Glm4Chat, "simple_browser\nopen_url(\"https://example.org/?a=b\")<|observation|>", true);
    check(Glm4Chat, "simple_browser\nopen_url(3)<|observation|>", false);
    check(Glm40414, "get_weather \n{\"city\": \"x\", \"unit\": \"celsius\"}<|observation|>", true);
    check(Glm40414, "python\n{\"code\": \"print(1)\"}<|observation|>", true);
    check(Glm40414, "python\nprint(1)<|observation|>", false);
    check(Glm40414, "simple_browser\n{\"action\": \"search(\\\"who\\\")\"}<|observation|>", true);
    check(Glm40414, "\n<think>hm</think>\n\nyes<|user|>", true);
    check(Glm40414, "\n<think>hm</think>\n\n<|user|>", false);
    check(Glm40414, "\n<think>hm<|user|>", false);
    check(Glm40414, "\n<think>hm</think>\n<|assistant|>get\n{}<|observation|>", true);
}

#[test]
fn the_grammar_of_the_xml_formats() {
    let tools = all_tools();
    let check = |format, text: &str, expected: bool| {
        assert_eq!(accepts(format, &tools, &Constraint::Calls, text), expected, "{format:?}: {text:?}");
    };
    use Format::{Glm45, Glm47};
    let pair = |key: &str, value: &str| format!("<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n");
    let weather = format!(
        "<tool_call>get_weather\n{}{}</tool_call>",
        pair("city", "北京"),
        pair("unit", "\"celsius\"")
    );
    let get = "<tool_call>get\n</tool_call>";
    check(Glm45, "\n<think>hm</think>\nyes<|user|>", true);
    check(Glm45, "\nyes<|user|>", true);
    check(Glm45, "\n<think>hm</think>\n<|user|>", false);
    check(Glm45, &format!("\n<think>hm</think>\n{weather}<|observation|>"), true);
    check(Glm45, &format!("\nSo.\n{weather}\n{get}<|observation|>"), true);
    check(Glm45, &format!("\n{get}{get}<|observation|>"), true);
    check(Glm45, &format!("\n{get}<|user|>"), false);
    check(Glm45, "\n<tool_call>go\n</tool_call><|observation|>", false);
    check(
        Glm45,
        &format!("\n<tool_call>get_weather\n{}</tool_call><|observation|>", pair("city", "x")),
        false,
    );
    let note = format!(
        "<tool_call>note\n{}{}{}</tool_call>",
        pair("text", "a <b>"),
        pair("when", "2024-02-29"),
        pair("size", "0.5")
    );
    check(Glm45, &format!("\n{note}<|observation|>"), true);
    check(
        Glm45,
        &format!(
            "\n<tool_call>note\n{}{}</tool_call><|observation|>",
            pair("when", "2023-02-29"),
            pair("size", "1")
        ),
        false,
    );
    check(
        Glm45,
        &format!("\n<tool_call>python\n{}</tool_call><|observation|>", pair("code", "print(1)\n")),
        true,
    );
    check(Glm47, "hm</think>yes<|user|>", true);
    check(Glm47, "hm<|user|>", false);
    let glm47 = "<tool_call>get_weather<arg_key>city</arg_key><arg_value>x</arg_value><arg_key>unit</arg_key><arg_value>\"celsius\"</arg_value></tool_call>";
    check(Glm47, &format!("hm</think>So.{glm47}<tool_call>get</tool_call><|observation|>"), true);
    check(Glm47, &format!("hm{glm47}<|observation|>"), true);
}

#[test]
fn an_answer_can_be_held_to_a_schema() {
    let constraint = Constraint::Answer(Arc::new(weather()));
    let check = |format, tools: &[ToolSpec], text: &str, expected: bool| {
        assert_eq!(accepts(format, tools, &constraint, text), expected, "{format:?}: {text:?}");
    };
    use Format::{Glm4Chat, Glm45, Glm47, Glm40414};
    let json = "{\"city\": \"x\", \"unit\": \"celsius\"}";
    let pretty = "{\n  \"city\": \"x\",\n  \"unit\": \"celsius\"\n}";
    for json in [json, pretty] {
        check(Glm4Chat, &[], &format!("\n{json}<|user|>"), true);
        check(Glm40414, &[], &format!("\n{json}<|user|>"), true);
        check(Glm40414, &[], &format!("\n<think>hm</think>\n\n{json}<|user|>"), true);
        check(Glm45, &[], &format!("\n<think>hm</think>\n{json}<|user|>"), true);
        check(Glm47, &[], &format!("hm</think>{json}<|endoftext|>"), true);
    }
    check(Glm4Chat, &[], "\nHello<|user|>", false);
    check(Glm4Chat, &all_tools(), "get\n{}<|observation|>", true);
    check(Glm4Chat, &[], "get\n{}<|observation|>", false);
    for format in Format::ALL {
        let codec = codec(format);
        let grammars = Grammars::new(Arc::clone(&codec));
        let validator = jsonschema::validator_for(&weather()).unwrap();
        for seed in 0..20 {
            let walk = walk(&codec, &mut grammars.guide(&[], &constraint), &[], seed, 40);
            match &walk.completion {
                _ if walk.is_cut => {}
                Completion::Answer(message) => {
                    let value: Value = serde_json::from_str(&message.text)
                        .unwrap_or_else(|e| panic!("{e}: {:?}", walk.text));
                    assert!(validator.is_valid(&value), "{value}");
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn without_tools_only_role_tokens_are_kept_away() {
    let codec = codec(Format::Glm4Chat);
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(&[], &Constraint::Calls);
    let mut logits = vec![0.0; codec.tokenizer().vocab_size()];
    guide.mask(&mut logits);
    let allowed = |special| logits[codec.tokenizer().id_of(special).unwrap() as usize] == 0.0;
    assert!(
        allowed(chat::Special::User) && allowed(chat::Special::EndOfText) && allowed(chat::Special::Think)
    );
    assert!(!allowed(chat::Special::Observation) && !allowed(chat::Special::System));
    assert_eq!((guide.forced(), logits[0]), (vec![], 0.0));
}

/// The model would write the same tokens if it wrote the same text by itself.
#[test]
fn forced_tokens_are_those_of_the_tokenizer() {
    let codec = codec(Format::Glm4Chat);
    let parameters = json!({"type": "object", "properties": {"the 你好": {"const": "12 the \n\n"}}, "required": ["the 你好"]});
    let tools = [function("get_weather", parameters)];
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(&tools, &Constraint::Calls);
    guide.accept(codec.tokenizer().encode_text("get_")[0]);
    let mut ids = codec.tokenizer().encode_text("get_")[..1].to_vec();
    ids.extend(guide.forced());
    let text = "get_weather\n{\"the 你好\": \"12 the \\n\\n\"}";
    let mut expected = codec.tokenizer().encode_text(text);
    expected.extend(codec.tokenizer().id_of(chat::Special::Observation));
    assert_eq!(codec.tokenizer().decode(&ids), codec.tokenizer().decode(&expected));
    assert_eq!(ids, expected);
}

#[test]
fn a_vocabulary_without_tags_says_so() {
    let ranks: String = (0..=255u8).map(|b| format!("{} {b}\n", base64(b))).collect();
    let tokenizer = Tokenizer::from_tiktoken(ranks.as_bytes()).unwrap();
    let codec = Arc::new(Codec::from_parts(Format::Glm45, Format::Glm45.default_words(), tokenizer));
    let guide = Grammars::new(codec).guide(&all_tools(), &Constraint::Calls);
    assert_eq!(guide.lapse(), Some("the vocabulary has no <think> token, which the format glm45 needs"));
}

fn base64(byte: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |n: u8| DIGITS[n as usize & 63] as char;
    format!("{}{}==", digit(byte >> 2), digit(byte << 4))
}

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
        prop_assert_eq!(guide.lapse(), None);
        let walk = walk(&codec, &mut guide, &tools, seed, 25);
        let Completion::ToolCalls(message) = &walk.completion else { return Ok(()) };
        let Arguments::Json { value, .. } = &message.calls[0].arguments else { panic!("{message:?}") };
        if check(format, &schema) == Support::Full && let Ok(validator) = jsonschema::validator_for(&schema) {
            prop_assert!(validator.is_valid(value), "{value} against {schema}");
        }
    }
}
