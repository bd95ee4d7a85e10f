//! The list for macOS, in the order of `sandbox/README.md`; Seatbelt and the counted heap come after it,
//! with the interpreter, in `entry.rs`.

#![allow(unsafe_code, reason = "the restrictions are system calls")]

use std::{io, os::fd::RawFd, ptr};

use super::{
    confine::{FIRST_FOREIGN, Restriction, check, empty_environment, own_session},
    resources,
};
use crate::Layer;

/// The list.
pub(super) const RESTRICTIONS: [Restriction; 5] = [
    (Layer::EmptyEnvironment, |_| empty_environment()),
    (Layer::OwnSession, |_| own_session()),
    (Layer::DiesWithParent, |_| no_death_signal()),
    (Layer::NotDumpable, |_| not_traceable()),
    (Layer::ResourceLimits, |limits| resources::limit(limits, FIRST_FOREIGN as u64)),
];

/// Closes every descriptor from `first` on.
pub(super) fn close_from(first: RawFd) -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/dev/fd")? {
        let name = entry?.file_name();
        open.extend(name.to_str().and_then(|name| name.parse::<RawFd>().ok()).filter(|n| *n >= first));
    }
    for descriptor in open {
        // The one that the list was read from is among them, and closed by now: that it fails says nothing.
        // SAFETY: nothing in this process owns a descriptor from here on; the program has just begun.
        unsafe { libc::close(descriptor) };
    }
    Ok(())
}

/// 4. A worker reads until the end of its input, which comes with the parent's. Nothing makes it.
fn no_death_signal() -> io::Result<String> {
    let why = "macOS has no signal at the parent's end; only the end of its input ends a worker that reads";
    Err(io::Error::new(io::ErrorKind::Unsupported, why))
}

/// 5. No debugger can attach to it; cores are kept from it by the limits.
fn not_traceable() -> io::Result<String> {
    // SAFETY: the request takes nothing else.
    check(unsafe { libc::ptrace(libc::PT_DENY_ATTACH, 0, ptr::null_mut(), 0) }).map(|_| String::new())
}
