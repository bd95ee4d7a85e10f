//! One process that attacks once, and what it says.

use std::{fmt, os::unix::process::ExitStatusExt, path::Path, time::Duration};

use tokio::time::timeout;

use crate::{
    SandboxError,
    inside::probe::OUTLIVE,
    message::{FromWorker, Start},
    process::Process,
};

/// For an attempt that neither ends nor answers.
const ATTEMPT_TIME: Duration = Duration::from_secs(30);
/// For a tree of processes to be gone after its first one.
const TREE_TIME: Duration = Duration::from_secs(2);
/// An answer is a sentence.
const MAX_ANSWER: usize = 16 << 10;

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The attack got this.
    Reached(String),
    /// This stopped it.
    Stopped(String),
    /// The kernel killed the process for it.
    Killed(i32),
    /// It could not be tried: why.
    Untried(String),
}

impl Attempt {
    /// Whether the attack failed. An attempt that was not made proves nothing.
    pub fn is_blocked(&self) -> bool {
        matches!(self, Self::Stopped(_) | Self::Killed(libc::SIGSYS))
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Reached(what) => write!(f, "reached {what}"),
            Self::Stopped(reason) => f.write_str(reason),
            Self::Killed(libc::SIGSYS) => f.write_str("killed by the system call filter"),
            Self::Killed(signal) => write!(f, "crashed (signal {signal})"),
            Self::Untried(reason) => write!(f, "not tried: {reason}"),
        }
    }
}

/// Makes the attempt that `start` describes.
///
/// # Errors
/// The program cannot be run.
pub(super) async fn attempt(program: &Path, start: Start) -> Result<Attempt, SandboxError> {
    let outlives = start.probe.as_ref().is_some_and(|probe| probe.attack == OUTLIVE);
    let mut process = Process::start(program, start, MAX_ANSWER).await?;
    let seen = timeout(ATTEMPT_TIME, watch(&mut process)).await;
    process.kill().await;
    Ok(match seen {
        Err(_) => Attempt::Untried(format!("nothing came for {} s", ATTEMPT_TIME.as_secs())),
        Ok(Seen { attempt: Attempt::Reached(_), tree_is_gone: true }) if outlives => {
            Attempt::Stopped("the whole tree of processes ended with its first".to_owned())
        }
        Ok(seen) => seen.attempt,
    })
}

struct Seen {
    attempt: Attempt,
    /// Nobody holds the pipe any more.
    tree_is_gone: bool,
}

async fn watch(process: &mut Process) -> Seen {
    let untried = |reason: String| Seen { attempt: Attempt::Untried(reason), tree_is_gone: false };
    match process.answers.next().await {
        Ok(Some(FromWorker::Probed { reached, stopped })) => {
            let attempt = match (reached, stopped) {
                (Some(what), _) => Attempt::Reached(what),
                (None, reason) => Attempt::Stopped(reason.unwrap_or_default()),
            };
            let end = timeout(TREE_TIME, process.answers.read()).await;
            Seen { attempt, tree_is_gone: matches!(end, Ok(Ok(0))) }
        }
        Ok(Some(other)) => untried(format!("it sent {other:?}")),
        Ok(None) => {
            let status = process.child.wait().await;
            match status.as_ref().map(ExitStatusExt::signal) {
                Ok(Some(signal)) => Seen { attempt: Attempt::Killed(signal), tree_is_gone: true },
                _ => untried(format!("it ended with {status:?}")),
            }
        }
        Err(reason) => untried(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_failure_of_the_attack_counts_as_blocked() {
        for (attempt, blocked) in [
            (Attempt::Stopped("Operation not permitted (os error 1)".into()), true),
            (Attempt::Killed(libc::SIGSYS), true),
            (Attempt::Killed(libc::SIGSEGV), false),
            (Attempt::Reached("a socket".into()), false),
            (Attempt::Untried("nothing came for 30 s".into()), false),
        ] {
            assert_eq!(attempt.is_blocked(), blocked, "{attempt}");
        }
    }
}
