//! The restrictions that a worker puts on itself, in the order of `sandbox/README.md`.

#![allow(unsafe_code, reason = "the restrictions are system calls")]

use std::{
    fs::{File, OpenOptions},
    io,
    os::fd::{AsRawFd, FromRawFd, RawFd},
    time::Duration,
};

use crate::{Confinement, Limits};

/// A confined process: the two ends of the protocol, and what is in force.
pub(crate) struct Confined {
    pub input: File,
    pub output: File,
    pub confinement: Confinement,
}

/// A restriction of the list: its name in the README and how it is put in force.
type Restriction = (&'static str, fn(&Limits) -> io::Result<()>);

/// The list. [`protocol_only`] stands before it, because it returns the protocol's descriptors;
/// the counted heap and the system calls come after it, with the interpreter, in `entry.rs`.
const RESTRICTIONS: [Restriction; 6] = [
    ("2 empty environment", |_| empty_environment()),
    ("3 own session", |_| own_session()),
    ("4 dies with its parent", |_| die_with_parent()),
    ("5 not dumpable", |_| not_dumpable()),
    ("6 no new privileges", |_| no_new_privileges()),
    ("7 resource limits", resource_limits),
];

/// One heap for all threads, grown in large steps: glibc would grow a thread's own heap one page
/// at a time, and reserve 64 MiB of the address space for each.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn one_heap() {
    // SAFETY: numbers only, before any other thread exists.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TOP_PAD, 1 << 20);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn one_heap() {}

/// Puts every restriction in force, as far as the system can.
///
/// # Errors
/// The protocol's descriptors cannot be moved: without that nothing may run.
pub(crate) fn confine(limits: &Limits) -> io::Result<Confined> {
    one_heap();
    let (input, output) = protocol_only()?;
    let mut confinement = Confinement::default();
    confinement.note("1 protocol only", Ok(()));
    for (name, enforce) in RESTRICTIONS {
        confinement.note(name, enforce(limits));
    }
    Ok(Confined { input, output, confinement })
}

fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Where the protocol moves to; everything from here on is closed.
const INPUT: RawFd = 3;
const OUTPUT: RawFd = 4;
const FIRST_FOREIGN: RawFd = 5;

/// 1. Standard input and output become the protocol under other numbers, 0 to 2 become /dev/null,
///    and every other descriptor is closed.
fn protocol_only() -> io::Result<(File, File)> {
    let null = OpenOptions::new().read(true).write(true).open("/dev/null")?;
    // Copies above the protocol's numbers first: 3 and 4 may be taken by what is inherited, even
    // by `null` itself.
    let mut high = [0; 3];
    for (copy, source) in high.iter_mut().zip([0, 1, null.as_raw_fd()]) {
        // SAFETY: plain descriptor numbers; no memory is involved.
        *copy = check(unsafe { libc::fcntl(source, libc::F_DUPFD_CLOEXEC, FIRST_FOREIGN) })?;
    }
    std::mem::forget(null); // its number is closed or reused below
    for (source, target) in [(high[0], INPUT), (high[1], OUTPUT), (high[2], 0), (high[2], 1), (high[2], 2)] {
        // SAFETY: plain descriptor numbers; no memory is involved.
        check(unsafe { libc::dup2(source, target) })?;
    }
    close_from(FIRST_FOREIGN)?;
    // SAFETY: both were just made and nobody else owns them.
    Ok(unsafe { (File::from_raw_fd(INPUT), File::from_raw_fd(OUTPUT)) })
}

#[cfg(target_os = "linux")]
fn close_from(first: RawFd) -> io::Result<()> {
    // SAFETY: nothing in this process owns a descriptor from here on; the program has just begun.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(not(target_os = "linux"))]
fn close_from(first: RawFd) -> io::Result<()> {
    for descriptor in first..1024 {
        // SAFETY: nothing in this process owns a descriptor from here on; the program has just begun.
        unsafe { libc::close(descriptor) };
    }
    Ok(())
}

/// 2. No variable of the parent's environment; the parent passes none, this makes sure.
fn empty_environment() -> io::Result<()> {
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    for name in names {
        // SAFETY: there is one thread.
        unsafe { std::env::remove_var(name) };
    }
    Ok(())
}

/// 3. A session of its own: no terminal, and one process group that the parent ends as a whole.
fn own_session() -> io::Result<()> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::setsid() }).map(drop)
}

#[cfg(target_os = "linux")]
fn control(option: libc::c_int, value: libc::c_ulong) -> io::Result<()> {
    let zero: libc::c_ulong = 0;
    // SAFETY: the options used here take numbers only.
    check(unsafe { libc::prctl(option, value, zero, zero, zero) }).map(drop)
}

/// 4. The kernel kills it when the parent's spawning thread ends, whatever it is doing.
#[cfg(target_os = "linux")]
fn die_with_parent() -> io::Result<()> {
    control(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong)
}

/// 5. No core dumps, no ptrace, and /proc of this process belongs to root.
#[cfg(target_os = "linux")]
fn not_dumpable() -> io::Result<()> {
    control(libc::PR_SET_DUMPABLE, 0)
}

/// 6. No set-user-id program can give it rights.
#[cfg(target_os = "linux")]
fn no_new_privileges() -> io::Result<()> {
    control(libc::PR_SET_NO_NEW_PRIVS, 1)
}

#[cfg(not(target_os = "linux"))]
fn die_with_parent() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn not_dumpable() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(not(target_os = "linux"))]
fn no_new_privileges() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(target_os = "linux")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_os = "linux"))]
type Resource = libc::c_int;

fn resource(which: Resource, soft: u64, hard: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: soft as libc::rlim_t, rlim_max: hard as libc::rlim_t };
    // SAFETY: `limit` lives through the call, which only reads it.
    check(unsafe { libc::setrlimit(which, &limit) }).map(drop)
}

/// 7. Address space behind the counted heap; no file can grow, no core, no locked memory, and not
///    one more descriptor can be opened: no file, socket, pipe or memory file.
fn resource_limits(limits: &Limits) -> io::Result<()> {
    let address_space = limits.address_space_bytes() as u64;
    #[cfg(target_os = "linux")]
    resource(libc::RLIMIT_AS, address_space, address_space)?;
    #[cfg(not(target_os = "linux"))]
    let _ = address_space;
    for (which, most) in [
        (libc::RLIMIT_FSIZE, 0),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_NOFILE, FIRST_FOREIGN as u64),
    ] {
        resource(which, most, most)?;
    }
    Ok(())
}

/// 7, for each call: the kernel ends the worker two seconds after the watcher should have.
pub(crate) fn limit_cpu(used: Duration, limits: &Limits) {
    let seconds = (used + limits.cpu + limits.grace).as_secs() + 3;
    // The hard limit stays, so that the next call can have its own. A failure leaves the watcher.
    let _ = resource(libc::RLIMIT_CPU, seconds, libc::RLIM_INFINITY);
}

/// The processor time of the process.
pub(crate) fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` lives through the call, which fills it.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Fills `bytes` with the kernel's randomness.
///
/// # Errors
/// The kernel has none to give.
pub(crate) fn entropy(bytes: &mut [u8]) -> io::Result<()> {
    for part in bytes.chunks_mut(256) {
        // SAFETY: the pointer and the length are those of one slice.
        check(unsafe { libc::getentropy(part.as_mut_ptr().cast(), part.len()) })?;
    }
    Ok(())
}
