//! Restriction 15 for the user's interpreter: what CPython and its packages call, which is more than
//! the other engine, and still neither sockets nor processes nor anything that changes the machine.

use std::{ffi::c_char, io};

use libc::c_long;

use crate::inside::seccomp::{Allowed, Condition, Program};

use Condition::{Has, HighIs, Is, IsEither, IsOneOf, Lacks};

/// Set-user-id and set-group-id: no file that outlives the worker may carry them.
const SET_ID: u32 = 0o6000;

/// A thread's name; and what the driver sets once, and what nothing is won by setting again.
const PROCESS_OPTIONS: &[u32] = &[
    libc::PR_SET_NAME as u32,
    libc::PR_GET_NAME as u32,
    libc::PR_SET_DUMPABLE as u32,
    libc::PR_SET_SECCOMP as u32,
];

/// Allows the list, and one `execve`: of the string at this address, in this program's memory. After
/// it the driver forbids `execve` altogether.
pub(super) fn allow(program: *const c_char) -> io::Result<String> {
    let mut allowed = list(std::process::id());
    let address = program as usize as u64;
    allowed.push((libc::SYS_execve, vec![Is(0, address as u32), HighIs(0, (address >> 32) as u32)]));
    // glibc falls back to the old calls only where the new ones do not exist; their arguments lie in
    // memory, which a filter cannot see.
    let unknown = [libc::SYS_clone3, libc::SYS_openat2];
    Program { allowed, unknown: unknown.to_vec() }.install()
}

/// The flags of clone that ask for namespaces.
const NAMESPACES: u32 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET) as u32;

fn list(own_process: u32) -> Vec<Allowed> {
    let mut allowed: Vec<Allowed> = ANY.iter().map(|number| (*number, vec![])).collect();
    allowed.extend([
        // A thread, and no process or namespace.
        (libc::SYS_clone, vec![Has(0, libc::CLONE_THREAD as u32), Lacks(0, NAMESPACES)]),
        (libc::SYS_tgkill, vec![Is(0, own_process)]),
        (libc::SYS_prlimit64, vec![IsEither(0, 0, own_process)]),
        (libc::SYS_prctl, vec![IsOneOf(0, PROCESS_OPTIONS)]),
        (libc::SYS_openat, vec![Lacks(3, SET_ID)]),
        (libc::SYS_fchmod, vec![Lacks(1, SET_ID)]),
        (libc::SYS_fchmodat, vec![Lacks(2, SET_ID)]),
        (libc::SYS_mkdirat, vec![Lacks(2, SET_ID)]),
        // Whether a stream is a terminal, and close-on-exec.
        (libc::SYS_ioctl, vec![IsEither(1, libc::TCGETS as u32, libc::FIOCLEX as u32)]),
    ]);
    #[cfg(target_arch = "x86_64")]
    allowed.extend([
        (libc::SYS_open, vec![Lacks(2, SET_ID)]),
        (libc::SYS_chmod, vec![Lacks(1, SET_ID)]),
        (libc::SYS_mkdir, vec![Lacks(1, SET_ID)]),
    ]);
    allowed
}

/// Calls with any arguments: files are Landlock's and the own root's affair, memory is the limits'.
const ANY: &[c_long] = &[
    // Files that are open.
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_pread64,
    libc::SYS_pwrite64,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_fcntl,
    libc::SYS_flock,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fadvise64,
    libc::SYS_getdents64,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_sendfile,
    libc::SYS_copy_file_range,
    libc::SYS_close_range,
    libc::SYS_fstatfs,
    libc::SYS_fchdir,
    // Files by their names.
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_unlinkat,
    libc::SYS_renameat,
    libc::SYS_renameat2,
    libc::SYS_truncate,
    libc::SYS_utimensat,
    libc::SYS_getcwd,
    libc::SYS_chdir,
    libc::SYS_umask,
    // Memory.
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_msync,
    libc::SYS_mincore,
    libc::SYS_brk,
    libc::SYS_membarrier,
    // Threads, signals to itself, waiting.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_setitimer,
    libc::SYS_getitimer,
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    // Clocks and questions about itself and the machine.
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_times,
    libc::SYS_getrusage,
    libc::SYS_getrandom,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_getpgid,
    libc::SYS_getsid,
    // A filter more, which can only take away.
    libc::SYS_seccomp,
    libc::SYS_exit,
    libc::SYS_exit_group,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_stat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_lstat,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_access,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_readlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_unlink,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rmdir,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_rename,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_dup2,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_pipe,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_select,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_epoll_wait,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_getpgrp,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_getrlimit,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_time,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_arch_prctl,
];
