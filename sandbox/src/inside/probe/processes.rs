//! Attacks on processes: new ones, and others.

#![allow(unsafe_code, reason = "the attacks are system calls")]

use std::{io, ptr, thread};

use libc::{c_long, pid_t};

use super::{Attack, OUTLIVE, reached, taken};

pub(super) const ATTACKS: &[Attack] = &[
    ("fork", |_| fork()),
    ("fork by clone", |_| {
        let flags = libc::SIGCHLD as c_long;
        // SAFETY: without CLONE_VM this is a fork; the child ends at once.
        let result = unsafe { libc::syscall(libc::SYS_clone, flags, 0, 0, 0, 0) };
        leave_child(result)
    }),
    ("fork by clone3", |_| {
        let arguments: [u64; 8] = [0, 0, 0, 0, libc::SIGCHLD as u64, 0, 0, 0];
        // SAFETY: the arguments live through the call; without CLONE_VM this is a fork.
        let result = unsafe { libc::syscall(libc::SYS_clone3, arguments.as_ptr(), size_of_val(&arguments)) };
        leave_child(result)
    }),
    (OUTLIVE, |_| {
        // SAFETY: the child only sleeps, with its copy of the protocol's pipe open, and ends.
        match unsafe { libc::fork() } {
            // SAFETY: numbers only.
            0 => unsafe {
                libc::setsid();
                libc::sleep(5);
                libc::_exit(0)
            },
            -1 => Err(io::Error::last_os_error()),
            child => Ok(format!("process {child}")),
        }
    }),
    ("a thread bomb", |_| {
        let threads: io::Result<Vec<_>> = (0..8).map(|_| thread::Builder::new().spawn(|| {})).collect();
        threads?.into_iter().for_each(|thread| drop(thread.join()));
        Ok("eight threads".into())
    }),
    ("run a program", |_| {
        // SAFETY: an empty path never runs; the kernel looks for it if the call is taken.
        taken(unsafe { libc::execve(c"/nonexistent".as_ptr(), ptr::null(), ptr::null()) }.into(), "execve")
    }),
    ("run a program from memory", |_| {
        // SAFETY: a name and numbers.
        let memory = unsafe { libc::memfd_create(c"probe".as_ptr(), 0) };
        reached(memory.into(), "a memory file")?;
        let (empty, flags) = (c"".as_ptr(), libc::AT_EMPTY_PATH);
        let none: *const u8 = ptr::null();
        // SAFETY: an empty memory file is no program: the kernel only says so.
        taken(unsafe { libc::syscall(libc::SYS_execveat, memory, empty, none, none, flags) }, "execveat")
    }),
    ("trace the parent", |target| {
        // SAFETY: numbers only; a seized process goes on running, and is let go when this one ends.
        let result = unsafe { libc::ptrace(libc::PTRACE_SEIZE, target.parent, ptr::null::<u8>(), 0) };
        reached(result, "the parent")
    }),
    ("read the parent's memory", |target| {
        let mut byte = [0u8; 1];
        let here = libc::iovec { iov_base: byte.as_mut_ptr().cast(), iov_len: 1 };
        let there = libc::iovec { iov_base: 0x10 as *mut _, iov_len: 1 };
        // SAFETY: the local vector is one byte of this frame; the remote address is never mapped.
        taken(
            unsafe { libc::process_vm_readv(target.parent, &here, 1, &there, 1, 0) } as c_long,
            "its memory",
        )
    }),
    ("signal the parent", |target| signal(target.parent)),
    ("signal every process", |_| signal(-1)),
    ("signal a thread of the parent", |target| {
        // SAFETY: numbers only; signal 0 only asks for the right.
        reached(unsafe { libc::syscall(libc::SYS_tgkill, target.parent, target.parent, 0) }, "its thread")
    }),
    ("hold the parent", |target| {
        // SAFETY: numbers only.
        reached(unsafe { libc::syscall(libc::SYS_pidfd_open, target.parent, 0) }, "a handle of the parent")
    }),
    ("limit the parent", |target| {
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the limit lives through the call, which only fills it.
        let result =
            unsafe { libc::prlimit(target.parent, libc::RLIMIT_NOFILE, ptr::null(), &raw mut limit) };
        reached(result.into(), "its limits")
    }),
    ("raise its own limits", |_| {
        let limit = libc::rlimit { rlim_cur: 64, rlim_max: 64 };
        // SAFETY: the limit lives through the call, which only reads it.
        reached(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) }.into(), "more descriptors")
    }),
    ("become root", |_| {
        // SAFETY: numbers only.
        reached(unsafe { libc::syscall(libc::SYS_setresuid, 0, 0, 0) }, "user 0")
    }),
    ("be traced and dumped", |_| {
        // SAFETY: numbers only.
        reached(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 1, 0, 0, 0) }.into(), "a dumpable process")
    }),
    ("outlive the parent", |_| {
        // SAFETY: numbers only.
        reached(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, 0, 0, 0, 0) }.into(), "no death signal")
    }),
];

fn fork() -> io::Result<String> {
    // SAFETY: the child ends at once and touches nothing.
    leave_child(unsafe { libc::fork() }.into())
}

/// Ends the child of a fork, and waits for it in the parent.
fn leave_child(result: c_long) -> io::Result<String> {
    match result {
        // SAFETY: it ends this process and nothing else.
        0 => unsafe { libc::_exit(0) },
        child if child > 0 => {
            // SAFETY: no status is asked for.
            unsafe { libc::waitpid(child as pid_t, ptr::null_mut(), 0) };
            Ok("a process".into())
        }
        _ => Err(io::Error::last_os_error()),
    }
}

/// Asks for the right to signal, and sends nothing.
fn signal(process: pid_t) -> io::Result<String> {
    // SAFETY: numbers only.
    reached(unsafe { libc::kill(process, 0) }.into(), "the right to kill it")
}
