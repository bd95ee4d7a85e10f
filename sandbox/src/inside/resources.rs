//! Restriction 13: what the kernel counts for the process.

#![allow(unsafe_code, reason = "limits are set by system calls")]

use std::{io, time::Duration};

use super::confine::check;
use crate::Limits;

#[cfg(target_os = "linux")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_os = "linux"))]
type Resource = libc::c_int;

fn resource(which: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: soft as libc::rlim_t, rlim_max: hard as libc::rlim_t };
    // SAFETY: `limit` lives through the call, which only reads it.
    check(unsafe { libc::setrlimit(which, &limit) }).map(drop)
}

/// Address space behind the counted heap; no file can grow, no core, no locked memory, no message
/// queue, and not one more descriptor can be opened: no file, socket, pipe or memory file.
pub(super) fn limit(limits: &Limits, n_descriptors: u64) -> io::Result<String> {
    let address_space = limits.address_space_bytes() as u64;
    #[cfg(target_os = "linux")]
    {
        resource(libc::RLIMIT_AS, address_space, address_space)?;
        resource(libc::RLIMIT_MSGQUEUE, 0, 0)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = address_space;
    for (which, most) in [
        (libc::RLIMIT_FSIZE, 0),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_NOFILE, n_descriptors),
    ] {
        resource(which, most, most)?;
    }
    let detail = if cfg!(target_os = "linux") { "" } else { "without one of address space" };
    Ok(detail.to_owned())
}

/// Threads of an interpreter that can have some.
#[cfg(target_os = "linux")]
const THREADS: u64 = 64;

/// For the user's interpreter: its data, which is what it allocates, and the address space behind it;
/// the size of one file; descriptors; threads where the count is the sandbox's own.
#[cfg(target_os = "linux")]
pub(super) fn limit_cpython(limits: &Limits, file_bytes: u64, counts_alone: bool) -> io::Result<String> {
    let data = limits.memory_bytes as u64 + (64 << 20);
    for (which, most) in [
        (libc::RLIMIT_DATA, data),
        (libc::RLIMIT_AS, data + (1 << 30)),
        (libc::RLIMIT_FSIZE, file_bytes),
        (libc::RLIMIT_NOFILE, 256),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_MSGQUEUE, 0),
    ] {
        resource(which, most, most)?;
    }
    if counts_alone {
        resource(libc::RLIMIT_NPROC, THREADS, THREADS)?;
    }
    Ok(String::new())
}

/// No process or thread more than there are. Once the worker's own threads run.
pub(super) fn limit_processes() -> io::Result<()> {
    resource(libc::RLIMIT_NPROC, 0, 0)
}

/// For each call: the kernel ends the worker two seconds after the watcher should have.
pub(super) fn limit_cpu(used: Duration, limits: &Limits) {
    let seconds = (used + limits.cpu + limits.grace).as_secs() + 3;
    // The hard limit stays, so that the next call can have its own. A failure leaves the watcher.
    let _ = resource(libc::RLIMIT_CPU, seconds, libc::RLIM_INFINITY);
}

/// The processor time of the process.
pub(super) fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` lives through the call, which fills it.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// For a worker with one job: the kernel ends it when the job's processor time is over.
pub(super) fn limit_cpu_of_all(limits: &Limits) {
    let seconds = limits.cpu.as_secs() + u64::from(limits.cpu.subsec_nanos() > 0);
    // A failure leaves the parent's clock.
    let _ = resource(libc::RLIMIT_CPU, seconds.max(1), seconds.max(1) + 2);
}
