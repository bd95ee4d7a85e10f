//! What a worker's restrictions came to.

use std::io;

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
    /// Takes down how putting a restriction in force went.
    pub(crate) fn note(&mut self, name: &str, result: io::Result<()>) {
        match result {
            Ok(()) => self.enforced.push(name.to_owned()),
            Err(e) => self.missing.push(format!("{name}: {e}")),
        }
    }

    /// Whether every restriction is in force.
    pub fn is_full(&self) -> bool {
        self.missing.is_empty()
    }
}
