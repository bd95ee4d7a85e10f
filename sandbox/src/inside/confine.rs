//! The restrictions that a worker puts on itself, in the order of `sandbox/README.md`.

#![allow(unsafe_code, reason = "the restrictions are system calls")]

use std::{
    fs::{File, OpenOptions},
    io,
    os::fd::{AsRawFd, FromRawFd, RawFd},
};

#[cfg(target_os = "macos")]
use super::macos::{RESTRICTIONS, close_from};
#[cfg(target_os = "linux")]
use super::{landlock, namespaces, resources};
use crate::{Confinement, Layer, Limits, cgroup, message::Start};

/// A confined process: the two ends of the protocol, and what is in force.
pub(crate) struct Confined {
    pub input: File,
    pub output: File,
    pub confinement: Confinement,
    /// Its number outside its own process tree.
    pub process_id: Option<u32>,
}

/// A restriction of the list, and how it is put in force: with a detail for the reader or why not.
pub(super) type Restriction = (Layer, fn(&Limits) -> io::Result<String>);

/// The list. [`join_group`] and [`move_protocol`] stand before it, because they take and return more
/// than limits; the counted heap and the system calls come after it, with the interpreter, in `entry.rs`.
#[cfg(target_os = "linux")]
const RESTRICTIONS: [Restriction; 12] = [
    (Layer::EmptyEnvironment, |_| empty_environment()),
    (Layer::OwnSession, |_| own_session()),
    (Layer::NoRoot, |_| namespaces::no_root()),
    (Layer::Namespaces, |_| namespaces::own_namespaces()),
    // From here on this is the child: the process that forked only waits for it.
    (Layer::OwnProcessTree, |_| namespaces::own_process_tree()),
    (Layer::EmptyRoot, |_| namespaces::empty_root()),
    (Layer::DiesWithParent, |_| die_with_parent()),
    (Layer::NotDumpable, |_| not_dumpable()),
    (Layer::NoNewPrivileges, |_| no_new_privileges()),
    (Layer::NoCapabilities, |_| namespaces::no_capabilities()),
    (Layer::Landlock, |_| landlock::restrict()),
    // After Landlock, which needs one descriptor more for a moment.
    (Layer::ResourceLimits, |limits| resources::limit(limits, FIRST_FOREIGN as u64)),
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

/// Puts every restriction that `is_wanted` in force, as far as the system can.
///
/// # Errors
/// The protocol's descriptors cannot be moved: without that nothing may run.
pub(crate) fn confine(start: &Start, is_wanted: impl Fn(Layer) -> bool) -> io::Result<Confined> {
    one_heap();
    let mut confinement = Confinement::default();
    join_group(start, &mut confinement);
    let (input, output) = move_protocol()?;
    if is_wanted(Layer::ProtocolOnly) {
        confinement.note(Layer::ProtocolOnly, close_from(FIRST_FOREIGN).map(|()| String::new()));
    }
    #[cfg(target_os = "linux")]
    let mut process_id = None;
    // Where it makes no tree of its own, its number is the one that everybody knows.
    #[cfg(not(target_os = "linux"))]
    let process_id = Some(std::process::id());
    for (layer, enforce) in RESTRICTIONS.into_iter().filter(|(layer, _)| is_wanted(*layer)) {
        #[cfg(target_os = "linux")]
        if layer == Layer::EmptyRoot {
            process_id = namespaces::outer_process_id(); // while /proc is still there
        }
        confinement.note(layer, enforce(&start.limits));
    }
    Ok(Confined { input, output, confinement, process_id })
}

/// The result of a system call that gives -1 for an error.
pub(super) fn check(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// Where the protocol moves to; everything from here on is closed.
pub(super) const INPUT: RawFd = 3;
pub(super) const OUTPUT: RawFd = 4;
pub(super) const FIRST_FOREIGN: RawFd = 5;

/// 0. The group that the parent made for it counts it, and everything that it starts. Why the parent
///    made none is the parent's to say.
pub(super) fn join_group(start: &Start, confinement: &mut Confinement) {
    if let Some(folder) = &start.group {
        confinement.note(Layer::Cgroup, cgroup::join(folder));
    }
}

/// 1. Standard input and output become the protocol under other numbers, and 0 to 2 become
///    /dev/null; then every other descriptor is closed.
pub(super) fn move_protocol() -> io::Result<(File, File)> {
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
    // SAFETY: both were just made and nobody else owns them.
    Ok(unsafe { (File::from_raw_fd(INPUT), File::from_raw_fd(OUTPUT)) })
}

/// Closes every descriptor from `first` on.
#[cfg(target_os = "linux")]
pub(super) fn close_from(first: RawFd) -> io::Result<()> {
    // SAFETY: nothing in this process owns a descriptor from here on; the program has just begun.
    let result = unsafe { libc::syscall(libc::SYS_close_range, first, libc::c_uint::MAX, 0) };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// 2. No variable of the parent's environment; the parent passes none, this makes sure.
pub(super) fn empty_environment() -> io::Result<String> {
    let names: Vec<_> = std::env::vars_os().map(|(name, _)| name).collect();
    for name in names {
        // SAFETY: there is one thread.
        unsafe { std::env::remove_var(name) };
    }
    Ok(String::new())
}

/// 3. A session of its own: no terminal, and one process group that the parent ends as a whole.
pub(super) fn own_session() -> io::Result<String> {
    // SAFETY: no memory is involved.
    check(unsafe { libc::setsid() }).map(|_| String::new())
}

#[cfg(target_os = "linux")]
fn control(option: libc::c_int, value: libc::c_ulong) -> io::Result<String> {
    let zero: libc::c_ulong = 0;
    // SAFETY: the options used here take numbers only.
    check(unsafe { libc::prctl(option, value, zero, zero, zero) }).map(|_| String::new())
}

/// 8. The kernel kills it when the process that started it ends, whatever it is doing.
#[cfg(target_os = "linux")]
pub(super) fn die_with_parent() -> io::Result<String> {
    control(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong)
}

/// 9. No core dumps, no ptrace, and /proc of this process belongs to root.
#[cfg(target_os = "linux")]
fn not_dumpable() -> io::Result<String> {
    control(libc::PR_SET_DUMPABLE, 0)
}

/// 10. No set-user-id program can give it rights.
#[cfg(target_os = "linux")]
pub(super) fn no_new_privileges() -> io::Result<String> {
    control(libc::PR_SET_NO_NEW_PRIVS, 1)
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
