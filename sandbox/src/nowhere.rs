//! What stands for the worker where there is none: each of these says so.
//!
//! A worker is a process that confines itself. Windows gives a process no way to do that with what this
//! program has, so that nothing of the model's runs there; the rest of the program does not notice.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    convert::Infallible,
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::io::DuplexStream;
use tokio_util::sync::CancellationToken;

use crate::{
    Confinement, Document, DocumentError, Engine, Options, Outcome, Platform, Report, Row, SandboxError,
};

fn no_worker() -> SandboxError {
    SandboxError::NoWorker { system: Platform::HERE.name() }
}

/// A worker; there is none on this system.
#[derive(Debug)]
pub struct Worker(Infallible);

impl Worker {
    /// Refuses.
    ///
    /// # Errors
    /// Always [`SandboxError::NoWorker`].
    pub async fn spawn(_: &Path, _: &Options) -> Result<Self, SandboxError> {
        Err(no_worker())
    }

    /// What restricts the worker.
    pub fn confinement(&self) -> &Confinement {
        match self.0 {}
    }

    /// The number of the process that runs Python.
    pub fn process_id(&self) -> Option<u32> {
        match self.0 {}
    }

    /// Whether the process still runs.
    pub fn is_usable(&mut self) -> bool {
        match self.0 {}
    }

    pub(crate) fn count_from(&mut self, _: u32) {
        match self.0 {}
    }

    /// Runs a cell.
    pub async fn run(&mut self, _: &str, _: &CancellationToken) -> Outcome {
        match self.0 {}
    }

    /// Runs a cell within a time.
    pub async fn run_within(&mut self, _: &str, _: Duration, _: &CancellationToken) -> Outcome {
        match self.0 {}
    }
}

/// Reads documents; on this system none.
#[derive(Clone, Debug)]
pub struct DocumentReader;

impl DocumentReader {
    /// A reader that refuses.
    pub fn new(_: impl Into<PathBuf>, _: impl Into<Options>) -> Self {
        Self
    }

    /// Refuses.
    ///
    /// # Errors
    /// Always [`SandboxError::NoWorker`].
    pub async fn read_pdf(&self, _: &[u8], _: Duration) -> Result<Document, DocumentError> {
        Err(no_worker().into())
    }
}

/// The pipe to a caged program; on this system there is none.
pub type CageInput = DuplexStream;
/// The pipe from it.
pub type CageOutput = DuplexStream;

/// A cage for a program that is not ours; on this system nothing is started.
#[derive(Clone, Debug)]
pub struct Cage;

impl Cage {
    /// A cage that does not start.
    pub fn new(_: &Path) -> Self {
        Self
    }

    /// The same.
    pub fn args<S: AsRef<OsStr>>(self, _: impl IntoIterator<Item = S>) -> Self {
        self
    }

    /// The same.
    pub fn env(self, _: &str, _: &str) -> Self {
        self
    }

    /// Refuses.
    ///
    /// # Errors
    /// Always [`io::ErrorKind::Unsupported`].
    pub async fn start(&self) -> io::Result<(Caged, CageInput, CageOutput)> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// A program in its cage; there is none on this system.
#[derive(Debug)]
pub struct Caged(Infallible);

impl Caged {
    /// The number of its process.
    pub fn id(&self) -> Option<u32> {
        match self.0 {}
    }

    /// Ends it.
    pub async fn end(self) {
        match self.0 {}
    }
}

/// Refuses: there is nothing to attack.
///
/// # Errors
/// Always [`SandboxError::NoWorker`].
pub async fn selftest(_: &Path, _: Engine, _: impl FnMut(&Row)) -> Result<Report, SandboxError> {
    Err(no_worker())
}

/// Ends the process, with the code of a worker that cannot confine itself.
pub fn worker_main() -> ! {
    std::process::exit(72)
}

/// The system's allocator: only a worker counts.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator;

impl CountingAllocator {
    /// The allocator.
    pub const fn new() -> Self {
        Self
    }
}

#[allow(unsafe_code, reason = "GlobalAlloc is an unsafe trait")]
// SAFETY: every call is passed on as it is.
unsafe impl GlobalAlloc for CountingAllocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.realloc(block, layout, size) }
    }
}
