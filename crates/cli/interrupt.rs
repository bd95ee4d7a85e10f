//! Ctrl-C, SIGTERM, and SIGHUP when the terminal goes.

#[cfg(unix)]
use std::io::IsTerminal;

use chat::CancellationToken;

use crate::exit::Exit;

/// The first signal cancels; the second ends the process at once.
pub fn cancel_on_signal(cancel: CancellationToken) {
    tokio::spawn(async move {
        signal().await;
        cancel.cancel();
        signal().await;
        std::process::exit(Exit::Interrupted as i32);
    });
}

/// The first signal cancels.
pub async fn wait(cancel: CancellationToken) {
    signal().await;
    cancel.cancel();
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    // Without a handler the signal still ends the process, as it does by default.
    let wait = async |kind| match signal(kind) {
        Ok(mut signals) => drop(signals.recv().await),
        Err(_) => std::future::pending().await,
    };
    // `nohup` leaves no terminal, and has the signal ignored, which a handler would undo.
    let has_terminal =
        std::io::stdin().is_terminal() || std::io::stdout().is_terminal() || std::io::stderr().is_terminal();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = wait(SignalKind::terminate()) => {}
        () = wait(SignalKind::hangup()), if has_terminal => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
