//! How a worker ends: at once, with a code that tells the parent why.

#![allow(unsafe_code, reason = "_exit and sigaction are C")]

use super::allocator;

/// An allocation failed, or memory stayed full after a cell.
pub(crate) const EXIT_MEMORY: i32 = 70;
/// The code went on after its processor time was over.
pub(crate) const EXIT_CPU: i32 = 71;
/// The worker could not confine itself or was started wrongly.
pub(crate) const EXIT_SETUP: i32 = 72;
/// The parent is gone or does not speak the protocol.
pub(crate) const EXIT_PARENT: i32 = 73;
/// The interpreter panicked.
pub(crate) const EXIT_PANIC: i32 = 74;

/// Ends the process without running anything more: no destructors, no `atexit` of the code.
pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: _exit takes any code and does not return.
    unsafe { libc::_exit(code) }
}

/// Makes the abort that follows a failed allocation end with [`EXIT_MEMORY`], and the kernel's
/// limit of processor time with [`EXIT_CPU`]: the first process of a tree would not notice it.
pub(crate) fn catch_signals() {
    extern "C" fn on_cpu_limit(_: libc::c_int) {
        exit(EXIT_CPU);
    }
    extern "C" fn on_abort(_: libc::c_int) {
        if allocator::refused() {
            exit(EXIT_MEMORY);
        }
        // Returning lets abort() end the process by the signal's default action.
    }
    // SAFETY: the handlers only read an atomic and call _exit, both async-signal-safe.
    unsafe {
        libc::signal(libc::SIGABRT, on_abort as *const () as libc::sighandler_t);
        libc::signal(libc::SIGXCPU, on_cpu_limit as *const () as libc::sighandler_t);
    }
}
