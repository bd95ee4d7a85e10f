//! A session of many calls, and workers that are killed at any moment. Few rounds by default;
//! `GIMLET_ENDURANCE=N` makes N times as many: 20 are 10,000 calls and 1000 kills.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are not tests to the lint")]

use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};

use sandbox::{CancellationToken, Death, End, Limits, Notebook, Options, Outcome, State};
use tempfile::TempDir;

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");

/// Far longer than any round takes; past it, something hangs.
const NEVER: Duration = Duration::from_secs(120);

fn rounds(few: usize) -> usize {
    let times = std::env::var("GIMLET_ENDURANCE").ok().and_then(|times| times.parse().ok());
    few * times.unwrap_or(1)
}

/// The resident memory of a process in KiB.
fn resident(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

async fn run(notebook: &mut Notebook, code: &str) -> Outcome {
    let cancel = CancellationToken::new();
    tokio::time::timeout(NEVER, notebook.run(code, &cancel)).await.expect("the call hangs").unwrap()
}

#[tokio::test]
async fn many_calls_take_no_more_memory_than_few() {
    let mut notebook = Notebook::new(HOST, Limits::default());
    let call = async |notebook: &mut Notebook, i: usize| {
        let code = match i % 5 {
            0 => format!("x = {i}\nx"),
            1 => format!("for i in range(20):\n    print('line', i, {i})"),
            2 => format!("def f_{}(n):\n    return [n] * 100\nlen(f_{}({i}))", i % 10, i % 10),
            3 => format!("1 / 0  # {i}"),
            _ => format!(
                "class A:\n    def __init__(self):\n        self.me = self\na = [A() for _ in range(50)]  # {i}"
            ),
        };
        let outcome = run(notebook, &code).await;
        assert_eq!((outcome.state, outcome.end), (State::Kept, End::Completed), "call {i}");
    };
    // Past the sources that are kept for tracebacks, and the first collections of garbage.
    for i in 0..500 {
        call(&mut notebook, i).await;
    }
    let (worker, own) = (notebook.process_id().unwrap(), std::process::id());
    let before = (resident(worker), resident(own));
    let n = rounds(500);
    let start = Instant::now();
    for i in 0..n {
        call(&mut notebook, i).await;
    }
    let after = (resident(worker), resident(own));
    println!(
        "{n} calls in {:?}: worker {} to {} KiB, parent {} to {} KiB",
        start.elapsed(),
        before.0,
        after.0,
        before.1,
        after.1
    );
    // Garbage in cycles may gather to 4 MiB, and each call leaves the name of its file, 0.2 KiB.
    assert!(after.0 < before.0 + (8 << 10), "the worker grew: {before:?} {after:?}");
    assert!(after.1 < before.1 + (4 << 10), "the parent grew: {before:?} {after:?}");
}

/// The same numbers each time: xorshift.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

const VICTIMS: [&str; 6] = [
    "y = 1",
    "sum(range(200_000))",
    "for i in range(500):\n    print('a line of text', i)",
    "import time\ntime.sleep(0.004)",
    "with open('kept.txt', 'w') as f:\n    for i in range(50):\n        f.write('x' * 1000)\nopen('kept.txt').read()[:5]",
    "kept = [bytes(1000) for _ in range(5000)]\nlen(kept)",
];

#[tokio::test]
async fn a_worker_killed_at_any_moment_is_replaced_and_its_loss_is_said() {
    let folder = TempDir::new().unwrap();
    let options = Options { work_folder: Some(folder.path().to_owned()), ..Options::default() };
    let mut notebook = Notebook::new(HOST, options);
    let (mut dice, mut during, mut after) = (Dice(0x2545_f491_4f6c_dd1d), 0, 0);
    let n = rounds(50);
    let (start, mut slowest) = (Instant::now(), Duration::ZERO);
    for i in 0..n {
        run(&mut notebook, &format!("mark = {i}")).await;
        let victim = notebook.process_id().unwrap().to_string();
        let delay = Duration::from_micros(dice.below(6000));
        let kill = async {
            tokio::time::sleep(delay).await;
            assert!(Command::new("kill").args(["-9", &victim]).status().unwrap().success());
        };
        let began = Instant::now();
        let code = VICTIMS[dice.below(VICTIMS.len() as u64) as usize];
        let (hit, ()) = tokio::join!(run(&mut notebook, code), kill);
        let next = run(&mut notebook, "globals().get('mark')").await;
        slowest = slowest.max(began.elapsed());
        let limits = notebook.limits();
        match hit.state {
            State::Lost => {
                during += 1;
                assert_eq!(hit.end, End::Died(Death::Signal(9)), "round {i}");
                assert!(hit.notice(limits).unwrap().contains("crashed (signal 9)"), "round {i}: {hit:?}");
                assert!(hit.notice(limits).unwrap().contains("state is gone"), "round {i}: {hit:?}");
                assert!(!next.restarted && next.value.is_none(), "round {i}: {next:?}");
            }
            // The kill came after the call had ended: the next call says it, by either way.
            State::Kept => {
                after += 1;
                let notice = next.notice(limits).unwrap_or_default();
                assert!(notice.contains("restarted"), "round {i}: {hit:?} {next:?}");
                assert!(next.value.is_none(), "round {i}: {next:?}");
            }
        }
        assert_eq!(run(&mut notebook, "6 * 7").await.value.as_deref(), Some("42"), "round {i}");
    }
    println!(
        "{n} kills in {:?}: {during} during a call, {after} after it; the slowest round took {slowest:?}",
        start.elapsed()
    );
}
