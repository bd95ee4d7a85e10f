//! The process of a server: its start, the end of what it says on standard error, and its end.

use std::{
    collections::VecDeque,
    io,
    process::{ExitStatus, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use agent::{ProcessGroup, ending_signal};
use rmcp::{
    RoleClient,
    service::{RxJsonRpcMessage, TxJsonRpcMessage},
    transport::{Transport, async_rw::AsyncRwTransport},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::watch,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::lines::{BoundedLines, MAX_LINE_BYTES};

/// For a server to end by itself when its input is closed.
const GRACE: Duration = Duration::from_secs(2);
/// For it to end when it is asked to.
const LAST_GRACE: Duration = Duration::from_secs(1);
/// For a killed process to be gone, and for what it wrote to be read.
const REAP: Duration = Duration::from_secs(2);
/// Of standard error, what a person is told.
const STDERR_BYTES: usize = 4 << 10;
/// Messages to a server that are being written. One that has left so many unread does not read.
const MAX_UNREAD: usize = 1024;

/// A server's process as those see it who wait for it.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Ends it.
    stop: CancellationToken,
    /// Nothing of how is known of a process that could not be ended.
    ended: watch::Receiver<Option<Option<ExitStatus>>>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
    overlong: Arc<AtomicBool>,
    unread: Arc<AtomicUsize>,
    deaf: Arc<AtomicBool>,
}

/// What a server speaks through.
pub(crate) struct StdioTransport {
    pipes: AsyncRwTransport<RoleClient, BoundedLines<ChildStdout>, ChildStdin>,
    process: Process,
}

/// Starts a server in a process group of its own, so that an interrupt of the terminal does not end
/// it before it is told.
pub(crate) fn start(mut command: Command) -> io::Result<(StdioTransport, Process)> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    ProcessGroup::lead(&mut command);
    let mut child = command.spawn()?;
    let group = ProcessGroup::of(&child);
    let (Some(stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::Error::other("the process has no pipes"));
    };
    let (lines, overlong) = BoundedLines::new(stdout);
    let (tell, ended) = watch::channel(None);
    let process = Process {
        stop: CancellationToken::new(),
        ended,
        stderr: Arc::default(),
        overlong,
        unread: Arc::default(),
        deaf: Arc::default(),
    };
    let reading = tokio::spawn(keep_tail(stderr, process.stderr.clone()));
    let stop = process.stop.clone();
    tokio::spawn(async move {
        let status = supervise(child, group, stop).await;
        // Something that left the group may hold the pipe for ever.
        let _ = timeout(REAP, reading).await;
        tell.send_replace(Some(status));
    });
    let pipes = AsyncRwTransport::new_client(lines, stdin).with_max_line_length(MAX_LINE_BYTES);
    Ok((StdioTransport { pipes, process: process.clone() }, process))
}

/// Waits for a process's end, or brings it about.
async fn supervise(mut child: Child, mut group: ProcessGroup, stop: CancellationToken) -> Option<ExitStatus> {
    let ended = tokio::select! {
        status = child.wait() => Some(status),
        () = stop.cancelled() => None,
    };
    let ended = match ended {
        Some(status) => Some(status),
        // Its input is closed by now.
        None => match timeout(GRACE, child.wait()).await {
            Ok(status) => Some(status),
            Err(_) => {
                group.terminate();
                timeout(LAST_GRACE, child.wait()).await.ok()
            }
        },
    };
    group.kill();
    let ended = match ended {
        Some(status) => Some(status),
        None => timeout(REAP, child.wait()).await.ok(),
    };
    // Nothing of a process that the kernel cannot end, or that somebody else has waited for.
    ended.and_then(Result::ok)
}

async fn keep_tail(mut stderr: impl AsyncRead + Unpin, tail: Arc<Mutex<VecDeque<u8>>>) {
    let mut bytes = vec![0; 4 << 10];
    while let Ok(n @ 1..) = stderr.read(&mut bytes).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(&bytes[..n]);
        let excess = tail.len().saturating_sub(STDERR_BYTES);
        tail.drain(..excess);
    }
}

impl Process {
    /// Waits for its end, and gives the reason as the end of a sentence about the server; `when` says
    /// what it was at, if that is known.
    pub async fn end(&self, when: &str) -> String {
        let mut ended = self.ended.clone();
        let status = ended.wait_for(Option::is_some).await.ok().and_then(|status| status.flatten());
        let how = match status.map(|status| (status.code(), ending_signal(status))) {
            _ if self.overlong.load(Ordering::Relaxed) => {
                format!("was stopped because it sent a line of more than {} MiB", MAX_LINE_BYTES >> 20)
            }
            _ if self.deaf.load(Ordering::Relaxed) => {
                "was stopped because it does not read what it is sent".to_owned()
            }
            Some((Some(code), _)) => format!("ended with exit code {code}"),
            Some((None, Some(signal))) => format!("was ended by signal {signal}"),
            _ => "ended".to_owned(),
        };
        match self.stderr_tail() {
            tail if tail.is_empty() => format!("{how}{when}"),
            tail => format!("{how}{when}; its standard error ends:\n{tail}"),
        }
    }

    /// Ends the process and waits until it is gone, a few seconds at most.
    pub async fn stop(&self) {
        self.stop.cancel();
        let mut ended = self.ended.clone();
        // It fails when the runtime ends, and then nobody can wait.
        let _ = ended.wait_for(Option::is_some).await;
    }

    /// The end of what it wrote on standard error, made fit to show.
    pub fn stderr_tail(&self) -> String {
        let tail = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = tail.iter().copied().collect();
        agent::clean(&String::from_utf8_lossy(&bytes)).trim().trim_start_matches('\u{fffd}').to_owned()
    }
}

/// A connection that never came about is not closed but dropped.
impl Drop for StdioTransport {
    fn drop(&mut self) {
        self.process.stop.cancel();
    }
}

/// Counts a message until it is written.
struct Unread(Arc<AtomicUsize>);

impl Drop for Unread {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Transport<RoleClient> for StdioTransport {
    type Error = io::Error;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleClient>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        self.process.unread.fetch_add(1, Ordering::Relaxed);
        let unread = Unread(self.process.unread.clone());
        let sending = self.pipes.send(item);
        async move {
            let _unread = unread;
            sending.await
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleClient>> {
        if self.process.unread.load(Ordering::Relaxed) > MAX_UNREAD {
            self.process.deaf.store(true, Ordering::Relaxed);
            return None;
        }
        self.pipes.receive().await
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        // A writer that waits for a full pipe holds it open; the end of the process ends that too.
        let _ = timeout(GRACE, self.pipes.close()).await;
        self.process.stop().await;
        Ok(())
    }
}
