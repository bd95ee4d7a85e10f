//! The attacks of `sandbox/README.md` against real workers on this machine.
//!
//! Two kinds. Native attacks make the system calls that code could make if it had escaped the
//! interpreter: the same binary confines itself as a worker does and attacks from there. Python
//! attacks are code, run in a notebook. A row that says "blocked" has seen the attack fail; a
//! native row also says whether the attack reaches its aim on this machine when nothing confines
//! it, because a check that cannot fail proves nothing.

mod attacks;
mod attempt;
mod cpython;
mod judge;
mod native;
mod python;
mod stage;
mod wall;

use std::{path::Path, time::Duration};

use serde::Serialize;

pub(crate) use stage::Target;

use crate::{Confinement, Enforcement, Engine, Layer, Limits, Options, SandboxError, Worker};

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

/// Runs every attack on an engine against workers of `program`, and shows each row to `on_row` as it comes.
///
/// # Errors
/// There can be no worker at all, or no temporary folder for the attacks' targets. A partial sandbox
/// is no error here: the report says what is missing.
pub async fn selftest(
    program: &Path,
    engine: Engine,
    mut on_row: impl FnMut(&Row),
) -> Result<Report, SandboxError> {
    let options = Options { engine, limits: limits(), allow_degraded: true, ..Options::default() };
    let worker = Worker::spawn(program, &options).await?;
    let confinement = worker.confinement().clone();
    drop(worker);
    let stage = stage::Stage::new().map_err(SandboxError::Stage)?;
    let mut rows = Vec::new();
    let mut add = |row: Row| {
        on_row(&row);
        rows.push(row);
    };
    // The native attacks are made from the restrictions of the other engine; CPython makes its own.
    let natives = native::names().filter(|_| options.engine == Engine::RustPython);
    for (group, name) in natives {
        add(native::row(program, &stage.target, group, name, &Layer::ALL).await?);
    }
    for attack in python::attacks(&options.engine) {
        add(python::row(program, &options, attack, &stage).await?);
    }
    add(wall::two_sessions(program, &options).await?);
    Ok(Report { enforcement: confinement.enforcement(), confinement, rows })
}

/// Small, so that the whole list is a matter of seconds.
fn limits() -> Limits {
    Limits {
        wall: Duration::from_secs(60),
        memory_bytes: 96 << 20,
        printed_bytes: 256 << 10,
        output_bytes: 8 << 10,
        grace: Duration::from_millis(100),
        ..Limits::default()
    }
}

fn as_milliseconds<S: serde::Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((duration.as_secs_f64() * 1e5).round() / 1e2)
}
