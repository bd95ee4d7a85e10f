//! Code that is stopped wherever it is: the session keeps its names.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not tests to the lint")]

use std::time::Duration;

use sandbox::{CancellationToken, Limits, Notebook, State};

/// Runs each in one session, whose names must outlive them all.
async fn check(limits: Limits, cases: &[&str], expected: &str) {
    let mut notebook = Notebook::new(env!("CARGO_BIN_EXE_sandbox-worker-host"), limits);
    let cancel = CancellationToken::new();
    let begin = "import itertools\nmark = 1";
    notebook.run(begin, &cancel).await.unwrap();
    let mut wrong = Vec::new();
    for code in cases {
        let outcome = notebook.run(code, &cancel).await.unwrap();
        let shown = format!("{:?} {:?} {:?} {:?}", outcome.end, outcome.value, outcome.error, outcome.output);
        let next = notebook.run("sum(n for n in range(10) if mark)", &cancel).await.unwrap();
        let is_kept = outcome.state == State::Kept && next.value.as_deref() == Some("45");
        if !is_kept || !shown.contains(expected) {
            wrong.push(format!("{code:?} shows {shown} and then {:?} {:?}", next.value, next.error));
            notebook.run(begin, &cancel).await.unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn limits(wall: Duration) -> Limits {
    let long = Duration::from_secs(120);
    Limits { wall, cpu: long, grace: Duration::from_secs(60), memory_bytes: 128 << 20, ..Limits::default() }
}

#[tokio::test]
async fn time_ends_generators_comprehensions_and_coroutines() {
    let cases = [
        "sum(i for i in range(10**12))",
        "any(False for i in iter(int, 1))",
        "all(i >= 0 for i in range(10**12))",
        "sum(1 for _ in itertools.permutations(range(20)))",
        "[None for i in iter(int, 1) if i]",
        "{i for i in iter(int, 1) if i}",
        "{i: i for i in iter(int, 1) if i}",
        "def endless():\n    while True: pass\n    yield\nnext(endless())",
        "def outer():\n    yield from (i for i in iter(int, 1) if i)\nlist(outer())",
        "async def endless():\n    while True: pass\nendless().send(None)",
        "import io\nwith io.StringIO() as f:\n    while True: pass",
        "class C:\n    while True: pass",
        "while True: pass",
        "sum(range(10**12))",
        "all(itertools.repeat(1))",
        "1 in itertools.repeat(0)",
        "any(map(int, itertools.repeat(0)))",
        "set(zip(itertools.repeat(0), itertools.repeat(1)))",
        "def f():\n    try:\n        while True: pass\n    finally:\n        print('done')\nf()",
    ];
    check(limits(Duration::from_millis(300)), &cases, "Timeout").await;
}

#[tokio::test]
async fn memory_ends_generators_and_comprehensions() {
    let cases = [
        "def g():\n    while True: yield 'x' * 1000\n''.join(g())",
        "[[i] * 100 for i in iter(int, 1)]",
        "list([i] * 100 for i in iter(int, 1))",
        "def f():\n    held = []\n    while True:\n        held.append(['x' * 100 for i in range(1000)])\nf()",
    ];
    check(limits(Duration::from_secs(120)), &cases, "MemoryError").await;
}

#[tokio::test]
async fn what_is_stopped_can_handle_it() {
    let cases = [
        "try:\n    [None for i in iter(int, 1) if i]\nexcept KeyboardInterrupt as stopped:\n    print('caught', stopped)",
        "try:\n    sum(i for i in iter(int, 1))\nexcept KeyboardInterrupt as stopped:\n    print('caught', stopped)",
    ];
    check(limits(Duration::from_millis(300)), &cases, "caught the call was stopped").await;
}
