//! Ctrl-C and SIGTERM.

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
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
