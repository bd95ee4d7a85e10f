//! The input of a chat template, as `transformers` takes it, read into messages.

use serde::Deserialize;
use serde_json::Value;

use super::{Format, Thinking};
use crate::{
    Arguments, AssistantMessage, Builtin, FunctionSpec, Message, Observation, Prompt, ToolCall, ToolSpec,
    Words,
};

/// A conversation in the form that the models' own chat templates take: `messages` with `role` and
/// `content`, and `tools` beside them or on the system message. In the GLM-4 formats `metadata` is
/// a tool's name or the source of an observation; in the XML formats an assistant has
/// `reasoning_content` and `tool_calls`, and `tool` is the role that answers them.
#[derive(Clone, Debug, Deserialize)]
pub struct TemplateInput {
    messages: Vec<TemplateMessage>,
    #[serde(default)]
    tools: Vec<Value>,
    #[serde(default)]
    add_generation_prompt: bool,
    #[serde(default = "yes")]
    enable_thinking: bool,
}

fn yes() -> bool {
    true
}

#[derive(Clone, Debug, Deserialize)]
struct TemplateMessage {
    role: String,
    #[serde(default)]
    content: String,
    #[serde(default)]
    metadata: String,
    #[serde(default)]
    reasoning_content: String,
    #[serde(default)]
    tool_calls: Vec<TemplateCall>,
    #[serde(default)]
    tools: Vec<Value>,
}

#[derive(Clone, Debug, Deserialize)]
struct TemplateCall {
    function: TemplateFunction,
}

#[derive(Clone, Debug, Deserialize)]
struct TemplateFunction {
    name: String,
    arguments: Value,
}

/// Why a template's input cannot be rendered.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// It is not JSON of the expected form.
    #[error("not a chat template's input: {0}")]
    Json(#[from] serde_json::Error),
    /// A role that GLM does not have.
    #[error("unknown role \"{0}\": use system, user, assistant, observation or tool")]
    Role(String),
    /// A tool without a form that GLM knows.
    #[error(
        "unknown tool {0}: use {{\"type\": \"function\", \"function\": {{…}}}} or a built-in tool's type"
    )]
    Tool(Value),
    /// A function call whose content is not JSON.
    #[error("the arguments of {tool} are not JSON: {error}")]
    Arguments {
        /// The tool.
        tool: String,
        /// The parser's words.
        error: serde_json::Error,
    },
}

impl TemplateInput {
    /// Reads the input from JSON.
    ///
    /// # Errors
    /// [`TemplateError::Json`].
    pub fn from_json(json: &str) -> Result<Self, TemplateError> {
        Ok(serde_json::from_str(json)?)
    }

    /// The prompt that `format` makes of it.
    ///
    /// # Errors
    /// Roles, tools and arguments that GLM does not have.
    pub fn render(&self, format: Format, words: &Words) -> Result<Prompt, TemplateError> {
        let on_messages = self.messages.iter().flat_map(|m| &m.tools);
        let tools = self.tools.iter().chain(on_messages).map(tool).collect::<Result<Vec<_>, _>>()?;
        let mut messages = Vec::new();
        for entry in self.messages.iter().filter(|m| m.role != "system" || !m.content.is_empty()) {
            match (message(entry)?, messages.last_mut()) {
                // Tools that answer one completion answer it together.
                (Message::Observation { results: more }, Some(Message::Observation { results })) => {
                    results.extend(more);
                }
                (message, _) => messages.push(message),
            }
        }
        let thinking = if self.enable_thinking { Thinking::On } else { Thinking::Off };
        Ok(match self.add_generation_prompt {
            true => format.render_to_go_on(words, &messages, &tools, thinking),
            false => format.render_history(words, &messages, &tools),
        })
    }
}

fn tool(value: &Value) -> Result<ToolSpec, TemplateError> {
    let unknown = || TemplateError::Tool(value.clone());
    let kind = value["type"].as_str().ok_or_else(unknown)?;
    if kind != "function" {
        return Builtin::from_name(kind).map(ToolSpec::Builtin).ok_or_else(unknown);
    }
    FunctionSpec::deserialize(&value["function"]).map(ToolSpec::Function).map_err(|_| unknown())
}

fn message(message: &TemplateMessage) -> Result<Message, TemplateError> {
    let text = message.content.clone();
    Ok(match message.role.as_str() {
        "system" => Message::System { text },
        "user" => Message::User { text },
        "assistant" if message.metadata.is_empty() => Message::Assistant(AssistantMessage {
            reasoning: message.reasoning_content.clone(),
            text,
            calls: message.tool_calls.iter().map(call).collect(),
        }),
        "assistant" => {
            let tool = message.metadata.clone();
            let arguments = Arguments::parse(&tool, &text)
                .map_err(|error| TemplateError::Arguments { tool: tool.clone(), error })?;
            Message::call(ToolCall { tool, arguments })
        }
        "observation" | "tool" => {
            Message::observation(Observation { source: message.metadata.clone(), ..Observation::ok(text) })
        }
        other => return Err(TemplateError::Role(other.to_owned())),
    })
}

fn call(call: &TemplateCall) -> ToolCall {
    let TemplateFunction { name, arguments } = &call.function;
    let arguments = Arguments::Json { value: arguments.clone(), raw: arguments.to_string() };
    ToolCall { tool: name.clone(), arguments }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn renderings_equal_the_models_own_templates() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/glm/wire_format.json");
        let Ok(golden) = std::fs::read_to_string(&path) else {
            println!("skipped: {} is not beside the checkout", path.display());
            return;
        };
        let cases: Vec<Value> = serde_json::from_str(&golden).unwrap();
        let mut checked = 0;
        for case in &cases {
            let format = Format::from_name(case["format"].as_str().unwrap()).unwrap();
            let input = TemplateInput::from_json(&case["input"].to_string()).unwrap();
            let prompt = input.render(format, &format.default_words()).unwrap();
            assert_eq!(prompt.to_string(), case["text"].as_str().unwrap(), "{format:?} {}", case["case"]);
            checked += 1;
        }
        assert_eq!(checked, 15);
    }

    #[test]
    fn bad_inputs_say_what_is_wrong() {
        let check = |json: &str, expected: &str| {
            let error = TemplateInput::from_json(json)
                .and_then(|input| input.render(Format::Glm4Chat, &Words::glm4()))
                .unwrap_err();
            assert!(error.to_string().contains(expected), "{error}");
        };
        check("{}", "missing field `messages`");
        check(r#"{"messages": [{"role": "critic", "content": "x"}]}"#, "unknown role \"critic\"");
        check(
            r#"{"messages": [], "tools": [{"type": "retrieval"}]}"#,
            "unknown tool {\"type\":\"retrieval\"}",
        );
        check(
            r#"{"messages": [{"role": "assistant", "metadata": "f", "content": "{"}]}"#,
            "the arguments of f are not JSON",
        );
    }
}
