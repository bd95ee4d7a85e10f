//! A worker's process as its parent holds it: its pipes, its first word and its end.

use std::{io, os::unix::process::ExitStatusExt, path::Path, time::Duration};

use serde::de::DeserializeOwned;
use tokio::{
    io::AsyncReadExt,
    process::{Child, ChildStdin, ChildStdout},
    time::timeout,
};

use crate::{
    Confinement, Death, End, Layer, SandboxError,
    cgroup::Cgroup,
    frame::Decoder,
    inside::{EXIT_CPU, EXIT_MEMORY},
    message::{self, Start},
    spawner,
};

/// For a worker to confine itself and to start what it hosts, on a busy machine.
pub(crate) const START_TIME: Duration = Duration::from_secs(30);
/// For a killed or closing process to be gone.
const REAP_TIME: Duration = Duration::from_secs(2);
const READ_BYTES: usize = 64 << 10;

/// A worker; it is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    pub child: Child,
    pub input: ChildStdin,
    pub answers: Answers,
    /// The group that counts it with everything it starts, or why there is none.
    group: Result<Cgroup, String>,
}

/// What it sends.
#[derive(Debug)]
pub(crate) struct Answers {
    output: ChildStdout,
    bytes: Box<[u8]>,
    /// What has come and was not looked at.
    pub decoder: Decoder,
}

impl Process {
    /// Starts `program`, whose longest payload has `max_payload` bytes.
    ///
    /// # Errors
    /// It cannot be run.
    pub async fn start(program: &Path, mut start: Start, max_payload: usize) -> Result<Self, SandboxError> {
        let group = match &start.probe {
            Some(probe) if !probe.layers.contains(&Layer::Cgroup) => Err("not asked for".to_owned()),
            _ => Cgroup::new(&start.limits, &start.task),
        };
        start.group = group.as_ref().ok().map(|group| group.folder().to_owned());
        let failed = |source| SandboxError::Start { program: program.to_owned(), source };
        let mut child = spawner::spawn(program, &start).await.map_err(failed)?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(failed(io::Error::other("its pipes are missing")));
        };
        let decoder = Decoder::new(max_payload);
        let answers = Answers { output, bytes: vec![0; READ_BYTES].into(), decoder };
        Ok(Self { child, input, answers, group })
    }

    /// Waits for its first message, which `ready` reads: how it has confined itself. A process that is not
    /// confined wholly is killed, unless that is allowed.
    ///
    /// # Errors
    /// It is not, or did not begin in time, or with something else.
    pub async fn confined<M: DeserializeOwned>(
        &mut self,
        (program, allow_degraded): (&Path, bool),
        within: Duration,
        ready: impl FnOnce(M) -> Result<Confinement, String>,
    ) -> Result<Confinement, SandboxError> {
        let confined = match timeout(within, self.answers.next()).await {
            Ok(Ok(Some(message))) => ready(message).map(|confinement| self.with_group(confinement)),
            Ok(Ok(None)) => Err("it ended at once".to_owned()),
            Ok(Err(what)) => Err(what),
            Err(_) => Err(format!("nothing came for {} s", within.as_secs_f32().ceil())),
        };
        let error = match confined {
            Ok(confinement) if confinement.is_full() || allow_degraded => return Ok(confinement),
            Ok(confinement) => SandboxError::Partial { missing: confinement.missing },
            Err(reason) => SandboxError::NotReady { program: program.to_owned(), reason },
        };
        self.kill().await;
        Err(error)
    }

    /// Adds what the worker does not know: why it was given no group.
    fn with_group(&self, mut confinement: Confinement) -> Confinement {
        if let Err(reason) = &self.group {
            confinement.note(Layer::Cgroup, Err(io::Error::other(reason.clone())));
        }
        confinement
    }

    /// Why its pipe closed.
    pub async fn how_it_died(&mut self) -> End {
        let Ok(Ok(status)) = timeout(REAP_TIME, self.child.wait()).await else {
            self.kill().await;
            return End::Died(Death::Protocol("the end of its pipe while it went on".to_owned()));
        };
        match (status.code(), status.signal()) {
            (Some(EXIT_MEMORY), _) => End::Memory,
            (_, Some(libc::SIGKILL)) if self.group.as_ref().is_ok_and(Cgroup::was_full) => End::Memory,
            (Some(EXIT_CPU), _) | (_, Some(libc::SIGXCPU)) => End::Cpu,
            (_, Some(signal)) => End::Died(Death::Signal(signal)),
            (code, None) => End::Died(Death::Exit(code.unwrap_or_default())),
        }
    }

    /// Ends it and whatever is in its group; the kernel ends what is in its process tree.
    pub async fn kill(&mut self) {
        if let Some(id) = self.child.id().and_then(|id| libc::pid_t::try_from(id).ok()) {
            kill_group(id);
        }
        if let Ok(group) = &self.group {
            group.kill();
        }
        let _ = self.child.start_kill();
        // A process that the kernel cannot end keeps its entry; the call goes on without it.
        let _ = timeout(REAP_TIME, self.child.wait()).await;
    }
}

impl Answers {
    /// The next message; nothing when the pipe is closed.
    ///
    /// # Errors
    /// What came is none.
    pub async fn next<M: DeserializeOwned>(&mut self) -> Result<Option<M>, String> {
        loop {
            if let Some(payload) = self.decoder.next().map_err(|e| e.to_string())? {
                return message::decode(payload).map(Some);
            }
            if !matches!(self.read().await, Ok(n) if n > 0) {
                return Ok(None);
            }
        }
    }

    /// Waits for bytes and takes them in; none when the pipe is closed.
    ///
    /// # Errors
    /// The pipe's.
    pub async fn read(&mut self) -> io::Result<usize> {
        let n = self.output.read(&mut self.bytes).await?;
        self.decoder.push(&self.bytes[..n]);
        Ok(n)
    }
}

#[allow(unsafe_code, reason = "kill is C")]
fn kill_group(leader: libc::pid_t) {
    // SAFETY: the leader is our child and not yet reaped, so its number is still its own.
    unsafe { libc::kill(-leader, libc::SIGKILL) };
}
