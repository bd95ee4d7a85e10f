//! `gimlet sandbox`, and what `--sandbox` and `--sandbox-profile` choose.

use std::io::{self, Write};

use ::sandbox::{
    Confinement, Cpython, Enforcement, Engine, Options, Platform, Report, Row, Unconfined, explain, selftest,
};
use agent::{SandboxLevel, SandboxState, clean};
use anyhow::bail;

use crate::{
    args::{SandboxArgs, SandboxCommand},
    exit::{Exit, Failure},
    toolbox,
};

/// Explains or tests the sandbox.
///
/// # Errors
/// There is no such profile, no worker, or output that cannot be written.
pub async fn sandbox(command: SandboxCommand) -> Result<Exit, Failure> {
    match command {
        SandboxCommand::Explain { sandbox, json } => show_policy(&sandbox, json).await,
        SandboxCommand::Selftest { sandbox, json } => test(&sandbox, json).await,
    }
}

/// What the flags and the settings choose.
///
/// # Errors
/// There is no profile of that name, or no CPython where one was chosen.
pub fn options(args: &SandboxArgs) -> anyhow::Result<Options> {
    let engine = match args.python.as_str() {
        "cpython" => Engine::Cpython(Cpython::find(&args.cpython)?),
        _ => Engine::RustPython,
    };
    let mut options = Options { engine, allow_degraded: args.mode == "degraded", ..Options::default() };
    if let Some(name) = &args.sandbox_profile {
        let Some(profile) = args.profiles.get(name) else {
            let known: Vec<&str> = args.profiles.keys().map(String::as_str).collect();
            bail!(
                "there is no sandbox profile \"{name}\": the settings have {}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            );
        };
        profile.widen(&mut options);
    }
    Ok(options)
}

/// How the events tell it.
pub fn state(confinement: &Confinement) -> SandboxState {
    let level = match confinement.enforcement() {
        Enforcement::Full => SandboxLevel::Full,
        Enforcement::Partial { .. } => SandboxLevel::Partial,
    };
    SandboxState { level, missing: confinement.missing.clone(), absent: confinement.absent.clone() }
}

async fn show_policy(args: &SandboxArgs, json: bool) -> Result<Exit, Failure> {
    let mut options = options(args).map_err(Failure::usage)?;
    // A worker says what this system enforces, and whether that is enough is the reader's to see.
    let shown = Options { allow_degraded: true, ..options.clone() };
    let mut notebook = toolbox::notebook(shown).map_err(Failure::runtime)?;
    if Platform::HERE.has_worker() {
        notebook.warm_up().await.map_err(Failure::no_sandbox)?;
    }
    // Each session has a folder of its own.
    options.work_folder = Some("a folder of the session's".into());
    let policy = explain(&options, notebook.confinement());
    let mut stdout = io::stdout().lock();
    match json {
        true => {
            let text = serde_json::to_string(&policy).map_err(|error| Failure::runtime(error.into()))?;
            writeln!(stdout, "{text}")?;
        }
        false => write!(stdout, "{}", clean(&policy.to_string()))?,
    }
    Ok(Exit::Ok)
}

async fn test(args: &SandboxArgs, json: bool) -> Result<Exit, Failure> {
    let engine = options(args).map_err(Failure::usage)?.engine;
    let program = toolbox::program().map_err(Failure::runtime)?;
    let mut broken = None;
    let report = selftest(&program, engine, |row| {
        if !json && broken.is_none() {
            broken = show_row(row).err();
        }
    });
    let report = report.await.map_err(Failure::no_sandbox)?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    let mut stdout = io::stdout().lock();
    match json {
        true => {
            let text = serde_json::to_string(&report).map_err(|error| Failure::runtime(error.into()))?;
            writeln!(stdout, "{text}")?;
        }
        false => summarize(&mut stdout, &report)?,
    }
    Ok(if report.is_passed() { Exit::Ok } else { Exit::NoSandbox })
}

fn show_row(row: &Row) -> io::Result<()> {
    let mark = if row.blocked { "blocked" } else { "REACHED" };
    let by = match row.layers.is_empty() {
        true => row.observed.clone(),
        false => row.layers.join(", "),
    };
    let control = match &row.unconfined {
        Unconfined::Fails(why) => format!(" (proves little: unconfined it fails too, {why})"),
        Unconfined::Reaches(_) | Unconfined::NotTried => String::new(),
    };
    let milliseconds = row.duration.as_secs_f64() * 1e3;
    let line = format!("{mark:8}{:10} {:44} {milliseconds:8.1} ms  {by}{control}", row.group, row.attack);
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", clean(&line).replace('\n', " "))?;
    stdout.flush()
}

fn summarize(stdout: &mut impl Write, report: &Report) -> io::Result<()> {
    let reached = report.rows.iter().filter(|row| !row.blocked).count();
    let tried = report.rows.iter().filter(|row| row.unconfined != Unconfined::NotTried).count();
    let aims = report.rows.iter().filter(|row| matches!(row.unconfined, Unconfined::Reaches(_))).count();
    let n = report.rows.len();
    writeln!(stdout, "\n{} of {n} attacks blocked", n - reached)?;
    writeln!(stdout, "{aims} of {tried} reach their aim unconfined")?;
    for missing in &report.confinement.missing {
        writeln!(stdout, "not enforced here: {}", clean(missing))?;
    }
    for absent in &report.confinement.absent {
        writeln!(stdout, "not given by this system: {}", clean(absent))?;
    }
    Ok(())
}
