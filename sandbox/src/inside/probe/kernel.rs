//! Attacks on the kernel's larger surfaces.

#![allow(unsafe_code, reason = "the attacks are system calls")]

use std::{io, ptr};

use libc::c_long;

use super::{Attack, reached, taken};

pub(super) const ATTACKS: &[Attack] = &[
    ("enter new namespaces", |_| {
        // SAFETY: numbers only.
        reached(unsafe { libc::unshare(libc::CLONE_NEWUTS) }.into(), "a namespace")
    }),
    ("enter another's namespaces", |_| call(libc::SYS_setns, [-1, 0, 0, 0, 0], "setns")),
    ("mount a file system", |_| {
        let nowhere = c"/nonexistent".as_ptr();
        // SAFETY: constant strings; a place that does not exist cannot be mounted on.
        let result = unsafe { libc::mount(nowhere, nowhere, c"tmpfs".as_ptr(), 0, ptr::null()) };
        taken(result.into(), "mount")
    }),
    ("change the root", |_| {
        // SAFETY: a constant string of a place that does not exist.
        taken(unsafe { libc::chroot(c"/nonexistent".as_ptr()) }.into(), "chroot")
    }),
    ("load a program into the kernel (bpf)", |_| call(libc::SYS_bpf, [99, 0, 0, 0, 0], "bpf")),
    ("load a module", |_| {
        // SAFETY: no image and an empty text.
        let result = unsafe { libc::syscall(libc::SYS_init_module, ptr::null::<u8>(), 0, c"".as_ptr()) };
        taken(result, "init_module")
    }),
    ("count events (perf)", |_| call(libc::SYS_perf_event_open, [0, 0, -1, -1, 0], "perf_event_open")),
    ("reach the keyring", |_| {
        // KEYCTL_GET_KEYRING_ID of the session's keyring, without making one.
        call(libc::SYS_keyctl, [0, -3, 0, 0, 0], "keyctl")
    }),
    ("use io_uring", |_| call(libc::SYS_io_uring_setup, [0, 0, 0, 0, 0], "io_uring_setup")),
    ("handle page faults (userfaultfd)", |_| call(libc::SYS_userfaultfd, [0, 0, 0, 0, 0], "userfaultfd")),
    ("make executable memory", |_| {
        let rights = libc::PROT_READ | libc::PROT_WRITE | libc::PROT_EXEC;
        // SAFETY: a new anonymous page that nobody uses.
        let page = unsafe {
            libc::mmap(ptr::null_mut(), 4096, rights, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
        };
        if page == libc::MAP_FAILED { Err(io::Error::last_os_error()) } else { Ok("machine code".into()) }
    }),
    ("make memory executable", |_| {
        // SAFETY: a new anonymous page that nobody uses, and then its rights.
        unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let page = libc::mmap(ptr::null_mut(), 4096, libc::PROT_READ, flags, -1, 0);
            if page == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
            reached(libc::mprotect(page, 4096, libc::PROT_EXEC).into(), "machine code")
        }
    }),
    ("share memory (System V)", |_| {
        // SAFETY: numbers only.
        let segment = unsafe { libc::shmget(libc::IPC_PRIVATE, 4096, libc::IPC_CREAT | 0o600) };
        reached(segment.into(), "a segment")?;
        // SAFETY: the segment is this attack's own.
        unsafe { libc::shmctl(segment, libc::IPC_RMID, ptr::null_mut()) };
        Ok("a segment".into())
    }),
    ("read the kernel's log", |_| {
        // SAFETY: 10 asks for the size; no buffer is used.
        reached(unsafe { libc::klogctl(10, ptr::null_mut(), 0) }.into(), "its size")
    }),
    ("change the personality", |_| call(libc::SYS_personality, [0xffff_ffff, 0, 0, 0, 0], "personality")),
    ("make the filter void", |_| {
        // SAFETY: numbers only; operation 2 asks for a size, and writes nothing at a null address.
        let result = unsafe { libc::syscall(libc::SYS_seccomp, 2, 0, ptr::null::<u8>()) };
        taken(result, "seccomp")
    }),
    #[cfg(target_arch = "x86_64")]
    ("call as a 32-bit program (int 0x80)", |_| {
        let result: i32;
        // SAFETY: getpid by the old gate changes nothing but eax; the gate keeps r8 to r11 or
        // clears them, and they are given up here.
        unsafe {
            std::arch::asm!("int 0x80", inlateout("eax") 20 => result,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _);
        }
        if result > 0 { Ok("getpid".into()) } else { Err(io::Error::from_raw_os_error(-result)) }
    }),
    #[cfg(target_arch = "x86_64")]
    ("call as an x32 program", |_| call(0x4000_0000 + libc::SYS_getpid, [0; 5], "getpid")),
];

/// Makes a call whose arguments cannot do harm.
fn call(number: c_long, a: [c_long; 5], what: &str) -> io::Result<String> {
    // SAFETY: null pointers and numbers only.
    taken(unsafe { libc::syscall(number, a[0], a[1], a[2], a[3], a[4]) }, what)
}
