//! The user's own CPython in its confinement: what it can do, and what it cannot.

#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::{
    ffi::OsStr,
    fs,
    time::{Duration, Instant},
};

use sandbox::{
    CancellationToken, Cpython, Death, End, Engine, Limits, Notebook, Options, Outcome, Quota, State,
};
use tempfile::TempDir;

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");
/// Test machines are busy.
const LONG: Duration = Duration::from_secs(120);

fn options(place: &TempDir) -> Options {
    let (work, packages) = (place.path().join("work"), place.path().join("packages"));
    fs::create_dir_all(&work).unwrap();
    fs::create_dir_all(packages.join("pack")).unwrap();
    fs::write(packages.join("pack/__init__.py"), "def fail():\n    return 1 / 0\n").unwrap();
    fs::write(place.path().join("secret"), "secret").unwrap();
    Options {
        engine: Engine::Cpython(Cpython::find(OsStr::new("python3")).unwrap()),
        limits: Limits {
            wall: LONG,
            cpu: LONG,
            grace: LONG,
            memory_bytes: 128 << 20,
            output_bytes: 2 << 10,
            printed_bytes: 64 << 10,
            ..Limits::default()
        },
        work_folder: Some(work),
        packages: vec![packages],
        quota: Quota { bytes: 4 << 20, n_files: 20 },
        ..Options::default()
    }
}

async fn run(notebook: &mut Notebook, code: &str) -> Outcome {
    notebook.run(code, &CancellationToken::new()).await.unwrap()
}

/// All that is shown of an outcome.
fn shown(outcome: &Outcome) -> String {
    let value = outcome.value.as_deref().unwrap_or_default();
    format!("{}{value}{}", outcome.output, outcome.error.as_deref().unwrap_or_default())
}

/// Runs each cell in one notebook: its text must hold the fragment, and the state be kept.
async fn check(notebook: &mut Notebook, cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        let outcome = run(notebook, code).await;
        let text = shown(&outcome);
        assert!(text.contains(expected) && (!expected.is_empty() || text.is_empty()), "{code}: {outcome:?}");
        assert_eq!(outcome.state, State::Kept, "{code}: {outcome:?}");
    }
}

#[tokio::test]
async fn cells_read_as_in_a_notebook() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cases = [
        ("x = 6\nx * 7", "42"),
        ("_ + x", "48"),
        ("import sys\nsys.implementation.name", "'cpython'"),
        ("print('out')\nprint('err', file=sys.stderr)", "out\nerr\n"),
        ("None", ""),
        ("def f(x):\n    return 1 / x\n\nf(0)", "line 2, in f\n    return 1 / x"),
        ("if x\n    pass", "line 1\n    if x\n"),
        ("import pack\npack.fail()", "pack/__init__.py\", line 2, in fail"),
        ("input('name?')", "EOFError: input() is not available in this sandbox"),
        ("raise SystemExit", "This ends the cell"),
        ("import builtins\nbuiltins.repr = builtins.print = builtins.len = None", ""),
        ("print(len('abc'))", "3"),
        ("print('y' * 100_000)", "print less"),
        ("print('\\udcff \\x1b[2J')", "\\udcff"),
        (
            "import threading\nt = threading.Thread(target=print, args=('thread',))\nt.start()\nt.join()",
            "thread",
        ),
        (
            "import sqlite3, ctypes, decimal, hashlib\nsqlite3.connect(':memory:').execute('select 7').fetchone()",
            "(7,)",
        ),
        ("x", "6"),
    ];
    check(&mut notebook, &cases).await;
    assert!(notebook.confinement().unwrap().is_full(), "{:?}", notebook.confinement());
}

#[tokio::test]
async fn nothing_outside_is_reached() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let secret = format!("open({:?}).read()", place.path().join("secret"));
    for (code, error, rule) in [
        ("open('/etc/passwd').read()", "FileNotFoundError", "files.outside"),
        (
            "import os\nopen(os.path.expanduser('/root/.ssh/id_ed25519')).read()",
            "FileNotFoundError",
            "files.outside",
        ),
        (secret.as_str(), "FileNotFoundError", "files.outside"),
        ("open('/proc/self/environ').read()", "FileNotFoundError", "files.outside"),
        ("os.listdir('/')", "PermissionError", "files.outside"),
        ("import socket\nsocket.socket()", "PermissionError", "network"),
        ("socket.socketpair()", "PermissionError", ""),
        ("os.fork()", "PermissionError", "processes"),
        ("import subprocess\nsubprocess.run([os.sys.executable, '-V'])", "PermissionError", "processes"),
        ("os.execv(os.sys.executable, ['python', '-V'])", "PermissionError", "processes"),
        ("os.kill(os.getppid(), 9)", "PermissionError", "processes"),
        ("os.symlink('/etc', '/mnt/data/etc')", "PermissionError", "files.outside"),
        ("open('/packages/0/pack/x.py', 'w')", "Error: [Errno", "files.outside"),
    ] {
        let outcome = run(&mut notebook, code).await;
        assert!(outcome.error.as_deref().is_some_and(|text| text.contains(error)), "{code}: {outcome:?}");
        let denied = outcome.denials.iter().any(|denial| denial.rule == rule);
        assert!(denied || rule.is_empty(), "{code}: {outcome:?}");
        assert_eq!(outcome.state, State::Kept, "{code}: {outcome:?}");
    }
    let secrets =
        run(&mut notebook, "sorted(name for name in os.environ if 'PATH' in name or 'KEY' in name)").await;
    assert_eq!(secrets.value.as_deref(), Some("[]"), "{secrets:?}");
    let has_names = notebook.confinement().unwrap().enforced.iter().any(|layer| layer.contains("UTS"));
    let name = run(&mut notebook, "os.uname().nodename").await;
    assert!(!has_names || name.value.as_deref() == Some("'sandbox'"), "{name:?}");
}

#[tokio::test]
async fn native_code_is_held_by_the_kernel() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    // execve by the interpreter's own name, ptrace, unshare, io_uring, bpf, memory files, and a process: 17 is
    // the signal of a child's end, which as flags of clone makes no thread.
    let numbers = match cfg!(target_arch = "x86_64") {
        true => "[59, 322, 101, 272, 425, 321, 57, 56, 319, 165, 41, 248]",
        false => "[221, 281, 117, 97, 425, 280, 220, 279, 40, 198, 217]",
    };
    let code = format!(
        "import ctypes, sys\nlibc = ctypes.CDLL(None, use_errno=True)\nname = sys.executable.encode()\n\
         def call(number):\n    ctypes.set_errno(0)\n    return libc.syscall(number, name if number in (59, 221) else 17, None, None), ctypes.get_errno()\n\
         set(map(call, {numbers}))"
    );
    check(&mut notebook, &[(&code, "{(-1, 1)}")]).await;
}

#[tokio::test]
async fn limits_hold() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cases = [
        ("kept = 1", ""),
        ("bytearray(400 << 20)", "MemoryError"),
        (
            "held = []\ntry:\n    while True: held.append('a' * 10_000 + str(len(held)))\nexcept MemoryError:\n    held = None\n'full'",
            "'full'",
        ),
        ("def deep(n): return deep(n + 1)\ndeep(0)", "RecursionError"),
        ("import resource\nresource.setrlimit(resource.RLIMIT_DATA, (1 << 40, 1 << 40))", "Error"),
        ("kept", "1"),
    ];
    check(&mut notebook, &cases).await;
    let short = Duration::from_millis(300);
    let stopped = notebook.run_within("while True: pass", short, &CancellationToken::new()).await.unwrap();
    assert_eq!((&stopped.end, stopped.state), (&End::Timeout(short), State::Kept), "{stopped:?}");
    check(&mut notebook, &[("kept", "1")]).await;
    let filled = "for i in range(100):\n    with open(f'{i}', 'wb') as f: f.write(bytes(1 << 20))\nimport time\ntime.sleep(60)";
    let full = run(&mut notebook, filled).await;
    assert_eq!(full.end, End::Died(Death::Quota), "{full:?}");
    assert_eq!(full.denials.first().map(|denial| denial.rule.as_str()), Some("files.quota"), "{full:?}");
}

#[tokio::test]
async fn code_that_does_not_stop_is_killed_with_its_threads() {
    let place = TempDir::new().unwrap();
    let mut options = options(&place);
    options.limits.grace = Duration::from_millis(100);
    let mut notebook = Notebook::new(HOST, options);
    notebook.warm_up().await.unwrap();
    let process = notebook.process_id().unwrap();
    let code = "import threading\nwork = lambda: [None for _ in iter(int, 1)]\nthreading.Thread(target=work).start()\n\
                import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass";
    let short = Duration::from_millis(300);
    let killed = notebook.run_within(code, short, &CancellationToken::new()).await.unwrap();
    assert_eq!((&killed.end, killed.state), (&End::Timeout(short), State::Lost), "{killed:?}");
    // A process that has ended and that nobody has waited for yet has no command line.
    let begun = Instant::now();
    while fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|line| !line.is_empty()) {
        assert!(begun.elapsed() < LONG, "process {process} goes on");
        tokio::task::yield_now().await;
    }
    let next = run(&mut notebook, "1 + 1").await;
    assert_eq!(next.value.as_deref(), Some("2"), "{next:?}");
}

#[tokio::test]
async fn what_a_call_leaves_in_the_work_folder_is_an_artifact() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    fs::write(place.path().join("work/in.txt"), "7").unwrap();
    let code =
        "import os\nos.makedirs('sub')\nopen('/mnt/data/sub/out.txt', 'w').write(open('in.txt').read() * 2)";
    let outcome = run(&mut notebook, code).await;
    let made: Vec<&str> = outcome.artifacts.iter().map(|made| made.name.as_str()).collect();
    assert_eq!(made, ["/mnt/data/sub/out.txt"], "{outcome:?}");
    assert_eq!(fs::read_to_string(place.path().join("work/sub/out.txt")).unwrap(), "77");
    assert!(run(&mut notebook, "open('in.txt').read()").await.artifacts.is_empty());
    // A file that another user could run with this one's rights.
    check(&mut notebook, &[("os.chmod('in.txt', 0o4755)", "PermissionError")]).await;
}
