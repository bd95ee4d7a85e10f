//! Python attacks: code in a notebook, as a model could write it.

use std::{path::Path, time::Instant};

use super::{
    Row, Unconfined,
    judge::{Expect, judge},
    stage::Stage,
};
use crate::{CancellationToken, Notebook, Options, SandboxError};

pub(super) use super::attacks::ATTACKS;

/// One attack.
pub(super) struct Attack {
    pub group: &'static str,
    pub name: &'static str,
    /// `SECRET` stands for the path of a file that must not be read. `breach(…)` reports success.
    pub code: &'static str,
    /// What must be seen.
    pub expect: Expect,
}

/// What `breach` prints; the code has it only in two halves, so that no traceback can show it.
pub(super) const BREACH: &str = "BREACHED";

const BEFORE: &str = "def breach(*what):\n    print('BREA' + 'CHED', *what)";

/// Runs an attack in a fresh notebook, and a harmless call after it.
pub(super) async fn row(
    program: &Path,
    options: &Options,
    attack: &Attack,
    stage: &Stage,
) -> Result<Row, SandboxError> {
    let mut options = options.clone();
    attack.expect.shorten(&mut options.limits);
    let mut notebook = Notebook::new(program, options.clone());
    let cancel = CancellationToken::new();
    let secret = stage.target.secret.to_string_lossy();
    let code = attack.code.replace("SECRET", &format!("{secret:?}"));
    notebook.run(BEFORE, &cancel).await?;
    let start = Instant::now();
    let outcome = notebook.run(&code, &cancel).await?;
    let duration = start.elapsed();
    let next = notebook.run("print(37 * 91)", &cancel).await?;
    let verdict = judge(attack.expect, &outcome, &next, &stage.marker, &options.limits);
    Ok(Row {
        group: attack.group,
        attack: attack.name.to_owned(),
        blocked: verdict.is_ok(),
        layers: vec![attack.expect.layer().to_owned()],
        observed: verdict.unwrap_or_else(|why| why),
        unconfined: Unconfined::NotTried,
        duration,
    })
}
