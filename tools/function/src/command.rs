//! The command handler: a program that reads arguments and prints an observation.

use std::{
    io,
    path::PathBuf,
    pin::pin,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use agent::{ProcessGroup, ending_signal};
use chat::{Observation, Status};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::{Child, ChildStdin, Command},
    time::timeout,
};

use crate::{
    error::Located,
    fields::Fields,
    host::Host,
    program,
    run::{Run, Stop},
    spool::{Kept, Tail, TooMuch},
    variables::is_variable,
};

/// Of standard error, what the model is told.
const STDERR_BYTES: usize = 4 << 10;
/// From the end of a program to the end of its output, if something else still holds the pipe.
const DRAIN: Duration = Duration::from_millis(500);
/// For a killed process to be gone.
const REAP: Duration = Duration::from_secs(2);

pub(crate) const KEYS: [&str; 6] = ["type", "command", "env", "cwd", "timeout_s", "output_bytes"];

/// A program with its fixed arguments.
#[derive(Debug)]
pub(crate) struct CommandHandler {
    program: PathBuf,
    arguments: Vec<String>,
    variables: Vec<String>,
    /// The folder in which it runs; the host's, if there is none.
    cwd: Option<PathBuf>,
}

impl CommandHandler {
    /// Reads the handler of a manifest whose relative paths begin in `folder`.
    pub fn new(fields: Fields, folder: &std::path::Path, host: &Host) -> Result<Self, Located> {
        let fields = fields.only(&KEYS)?;
        fields.require("command")?;
        let list = "a list of texts: the program, then its arguments";
        let mut words = fields.texts("command").map_err(|_| fields.bad("command", list))?.into_iter();
        let first =
            words.next().filter(|word| !word.is_empty()).ok_or_else(|| fields.bad("command", list))?;
        let program = program::find(&first, folder, host.variable("PATH"))
            .map_err(|fault| Located::new(format!("{}/0", fields.at("command")), fault))?;
        let variables = fields.texts("env")?;
        if !variables.iter().all(|name| is_variable(name)) {
            return Err(fields.bad("env", "a list of names of variables"));
        }
        let cwd = match fields.get("cwd") {
            None => None,
            Some(value) => {
                let cwd = value.as_str().map(|cwd| folder.join(cwd)).filter(|cwd| cwd.is_dir());
                Some(cwd.ok_or_else(|| fields.bad("cwd", "a folder that exists"))?)
            }
        };
        Ok(Self { program, arguments: words.collect(), variables, cwd })
    }

    /// Runs the program once.
    pub async fn run(&self, arguments: &Value, run: &Run<'_>) -> Observation {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).current_dir(self.cwd.as_deref().unwrap_or(run.host.workdir()));
        command.env_clear();
        for name in ["PATH"].into_iter().chain(self.variables.iter().map(String::as_str)) {
            run.host.variable(name).map(|value| command.env(name, value));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        ProcessGroup::lead(&mut command);
        let mut child = match command.spawn() {
            Ok(child) => child,
            Err(error) => {
                return Observation::error(format!(
                    "{} could not be started: {error}",
                    self.program.display()
                ));
            }
        };
        let mut group = ProcessGroup::of(&child);
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Observation::error("the command has no pipes");
        };
        let mut spool = run.spool();
        let mut tail = Tail::new(STDERR_BYTES);
        let ended = {
            let read_stdout = read(stdout, |bytes| spool.push(bytes));
            let read_stderr = read(stderr, |bytes| {
                tail.push(bytes);
                Ok(())
            });
            let pipes = async {
                let ((), out, _) = tokio::join!(feed(stdin, arguments), read_stdout, read_stderr);
                out
            };
            run.until_stopped(supervise(&mut child, &mut group, pipes)).await
        };
        group.kill();
        // A process that the kernel cannot end keeps its entry; the call goes on without it.
        let _ = timeout(REAP, child.wait()).await;
        observe(ended, spool.finish(), &tail.text(), run)
    }
}

/// Writes the arguments. A program that does not read them is free not to.
async fn feed(mut stdin: ChildStdin, arguments: &Value) {
    let line = format!("{arguments}\n");
    let _ = stdin.write_all(line.as_bytes()).await;
}

async fn read(
    mut pipe: impl AsyncRead + Unpin,
    mut take: impl FnMut(&[u8]) -> Result<(), TooMuch>,
) -> Result<(), TooMuch> {
    let mut bytes = vec![0; 16 << 10];
    loop {
        match pipe.read(&mut bytes).await {
            Ok(n) if n > 0 => take(&bytes[..n])?,
            _ => return Ok(()),
        }
    }
}

/// How a program ended by itself.
#[derive(Debug)]
enum Ended {
    Exit(io::Result<ExitStatus>),
    TooMuch(TooMuch),
}

/// Waits for the program's end and for all of its output. What it left running is killed with it;
/// what escaped from its group can hold the pipes only a moment longer.
async fn supervise(
    child: &mut Child,
    group: &mut ProcessGroup,
    pipes: impl Future<Output = Result<(), TooMuch>>,
) -> Ended {
    let mut pipes = pin!(pipes);
    let status = tokio::select! {
        biased;
        closed = &mut pipes => {
            if let Err(too_much) = closed {
                return Ended::TooMuch(too_much);
            }
            return Ended::Exit(child.wait().await);
        }
        status = child.wait() => status,
    };
    group.kill();
    match timeout(DRAIN, pipes).await {
        Ok(Err(too_much)) => Ended::TooMuch(too_much),
        Ok(Ok(())) | Err(_) => Ended::Exit(status),
    }
}

/// What the model is told.
fn observe(ended: Result<Ended, Stop>, kept: Kept, stderr: &str, run: &Run) -> Observation {
    let (status, why) = match ended {
        Ok(Ended::Exit(Ok(status))) if status.success() => return run.observe(Status::Ok, kept, ""),
        Ok(Ended::Exit(Ok(status))) => (Status::Error, how(status)),
        Ok(Ended::Exit(Err(error))) => (Status::Error, format!("The command was lost: {error}.")),
        Ok(Ended::TooMuch(too_much)) => {
            (Status::Error, format!("The command was stopped because {too_much}."))
        }
        Err(stop) => (Status::Timeout, stop.sentence("The command")),
    };
    let why = match stderr {
        "" => why,
        stderr => format!("{why} Its standard error ends:\n{stderr}"),
    };
    run.observe(status, kept, &why)
}

fn how(status: ExitStatus) -> String {
    match (status.code(), ending_signal(status)) {
        (Some(code), _) => format!("The command failed with exit code {code}."),
        (None, Some(signal)) => format!("The command was ended by signal {signal}."),
        (None, None) => "The command failed.".into(),
    }
}
