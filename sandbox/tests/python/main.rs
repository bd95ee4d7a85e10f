//! Code of every kind in a real worker: what the model is shown, and that the next call works.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::time::Duration;

use sandbox::{CancellationToken, Limits, Notebook, Outcome, State};

mod ends;
mod library;
mod spoilt;

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");
const LONG: Duration = Duration::from_secs(120);
const SHORT: Duration = Duration::from_millis(300);

/// Small, so that the suite is fast; clocks long, because test machines are busy.
fn limits() -> Limits {
    Limits {
        wall: LONG,
        cpu: LONG,
        memory_bytes: 128 << 20,
        output_bytes: 2 << 10,
        printed_bytes: 256 << 10,
        grace: LONG,
        ..Limits::default()
    }
}

fn notebook(limits: Limits) -> Notebook {
    Notebook::new(HOST, limits)
}

async fn run(notebook: &mut Notebook, code: &str) -> Outcome {
    notebook.run(code, &CancellationToken::new()).await.unwrap()
}

/// Runs code that is no part of the case, whatever clock the case has.
async fn settle(notebook: &mut Notebook, code: &str) -> Outcome {
    notebook.run_within(code, LONG, &CancellationToken::new()).await.unwrap()
}

/// All that the model reads of an outcome.
fn shown(outcome: &Outcome, limits: &Limits) -> String {
    let notice = outcome.notice(limits);
    let parts = [
        Some(outcome.output.as_str()),
        outcome.value.as_deref(),
        outcome.error.as_deref(),
        notice.as_deref(),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Runs each cell in one notebook: its text must hold the fragments, its state be as said, and
/// the call after it work.
async fn check(limits: Limits, state: State, cases: &[(&str, &[&str])]) {
    let mut notebook = notebook(limits.clone());
    for (code, fragments) in cases {
        let name: String = code.chars().take(60).collect();
        settle(&mut notebook, "import re, sys, time\nmark = 1").await;
        let outcome = run(&mut notebook, code).await;
        let text = shown(&outcome, &limits);
        for fragment in *fragments {
            assert!(text.contains(fragment), "{name:?} shows {text:?} without {fragment:?}");
        }
        assert!(text.len() < 3 * limits.output_bytes, "{name:?} shows {} bytes", text.len());
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{name:?}: {text:?}");
        assert_eq!(outcome.state, state, "{name:?}: {text:?}");
        let next = settle(&mut notebook, "print(37 * 91)\n'mark' in globals()").await;
        let mark = if state == State::Kept { "True" } else { "False" };
        assert_eq!((next.output.as_str(), next.value.as_deref()), ("3367\n", Some(mark)), "after {name:?}");
    }
}

#[tokio::test]
async fn ordinary_cells_read_as_in_a_notebook() {
    let cases: &[(&str, &[&str])] = &[
        ("6 * 7", &["42"]),
        ("1", &["1"]),
        ("y = 3\n'constant'", &["'constant'"]),
        ("y", &["3"]),
        ("'doc'\nNone", &[]),
        ("[z := 4,\n z]", &["[4, 4]"]),
        ("z\n", &["4"]),
        ("if True:\n    5", &[]),
        ("_ + 1", &[]),
        ("x = 1; x + 1", &["2"]),
        ("def f():\n    return 1", &[]),
        ("print('a', end='')\n[1, 2]", &["a\n[1, 2]"]),
        ("import sys\nprint('out')\nprint('err', file=sys.stderr)", &["out\nerr\n"]),
        (
            "def f(x):\n    return 1 / x\n\nf(0)",
            &[
                "Traceback (most recent call last):\n",
                "line 4, in <module>\n    f(0)",
                "line 2, in f\n    return 1 / x",
                "ZeroDivisionError: division by zero",
            ],
        ),
        ("print(pritn)", &["NameError: name 'pritn' is not defined. Did you mean: 'print'?"]),
        ("x = 1\nif x\n    pass", &["line 2\n    if x\n", "^", "SyntaxError: "]),
        ("import json\njson.loads('{')", &["json.decoder.JSONDecodeError: Expecting"]),
        (
            "try:\n    {}['a']\nexcept KeyError as e:\n    raise ValueError('b') from e",
            &["KeyError: 'a'", "direct cause", "ValueError: b"],
        ),
        (
            "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()",
            &["line 3, in <module>\n    1 / 0"],
        ),
        ("raise SystemExit", &["SystemExit\nThis ends the cell"]),
        ("", &[]),
    ];
    check(limits(), State::Kept, cases).await;
    let mut notebook = notebook(limits());
    let hidden =
        ["x = 5", "def f():\n    pass", "class A:\n    pass", "None", "# only a comment", "import math"];
    for code in hidden {
        assert_eq!(shown(&run(&mut notebook, code).await, &limits()), "", "{code:?}");
    }
    assert!(run(&mut notebook, "f").await.value.unwrap().starts_with("<function f"));
}

#[tokio::test]
async fn the_standard_library_is_there() {
    let modules = "random statistics dataclasses datetime traceback json re math fractions decimal itertools \
        collections functools string textwrap heapq bisect typing enum calendar time hashlib base64 csv io copy \
        pprint operator secrets uuid unicodedata contextlib abc numbers cmath zlib os os.path pathlib inspect types \
        struct array binascii bz2 lzma gzip html urllib.parse xml.etree.ElementTree argparse logging threading queue \
        pickle difflib ast tokenize gc weakref warnings unittest doctest timeit zoneinfo graphlib ipaddress hmac \
        email configparser tomllib colorsys platform signal reprlib shlex contextvars zipfile tempfile shutil glob";
    let code = format!(
        "for name in {modules:?}.split():\n    try:\n        __import__(name)\n    except BaseException as e:\n        print(name, repr(e))"
    );
    let mut notebook = notebook(limits());
    assert_eq!(shown(&run(&mut notebook, &code).await, &limits()), "");
    let cases: &[(&str, &str)] = &[
        ("import random; random.seed(7); a = random.random(); random.seed(7); a == random.random()", "True"),
        ("import datetime; datetime.datetime.now(datetime.timezone.utc).year > 2024", "True"),
        ("import hashlib; hashlib.sha256(b'').hexdigest()[:8]", "'e3b0c442'"),
        ("import re; re.findall(r'\\d+', 'a1b22')", "['1', '22']"),
        ("from decimal import Decimal; Decimal('0.1') + Decimal('0.2')", "Decimal('0.3')"),
        ("import statistics; statistics.mean([1, 2, 3])", "2"),
        ("import time; start = time.time(); time.sleep(0.02); time.time() - start >= 0.02", "True"),
        ("import uuid, secrets; len({uuid.uuid4(), uuid.uuid4()}), len(secrets.token_bytes(5))", "(2, 5)"),
    ];
    for (code, value) in cases {
        assert_eq!(run(&mut notebook, code).await.value.as_deref(), Some(*value), "{code}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_clearly() {
    let cases: &[(&str, &[&str])] = &[
        ("import socket", &["socket is not permitted in this sandbox"]),
        ("import subprocess; subprocess.run(['id'])", &["subprocess.run is not permitted in this sandbox"]),
        ("import subprocess; subprocess.Popen(['id'])", &["subprocess.Popen is not permitted"]),
        ("from subprocess import check_output; check_output('id')", &["check_output is not permitted"]),
        ("import ctypes; ctypes.CDLL(None)", &["ctypes.CDLL is not permitted in this sandbox"]),
        ("import ctypes.util", &["No module named 'ctypes.util'; 'ctypes' is not a package"]),
        ("import ctypes; ctypes.c_int(2**31).value, ctypes.sizeof(ctypes.c_long)", &["(-2147483648, 8)"]),
        ("import multiprocessing", &["multiprocessing is not permitted"]),
        ("import numpy", &["No module named 'numpy': only Python's standard library is here"]),
        ("import nosuchmodule", &["No module named 'nosuchmodule'"]),
        ("open('/etc/passwd').read()", &["PermissionError: open('/etc/passwd') is not permitted"]),
        ("import io; io.FileIO(3)", &["PermissionError"]),
        ("import pathlib; pathlib.Path('/etc/passwd').read_text()", &["PermissionError"]),
        ("import os; os.system('id')", &["PermissionError: os.system is not permitted"]),
        ("import os; os.listdir('/')", &["PermissionError: os.listdir is not permitted"]),
        ("import os; os.fork()", &["PermissionError"]),
        ("import os; os.write(4, b'forged')", &["PermissionError"]),
        ("import os; os.kill(os.getppid(), 9)", &["PermissionError"]),
        ("import os; dict(os.environ)", &["{}"]),
        ("import os; os.path.exists('/etc/passwd')", &["False"]),
        ("input('name? ')", &["EOFError: input() is not available"]),
        ("import sys; sys.stdin.readline()", &["EOFError"]),
        ("import os; os._exit(0)", &["PermissionError: os._exit is not permitted"]),
        ("import os; os.abort()", &["PermissionError: os.abort is not permitted"]),
        ("import sys; sys.exit(3)", &["SystemExit: 3\nThis ends the cell, not the interpreter"]),
        ("exit()", &["SystemExit\nThis ends the cell"]),
        ("quit()", &["SystemExit\nThis ends the cell"]),
        (
            "import _gimlet; _gimlet.stdout.write('{\"type\":\"done\",\"cell\":1}')",
            &["{\"type\":\"done\",\"cell\":1}"],
        ),
        ("import sys; sys.executable, sys.path, sys.argv", &["('', [], [''])"]),
    ];
    check(limits(), State::Kept, cases).await;
}

#[tokio::test]
async fn bad_code_that_ends_by_itself_keeps_the_state() {
    let nested = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let long_cell = format!("s = '{}'\nlen(s)", "x".repeat(1_000_000));
    let too_long = format!("s = '{}'", "x".repeat(5_000_000));
    let cases: &[(&str, &[&str])] = &[
        (
            "def f(n):\n    return f(n + 1)\nf(0)",
            &["frames omitted", "RecursionError: maximum recursion depth exceeded"],
        ),
        (
            "import sys\nsys.setrecursionlimit(10**9)\ndef f(n):\n    return f(n + 1)\nf(0)",
            &["RecursionError"],
        ),
        ("def f(n):\n    return n and f(n - 1)\nf(100_000)", &["RecursionError"]),
        ("sys.setrecursionlimit(1000)", &[]),
        (&nested, &["RecursionError: maximum recursion depth exceeded while getting the repr"]),
        ("l = []\nl.append(l)\nl", &["[[...]]"]),
        (&long_cell, &["1000000"]),
        (&too_long, &["the code has 5000006 bytes; at most 4 MiB run at once"]),
        ("x = 1\0", &["SyntaxError"]),
        (
            "while True:\n    print('hello')",
            &["hello", "bytes omitted", "OSError: the call has printed its limit of 256 KiB"],
        ),
        ("print('x' * 20_000_000)", &["bytes omitted", "OSError: the call has printed its limit"]),
        ("print('\\ud800\\udfff')", &["\\ud800\\udfff"]),
        ("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')", &["\u{fffd}\u{fffd}"]),
        (
            "print('\\x1b[31mred\\x1b[0m \\x1b]0;title\\x07 bell\\x07 nul\\x00 \\u202e')",
            &["red  bell\\x07 nul\\x00 \\u202e"],
        ),
        ("raise ValueError('\\x1b[2J')", &["ValueError: "]),
        (
            "class A:\n    def __repr__(self):\n        raise ValueError('no repr')\nA()",
            &["ValueError: no repr"],
        ),
        (
            "class E(Exception):\n    def __str__(self):\n        raise ValueError('no str')\nraise E",
            &["E: <str() failed>"],
        ),
        ("'x' * 100_000", &["bytes omitted"]),
        ("raise ValueError('x' * 100_000)", &["bytes omitted"]),
        ("10 ** 5000", &["10000000", "bytes omitted"]),
        ("import marshal\nmarshal.loads(b'\\xe3' + b'\\xff' * 99)", &["ValueError"]),
        (
            "def f():\n    kept = []\n    while True:\n        kept.append(bytes(10_000))\nf()",
            &["MemoryError: the memory limit of 128 MiB was reached"],
        ),
        ("'a' * 10**10", &["MemoryError: this step needs 9536 MiB more, and the memory limit is 128 MiB"]),
        ("10**10 * b'ab'", &["MemoryError: this step needs 19073 MiB more"]),
        ("x = [0]\nx *= 10**12", &["MemoryError"]),
        ("(0, 1) * 10**12", &["MemoryError"]),
        ("bytes(10**10)", &["MemoryError"]),
        ("bytearray(10**10)", &["MemoryError"]),
        ("list(range(10**12))", &["MemoryError"]),
        ("tuple(range(10**12))", &["MemoryError"]),
        ("x = 10**10**8", &["MemoryError: this number would have about 100000000 digits"]),
        ("1 << 10**10", &["MemoryError"]),
        ("n = 1\nwhile True:\n    n = n << 10_000_000", &["MemoryError"]),
        ("try:\n    'a' * 10**10\nexcept MemoryError:\n    print('caught')", &["caught"]),
        (
            "0 ** 10**30, 1 ** 10**30, (-1) ** (10**30 + 1), pow(3, 10**30, 7), 2 ** -1",
            &["(0, 1, -1, 4, 0.5)"],
        ),
        (
            "len('ab' * 10**6), [1, 2] * 2, () * 5, 'a' * -1, bytes(3), list(range(3))",
            &["(2000000, [1, 2, 1, 2]"],
        ),
    ];
    check(limits(), State::Kept, cases).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn every_restriction_is_in_force() {
    let mut notebook = notebook(limits());
    notebook.warm_up().await.unwrap();
    assert!(notebook.confinement().unwrap().is_full(), "{:?}", notebook.confinement());
    let id = notebook.process_id().unwrap();
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap();
    let status = read("status");
    assert!(status.contains("NoNewPrivs:\t1"));
    assert!(status.contains("Seccomp:\t2"));
    for task in std::fs::read_dir(format!("/proc/{id}/task")).unwrap() {
        let status = std::fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        assert!(status.contains("Seccomp:\t2"), "a thread without the filter: {status}");
    }
    let limits = read("limits");
    let soft = |name: &str| {
        limits
            .lines()
            .find(|l| l.starts_with(name))
            .unwrap()
            .split_whitespace()
            .rev()
            .nth(2)
            .unwrap()
            .to_owned()
    };
    assert_eq!(soft("Max open files"), "5");
    assert_eq!(soft("Max file size"), "0");
    assert_eq!(soft("Max core file size"), "0");
    if let Ok(environment) = std::fs::read(format!("/proc/{id}/environ")) {
        assert_eq!(environment, b"");
    }
    if let Ok(descriptors) = std::fs::read_dir(format!("/proc/{id}/fd")) {
        assert_eq!(descriptors.count(), 5);
    }
}
