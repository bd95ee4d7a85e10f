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
mod sources;
mod traceback;
mod watch;
mod wire;

pub use entry::worker_main;
pub(crate) use exit::{EXIT_CPU, EXIT_MEMORY};
