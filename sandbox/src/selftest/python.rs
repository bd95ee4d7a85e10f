//! Python attacks: code in a notebook, as a model could write it.

use std::{path::Path, process::Stdio, time::Duration, time::Instant};

use tokio::{process::Command, time::timeout};

use super::{
    Row, Unconfined, attacks, cpython,
    judge::{Expect, judge},
    stage::Stage,
};
use crate::{CancellationToken, Engine, Notebook, Options, Quota, SandboxError};

/// One attack.
pub(super) struct Attack {
    pub group: &'static str,
    pub name: &'static str,
    /// `SECRET` and other words in capitals stand for a [`Target`](super::Target). `breach(…)` reports
    /// success.
    pub code: &'static str,
    /// What must be seen.
    pub expect: Expect,
    pub engines: Engines,
    /// Whether it is made where nothing confines it too, by the same interpreter.
    pub counter: bool,
}

/// Which Python an attack is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Engines {
    Both,
    RustPython,
    Cpython,
}

/// What `breach` prints; the code has it only in two halves, so that no traceback can show it.
pub(super) const BREACH: &str = "BREACHED";

const BEFORE: &str = "def breach(*what):\n    print('BREA' + 'CHED', *what)\n";
/// For an attack that nothing confines.
const UNCONFINED_TIME: Duration = Duration::from_secs(20);

/// The attacks on an engine.
pub(super) fn attacks(engine: &Engine) -> impl Iterator<Item = &'static Attack> {
    let this = match engine {
        Engine::RustPython => Engines::RustPython,
        Engine::Cpython(_) => Engines::Cpython,
    };
    let all = attacks::ATTACKS.iter().chain(cpython::ATTACKS);
    all.filter(move |attack| attack.engines == Engines::Both || attack.engines == this)
}

/// Runs an attack in a fresh notebook, and a harmless call after it.
pub(super) async fn row(
    program: &Path,
    options: &Options,
    attack: &Attack,
    stage: &Stage,
) -> Result<Row, SandboxError> {
    let work = stage.work_folder().map_err(SandboxError::Stage)?;
    let mut options = options.clone();
    attack.expect.shorten(&mut options.limits);
    let native = matches!(options.engine, Engine::Cpython(_));
    // The other engine's files are the parent's, and have attacks of their own.
    options.work_folder = native.then(|| work.path().to_owned());
    options.quota = Quota { bytes: 16 << 20, n_files: 100 };
    let before = if native { [BEFORE, cpython::BEFORE].concat() } else { BEFORE.to_owned() };
    let code = stage.target.fill_in(attack.code);
    let mut notebook = Notebook::new(program, options.clone());
    let cancel = CancellationToken::new();
    notebook.run(&before, &cancel).await?;
    let start = Instant::now();
    let outcome = notebook.run(&code, &cancel).await?;
    let duration = start.elapsed();
    let next = notebook.run("print(37 * 91)", &cancel).await?;
    let verdict = judge(attack.expect, &outcome, &next, &stage.marker, &options.limits);
    let unconfined = match &options.engine {
        Engine::Cpython(interpreter) if attack.counter => {
            unconfined(&interpreter.program, &before, &code).await
        }
        _ => Unconfined::NotTried,
    };
    Ok(Row {
        group: attack.group,
        attack: attack.name.to_owned(),
        blocked: verdict.is_ok(),
        layers: vec![attack.expect.layer(&options.engine).to_owned()],
        observed: verdict.unwrap_or_else(|why| why),
        unconfined,
        duration,
    })
}

/// What the same code does in the user's interpreter as it is.
async fn unconfined(interpreter: &Path, before: &str, code: &str) -> Unconfined {
    let mut command = Command::new(interpreter);
    command.args(["-I", "-c", &format!("{before}\n{code}")]).stdin(Stdio::null()).kill_on_drop(true);
    match timeout(UNCONFINED_TIME, command.output()).await {
        Err(_) => Unconfined::Fails(format!("it did not end in {} s", UNCONFINED_TIME.as_secs())),
        Ok(Err(e)) => Unconfined::Fails(e.to_string()),
        Ok(Ok(output)) => {
            let (said, error) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            match said.lines().find_map(|line| line.strip_prefix(BREACH)) {
                Some(what) => Unconfined::Reaches(what.trim().to_owned()),
                None => Unconfined::Fails(error.lines().last().unwrap_or("it does nothing").to_owned()),
            }
        }
    }
}
