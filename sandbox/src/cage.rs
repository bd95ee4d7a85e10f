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
//! 6. No descriptor but the pipes, no environment but what is given, no core files, no new privileges.
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

    /// Starts it: the process, the pipe to its descriptor 3 and the pipe from its descriptor 4.
    ///
    /// # Errors
    /// It cannot be run, or the system does not give what it is to be held by.
    pub async fn start(&self) -> io::Result<(Caged, Sender, Receiver)> {
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
