//! The thread that starts workers.
//!
//! The kernel's parent-death signal follows the thread that forked, not the process: a worker
//! started from a pool's thread would die when the pool shrinks. This thread lives as long as the
//! process.

use std::{
    io,
    sync::{OnceLock, mpsc},
    thread,
};

use tokio::{
    process::{Child, Command},
    runtime::Handle,
    sync::oneshot,
};

struct Order {
    command: Command,
    runtime: Handle,
    reply: oneshot::Sender<io::Result<Child>>,
}

static SPAWNER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();

/// Starts a process that may die with the thread that forks it.
pub(crate) async fn spawn(command: Command) -> io::Result<Child> {
    let (reply, child) = oneshot::channel();
    let order = Order { command, runtime: Handle::current(), reply };
    let gone = || io::Error::other("the thread that starts workers is gone");
    SPAWNER.get_or_init(start).send(order).map_err(|_| gone())?;
    child.await.map_err(|_| gone())?
}

fn start() -> mpsc::Sender<Order> {
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
