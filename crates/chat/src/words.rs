//! The words of a system prompt, which belong to the model that was trained on them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::tool::Builtin;

/// A model's own wording of its system prompt and of its built-in tools, kept beside its weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// The wire format that the model was trained in.
    pub format: String,
    /// Who the model is; may be empty.
    pub persona: String,
    /// Whether the persona is told when there are no tools.
    #[serde(default = "yes")]
    pub persona_without_tools: bool,
    /// The line above the tools.
    pub tools_heading: String,
    /// The descriptions of the built-in tools that the model was trained with.
    pub tools: BTreeMap<Builtin, String>,
    /// The line under each function's schema; may be empty.
    pub function_hint: String,
}

fn yes() -> bool {
    true
}

impl Words {
    /// Reads the words that stand beside a model's weights.
    ///
    /// # Errors
    /// JSON that does not hold these fields.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// What glm-4-9b-chat was trained with.
    ///
    /// # Source
    /// The chat template of `THUDM/glm-4-9b-chat`.
    pub fn glm4() -> Self {
        Self::committed(include_str!("../words/glm4-chat.json"))
    }

    /// What GLM-4-0414 was trained with.
    ///
    /// # Source
    /// The chat template of `THUDM/GLM-4-9B-0414`.
    pub fn glm4_0414() -> Self {
        Self::committed(include_str!("../words/glm4-0414.json"))
    }

    fn committed(json: &str) -> Self {
        Self::from_json(json).expect("the file is part of the build and a test reads it")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_words_are_read() {
        assert_eq!(Words::glm4().tools.len(), 3);
        assert!(Words::glm4_0414().persona.is_empty());
    }
}
