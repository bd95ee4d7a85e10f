//! The formats in which a call is a name, a newline and a payload.

use chat::wire::Format;
use chat::{Builtin, Constraint, Special};
use serde_json::json;

use super::lark::{either, literal, regex};
use super::sketch::{
    Request, Sketch, SketchError, TEXT, WORDS, answer_stop, builtins, functions, payload, token,
};

pub(super) fn write(sketch: &mut Sketch, request: &Request) -> Result<(), SketchError> {
    let Request { codec, tools, constraint } = *request;
    let stop = answer_stop(codec)?;
    let call_stop = token(codec, &[Special::Observation])?;
    let next_part = token(codec, &[Special::Assistant])?;
    let format = codec.format();

    sketch.rule("TEXT", &regex(TEXT));
    match constraint {
        Constraint::Answer(schema) => {
            let json = sketch.answer(schema);
            let thoughts = match format {
                Format::Glm40414 => {
                    // They end at the first closing tag, so that the JSON behind it is none of them.
                    let whole = regex(r"<think>(?s:.*)</think>\n{1,2}");
                    let beyond = regex(r"(?s:.*)</think>\n*[^\n](?s:.*)");
                    sketch.rule("THOUGHTS", &format!("{whole} & ~{beyond}"));
                    "THOUGHTS? "
                }
                _ => "",
            };
            sketch.rule("answer", &format!("\"\\n\" {thoughts}{json} {stop}"));
        }
        Constraint::Calls | Constraint::Off => {
            let words = match format {
                Format::Glm40414 => words_behind_thoughts(),
                _ => regex(WORDS),
            };
            sketch.rule("WORDS", &words);
            sketch.rule("answer", &format!("\"\\n\" WORDS {stop}"));
        }
    }
    let mut calls = Vec::new();
    for builtin in builtins(tools) {
        calls.push(call_of_builtin(sketch, format, builtin));
    }
    for function in functions(tools) {
        let arguments = sketch.arguments(function);
        calls.push(call(format, &function.name, &arguments));
    }
    match calls.is_empty() {
        true => sketch.rule("start", "answer"),
        false => {
            sketch.rule("call", &format!("{} {call_stop}", either(&calls)));
            sketch.rule(
                "start",
                &match constraint {
                    // Words that are no answer would be a way around it, and one that a model may not find
                    // the end of.
                    Constraint::Answer(_) => "answer | call".to_owned(),
                    // Words may come before a call, in a part of their own.
                    _ => format!("answer | call | \"\\n\" TEXT {next_part} call"),
                },
            );
        }
    }
    Ok(())
}

/// Words that are not blank once the thoughts in front of them are taken away: those begin with
/// `<think>` and end at the first `</think>`.
fn words_behind_thoughts() -> String {
    let thinks = regex(r"\s*<think>(?s:.*)");
    let answers = regex(r"\s*<think>(?s:.*)</think>(?s:.*)\S(?s:.*)");
    format!("{} & (~{thinks} | {answers})", regex(WORDS))
}

fn call(format: Format, name: &str, payload: &str) -> String {
    match format {
        // Its template writes a space behind the name, and the model may as well.
        Format::Glm40414 => format!("{} \" \"? \"\\n\" {payload}", literal(name)),
        _ => format!("{} {payload}", literal(&format!("{name}\n"))),
    }
}

fn call_of_builtin(sketch: &mut Sketch, format: Format, builtin: Builtin) -> String {
    if format == Format::Glm4Chat {
        return call(format, builtin.name(), &regex(&payload(builtin)));
    }
    let mut function = builtin.as_function();
    let pattern = match builtin {
        Builtin::Python | Builtin::Cogview => r"\S".to_owned(),
        Builtin::SimpleBrowser => format!("^(?:{})$", payload(builtin)),
    };
    function.parameters["properties"][builtin.parameter()] = json!({ "type": "string", "pattern": pattern });
    let arguments = sketch.arguments(&function);
    call(format, builtin.name(), &arguments)
}
