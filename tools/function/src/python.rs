//! The python handler: a function in a file, called in the sandbox with the arguments as keywords.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use chat::{Observation, Status};
use sandbox::{End, Notebook, Options, Outcome, SandboxError};
use serde_json::Value;

use crate::{
    error::{Fault, Located},
    fields::Fields,
    host::Host,
    run::{Run, Stop},
    variables::is_variable,
};

const KEYS: [&str; 5] = ["type", "file", "function", "timeout_s", "output_bytes"];

/// The longest file.
const MAX_SOURCE_BYTES: u64 = 1 << 20;
/// Of a return value or of what is printed, what leaves the sandbox.
const MAX_RESULT_BYTES: usize = 1 << 20;

/// The call. The words in capitals are replaced.
const CALL: &str = include_str!("call.py");

/// A function in a Python file. Every call has an interpreter of its own, so no call sees what
/// another has changed.
#[derive(Debug)]
pub(crate) struct PythonHandler {
    file: PathBuf,
    function: String,
    program: PathBuf,
    options: Options,
}

impl PythonHandler {
    /// Reads the handler of a manifest whose relative paths begin in `folder`.
    pub fn new(fields: Fields, folder: &Path, host: &Host) -> Result<Self, Located> {
        let fields = fields.only(&KEYS)?;
        let file = folder.join(fields.text("file")?);
        if !file.is_file() {
            return Err(Located::new(fields.at("file"), Fault::NoFile(file)));
        }
        let function = fields.text("function")?;
        if !is_variable(function) {
            return Err(fields.bad("function", "the name of a function in that file"));
        }
        let (program, options) =
            host.python().ok_or_else(|| Located::new(fields.at("type"), Fault::NoSandbox))?.clone();
        Ok(Self { file, function: function.to_owned(), program, options })
    }

    /// Calls the function once.
    pub async fn run(&self, arguments: &Value, run: &Run<'_>) -> Observation {
        let source = match self.source() {
            Ok(source) => source,
            Err(reason) => return Observation::error(reason),
        };
        let (left, stop) = run.time_left();
        let mut options = self.options.clone();
        options.limits.cpu = options.limits.cpu.max(left);
        options.limits.output_bytes = MAX_RESULT_BYTES;
        let mut notebook = Notebook::new(&self.program, options);
        match run.until_stopped(notebook.warm_up()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Observation::error(error.to_string()),
            Err(stop) => return Observation::new(Status::Timeout, stop.sentence("The function")),
        }
        let stem = self.file.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("__name__ = {}", literal(&stem));
        let deadline = Instant::now() + left;
        let mut last = None;
        for cell in [name, source, self.call(arguments)] {
            let left = deadline.saturating_duration_since(Instant::now());
            let outcome = notebook.run_within(&cell, left, &run.context.cancel).await;
            let ended = outcome
                .as_ref()
                .is_ok_and(|outcome| outcome.end == End::Completed && outcome.error.is_none());
            last = Some(outcome);
            if !ended {
                break;
            }
        }
        last.map_or_else(Observation::default, |outcome| observe(outcome, &notebook, stop, run))
    }

    fn source(&self) -> Result<String, String> {
        let file = self.file.display();
        let size = fs::metadata(&self.file).map_err(|error| format!("{file} cannot be read: {error}"))?.len();
        if size > MAX_SOURCE_BYTES {
            return Err(format!("{file} has {size} bytes; the most is {MAX_SOURCE_BYTES}"));
        }
        fs::read_to_string(&self.file).map_err(|error| format!("{file} cannot be read: {error}"))
    }

    fn call(&self, arguments: &Value) -> String {
        let file = self.file.file_name().unwrap_or_default().to_string_lossy();
        let missing = format!("there is no function {} in {file}", self.function);
        // In a literal every quote is escaped, so what is replaced later cannot stand in it.
        CALL.replace("ARGUMENTS", &literal(&arguments.to_string()))
            .replace("\"FUNCTION\"", &literal(&self.function))
            .replace("\"there is no function FUNCTION in FILE\"", &literal(&missing))
    }
}

/// A text as Python writes it: every escape of JSON means the same there.
fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// What the model is told.
fn observe(
    outcome: Result<Outcome, SandboxError>,
    notebook: &Notebook,
    stop: Stop,
    run: &Run,
) -> Observation {
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => return Observation::error(error.to_string()),
    };
    let mut spool = run.spool();
    let shown = outcome.value.as_ref().filter(|_| outcome.error.is_none()).unwrap_or(&outcome.output);
    // It has at most `MAX_RESULT_BYTES`.
    let _ = spool.push(shown.as_bytes());
    let kept = spool.finish();
    let error = outcome.error.as_deref().unwrap_or_default();
    let mut observation = match &outcome.end {
        End::Completed if error.is_empty() => run.observe(Status::Ok, kept, ""),
        End::Completed => run.observe(Status::Error, kept, error),
        End::Timeout(_) => run.observe(Status::Timeout, kept, &stop.sentence("The function")),
        End::Cancelled => run.observe(Status::Timeout, kept, &Stop::Cancelled.sentence("The function")),
        End::Cpu | End::Memory | End::Died(_) => {
            let why = outcome.notice(notebook.limits()).unwrap_or_default();
            run.observe(Status::Error, kept, &why)
        }
    };
    observation.truncated |= outcome.truncated;
    observation
}
