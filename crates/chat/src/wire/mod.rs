//! The wire formats: messages to the exact prompt, and the model's tokens back to a completion.
//!
//! # Source
//! The chat templates published with the models; see [`Format`].

mod json;
mod parser;
mod plain;
mod render_plain;
mod render_xml;
mod template;
mod think;
mod xml;

pub use parser::Parser;
pub use plain::is_tool_name;
pub use template::{TemplateError, TemplateInput};

use crate::{Message, Prompt, Special, ToolSpec, Words};

/// How a model was trained to see a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// `glm4-chat`: glm-4-9b-chat, CodeGeeX4, GLM-Edge and gimlet-nano. Built-in tools are called
    /// with raw text.
    Glm4Chat,
    /// `glm4-0414`: GLM-4-0414 and GLM-Z1. Every tool is a function called with JSON.
    Glm40414,
    /// `glm45`: GLM-4.5 and 4.6. Functions are called in XML, several at once if need be.
    Glm45,
    /// `glm47`: GLM-4.7. The same without newlines.
    Glm47,
}

/// Whether a model that can think before it answers does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Thinking {
    /// It does.
    #[default]
    On,
    /// It answers at once.
    Off,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Glm4Chat, Self::Glm40414, Self::Glm45, Self::Glm47];

    /// The name that people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glm4Chat => "glm4-chat",
            Self::Glm40414 => "glm4-0414",
            Self::Glm45 => "glm45",
            Self::Glm47 => "glm47",
        }
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// The words of the models that the format is named after. In the XML formats they are part of
    /// the format.
    pub fn default_words(self) -> Words {
        match self {
            Self::Glm4Chat => Words::glm4(),
            Self::Glm40414 | Self::Glm45 | Self::Glm47 => Words::glm4_0414(),
        }
    }

    /// The prompt from which the model writes its next message.
    pub fn render(self, words: &Words, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        self.render_to_go_on(words, messages, tools, Thinking::On)
    }

    /// The same for a model that may be told not to think; others are not disturbed.
    pub fn render_to_go_on(
        self,
        words: &Words,
        messages: &[Message],
        tools: &[ToolSpec],
        thinking: Thinking,
    ) -> Prompt {
        match self.is_xml() {
            true => render_xml::to_go_on(self, messages, tools, thinking),
            false => {
                let mut prompt = render_plain::history(self, words, messages, tools);
                prompt.push_special(Special::Assistant);
                prompt
            }
        }
    }

    /// The conversation alone, without the invitation to go on.
    pub fn render_history(self, words: &Words, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        match self.is_xml() {
            true => render_xml::history(self, messages, tools, Thinking::On),
            false => render_plain::history(self, words, messages, tools),
        }
    }

    /// A parser for one completion of a model that was offered `tools`: in the XML formats a
    /// function's schema says which values are text.
    pub fn parser(self, tools: &[ToolSpec]) -> Parser {
        Parser::new(self, tools)
    }

    /// Whether the built-in tools are called with raw text rather than as functions.
    pub fn has_native_builtins(self) -> bool {
        self == Self::Glm4Chat
    }

    fn is_xml(self) -> bool {
        matches!(self, Self::Glm45 | Self::Glm47)
    }
}

#[cfg(test)]
mod tests;
