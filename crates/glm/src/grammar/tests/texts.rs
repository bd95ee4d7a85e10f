//! Texts that the grammar takes and texts that it does not.

use super::*;

/// Whether the grammar takes a text whole, in which special tokens are spelled out.
fn accepts(format: Format, tools: &[ToolSpec], constraint: &Constraint, text: &str) -> bool {
    let codec = codec(format);
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(tools, constraint);
    assert_eq!(guide.lapse(), None);
    // The test's bytes are not the tokenizer's own tokens, to which a mask would hold forced text.
    ids_of(&codec, text).into_iter().for_each(|id| guide.accept(id));
    guide.lapse().is_none()
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
            let walk = walk(&codec, &mut grammars.guide(&[], &constraint), &[], seed, "");
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

/// In XML a value is text or JSON by itself, so that each property has to be possible by itself.
#[test]
fn what_no_value_satisfies_is_never_written_in_xml() {
    let check = |properties: Value, argument: &str, expected: bool| {
        let tools = [function("f", json!({"type": "object", "properties": properties}))];
        let text = format!("\n<tool_call>f\n{argument}</tool_call><|observation|>");
        assert_eq!(
            accepts(Format::Glm45, &tools, &Constraint::Calls, &text),
            expected,
            "{properties}: {text}"
        );
        assert_eq!(
            super::check(Format::Glm45, &json!({"type": "object", "properties": properties})),
            Support::Full
        );
    };
    let a = |value: &str| format!("<arg_key>a</arg_key>\n<arg_value>{value}</arg_value>\n");
    let kinds = json!({"type": "boolean", "enum": ["True", "False"]});
    check(json!({"a": kinds}), "", true);
    check(json!({"a": kinds}), &a("\"True\""), false);
    check(json!({"a": {"type": "string", "enum": [1, 2]}}), &a("1"), false);
    check(json!({"a": {"type": "string", "enum": [1, 2]}}), "", true);
    let short = json!({"type": "string", "enum": ["x", "xyz"], "maxLength": 2});
    check(json!({"a": short}), &a("x"), true);
    check(json!({"a": short}), &a("xyz"), false);
}
