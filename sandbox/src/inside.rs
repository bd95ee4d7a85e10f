//! What runs in the worker process. Three threads: the first reads frames, one runs Python, one
//! watches the limits. A worker that reads a document has two: see `document.rs`.

pub(crate) mod allocator;
pub(crate) mod cage;
mod cell;
mod compile;
mod confine;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod cpython;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod cpython {
    use crate::message::{CpythonStart, Start};

    /// Nothing of what confines it exists on this system.
    pub(crate) fn become_interpreter(_: &Start, _: &CpythonStart) -> ! {
        super::exit::exit(super::exit::EXIT_SETUP)
    }
}
mod document;
mod entry;
mod exit;
mod file_calls;
mod guard;
mod host;
mod interpreter;
mod interrupt;
#[cfg(target_os = "linux")]
mod landlock;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
mod namespaces;
mod originals;
mod plot;
#[cfg(target_os = "linux")]
pub(crate) mod probe;
#[cfg(not(target_os = "linux"))]
pub(crate) mod probe {
    //! There are no attacks for this system.

    pub(crate) const OUTLIVE: &str = "";

    pub(crate) fn attacks() -> impl Iterator<Item = (&'static str, (&'static str, ()))> {
        std::iter::empty()
    }

    pub(crate) fn attack(name: &str, _: &crate::selftest::Target) -> Result<String, String> {
        Err(format!("there is no attack \"{name}\" for this system"))
    }
}
#[cfg(test)]
mod profile;
mod regex;
mod resources;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod seccomp;
#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod seccomp {
    use std::io::{Error, ErrorKind, Result};

    /// There is no list for this system.
    pub(crate) fn allow_only_what_is_needed() -> Result<String> {
        Err(Error::new(ErrorKind::Unsupported, "there is no list of system calls for this system"))
    }
}
#[cfg(target_os = "macos")]
mod seatbelt;
mod sources;
mod traceback;
mod watch;
mod wire;

pub use entry::worker_main;
pub(crate) use exit::{EXIT_CPU, EXIT_MEMORY};
