//! Tools as the model sees them, and calls as the model writes them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The tools that GLM-4 was trained with; their calls carry raw text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Builtin {
    /// Python code, run in a stateful notebook.
    Python,
    /// `search(…)`, `mclick([…])`, `open_url(…)`.
    SimpleBrowser,
    /// A description of a picture, in English.
    Cogview,
}

impl Builtin {
    /// All of them, in the order of the trained prompt.
    pub const ALL: [Self; 3] = [Self::SimpleBrowser, Self::Python, Self::Cogview];

    /// The name that the model writes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::SimpleBrowser => "simple_browser",
            Self::Cogview => "cogview",
        }
    }

    /// What it does, for models that were not trained with a description of their own.
    pub fn description(self) -> &'static str {
        match self {
            Self::Python => "Runs Python code in a stateful notebook and returns what it prints.",
            Self::SimpleBrowser => {
                "Browses the web with search(query: str, recency_days: int), mclick(ids: list[int]) and open_url(url: str)."
            }
            Self::Cogview => "Draws a picture from a description in English.",
        }
    }

    /// The name of its one parameter where it is offered as a function.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Python => "code",
            Self::SimpleBrowser => "action",
            Self::Cogview => "prompt",
        }
    }

    /// The tool as a function with one string, for formats that have no raw calls.
    pub fn as_function(self) -> FunctionSpec {
        FunctionSpec {
            name: self.name().to_owned(),
            description: self.description().to_owned(),
            parameters: json!({
                "type": "object",
                "properties": { self.parameter(): { "type": "string" } },
                "required": [self.parameter()],
                "additionalProperties": false,
            }),
        }
    }

    /// The built-in tool of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.name() == name)
    }
}

impl fmt::Display for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A function of the user's, described by JSON Schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FunctionSpec {
    /// The name that the model writes.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// The JSON Schema of its arguments.
    pub parameters: Value,
}

/// A tool as it is offered to the model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ToolSpec {
    /// A tool that the model was trained with.
    Builtin(Builtin),
    /// A function with a schema.
    Function(FunctionSpec),
}

impl ToolSpec {
    /// The name that the model writes to call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Builtin(b) => b.name(),
            Self::Function(f) => &f.name,
        }
    }
}

/// What a call hands to its tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Arguments {
    /// Raw text, for the built-in tools.
    Text(String),
    /// A JSON value, for functions, with the text that the model wrote for it: rendering the
    /// same bytes again keeps the cached prefix valid.
    Json {
        /// The parsed value.
        value: Value,
        /// The value as the model wrote it.
        raw: String,
    },
}

impl Arguments {
    /// The exact text that stands in the prompt.
    pub fn raw(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Json { raw, .. } => raw,
        }
    }

    /// The arguments as events show them: a string for text, the value for JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::String(text.clone()),
            Self::Json { value, .. } => value.clone(),
        }
    }

    /// The arguments that `raw` stands for when `tool` is called.
    ///
    /// # Errors
    /// A function's arguments that are not JSON: the parser's message.
    pub fn parse(tool: &str, raw: &str) -> Result<Self, serde_json::Error> {
        if Builtin::from_name(tool).is_some() {
            return Ok(Self::Text(raw.to_owned()));
        }
        Ok(Self::Json { value: serde_json::from_str(raw)?, raw: raw.to_owned() })
    }
}

/// One call that the model asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// The tool's name as the model wrote it.
    pub tool: String,
    /// What it is called with.
    pub arguments: Arguments,
}
