//! What the self-test says.

use std::time::Duration;

use serde::Serialize;

use crate::{Confinement, Enforcement};

/// One attack and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// `files`, `processes`, `kernel`, `network`, `python`, `resources` or `escape`.
    pub group: &'static str,
    /// What was tried.
    pub attack: String,
    /// Whether it failed in the way that it must.
    pub blocked: bool,
    /// What blocks it. For a native attack, every layer that does so alone.
    pub layers: Vec<String>,
    /// What was seen.
    pub observed: String,
    /// What the same attack does here when nothing confines it.
    pub unconfined: Unconfined,
    /// How long the confined attempt took.
    #[serde(serialize_with = "as_milliseconds", rename = "duration_ms")]
    pub duration: Duration,
}

/// The counter-check of a native attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unconfined {
    /// It reaches this.
    Reaches(String),
    /// This machine stops it anyway, or does not have what it attacks: the row proves little.
    Fails(String),
    /// It was not tried: the Python in this program has no worker without a sandbox, and some attacks
    /// would harm the machine.
    NotTried,
}

/// All rows, and how the machine enforces.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether everything that is required is in force.
    pub enforcement: Enforcement,
    /// The list of what is in force, missing and absent.
    pub confinement: Confinement,
    /// One for each attack.
    pub rows: Vec<Row>,
}

impl Report {
    /// Whether every attack was blocked and every required restriction is in force.
    pub fn is_passed(&self) -> bool {
        self.confinement.is_full() && self.rows.iter().all(|row| row.blocked)
    }
}

fn as_milliseconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1e5).round() / 1e2)
}
