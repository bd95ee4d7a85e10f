//! Random walks under grammars, read by the wire formats' own parsers.

use std::sync::Arc;

use chat::{Arguments, Builtin, Completion, Constraint, FunctionSpec, Sampling, ToolSpec, wire::Format};
use serde_json::{Value, json};

use super::*;
use crate::tokenizer::Tokenizer;
use crate::{Codec, GgufTokenizer, Sampler, TextStream, codec::Piece};

/// Every byte, some words, and the special tokens of all formats.
fn codec(format: Format) -> Arc<Codec> {
    let mut tokens: Vec<String> = (0..=255u8).map(spell).collect();
    let words = [
        "\n\n", "\": ", "\", \"", "{\"", "\"}", "get", "get_", "_weather", "the", " the", "  ", "12", "你",
        "好",
    ];
    tokens.extend(words.map(|word| word.bytes().map(spell).collect()));
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

/// A byte in GPT-2's spelling.
fn spell(byte: u8) -> String {
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

/// How many tokens a walk writes before it leans to those that close what is open.
const PATIENCE: u32 = 40;

/// A model whose logits are noise, drawn from at temperature 2 as the engine draws. It goes on from
/// `beginning`.
fn walk(codec: &Arc<Codec>, guide: &mut Guide, tools: &[ToolSpec], seed: u64, beginning: &str) -> Walk {
    let n_tokens = codec.tokenizer().vocab_size();
    let mut noise = seed;
    let mut sampler = Sampler::new(Sampling { temperature: 2.0, seed, ..Default::default() });
    let mut parser = codec.format().parser(tools);
    let mut stream = TextStream::default();
    let mut text = String::new();
    let mut sink = |_| {};
    let lapse = guide.lapse().map(str::to_owned);
    let mut run = ids_of(codec, beginning);
    run.iter().for_each(|&id| guide.accept(id));
    for n_written in 0..PATIENCE * 8 {
        run.extend(guide.forced());
        if run.is_empty() {
            let logit = |id| {
                noise = noise.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                let closing = if n_written > PATIENCE { closing(codec, id) } else { 0.0 };
                (noise >> 40) as f32 / (1 << 24) as f32 * 8.0 + closing
            };
            let mut logits: Vec<f32> = (0..n_tokens as u32).map(logit).collect();
            guide.mask(&mut logits);
            assert_eq!(guide.lapse(), lapse.as_deref(), "after {text:?}");
            let id = sampler.next(&mut logits).expect("something is allowed");
            guide.accept(id);
            run.push(id);
        }
        assert_eq!(guide.lapse(), lapse.as_deref(), "after {text:?}");
        for id in run.drain(..) {
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

/// The bytes of a text one by one, and the special tokens that it spells.
fn ids_of(codec: &Codec, text: &str) -> Vec<u32> {
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
    ids
}

/// What stands in front of a call's arguments.
fn beginning(format: Format, name: &str) -> String {
    match format {
        Format::Glm4Chat | Format::Glm40414 => format!("{name}\n"),
        Format::Glm45 => format!("\n<tool_call>{name}\n"),
        Format::Glm47 => format!("</think><tool_call>{name}"),
    }
}

/// How much a token helps to come to an end.
fn closing(codec: &Codec, id: u32) -> f32 {
    match codec.piece(id) {
        Piece::Special(_) => 50.0,
        Piece::Text(b"}" | b"]" | b"\"}") => 40.0,
        Piece::Text(b"\"" | b")") => 45.0,
        Piece::Text(b",") => 12.0,
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
                let options = jsonschema::options().should_validate_formats(true);
                let validator = options.build(&function.parameters).unwrap();
                assert!(validator.is_valid(value), "{value} against {}", function.parameters);
            }
            (ToolSpec::Builtin(_), Arguments::Text(text)) => {
                assert!(!text.trim().is_empty(), "{:?}", walk.text)
            }
            (_, arguments) => panic!("{arguments:?}"),
        }
    }
}

mod any_schema;
mod texts;
mod tokens;
mod walks;
