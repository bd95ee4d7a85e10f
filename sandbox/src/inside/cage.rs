//! How a program that is not ours is held: see [`crate::Cage`] for what of.

#[cfg(target_os = "linux")]
pub(crate) use linux::{end, hold};

#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "what holds is system calls, between fork and exec")]
mod linux {
    use std::{
        ffi::{CStr, CString},
        io,
        os::fd::{AsRawFd, OwnedFd, RawFd},
        path::Path,
        ptr,
        sync::atomic::{AtomicI32, Ordering::Relaxed},
    };

    use libc::{c_ulong, pid_t};
    use tokio::process::{Child, Command};

    use crate::inside::{
        confine::{check, die_with_parent},
        exit::exit,
    };

    /// The user that owns nothing, on every common system.
    const NOBODY: libc::uid_t = 65534;
    /// Where the program finds its pipes.
    const INPUT: RawFd = 3;
    const OUTPUT: RawFd = 4;
    const FIRST_FOREIGN: RawFd = 5;
    /// What is empty, in memory, and can be written.
    const OWN: [&CStr; 2] = [c"/tmp", c"/dev/shm"];
    /// What is empty and cannot be written: where people, their programs' sockets and their disks are.
    const HIDDEN: [&CStr; 7] = [c"/home", c"/root", c"/run", c"/mnt", c"/media", c"/srv", c"/var/tmp"];
    const NAMESPACES: libc::c_int = libc::CLONE_NEWUSER
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS;

    /// All that is needed after the fork, when no memory may be asked for.
    struct Plan {
        parent: pid_t,
        is_root: bool,
        users: CString,
        groups: CString,
        hidden: Vec<&'static CStr>,
        input: OwnedFd,
        output: OwnedFd,
    }

    /// The first process of the cage, as its keeper knows it.
    static CAGED: AtomicI32 = AtomicI32::new(0);

    /// Has the command enter the cage before it becomes its program.
    pub fn hold(command: &mut Command, program: &Path, input: OwnedFd, output: OwnedFd) -> io::Result<()> {
        let program = program.canonicalize()?;
        let is_around = |folder: &&CStr| folder.to_str().is_ok_and(|folder| program.starts_with(folder));
        // SAFETY: numbers only.
        let (pid, user, group) = unsafe { (libc::getpid(), libc::geteuid(), libc::getegid()) };
        let is_root = user == 0;
        let map = |id: u32| {
            let id = if is_root { NOBODY } else { id };
            CString::new(format!("{id} {id} 1")).map_err(io::Error::other)
        };
        let plan = Plan {
            parent: pid,
            is_root,
            users: map(user)?,
            groups: map(group)?,
            hidden: HIDDEN.into_iter().filter(|folder| !is_around(folder)).collect(),
            input,
            output,
        };
        // SAFETY: `enter` makes system calls with numbers, constants and what the plan owns; it takes no
        // lock and asks for no memory.
        unsafe { command.pre_exec(move || enter(&plan)) };
        Ok(())
    }

    /// Tells the keeper to end the cage.
    pub fn end(keeper: &Child) {
        if let Some(id) = keeper.id().and_then(|id| pid_t::try_from(id).ok()) {
            // SAFETY: the keeper is our child and not yet reaped, so its number is still its own.
            unsafe { libc::kill(id, libc::SIGTERM) };
        }
    }

    fn enter(plan: &Plan) -> io::Result<()> {
        // SAFETY: numbers and an empty list of groups.
        unsafe {
            check(libc::setsid())?;
            if plan.is_root {
                check(libc::setgroups(0, ptr::null()))?;
                check(libc::setresgid(NOBODY, NOBODY, NOBODY))?;
                check(libc::setresuid(NOBODY, NOBODY, NOBODY))?;
                // Another user's process may not write its own maps until it is an ordinary one again.
                check(libc::prctl(libc::PR_SET_DUMPABLE, 1, 0, 0, 0))?;
            }
            check(libc::unshare(NAMESPACES))?;
        }
        write(c"/proc/self/setgroups", c"deny")?;
        write(c"/proc/self/uid_map", &plan.users)?;
        write(c"/proc/self/gid_map", &plan.groups)?;
        die_with_parent()?;
        // SAFETY: numbers only; this process has one thread, so its child has all of it.
        unsafe {
            if libc::getppid() != plan.parent {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            match check(libc::fork())? {
                0 => {}
                child => keep(child),
            }
        }
        die_with_parent()?;
        own_mounts(plan)?;
        no_more_rights()?;
        own_descriptors(plan)
    }

    /// Waits for the cage's first process, and ends it when it is told to.
    fn keep(child: pid_t) -> ! {
        extern "C" fn end(_: libc::c_int) {
            // SAFETY: a number that is our child's until it is waited for, after which we exit.
            unsafe { libc::kill(CAGED.load(Relaxed), libc::SIGKILL) };
        }
        CAGED.store(child, Relaxed);
        let handler: extern "C" fn(libc::c_int) = end;
        // SAFETY: the handler makes one call that handlers may make; `status` lives through the call;
        // nothing in this process uses a descriptor any more.
        unsafe {
            libc::signal(libc::SIGTERM, handler as *const () as libc::sighandler_t);
            for ignored in [libc::SIGINT, libc::SIGHUP, libc::SIGQUIT] {
                libc::signal(ignored, libc::SIG_IGN);
            }
            libc::signal(libc::SIGCHLD, libc::SIG_DFL);
            libc::syscall(libc::SYS_close_range, 0, libc::c_uint::MAX, 0);
            let mut status = 0;
            while libc::waitpid(child, &raw mut status, 0) == -1 {
                if io::Error::last_os_error().kind() != io::ErrorKind::Interrupted {
                    exit(1);
                }
            }
        }
        exit(0)
    }

    fn own_mounts(plan: &Plan) -> io::Result<()> {
        mount(None, c"/", None, libc::MS_REC | libc::MS_PRIVATE)?;
        let quiet = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
        mount(Some(c"proc"), c"/proc", None, quiet)?;
        for place in OWN {
            mount(Some(c"tmpfs"), place, Some(c"size=512m,nr_inodes=64k,mode=1777"), quiet)?;
        }
        for place in &plan.hidden {
            match mount(Some(c"tmpfs"), place, Some(c"size=4k,nr_inodes=2,mode=555"), quiet | libc::MS_RDONLY)
            {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        // SAFETY: a constant string. It leaves whatever folder was hidden.
        check(unsafe { libc::chdir(c"/".as_ptr()) }).map(drop)
    }

    fn mount(kind: Option<&CStr>, place: &CStr, data: Option<&CStr>, flags: c_ulong) -> io::Result<()> {
        let text = |text: Option<&CStr>| text.map_or(ptr::null(), CStr::as_ptr);
        // SAFETY: every pointer is null or a constant string.
        let result = unsafe { libc::mount(text(kind), place.as_ptr(), text(kind), flags, text(data).cast()) };
        check(result).map(drop)
    }

    fn no_more_rights() -> io::Result<()> {
        // Where memory runs out, this is what the kernel takes first.
        write(c"/proc/self/oom_score_adj", c"1000")?;
        let no_core = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: numbers, and a limit that lives through the call.
        unsafe {
            check(libc::setrlimit(libc::RLIMIT_CORE, &raw const no_core))?;
            check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)).map(drop)
        }
    }

    /// Puts the pipes where the program looks for them; everything above closes when it begins, the pipe
    /// on which the spawner waits for this to succeed among it.
    fn own_descriptors(plan: &Plan) -> io::Result<()> {
        // Copies above the program's numbers first: either may have the number of the other's place.
        let mut high = [0; 2];
        for (copy, source) in high.iter_mut().zip([plan.input.as_raw_fd(), plan.output.as_raw_fd()]) {
            // SAFETY: plain descriptor numbers; no memory is involved.
            *copy = check(unsafe { libc::fcntl(source, libc::F_DUPFD_CLOEXEC, FIRST_FOREIGN) })?;
        }
        for (source, target) in high.into_iter().zip([INPUT, OUTPUT]) {
            // SAFETY: plain descriptor numbers. The async runtime has had 3 and 4 for its own since
            // before there was a spawner, so its pipe is not there.
            check(unsafe { libc::dup2(source, target) })?;
        }
        // SAFETY: numbers only.
        let result = unsafe {
            libc::syscall(libc::SYS_close_range, FIRST_FOREIGN, libc::c_uint::MAX, libc::CLOSE_RANGE_CLOEXEC)
        };
        if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    fn write(path: &CStr, text: &CStr) -> io::Result<()> {
        let bytes = text.to_bytes();
        // SAFETY: strings that live through the calls, and a descriptor that is ours alone.
        unsafe {
            let file = check(libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC))?;
            let written = libc::write(file, bytes.as_ptr().cast(), bytes.len());
            let error = io::Error::last_os_error();
            libc::close(file);
            if written == -1 { Err(error) } else { Ok(()) }
        }
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) use elsewhere::{end, hold};

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use std::{io, os::fd::OwnedFd, path::Path};

    use tokio::process::{Child, Command};

    pub fn hold(_: &mut Command, _: &Path, _: OwnedFd, _: OwnedFd) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub fn end(_: &Child) {}
}
