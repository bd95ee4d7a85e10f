//! Restriction 15: only the system calls that the worker was measured to need; every other one
//! fails with `EPERM`, and those of another architecture end the worker.
//!
//! Most of the list was seen with `strace -f` over this package's tests on glibc, from the moment of
//! the filter on; the rest are the clocks that a machine without a vDSO asks the kernel for, and what
//! glibc's heap and a thread's end may call. Each is allowed with the arguments that it needs only:
//! memory is anonymous and never executable, the two ends of the protocol are the only descriptors,
//! the only limit that can be set is the processor time, and the only process that a signal reaches
//! is the worker itself.

#![allow(unsafe_code, reason = "the filter is installed by a system call")]

use std::{io, mem::offset_of};

use libc::{
    BPF_ABS, BPF_JEQ, BPF_JGE, BPF_JMP, BPF_JSET, BPF_K, BPF_LD, BPF_RET, BPF_W, SECCOMP_RET_ALLOW,
    SECCOMP_RET_ERRNO, SECCOMP_RET_KILL_PROCESS, c_long, seccomp_data, sock_filter,
};

use super::confine::{INPUT, OUTPUT};

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: u32 = 0xc000_003e; // AUDIT_ARCH_X86_64
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: u32 = 0xc000_00b7; // AUDIT_ARCH_AARCH64

/// Numbers from here on are x32's, a second way to every call.
const X32: u32 = 0x4000_0000;

/// What an argument must be. Only its low half is compared: it is all that the kernel reads of
/// descriptors, process numbers and the flags used here.
pub(super) enum Condition {
    Is(usize, u32),
    /// The high half, of an address.
    HighIs(usize, u32),
    IsEither(usize, u32, u32),
    IsOneOf(usize, &'static [u32]),
    Has(usize, u32),
    Lacks(usize, u32),
}

use Condition::{Has, HighIs, Is, IsEither, IsOneOf, Lacks};

/// A call, and what its arguments must be.
pub(super) type Allowed = (c_long, Vec<Condition>);

/// Where a panic or a failed allocation is written: /dev/null.
const STDERR: u32 = 2;

/// The list, the frequent ones first.
fn allowed(own_process: u32) -> Vec<Allowed> {
    let not_executable = || Lacks(2, libc::PROT_EXEC as u32);
    vec![
        // The protocol.
        (libc::SYS_read, vec![Is(0, INPUT as u32)]),
        (libc::SYS_write, vec![IsEither(0, OUTPUT as u32, STDERR)]),
        // Threads that wait for each other, and clocks.
        (libc::SYS_futex, vec![]),
        (libc::SYS_clock_gettime, vec![]),
        (libc::SYS_clock_nanosleep, vec![]),
        (libc::SYS_nanosleep, vec![]),
        (libc::SYS_gettimeofday, vec![]),
        (libc::SYS_clock_getres, vec![]),
        (libc::SYS_sched_yield, vec![]),
        (libc::SYS_restart_syscall, vec![]),
        // Memory.
        (libc::SYS_mmap, vec![not_executable(), Has(3, libc::MAP_ANONYMOUS as u32)]),
        (libc::SYS_munmap, vec![]),
        (libc::SYS_mremap, vec![]),
        (libc::SYS_madvise, vec![]),
        (libc::SYS_mprotect, vec![not_executable()]),
        (libc::SYS_brk, vec![]),
        (libc::SYS_getrandom, vec![]),
        // The next call's processor time.
        (libc::SYS_prlimit64, vec![Is(0, 0), Is(1, libc::RLIMIT_CPU)]),
        // The end: a crash, an abort, an exit.
        (libc::SYS_rt_sigaction, vec![]),
        (libc::SYS_rt_sigprocmask, vec![]),
        (libc::SYS_rt_sigreturn, vec![]),
        (libc::SYS_sigaltstack, vec![]),
        (libc::SYS_getpid, vec![]),
        (libc::SYS_gettid, vec![]),
        (libc::SYS_tgkill, vec![Is(0, own_process)]),
        (libc::SYS_exit, vec![]),
        (libc::SYS_exit_group, vec![]),
    ]
}

/// Allows the list on every thread of the process, for good. No thread can start afterwards.
///
/// # Errors
/// The kernel has no seccomp.
pub(crate) fn allow_only_what_is_needed() -> io::Result<String> {
    Program { allowed: allowed(std::process::id()), unknown: Vec::new() }.install()
}

/// A filter before it is written in the kernel's language.
pub(super) struct Program {
    pub allowed: Vec<Allowed>,
    /// Calls that fail as if the kernel did not have them, so that older ones are tried instead.
    pub unknown: Vec<c_long>,
}

impl Program {
    /// Puts it in force on every thread of the process, for good.
    ///
    /// # Errors
    /// The kernel has no seccomp.
    pub fn install(self) -> io::Result<String> {
        let n_allowed = self.allowed.len();
        install(filter(self)).map(|()| format!("{n_allowed} allowed"))
    }
}

fn install(mut filter: Vec<sock_filter>) -> io::Result<()> {
    let length = libc::c_ushort::try_from(filter.len()).map_err(io::Error::other)?;
    let program = libc::sock_fprog { len: length, filter: filter.as_mut_ptr() };
    // SAFETY: the program and its filter live through the call, which copies them.
    let result = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const program,
        )
    };
    match result {
        0 => Ok(()),
        -1 => Err(io::Error::last_os_error()),
        thread => Err(io::Error::other(format!("thread {thread} could not follow"))),
    }
}

/// The filter's program: each allowed number is a comparison that skips its conditions if it fails.
fn filter(wanted: Program) -> Vec<sock_filter> {
    let refuse = end(SECCOMP_RET_ERRNO | libc::EPERM as u32);
    let kill = end(SECCOMP_RET_KILL_PROCESS);
    let mut program = vec![
        load(offset_of!(seccomp_data, arch)),
        jump(BPF_JEQ, ARCHITECTURE, 1, 0),
        kill,
        load(offset_of!(seccomp_data, nr)),
        jump(BPF_JGE, X32, 0, 1),
        kill,
    ];
    for number in wanted.unknown {
        program.push(jump(BPF_JEQ, number as u32, 0, 1));
        program.push(end(SECCOMP_RET_ERRNO | libc::ENOSYS as u32));
    }
    for (number, conditions) in wanted.allowed {
        let mut body = Vec::new();
        for condition in conditions {
            let high = if matches!(condition, HighIs(..)) { 4 } else { 0 };
            let (argument, tests) = match condition {
                Is(argument, value) | HighIs(argument, value) => (argument, vec![jump(BPF_JEQ, value, 1, 0)]),
                IsOneOf(argument, values) => {
                    let n_left = (1..=values.len() as u8).rev();
                    let test = |(value, left): (&u32, u8)| jump(BPF_JEQ, *value, left, 0);
                    (argument, values.iter().zip(n_left).map(test).collect())
                }
                IsEither(argument, one, other) => {
                    (argument, vec![jump(BPF_JEQ, one, 2, 0), jump(BPF_JEQ, other, 1, 0)])
                }
                Has(argument, bits) => (argument, vec![jump(BPF_JSET, bits, 1, 0)]),
                Lacks(argument, bits) => (argument, vec![jump(BPF_JSET, bits, 0, 1)]),
            };
            // Eight bytes each, the low half first on these little-endian machines.
            body.push(load(offset_of!(seccomp_data, args) + 8 * argument + high));
            body.extend(tests);
            body.push(refuse);
        }
        body.push(end(SECCOMP_RET_ALLOW));
        // At most two conditions of a few instructions: far below the 255 that a jump can skip.
        program.push(jump(BPF_JEQ, number as u32, 0, body.len() as u8));
        program.extend(body);
    }
    program.push(refuse);
    program
}

fn jump(comparison: u32, value: u32, if_true: u8, if_false: u8) -> sock_filter {
    sock_filter { code: (BPF_JMP | comparison | BPF_K) as u16, jt: if_true, jf: if_false, k: value }
}

fn load(offset: usize) -> sock_filter {
    sock_filter { code: (BPF_LD | BPF_W | BPF_ABS) as u16, jt: 0, jf: 0, k: offset as u32 }
}

fn end(verdict: u32) -> sock_filter {
    sock_filter { code: (BPF_RET | BPF_K) as u16, jt: 0, jf: 0, k: verdict }
}
