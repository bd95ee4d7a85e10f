//! The formats in which calls are XML, and the tags special tokens.

use chat::wire::Format;
use chat::{Builtin, Constraint, FunctionSpec, Special};
use serde_json::{Map, Value, json};

use super::lark::{either, literal, regex};
use super::sketch::{
    Request, Sketch, SketchError, TEXT, WORDS, answer_stop, builtins, functions, object_schema, payload,
    token,
};
use super::support;
use crate::Codec;

/// A key that a schema does not list.
const OTHER_KEY: &str = "[A-Za-z_][A-Za-z0-9_.\\-]{0,63}";

/// The tags of one vocabulary.
struct Tags {
    think: String,
    end_think: String,
    call: String,
    end_call: String,
    key: String,
    end_key: String,
    value: String,
    end_value: String,
    newline: &'static str,
}

impl Tags {
    fn new(codec: &Codec) -> Result<Self, SketchError> {
        let tag = |special| token(codec, &[special]);
        Ok(Self {
            think: tag(Special::Think)?,
            end_think: tag(Special::EndThink)?,
            call: tag(Special::ToolCall)?,
            end_call: tag(Special::EndToolCall)?,
            key: tag(Special::ArgKey)?,
            end_key: tag(Special::EndArgKey)?,
            value: tag(Special::ArgValue)?,
            end_value: tag(Special::EndArgValue)?,
            newline: if codec.format() == Format::Glm45 { "\"\\n\" " } else { "" },
        })
    }

    fn argument(&self, key: &str, value: &str) -> String {
        let Self { key: open, end_key, value: open_value, end_value, newline, .. } = self;
        format!("{open} {key} {end_key} {newline}{open_value} {value} {end_value} {newline}")
    }
}

pub(super) fn write(sketch: &mut Sketch, request: &Request) -> Result<(), SketchError> {
    let Request { codec, tools, constraint } = *request;
    let tags = Tags::new(codec)?;
    let stop = answer_stop(codec)?;
    let call_stop = token(codec, &[Special::Observation])?;
    let Tags { think, end_think, .. } = &tags;

    sketch.rule("TEXT", &regex(TEXT));
    sketch.rule("WORDS", &regex(WORDS));
    let words = match constraint {
        Constraint::Answer(schema) => format!("NEWLINES? {}", sketch.answer(schema)),
        Constraint::Calls | Constraint::Off => "WORDS".to_owned(),
    };
    sketch.rule("NEWLINES", &regex(r"\n{1,2}"));
    // The prompt of 4.7 ends with <think>; in 4.5 the model writes it.
    let answer = match codec.format() {
        Format::Glm47 => format!("TEXT {end_think} {words} {stop}"),
        _ => format!("({words} | NEWLINES? {think} TEXT {end_think} {words}) {stop}"),
    };
    let before_calls = match (codec.format(), constraint) {
        // Words that are no answer would be a way around it.
        (Format::Glm47, Constraint::Answer(_)) => format!("TEXT ({end_think} NEWLINES?)?"),
        (_, Constraint::Answer(_)) => format!("NEWLINES? ({think} TEXT {end_think} NEWLINES?)?"),
        (Format::Glm47, _) => format!("TEXT ({end_think} TEXT)?"),
        _ => format!("TEXT ({think} TEXT {end_think} TEXT)?"),
    };
    sketch.rule("answer", &answer);
    let mut calls = Vec::new();
    for builtin in builtins(tools) {
        calls.push(call_of_builtin(sketch, &tags, builtin));
    }
    for function in functions(tools) {
        let arguments = arguments(sketch, &tags, function);
        calls.push(call(&tags, &function.name, &arguments));
    }
    match calls.is_empty() {
        true => sketch.rule("start", "answer"),
        false => {
            let more = if tags.newline.is_empty() { "call" } else { "(NEWLINES? call)" };
            sketch.rule("call", &format!("{} {} {}", tags.call, either(&calls), tags.end_call));
            sketch.rule("start", &format!("answer | {before_calls} call {more}* {call_stop}"));
        }
    }
    Ok(())
}

fn call(tags: &Tags, name: &str, arguments: &str) -> String {
    let name = match tags.newline.is_empty() {
        true => literal(name),
        false => literal(&format!("{name}\n")),
    };
    format!("{name} {arguments}")
}

fn call_of_builtin(sketch: &mut Sketch, tags: &Tags, builtin: Builtin) -> String {
    let name = format!("PAYLOAD_{}", builtin.name().to_uppercase());
    sketch.rule(&name, &regex(&payload(builtin)));
    call(tags, builtin.name(), &tags.argument(&literal(builtin.parameter()), &name))
}

/// A function's arguments: the listed ones in the schema's order, each at most once, and others only
/// where none are listed and others are not forbidden.
fn arguments(sketch: &mut Sketch, tags: &Tags, function: &FunctionSpec) -> String {
    let parameters = object_schema(&function.parameters);
    let root = support::resolved(&parameters);
    let no_properties = Map::new();
    let listed = root["properties"].as_object().unwrap_or(&no_properties);
    let required: Vec<&str> = match &root["required"] {
        Value::Array(keys) => keys.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mut arguments = String::new();
    for (key, schema) in listed {
        let is_required = required.contains(&key.as_str());
        let value = match text_schema(schema).and_then(support::text) {
            Some((text, _)) => {
                let name = format!("V{}", sketch.rules.len());
                sketch.rule(&name, &text);
                name
            }
            None => match support::property(&parameters, key, sketch.care) {
                like if like.is_impossible() && !is_required => continue,
                like => sketch.value(function, like),
            },
        };
        let argument = tags.argument(&literal(key), &value);
        arguments.push_str(&match is_required {
            true => format!("{argument} "),
            false => format!("({argument})? "),
        });
    }
    let others = root.get("additionalProperties").or(root.get("unevaluatedProperties"));
    let others = others.unwrap_or(&Value::Bool(true));
    for key in required.iter().filter(|key| !listed.contains_key(**key)) {
        let value = other_value(sketch, function, others);
        arguments.push_str(&format!("{} ", tags.argument(&literal(key), &value)));
    }
    if listed.is_empty() && required.is_empty() && others != &json!(false) {
        let value = other_value(sketch, function, others);
        arguments.push_str(&format!("({})* ", tags.argument(&regex(OTHER_KEY), &value)));
    }
    arguments
}

/// The parser types a value as a string, taken as it stands, exactly where the property's own schema
/// says so, and as JSON everywhere else.
fn text_schema(schema: &Value) -> Option<&Map<String, Value>> {
    schema.as_object().filter(|node| node.get("type") == Some(&json!("string")))
}

fn other_value(sketch: &mut Sketch, function: &FunctionSpec, schema: &Value) -> String {
    sketch.value(function, support::enforceable(schema, sketch.care))
}
