//! A worker that does not keep to the protocol: the parent says so, ends it and stays small.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::{
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    time::Duration,
};

use sandbox::{CancellationToken, Death, End, Limits, Outcome, SandboxError, State, Worker};

/// The hostile program under the name that chooses what it does.
fn program(behaviour: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(behaviour);
    // The link is there already when another test made it, or an earlier run.
    let _ = symlink(env!("CARGO_BIN_EXE_hostile-worker"), &path);
    path
}

fn limits() -> Limits {
    Limits { wall: Duration::from_millis(500), grace: Duration::from_millis(50), ..Limits::default() }
}

async fn run(behaviour: &str, code: &str) -> Outcome {
    let path = program(behaviour);
    let limits = Limits { wall: Duration::from_secs(30), ..limits() };
    let mut worker = Worker::spawn(&path, &limits.clone().into()).await.unwrap();
    let outcome = worker.run(code, &CancellationToken::new()).await;
    assert_eq!(worker.is_usable(), outcome.state == State::Kept);
    outcome
}

#[tokio::test]
async fn a_process_that_is_no_worker_is_refused() {
    for (behaviour, reason) in [
        ("huge-hello", "a frame of 4294967295 bytes, where"),
        ("garbage-hello", "a frame that is no message"),
        ("early-exit", "it ended at once"),
        ("output-before-ready", "it began with Output"),
    ] {
        let path = program(behaviour);
        match Worker::spawn(&path, &limits().into()).await {
            Err(SandboxError::NotReady { reason: said, .. }) => assert!(said.contains(reason), "{said}"),
            other => panic!("{behaviour}: {other:?}"),
        }
    }
    let nothing = Worker::spawn(Path::new("/no/such/program"), &limits().into()).await;
    assert!(matches!(nothing, Err(SandboxError::Start { .. })), "{nothing:?}");
}

#[tokio::test]
async fn what_is_not_the_protocol_ends_the_worker() {
    for (behaviour, said) in [
        ("huge-length", "a frame of 4294967295 bytes, where"),
        ("garbage", "a frame that is no message"),
        ("deep-json", "a frame that is no message"),
        ("zeros", "a frame that is no message"),
        ("endless-output", "more output than it may"),
        ("long-output", "more output than it may"),
        ("empty-output", "more output than it may"),
        ("wrong-cell", "a message that was not its turn"),
        ("second-ready", "a message that was not its turn"),
    ] {
        let outcome = run(behaviour, "1").await;
        match &outcome.end {
            End::Died(Death::Protocol(what)) => assert!(what.contains(said), "{behaviour}: {what}"),
            other => panic!("{behaviour}: {other:?}"),
        }
        assert_eq!(outcome.state, State::Lost);
        assert!(outcome.output.len() <= limits().output_bytes + 64);
    }
}

#[tokio::test]
async fn an_end_in_the_middle_of_a_frame_is_an_exit() {
    assert_eq!(run("half-a-frame", "1").await.end, End::Died(Death::Exit(5)));
}

#[tokio::test]
async fn a_worker_that_neither_reads_nor_answers_runs_out_of_time() {
    let path = program("silent");
    let mut worker = Worker::spawn(&path, &limits().into()).await.unwrap();
    let longer_than_a_pipe = format!("'{}'", "x".repeat(1 << 20));
    let outcome = worker.run(&longer_than_a_pipe, &CancellationToken::new()).await;
    assert_eq!((outcome.end, outcome.state), (End::Timeout(limits().wall), State::Lost));
}

#[tokio::test]
async fn control_sequences_are_removed_by_the_parent() {
    let outcome = run("controls", "1").await;
    assert_eq!((outcome.output.as_str(), outcome.value.as_deref()), ("ab\\x07", Some("v")));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_flood_takes_no_memory() {
    let peak = || -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap() // KiB
    };
    let before = peak();
    for behaviour in ["zeros", "endless-output", "empty-output", "huge-length"] {
        run(behaviour, "1").await;
    }
    assert!(peak() - before < 32 << 10, "{} KiB", peak() - before);
}
