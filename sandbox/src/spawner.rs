//! The thread that starts workers and what runs in a cage.
//!
//! The kernel's parent-death signal follows the thread that forked, not the process: a child
//! started from a pool's thread would die when the pool shrinks. This thread lives as long as the
//! process.

use std::{
    io,
    path::Path,
    process::Stdio,
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::{
    process::{Child, Command},
    runtime::Handle,
    sync::oneshot,
};

use crate::{WORKER_ARG, message::Start};

struct Order {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();

/// Starts `program` as a worker: no environment, a pipe at each end, killed when it is dropped.
pub(crate) async fn spawn(program: &Path, start: &Start) -> io::Result<Child> {
    let start = serde_json::to_string(start).map_err(io::Error::other)?;
    let mut command = Command::new(std::path::absolute(program)?);
    command.arg(WORKER_ARG).arg(start).env_clear().current_dir("/");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    run(command).await
}

/// Starts a command from the thread that lives as long as the process.
pub(crate) async fn run(command: Command) -> io::Result<Child> {
    let (reply, child) = oneshot::channel();
    let order = Order { command, runtime: Handle::current(), reply };
    let gone = || io::Error::other("the thread that starts workers is gone");
    SPAWNER.get_or_init(start_thread).send(order).map_err(|_| gone())?;
    child.await.map_err(|_| gone())?
}

fn start_thread() -> mpsc::Sender<Order> {
    let (orders, queue) = mpsc::channel::<Order>();
    // If the thread cannot start, the queue is dropped and every order fails.
    let _ = thread::Builder::new().name("sandbox-spawner".into()).spawn(move || {
        for mut order in queue {
            let _entered = order.runtime.enter();
            // Nobody waits any more: the child is dropped and killed.
            let _ = order.reply.send(order.command.spawn());
        }
    });
    orders
}
