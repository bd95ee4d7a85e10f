//! A program that is not ours, as a web browser: no network, none of the user's files, gone when we are.
//!
//! What runs in a [`Cage`] speaks with its parent over two pipes, which it finds as descriptors 3 and 4.
//! It is held by namespaces of its own, entered between `fork` and `exec`:
//!
//! 1. A session without a terminal; where root started it, a user that owns nothing.
//! 2. A user namespace in which it has no right over the machine and cannot become another user.
//! 3. A network namespace with nothing in it: not even a loopback interface that is up.
//! 4. Mounts of its own: `/tmp` and `/dev/shm` are empty and in memory, with a bound, and go with it;
//!    `/home`, `/root`, `/run`, `/mnt`, `/media`, `/srv` and `/var/tmp` are empty and cannot be written.
//! 5. A process tree of its own, whose first process it is: the kernel ends all of it with that one. The
//!    process between it and us ends it at our word, and dies with us, whatever ends us.
//! 6. No descriptor but the pipes, no environment but what is given, no core files, no new privileges; it
//!    is the first that the kernel ends where memory runs out.
//!
//! All of that is required: where the kernel does not give one of them, nothing is started.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    net::unix::pipe::{Receiver, Sender},
    process::{Child, Command},
    time::timeout,
};

use crate::{inside::cage, spawner};

/// For an ended process to be gone.
const END_TIME: Duration = Duration::from_secs(5);
/// As long as a drop, which cannot wait in async ways, looks for that.
const DROP_TIME: Duration = Duration::from_secs(1);

/// The pipe to a caged program, its descriptor 3.
pub type CageInput = Sender;
/// The pipe from it, its descriptor 4.
pub type CageOutput = Receiver;

/// What is started, and with what.
#[derive(Clone, Debug)]
pub struct Cage {
    /// The program, by an absolute path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// All of its environment.
    pub environment: Vec<(OsString, OsString)>,
}

/// A program in its cage. It is ended when this is dropped.
#[derive(Debug)]
pub struct Caged {
    child: Child,
}

impl Cage {
    /// A program without arguments and environment.
    pub fn new(program: &Path) -> Self {
        Self { program: program.to_owned(), args: Vec::new(), environment: Vec::new() }
    }

    /// With these arguments after those that it has.
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// With this variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Starts it: the process, the pipe to it and the pipe from it.
    ///
    /// # Errors
    /// It cannot be run, or the system does not give what it is to be held by.
    pub async fn start(&self) -> io::Result<(Caged, CageInput, CageOutput)> {
        let (theirs_in, ours_in) = io::pipe()?;
        let (ours_out, theirs_out) = io::pipe()?;
        let (input, output) =
            (Sender::from_owned_fd(ours_in.into())?, Receiver::from_owned_fd(ours_out.into())?);
        let mut command = Command::new(&self.program);
        command.args(&self.args).env_clear().envs(self.environment.iter().cloned()).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        cage::hold(&mut command, &self.program, theirs_in.into(), theirs_out.into())?;
        let child = spawner::run(command).await?;
        Ok((Caged { child }, input, output))
    }
}

impl Caged {
    /// The number of the process that keeps it.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Ends it with every process that it has started, and waits until they are gone.
    pub async fn end(mut self) {
        cage::end(&self.child);
        // A process that the kernel cannot end keeps its entry; we go on without it.
        let _ = timeout(END_TIME, self.child.wait()).await;
    }
}

impl Drop for Caged {
    fn drop(&mut self) {
        cage::end(&self.child);
        // Killed before it could end the other, the keeper would leave that to the kernel, which does
        // it too; but then nobody could wait for it.
        let begun = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && begun.elapsed() < DROP_TIME {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// For a shell on a busy machine.
    const LONG: Duration = Duration::from_secs(60);

    /// What a shell script in a cage says, with `told` on its descriptor 3.
    async fn says(script: &str, told: &str) -> String {
        let cage = Cage::new(Path::new("/bin/sh")).args(["-c", script]).env("PATH", "/usr/bin:/bin");
        let (caged, mut input, mut output) = cage.start().await.unwrap();
        input.write_all(told.as_bytes()).await.unwrap();
        drop(input);
        let mut said = String::new();
        timeout(LONG, output.read_to_string(&mut said)).await.unwrap().unwrap();
        caged.end().await;
        said
    }

    async fn check(script: &str, expected: &str) {
        assert_eq!(says(script, "").await, expected, "{script}");
    }

    #[tokio::test]
    async fn what_is_caged_has_its_pipes_and_nothing_else() {
        assert_eq!(says("cat <&3 >&4", "hello").await, "hello");
        check("ls /proc/self/fd >&4", "0\n1\n2\n3\n4\n5\n").await;
        check("echo $$ >&4", "1\n").await;
        check("sed -n 's/^ *\\(.*\\):.*/\\1/p' /proc/net/dev >&4", "lo\n").await;
        // No interface that is up has an address, and nothing has a route.
        check("cat /proc/net/route /proc/net/if_inet6 >&4 2>&1", "").await;
        check("ls -A /home /root /run /tmp /dev/shm 2>&1 | grep -v : | tr -d '\\n' >&4", "").await;
        check("for f in /home /run; do touch $f/x 2>/dev/null || echo no >&4; done; touch /tmp/x && echo yes >&4", "no\nno\nyes\n").await;
        check(
            "[ $(id -u) = 0 ] && echo root >&4; [ -r /etc/shadow ] && echo shadow >&4; env | grep -c . >&4",
            "2\n",
        )
        .await;
        check("cat /proc/self/oom_score_adj >&4", "1000\n").await;
        check(
            "grep -E '^(CapEff|NoNewPrivs)' /proc/self/status >&4",
            "CapEff:\t0000000000000000\nNoNewPrivs:\t1\n",
        )
        .await;
    }

    #[tokio::test]
    async fn all_that_it_started_ends_with_it() {
        let script =
            "setsid sleep 1000 & setsid sh -c 'trap \"\" TERM INT HUP; echo up >&4; sleep 1000' & wait";
        for by_drop in [false, true] {
            let cage = Cage::new(Path::new("/bin/sh")).args(["-c", script]).env("PATH", "/usr/bin:/bin");
            let (caged, _input, mut output) = cage.start().await.unwrap();
            let mut up = [0; 3];
            timeout(LONG, output.read_exact(&mut up)).await.unwrap().unwrap();
            match by_drop {
                true => drop(caged),
                false => caged.end().await,
            }
            // Its end of the pipe is closed when the last process is gone.
            let mut rest = Vec::new();
            timeout(LONG, output.read_to_end(&mut rest)).await.unwrap().unwrap();
            assert_eq!(rest, b"");
        }
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_is_an_error() {
        let error = Cage::new(Path::new("/nowhere/program")).start().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}
