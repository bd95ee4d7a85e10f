//! Control groups (cgroup v2): one for each worker, made by the parent and joined by the worker.
//!
//! A group counts what no limit of a single process does: every process of the tree, shared
//! memory, temporary file systems. Groups are made only where the system already gives control of
//! memory or of processes to whoever runs gimlet; nothing of the system's own is changed.
//!
//! # Source
//! The kernel's `Documentation/admin-guide/cgroup-v2.rst`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use crate::{Limits, message::Task};

/// What the interpreter, its stack and its scratch folders need besides the code's own memory.
const OVERHEAD: usize = 256 << 20;
/// A worker has two processes and three threads.
const WORKER_TASKS: usize = 8;
/// The user's interpreter may have 64 threads, by its resource limit.
const CPYTHON_TASKS: usize = 72;
const PREFIX: &str = "gimlet-";

/// A group for one worker; whatever is in it ends, and it is removed, when this is dropped.
#[derive(Debug)]
pub(crate) struct Cgroup {
    folder: PathBuf,
}

/// Groups whose processes were still ending when their owner let go of them.
static LEFT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
static NEXT: AtomicU32 = AtomicU32::new(0);

impl Cgroup {
    /// Makes a group with a limit for everything that the system lets it limit.
    ///
    /// # Errors
    /// The system has no such groups, or none that this user may make.
    pub fn new(limits: &Limits, task: &Task) -> Result<Self, String> {
        let groups =
            fs::read_to_string("/proc/self/cgroup").map_err(|e| format!("/proc/self/cgroup: {e}"))?;
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let own = own_group(&groups, &mounts)?;
        Self::beside(&own, limits, task)
    }

    /// Makes a group beside `own`, or beneath it where that is the first of all: any other group that has
    /// processes can give no control to those beneath it.
    fn beside(own: &Path, limits: &Limits, task: &Task) -> Result<Self, String> {
        let is_first = !own.join("cgroup.type").exists();
        let place = if is_first { own } else { own.parent().unwrap_or(own) };
        let control = fs::read_to_string(place.join("cgroup.subtree_control")).unwrap_or_default();
        let gives = |controller: &str| control.split_whitespace().any(|given| given == controller);
        if !gives("memory") && !gives("pids") {
            return Err(format!("{} gives control of neither memory nor processes", place.display()));
        }
        remove_left(place);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = place.join(format!("{PREFIX}{}-{number}", std::process::id()));
        let failed = |e: io::Error| format!("no group can be made in {}: {e}", place.display());
        fs::create_dir(&folder).map_err(failed)?;
        let group = Self { folder };
        if gives("memory") {
            group.set("memory.max", limits.hard_memory_bytes() + OVERHEAD).map_err(failed)?;
            group.set("memory.oom.group", 1).map_err(failed)?;
            if group.folder.join("memory.swap.max").exists() {
                group.set("memory.swap.max", 0).map_err(failed)?;
            }
        }
        if gives("pids") {
            let most = if matches!(task, Task::Cpython(_)) { CPYTHON_TASKS } else { WORKER_TASKS };
            group.set("pids.max", most).map_err(failed)?;
        }
        Ok(group)
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Ends every process in it at once.
    pub fn kill(&self) {
        // Kernels before 5.14 have no such file: there the process group is ended alone.
        let _ = fs::write(self.folder.join("cgroup.kill"), "1");
    }

    /// Whether the kernel has ended its processes because their memory was full.
    pub fn was_full(&self) -> bool {
        let events = fs::read_to_string(self.folder.join("memory.events")).unwrap_or_default();
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
        kills.is_some_and(|n| n.trim() != "0")
    }

    fn set(&self, file: &str, value: usize) -> io::Result<()> {
        fs::write(self.folder.join(file), value.to_string())
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.kill();
        if fs::remove_dir(&self.folder).is_err() {
            LEFT.lock().unwrap_or_else(PoisonError::into_inner).push(std::mem::take(&mut self.folder));
        }
    }
}

/// Puts this process into a group, and says what the group limits.
///
/// # Errors
/// It may not.
pub(crate) fn join(folder: &Path) -> io::Result<String> {
    fs::write(folder.join("cgroup.procs"), "0")?; // 0 is whoever writes
    let given = [("memory.max", "memory"), ("pids.max", "processes")];
    let names: Vec<&str> =
        given.iter().filter(|(file, _)| folder.join(file).exists()).map(|(_, name)| *name).collect();
    Ok(names.join(", "))
}

/// Removes groups whose processes have ended by now: this process's, and those of a gimlet that was killed.
fn remove_left(place: &Path) {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner).retain(|folder| fs::remove_dir(folder).is_err());
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)).and_then(|rest| rest.split_once('-'));
        if owner.is_some_and(|(id, _)| !Path::new("/proc").join(id).exists()) {
            // One that still has processes stays: the kernel refuses.
            let _ = fs::remove_dir(entry.path());
        }
    }
}

/// The folder of this process's group, by the kernel's two lists.
fn own_group(groups: &str, mounts: &str) -> Result<PathBuf, String> {
    let none = || "this system has no cgroup v2".to_owned();
    let group = groups.lines().find_map(|line| line.strip_prefix("0::")).ok_or_else(none)?;
    let mount = mounts.lines().find(|line| line.contains(" - cgroup2 ")).ok_or_else(none)?;
    let mut fields = mount.split(' ').skip(3);
    let (Some(root), Some(at)) = (fields.next(), fields.next().filter(|at| at.starts_with('/'))) else {
        return Err(none());
    };
    let outside = || format!("its own group, {group}, is outside of what {at} shows");
    let beneath = Path::new(group).strip_prefix(root).map_err(|_| outside())?;
    if beneath.components().any(|part| part.as_os_str() == "..") {
        return Err(outside());
    }
    Ok(Path::new(at).join(beneath).components().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_group_is_found_or_why_not() {
        let mount = "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:4 - cgroup2 cgroup2 rw\n";
        let part = "41 31 0:38 /a/b /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
        for (groups, mounts, expected) in [
            ("0::/\n", mount, Ok("/sys/fs/cgroup")),
            ("8:pids:/x\n0::/user.slice/s.scope\n", mount, Ok("/sys/fs/cgroup/user.slice/s.scope")),
            ("0::/a/b/c\n", part, Ok("/sys/fs/cgroup/c")),
            ("0::/a\n", part, Err("its own group, /a, is outside of what /sys/fs/cgroup shows")),
            (
                "0::/../other\n",
                mount,
                Err("its own group, /../other, is outside of what /sys/fs/cgroup shows"),
            ),
            ("8:pids:/x\n", mount, Err("this system has no cgroup v2")),
            (
                "0::/\n",
                "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n",
                Err("this system has no cgroup v2"),
            ),
            ("0::/\n", "41 31 - cgroup2 \n", Err("this system has no cgroup v2")),
        ] {
            let found = own_group(groups, mounts);
            assert_eq!(found, expected.map(PathBuf::from).map_err(str::to_owned), "{groups:?} {mounts:?}");
        }
    }

    #[test]
    fn a_group_has_the_limits_that_its_place_gives() {
        let files = tempfile::tempdir().unwrap();
        let own = files.path().join("own");
        fs::create_dir(&own).unwrap();
        fs::write(own.join("cgroup.type"), "domain\n").unwrap();
        let limits = Limits { memory_bytes: 512 << 20, ..Limits::default() };
        let refused = Cgroup::beside(&own, &limits, &Task::Python).unwrap_err();
        assert!(refused.ends_with("gives control of neither memory nor processes"), "{refused}");
        fs::write(files.path().join("cgroup.subtree_control"), "cpu memory pids\n").unwrap();
        let group = Cgroup::beside(&own, &limits, &Task::Python).unwrap();
        assert_eq!(group.folder().parent(), Some(files.path()));
        let read = |name: &str| fs::read_to_string(group.folder().join(name)).unwrap();
        assert_eq!(read("memory.max"), ((576 + 256) << 20).to_string());
        assert_eq!((read("pids.max").as_str(), read("memory.oom.group").as_str()), ("8", "1"));
        assert_eq!(join(group.folder()).unwrap(), "memory, processes");
        assert!(!group.was_full());
        fs::write(group.folder().join("memory.events"), "low 0\noom 1\noom_kill 3\n").unwrap();
        assert!(group.was_full());
    }
}
