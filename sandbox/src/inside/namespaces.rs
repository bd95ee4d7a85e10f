//! Restrictions 4 to 7 and 11: the process loses the user, the names, the processes and the files
//! that it shares with the machine.
//!
//! A process cannot enter a new process namespace itself, only its children do. So the worker
//! forks, before any other thread exists: the child is the first process of its own tree and goes
//! on; the process that the parent knows keeps nothing open, waits for it and ends as it did. The
//! kernel kills every process of the tree when its first one ends, whatever session it is in.

pub(super) use linux::*;

#[allow(unsafe_code, reason = "namespaces are entered by system calls")]
mod linux {
    use std::{
        ffi::CStr,
        io, ptr,
        sync::atomic::{AtomicBool, Ordering::Relaxed},
    };

    use libc::{c_int, c_uint, pid_t};

    use crate::inside::{
        confine::{check, close_from, die_with_parent},
        exit::exit,
    };

    /// The user that owns nothing, on every common system.
    const NOBODY: libc::uid_t = 65534;

    /// What the code sees in the place of the machine's name.
    const HOST_NAME: &str = "sandbox";

    /// 4. A worker that was started by root becomes a user that owns nothing.
    pub fn no_root() -> io::Result<String> {
        // SAFETY: numbers only.
        if unsafe { libc::geteuid() } != 0 {
            return Ok(String::new());
        }
        // SAFETY: an empty list of groups, and numbers.
        unsafe {
            check(libc::setgroups(0, ptr::null()))?;
            check(libc::setresgid(NOBODY, NOBODY, NOBODY))?;
            check(libc::setresuid(NOBODY, NOBODY, NOBODY))?;
        }
        Ok(format!("user {NOBODY}"))
    }

    /// Whether [`own_namespaces`] gave the process mounts of its own: without them
    /// [`empty_root`] would change the machine's.
    static OWN_MOUNTS: AtomicBool = AtomicBool::new(false);

    /// 5. Namespaces of its own. No user is mapped into the new user namespace, so no call can become
    ///    one; its rights go with restriction 11.
    pub fn own_namespaces() -> io::Result<String> {
        unshare(libc::CLONE_NEWUSER)?;
        let mut given = vec!["user"];
        for (name, flag) in [
            ("network", libc::CLONE_NEWNET),
            ("IPC", libc::CLONE_NEWIPC),
            ("UTS", libc::CLONE_NEWUTS),
            ("mount", libc::CLONE_NEWNS),
            ("cgroup", libc::CLONE_NEWCGROUP),
        ] {
            let has_its_own =
                unshare(flag).is_ok() && (flag != libc::CLONE_NEWUTS || hide_host_name().is_ok());
            if has_its_own {
                given.push(name);
            }
        }
        OWN_MOUNTS.store(given.contains(&"mount"), Relaxed);
        Ok(given.join(", "))
    }

    /// A new UTS namespace begins with the machine's name.
    fn hide_host_name() -> io::Result<()> {
        // SAFETY: the name is as long as is said, and the call only reads it.
        check(unsafe { libc::sethostname(HOST_NAME.as_ptr().cast(), HOST_NAME.len()) }).map(drop)
    }

    /// Whether a mount changes nothing but this process's own.
    pub fn has_own_mounts() -> bool {
        OWN_MOUNTS.load(Relaxed)
    }

    fn unshare(flag: c_int) -> io::Result<()> {
        // SAFETY: numbers only; there is one thread.
        check(unsafe { libc::unshare(flag) }).map(drop)
    }

    /// 6. Goes on in a child that is the first process of its own tree.
    pub fn own_process_tree() -> io::Result<String> {
        unshare(libc::CLONE_NEWPID)?;
        // The one that stays must die with the parent too; the child asks for itself in step 8.
        die_with_parent()?;
        // SAFETY: there is one thread, so the child has the whole process.
        match check(unsafe { libc::fork() })? {
            0 => Ok(String::new()),
            child => keep(child),
        }
    }

    /// Waits for the worker and ends as it did.
    fn keep(child: pid_t) -> ! {
        let _ = close_from(0);
        // What is left to do needs no right; a failure leaves rights that nobody can use.
        let _ = no_capabilities();
        let no_core = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        let mut status = 0;
        // SAFETY: `status` and `no_core` live through the calls; nothing else is shared.
        unsafe {
            libc::setrlimit(libc::RLIMIT_CORE, &no_core);
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
            while libc::waitpid(child, &raw mut status, 0) == -1 {
                if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                    exit(1);
                }
            }
            if libc::WIFSIGNALED(status) {
                let signal = libc::WTERMSIG(status);
                libc::signal(signal, libc::SIG_DFL);
                libc::kill(libc::getpid(), signal);
            }
        }
        exit(libc::WEXITSTATUS(status))
    }

    /// The number that the machine knows this process by, while its /proc is in sight.
    pub fn outer_process_id() -> Option<u32> {
        std::fs::read_link("/proc/self").ok()?.to_str()?.parse().ok()
    }

    /// 7. The root becomes an empty folder that cannot be written, and the machine's is let go.
    pub fn empty_root() -> io::Result<String> {
        if !OWN_MOUNTS.load(Relaxed) {
            return Err(io::Error::other("there is no mount namespace"));
        }
        mount(None, c"/", None, libc::MS_REC | libc::MS_PRIVATE)?;
        let flags = libc::MS_RDONLY | libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
        let place = [c"/tmp", c"/proc", c"/dev"]
            .into_iter()
            .find(|place| mount(Some(c"tmpfs"), place, Some(c"size=4k,nr_inodes=2,mode=555"), flags).is_ok())
            .ok_or_else(io::Error::last_os_error)?;
        // SAFETY: the strings are constants. `pivot_root(".", ".")` puts the old root over the new
        // one, from where it can be let go without a folder to put it in.
        unsafe {
            check(libc::chdir(place.as_ptr()))?;
            let here = c".".as_ptr();
            if libc::syscall(libc::SYS_pivot_root, here, here) == -1 {
                return Err(io::Error::last_os_error());
            }
            check(libc::umount2(here, libc::MNT_DETACH))?;
            check(libc::chdir(c"/".as_ptr()))?;
        }
        Ok(String::new())
    }

    fn mount(kind: Option<&CStr>, place: &CStr, data: Option<&CStr>, flags: libc::c_ulong) -> io::Result<()> {
        let text = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: every pointer is null or a constant string.
        let result = unsafe { libc::mount(text(kind), place.as_ptr(), text(kind), flags, text(data).cast()) };
        check(result).map(drop)
    }

    /// The third version of the call, with 64 rights in two halves.
    const CAPABILITY_VERSION: c_uint = 0x2008_0522;

    /// 11. No right of root, in whatever namespace.
    pub fn no_capabilities() -> io::Result<String> {
        let header: [c_uint; 2] = [CAPABILITY_VERSION, 0];
        let none: [c_uint; 6] = [0; 6];
        // SAFETY: the kernel reads a header of two words and two records of three words.
        let result = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) };
        if result == -1 { Err(io::Error::last_os_error()) } else { Ok(String::new()) }
    }
}
