//! What a worker's restrictions came to.

use serde::{Deserialize, Serialize};

/// The result of confinement, reported by the worker before it runs anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// The restrictions in force, by the names of `sandbox/README.md`.
    pub enforced: Vec<String>,
    /// The restrictions that this system could not enforce, each with the reason.
    pub missing: Vec<String>,
}

impl Confinement {
    /// Whether every restriction is in force.
    pub fn is_full(&self) -> bool {
        self.missing.is_empty()
    }
}
