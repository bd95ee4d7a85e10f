//! The control group of a worker, where this system gives control of any: elsewhere every test says
//! that it was skipped, and the worker why.

#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::{
    ffi::OsStr,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use sandbox::{CancellationToken, Cpython, End, Engine, Limits, Notebook, Options, State};

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");

/// A notebook with a worker in a group, if this system gives one.
async fn notebook(test: &str, engine: Engine) -> Option<Notebook> {
    let limits = Limits { memory_bytes: 96 << 20, ..Limits::default() };
    let mut notebook = Notebook::new(HOST, Options { engine, limits, ..Options::default() });
    notebook.warm_up().await.unwrap();
    let confinement = notebook.confinement().unwrap();
    if let Some(absent) = confinement.absent.iter().find(|line| line.starts_with("0 cgroup: ")) {
        let _ = writeln!(std::io::stderr(), "{test}: skipped, {absent}");
        return None;
    }
    assert!(confinement.enforced.iter().any(|line| line.starts_with("0 cgroup (")), "{confinement:?}");
    Some(notebook)
}

/// The folder of the group that a worker is in.
fn group(notebook: &Notebook) -> PathBuf {
    let process = notebook.process_id().unwrap();
    let groups = fs::read_to_string(format!("/proc/{process}/cgroup")).unwrap();
    let path = groups.lines().find_map(|line| line.strip_prefix("0::")).unwrap();
    let mounts = fs::read_to_string("/proc/mounts").unwrap();
    let mount = mounts.lines().find(|line| line.contains(" cgroup2 ")).unwrap();
    Path::new(mount.split(' ').nth(1).unwrap()).join(path.trim_start_matches('/'))
}

#[tokio::test]
async fn a_worker_has_a_group_of_its_own_that_goes_with_it() {
    let Some(mut notebook) = notebook("a worker's group", Engine::RustPython).await else { return };
    let folder = group(&notebook);
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    assert!(name.starts_with(&format!("gimlet-{}-", std::process::id())), "{name}");
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    assert_eq!(read("memory.max").trim(), ((112 + 256) << 20).to_string());
    assert_eq!(read("pids.max").trim(), "8");
    // The worker, and the process that waits for it where it has a tree of its own.
    assert!(matches!(read("cgroup.procs").lines().count(), 1 | 2), "{}", read("cgroup.procs"));
    let outcome = notebook.run("6 * 7", &CancellationToken::new()).await.unwrap();
    assert_eq!(outcome.value.as_deref(), Some("42"));
    let limits = Limits { memory_bytes: 96 << 20, ..Limits::default() };
    drop(std::mem::replace(&mut notebook, Notebook::new(HOST, limits)));
    // Its processes may still be ending; the next worker's start removes what is left.
    while folder.exists() {
        notebook.warm_up().await.unwrap();
        notebook = Notebook::new(HOST, Limits::default());
    }
}

#[tokio::test]
async fn memory_that_no_process_counts_ends_the_group() {
    let engine = Engine::Cpython(Cpython::find(OsStr::new("python3")).unwrap());
    let Some(mut notebook) = notebook("shared memory", engine).await else { return };
    let code = "import mmap\nparts = []\nwhile True:\n    parts.append(mmap.mmap(-1, 16 << 20))\n    \
                for at in range(0, 16 << 20, 4096):\n        parts[-1][at] = 1\n    print(len(parts))";
    let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
    assert_eq!((&outcome.end, &outcome.state), (&End::Memory, &State::Lost), "{outcome:?}");
    let after = notebook.run("6 * 7", &CancellationToken::new()).await.unwrap();
    assert_eq!(after.value.as_deref(), Some("42"), "{after:?}");
}
