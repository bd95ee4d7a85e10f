//! Calls that do not end by themselves, and workers that end before them.

use std::time::Instant;

use sandbox::End;

use super::*;

#[tokio::test]
async fn an_interrupt_in_time_keeps_the_state() {
    let cases: &[(&str, &[&str])] = &[
        (
            "while True:\n    pass",
            &["in <module>", "KeyboardInterrupt", "stopped after 0.3 s (time limit). Variables are kept."],
        ),
        (
            "import time\ntime.sleep(1e9)",
            &["line 2", "KeyboardInterrupt", "time limit", "Variables are kept."],
        ),
        ("print('before')\nfor i in iter(int, 1):\n    pass", &["before", "time limit"]),
        ("class A:\n    def __repr__(self):\n        while True:\n            pass\nA()", &["time limit"]),
        (
            "class E(Exception):\n    def __str__(self):\n        while True:\n            pass\nraise E",
            &["E: <str() failed>", "time limit"],
        ),
        (
            "try:\n    while True:\n        pass\nexcept KeyboardInterrupt:\n    print('caught')",
            &["caught", "time limit"],
        ),
    ];
    check(Limits { wall: SHORT, ..limits() }, State::Kept, cases).await;
    let cases: &[(&str, &[&str])] =
        &[("while True:\n    pass", &["0.3 s of processor time (limit). Variables are kept."])];
    check(Limits { cpu: SHORT, ..limits() }, State::Kept, cases).await;
}

#[tokio::test]
async fn code_that_cannot_be_interrupted_is_ended() {
    let swallow = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass";
    let impatient = Limits { grace: Duration::from_millis(50), ..limits() };
    let cases: &[(&str, &[&str])] = &[
        (swallow, &["stopped after 0.3 s (time limit). The interpreter was restarted and its state is gone"]),
        ("import re\nre.match(r'(a+)+$', 'a' * 50 + 'b')", &["time limit", "state is gone"]),
        ("import math\nmath.factorial(10**7)", &["state is gone"]),
    ];
    check(Limits { wall: SHORT, ..impatient.clone() }, State::Lost, cases).await;
    let cases: &[(&str, &[&str])] =
        &[(swallow, &["0.3 s of processor time (limit). The interpreter was restarted"])];
    check(Limits { cpu: SHORT, ..impatient }, State::Lost, cases).await;
}

#[tokio::test]
async fn memory_that_cannot_be_freed_or_had_restarts_the_interpreter() {
    let full = "The memory limit of 128 MiB was reached. The interpreter was restarted and its state is gone";
    let cases: &[(&str, &[&str])] = &[
        ("kept = []\nwhile True:\n    kept.append(bytes(10_000))", &[full]),
        (
            "kept = []\nwhile True:\n    try:\n        kept.append(bytes(10_000))\n    except MemoryError:\n        pass",
            &[full],
        ),
    ];
    check(limits(), State::Lost, cases).await;
}

#[tokio::test]
async fn a_crash_is_said_and_the_next_call_works() {
    let cases: &[(&str, &[&str])] =
        &[("compile('(' * 500_000, 'x', 'exec')", &["The interpreter crashed", "state is gone"])];
    check(limits(), State::Lost, cases).await;
}

#[tokio::test]
async fn a_cancelled_call_ends_at_once() {
    for code in ["while True:\n    pass", "sum(range(10**15))", "import time\ntime.sleep(1e9)"] {
        let mut notebook = notebook(limits());
        notebook.warm_up().await.unwrap();
        let cancel = CancellationToken::new();
        let canceller = cancel.clone();
        let stop = async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            canceller.cancel();
            Instant::now()
        };
        let (outcome, cancelled_at) = tokio::join!(notebook.run(code, &cancel), stop);
        assert_eq!(outcome.unwrap().end, End::Cancelled);
        // 80 ms of grace and the kill; the rest is for a machine that has no time for this process.
        assert!(cancelled_at.elapsed() < Duration::from_secs(20), "{:?}", cancelled_at.elapsed());
        assert_eq!(run(&mut notebook, "1 + 1").await.value.as_deref(), Some("2"));
    }
    let mut notebook = notebook(limits());
    let cancel = CancellationToken::new();
    cancel.cancel();
    assert_eq!(notebook.run("x = 1", &cancel).await.unwrap().end, End::Cancelled);
    assert_eq!(run(&mut notebook, "1 + 1").await.value.as_deref(), Some("2"));
}

#[tokio::test]
async fn an_abandoned_call_is_not_mixed_up_with_the_next() {
    let mut notebook = notebook(limits());
    run(&mut notebook, "x = 1").await;
    let abandoned =
        tokio::time::timeout(Duration::from_millis(50), run(&mut notebook, "while True: print(1)")).await;
    assert!(abandoned.is_err());
    let outcome = run(&mut notebook, "'x' in globals()").await;
    assert_eq!((outcome.value.as_deref(), outcome.output.as_str()), (Some("False"), ""));
    assert!(
        shown(&outcome, &limits())
            .contains("had been restarted before this call: earlier variables are gone")
    );
    assert!(!run(&mut notebook, "1").await.restarted);
}

#[tokio::test]
async fn a_worker_that_is_killed_is_replaced_and_the_model_is_told() {
    let mut notebook = notebook(limits());
    run(&mut notebook, "x = 1").await;
    let kill = |notebook: &Notebook| {
        let id = notebook.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args(["-9", &id]).status().unwrap().success());
    };
    kill(&notebook);
    let outcome = run(&mut notebook, "x").await;
    let text = shown(&outcome, &limits());
    // The kill is seen before the call or while it runs; both are said, and neither hangs.
    assert!(text.contains("restarted"), "{text}");
    assert_eq!(run(&mut notebook, "1 + 1").await.value.as_deref(), Some("2"));
}
