//! The words of a system prompt, which belong to the model that was trained on them.

use serde::{Deserialize, Serialize};

use crate::tool::Builtin;

/// A model's own wording of its system prompt and of its built-in tools.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Who the model is.
    pub persona: String,
    /// The line above the tools.
    pub tools_heading: String,
    /// The built-in tools' descriptions by name; a tool without one was not trained.
    pub tools: std::collections::BTreeMap<Builtin, String>,
    /// The line under each function's schema.
    pub function_hint: String,
}
