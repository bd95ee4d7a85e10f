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

pub(crate) use stage::Target;

use crate::{Engine, Layer, Limits, Options, Report, Row, SandboxError, Unconfined, Worker};

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
