//! Prompts of the formats in which a call is a name, a newline and a payload.

use serde_json::json;

use super::{Format, json};
use crate::{
    Arguments, AssistantMessage, Builtin, FunctionSpec, Message, Prompt, Special, ToolCall, ToolSpec, Words,
};

/// The conversation from `[gMASK]<sop>` on.
pub fn history(format: Format, words: &Words, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
    let mut prompt = Prompt::default();
    prompt.push_special(Special::GMask);
    prompt.push_special(Special::Sop);
    if let Some(text) = system_text(format, words, tools) {
        turn(&mut prompt, Special::System, "", &text);
    }
    for message in messages {
        match message {
            Message::System { text } => turn(&mut prompt, Special::System, "", text),
            Message::User { text } => turn(&mut prompt, Special::User, "", text),
            Message::Assistant(message) => assistant(&mut prompt, format, message),
            Message::Observation { results } => {
                for result in results {
                    turn(&mut prompt, Special::Observation, &result.source, &result.text);
                }
            }
        }
    }
    prompt
}

/// One role token, the word behind it, a newline and the text.
fn turn(prompt: &mut Prompt, role: Special, word: &str, text: &str) {
    prompt.push_special(role);
    prompt.push_text(word);
    prompt.push_text("\n");
    prompt.push_text(text);
}

fn assistant(prompt: &mut Prompt, format: Format, message: &AssistantMessage) {
    if !message.text.is_empty() || message.calls.is_empty() {
        turn(prompt, Special::Assistant, "", &message.text);
    }
    for call in &message.calls {
        let name = match format {
            Format::Glm40414 => format!("{} ", call.tool),
            _ => call.tool.clone(),
        };
        turn(prompt, Special::Assistant, &name, &payload(format, call));
    }
}

/// The text that stands for a call's arguments.
fn payload(format: Format, call: &ToolCall) -> String {
    match (&call.arguments, Builtin::from_name(&call.tool)) {
        (Arguments::Text(text), Some(builtin)) if !format.has_native_builtins() => {
            json::spaced(&json!({ builtin.parameter(): text }))
        }
        (arguments, _) => arguments.raw().to_owned(),
    }
}

fn system_text(format: Format, words: &Words, tools: &[ToolSpec]) -> Option<String> {
    if tools.is_empty() {
        return (words.persona_without_tools && !words.persona.is_empty()).then(|| words.persona.clone());
    }
    let mut text = words.persona.clone();
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(&words.tools_heading);
    for tool in tools {
        text.push_str(&format!("\n## {}\n\n{}", tool.name(), description(format, words, tool)));
    }
    Some(text)
}

fn description(format: Format, words: &Words, tool: &ToolSpec) -> String {
    match tool {
        ToolSpec::Function(function) => schema(words, function),
        ToolSpec::Builtin(builtin) if format.has_native_builtins() => {
            words.tools.get(builtin).cloned().unwrap_or_else(|| builtin.description().to_owned())
        }
        ToolSpec::Builtin(builtin) => schema(words, &builtin.as_function()),
    }
}

fn schema(words: &Words, function: &FunctionSpec) -> String {
    let mut text = json::indented(&json!({
        "name": function.name,
        "description": function.description,
        "parameters": function.parameters,
    }));
    if !words.function_hint.is_empty() {
        text.push('\n');
        text.push_str(&words.function_hint);
    }
    text
}
