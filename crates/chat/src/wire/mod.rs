//! The wire formats: messages to the exact prompt, and the model's tokens back to a completion.
//!
//! # Source
//! The chat templates published with the models; see [`Format`].

mod json;
mod parse;
mod render;
mod template;
mod think;

use std::ops::ControlFlow;

pub use parse::Parser;
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
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Glm4Chat, Self::Glm40414];

    /// The name that people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Glm4Chat => "glm4-chat",
            Self::Glm40414 => "glm4-0414",
        }
    }

    /// The format of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// The words of the models that the format is named after.
    pub fn default_words(self) -> Words {
        match self {
            Self::Glm4Chat => Words::glm4(),
            Self::Glm40414 => Words::glm4_0414(),
        }
    }

    /// The prompt from which the model writes its next message.
    pub fn render(self, words: &Words, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        let mut prompt = self.render_history(words, messages, tools);
        prompt.push_special(Special::Assistant);
        prompt
    }

    /// The conversation alone, without the invitation to go on.
    pub fn render_history(self, words: &Words, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        render::history(self, words, messages, tools)
    }

    /// A parser for one completion.
    pub fn parser(self) -> Parser {
        Parser::new(self)
    }

    /// Whether the built-in tools are called with raw text rather than as functions.
    fn has_native_builtins(self) -> bool {
        self == Self::Glm4Chat
    }
}

/// Whether a special token ends a completion. `<|observation|>` ends a call, `<|user|>` and
/// `<|endoftext|>` an answer; `<|assistant|>` goes on; any other has no place in a completion and
/// ends it as malformed.
fn flow(special: Special) -> ControlFlow<()> {
    match special {
        Special::Assistant => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}
