//! A session as an example to learn from.

use chat::{AssistantMessage, Builtin, Message, Observation, ToolSpec};
use serde_json::{Value, json};

use crate::log::Entry;

/// The session of a log in the form of GLM-4's fine-tuning data, which its chat template takes too:
/// `messages` with `role` and `content`. One `system` message at the beginning has the instructions
/// and, if any were on offer, the `tools`. A call is a message of the `assistant` whose `metadata`
/// names the tool and whose content is what the model wrote for it; an `observation` follows.
///
/// It is the conversation as it was, before anything of it was compacted. What was neither an answer
/// nor a call is left out with what the model was told about it: nobody should learn it.
pub fn fine_tuning_example(entries: impl IntoIterator<Item = Entry>) -> Value {
    let (mut said, mut tools) = (Vec::new(), Vec::new());
    for entry in entries {
        match entry {
            Entry::Message { message } => said.push(message),
            Entry::Setup { setup } => tools = setup.tools,
            Entry::Event(_) | Entry::Replacement { .. } | Entry::Step { .. } => {}
        }
    }
    let mut messages: Vec<Value> = system(&said, &tools).into_iter().collect();
    for (i, message) in said.iter().enumerate() {
        match message {
            Message::System { .. } => {}
            Message::User { text } => messages.push(json!({ "role": "user", "content": text })),
            Message::Assistant(_) if is_malformed(&said[i..]) => {}
            Message::Observation { .. } if i > 0 && is_malformed(&said[i - 1..]) => {}
            Message::Assistant(message) => messages.extend(assistant(message)),
            Message::Observation { results } => messages.extend(results.iter().map(observation)),
        }
    }
    json!({ "messages": messages })
}

/// Whether these begin with an observation of something that was no call.
fn is_malformed(messages: &[Message]) -> bool {
    matches!(messages, [Message::Assistant(message), Message::Observation { .. }, ..] if message.calls.is_empty())
}

fn system(said: &[Message], tools: &[ToolSpec]) -> Option<Value> {
    let texts = said.iter().filter_map(|message| match message {
        Message::System { text } => Some(text.as_str()),
        _ => None,
    });
    let content = texts.collect::<Vec<_>>().join("\n\n");
    let tools: Vec<Value> = tools.iter().map(tool).collect();
    match (content.is_empty(), tools.is_empty()) {
        (true, true) => None,
        (false, true) => Some(json!({ "role": "system", "content": content })),
        (_, false) => Some(json!({ "role": "system", "content": content, "tools": tools })),
    }
}

/// A built-in tool has its own type, and is a function too for programs that know only those.
fn tool(spec: &ToolSpec) -> Value {
    match spec {
        ToolSpec::Builtin(builtin) => {
            json!({ "type": Builtin::name(*builtin), "function": builtin.as_function() })
        }
        ToolSpec::Function(function) => json!({ "type": "function", "function": function }),
    }
}

fn assistant(message: &AssistantMessage) -> Vec<Value> {
    let mut messages = Vec::new();
    if !message.text.is_empty() || message.calls.is_empty() {
        let mut words = json!({ "role": "assistant", "content": message.text });
        if !message.reasoning.is_empty() {
            words["reasoning_content"] = json!(message.reasoning);
        }
        messages.push(words);
    }
    let call = |call: &chat::ToolCall| json!({ "role": "assistant", "metadata": call.tool, "content": call.arguments.raw() });
    messages.extend(message.calls.iter().map(call));
    messages
}

fn observation(result: &Observation) -> Value {
    match result.source.is_empty() {
        true => json!({ "role": "observation", "content": result.text }),
        false => json!({ "role": "observation", "metadata": result.source, "content": result.text }),
    }
}

#[cfg(test)]
mod tests {
    use chat::{
        FunctionSpec, ToolCall, Words,
        wire::{Format, TemplateInput},
    };

    use super::*;

    /// The chat template makes the very prompt of it that the model saw.
    #[test]
    fn the_template_renders_the_conversation_that_was() {
        let function = FunctionSpec {
            name: "f".into(),
            description: "Does f.".into(),
            parameters: json!({ "type": "object", "properties": {} }),
        };
        let tools = vec![ToolSpec::Builtin(Builtin::Python), ToolSpec::Function(function)];
        let call = |tool: &str, raw: &str| ToolCall {
            tool: tool.into(),
            arguments: chat::Arguments::parse(tool, raw).unwrap(),
        };
        let words = AssistantMessage {
            text: "Let me see.".into(),
            calls: vec![call("python", "1+1")],
            ..Default::default()
        };
        let right = [
            Message::system("Be brief."),
            Message::user("Go"),
            Message::Assistant(words),
            Message::observation(Observation::ok("2")),
            Message::call(call("f", "{\"a\":  1}")),
            Message::observation(Observation { source: "browser_result".into(), ..Observation::ok("x") }),
            Message::answer("Done."),
        ];
        let wrong = [Message::answer("f\n{"), Message::observation(Observation::error("What you wrote"))];
        let mut entries = log(&tools);
        entries.extend(
            [&right[..2], &wrong, &right[2..]].concat().into_iter().map(|message| Entry::Message { message }),
        );
        let line = fine_tuning_example(entries).to_string();
        let input = TemplateInput::from_json(&line).unwrap();
        let (format, words) = (Format::Glm4Chat, Words::glm4());
        let expected = format.render_history(&words, &right, &tools).to_string();
        assert_eq!(input.render(format, &words).unwrap().to_string(), expected);
        assert!(line.contains("\"type\":\"python\",\"function\":{\"name\":\"python\""), "{line}");
    }

    fn log(tools: &[ToolSpec]) -> Vec<Entry> {
        let model = crate::Script::new([""; 0]);
        let setup = crate::Setup {
            model: chat::ChatModel::info(&model).clone(),
            provenance: None,
            tools: tools.to_vec(),
            sampling: chat::Sampling::default(),
            grammar: true,
            answer_schema: None,
        };
        vec![Entry::Setup { setup: Box::new(setup) }]
    }

    #[test]
    fn a_conversation_without_tools_or_instructions_has_no_system_message() {
        let said = [Message::user("Hi"), Message::answer("Hello.")];
        let entries = said.into_iter().map(|message| Entry::Message { message });
        let expected = json!({ "messages": [
            { "role": "user", "content": "Hi" }, { "role": "assistant", "content": "Hello." },
        ] });
        assert_eq!(fine_tuning_example(entries), expected);
    }
}
