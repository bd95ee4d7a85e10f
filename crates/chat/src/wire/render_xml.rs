//! Prompts of the formats in which calls are XML.
//!
//! # Source
//! The chat templates of `zai-org/GLM-4.5` and `zai-org/GLM-4.7`.

use serde_json::{Value, json};

use super::{Format, Thinking, json::spaced};
use crate::{
    Arguments, AssistantMessage, Builtin, Message, Observation, Prompt, Role, Special, ToolCall, ToolSpec,
};

const TOOLS_ABOVE: &str = "# Tools

You may call one or more functions to assist with the user query.

You are provided with function signatures within <tools></tools> XML tags:
<tools>
";
const TOOLS_BELOW: &str = "</tools>

For each function call, output the function name and arguments within the following XML format:
";

/// The conversation from `[gMASK]<sop>` on.
pub fn history(format: Format, messages: &[Message], tools: &[ToolSpec], thinking: Thinking) -> Prompt {
    let mut renderer = Renderer { prompt: Prompt::default(), newline: newline(format), format };
    renderer.specials(&[Special::GMask, Special::Sop]);
    if !tools.is_empty() {
        renderer.tools(tools);
    }
    // Thoughts are shown only from the last prompt on: those of earlier turns are gone.
    let last_user = messages.iter().rposition(|m| m.role() == Role::User);
    for (i, message) in messages.iter().enumerate() {
        match message {
            Message::System { text } => renderer.turn(Special::System, text),
            Message::User { text } => {
                renderer.turn(Special::User, text);
                if format == Format::Glm45 && thinking == Thinking::Off && !text.ends_with("/nothink") {
                    renderer.specials(&[Special::NoThink]);
                }
            }
            Message::Assistant(message) => renderer.assistant(message, last_user.is_none_or(|last| i > last)),
            Message::Observation { results } => renderer.observations(results),
        }
    }
    renderer.prompt
}

/// The conversation and the invitation to go on.
pub fn to_go_on(format: Format, messages: &[Message], tools: &[ToolSpec], thinking: Thinking) -> Prompt {
    let mut prompt = history(format, messages, tools, thinking);
    prompt.push_special(Special::Assistant);
    match (format, thinking) {
        (Format::Glm47, Thinking::On) => prompt.push_special(Special::Think),
        (Format::Glm47, Thinking::Off) => prompt.push_special(Special::EndThink),
        (_, Thinking::On) => {}
        (_, Thinking::Off) => {
            prompt.push_text("\n");
            prompt.push_special(Special::Think);
            prompt.push_special(Special::EndThink);
        }
    }
    prompt
}

fn newline(format: Format) -> &'static str {
    match format {
        Format::Glm47 => "",
        _ => "\n",
    }
}

struct Renderer {
    prompt: Prompt,
    newline: &'static str,
    format: Format,
}

impl Renderer {
    fn specials(&mut self, specials: &[Special]) {
        specials.iter().for_each(|&special| self.prompt.push_special(special));
    }

    fn text(&mut self, text: &str) {
        self.prompt.push_text(text);
    }

    fn newline(&mut self) {
        self.prompt.push_text(self.newline);
    }

    fn turn(&mut self, role: Special, text: &str) {
        self.specials(&[role]);
        self.newline();
        self.text(text);
    }

    /// Text between two special tokens.
    fn enclosed(&mut self, open: Special, text: &str, close: Special) {
        self.specials(&[open]);
        self.text(text);
        self.specials(&[close]);
    }

    /// The instructions spell the tags of a call; the templates put them there as these tokens.
    fn tools(&mut self, tools: &[ToolSpec]) {
        self.specials(&[Special::System]);
        self.text("\n");
        self.text(TOOLS_ABOVE);
        for tool in tools {
            let function = match tool {
                ToolSpec::Function(function) => function.clone(),
                ToolSpec::Builtin(builtin) => builtin.as_function(),
            };
            let function = json!({
                "name": function.name,
                "description": function.description,
                "parameters": function.parameters,
            });
            self.text(&spaced(&json!({ "type": "function", "function": function })));
            self.text("\n");
        }
        self.text(TOOLS_BELOW);
        let argument = |i| (format!("{{arg-key-{i}}}"), format!("{{arg-value-{i}}}"));
        self.specials(&[Special::ToolCall]);
        self.text("{function-name}");
        self.newline();
        for (key, value) in [argument(1), argument(2)] {
            self.argument(&key, &value);
        }
        self.text("...");
        self.newline();
        self.specials(&[Special::EndToolCall]);
    }

    fn argument(&mut self, key: &str, value: &str) {
        self.enclosed(Special::ArgKey, key, Special::EndArgKey);
        self.newline();
        self.enclosed(Special::ArgValue, value, Special::EndArgValue);
        self.newline();
    }

    fn assistant(&mut self, message: &AssistantMessage, is_current: bool) {
        self.specials(&[Special::Assistant]);
        self.newline();
        let reasoning = message.reasoning.trim();
        match (self.format, is_current && !reasoning.is_empty()) {
            (_, true) => self.enclosed(Special::Think, reasoning, Special::EndThink),
            (Format::Glm47, false) => self.specials(&[Special::EndThink]),
            (_, false) => self.specials(&[Special::Think, Special::EndThink]),
        }
        let text = message.text.trim();
        if !text.is_empty() {
            self.newline();
            self.text(text);
        }
        for call in &message.calls {
            self.call(call);
        }
    }

    fn call(&mut self, call: &ToolCall) {
        self.newline();
        self.specials(&[Special::ToolCall]);
        self.text(&call.tool);
        self.newline();
        match (&call.arguments, Builtin::from_name(&call.tool)) {
            (Arguments::Text(text), Some(builtin)) => self.argument(builtin.parameter(), text),
            (Arguments::Text(text), None) => self.text(text),
            (Arguments::Json { value: Value::Object(fields), .. }, _) => {
                for (key, value) in fields {
                    self.argument(key, &value.as_str().map_or_else(|| spaced(value), str::to_owned));
                }
            }
            (Arguments::Json { raw, .. }, _) => self.text(raw),
        }
        self.specials(&[Special::EndToolCall]);
    }

    fn observations(&mut self, results: &[Observation]) {
        self.specials(&[Special::Observation]);
        for result in results {
            self.newline();
            self.specials(&[Special::ToolResponse]);
            self.newline();
            self.text(&result.text);
            self.newline();
            self.specials(&[Special::EndToolResponse]);
        }
    }
}
