//! What runs in the worker process. Three threads: the first reads frames, one runs Python, one
//! watches the limits.

pub(crate) mod allocator;
mod cell;
mod compile;
mod confine;
mod entry;
mod exit;
mod host;
mod interpreter;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod seccomp;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod seccomp {
    /// There is no list for this system.
    pub(crate) fn deny() -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }
}
mod sources;
mod traceback;
mod watch;
mod wire;

pub use entry::worker_main;
pub(crate) use exit::{EXIT_CPU, EXIT_MEMORY};
