//! Measures a worker: `cargo run --release -p gimlet-sandbox --example figures -- HOST`, where HOST is
//! a program that hosts workers, such as this package's `sandbox-worker-host` or `gimlet` itself.

#![allow(clippy::print_stdout, reason = "an example shows things")]

use std::{
    env, fs,
    time::{Duration, Instant},
};

use sandbox::{CancellationToken, Limits, Notebook, SandboxError};

const ROUNDS: usize = 20;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let host = env::args().nth(1).ok_or("name the program that hosts workers")?;
    let cancel = CancellationToken::new();
    let mut cold = Vec::new();
    let mut stops = Vec::new();
    for _ in 0..ROUNDS {
        let mut notebook = Notebook::new(&host, Limits::default());
        cold.push(time(&mut notebook, "print(37 * 91)").await?);
        stops.push(cancelled(&mut notebook, "sum(range(10**15))").await?);
    }
    let mut notebook = Notebook::new(&host, Limits::default());
    notebook.run("1", &cancel).await?;
    println!("idle worker: {}", memory(&notebook));
    let mut warm = Vec::new();
    for _ in 0..1000 {
        warm.push(time(&mut notebook, "print(37 * 91)").await?);
    }
    println!("after 1000 calls: {}", memory(&notebook));
    let printing = time(&mut notebook, "for i in range(100_000):\n    print(i)").await?;
    let modules = "import random, re, json, datetime, math, statistics, collections, dataclasses";
    println!("cold start to first result: {}", quantiles(&mut cold));
    println!("warm call: {}", quantiles(&mut warm));
    println!("cancel of native code to outcome: {}", quantiles(&mut stops));
    println!("100,000 prints: {printing:?}");
    println!("{modules}: {:?}", time(&mut notebook, modules).await?);
    Ok(())
}

async fn time(notebook: &mut Notebook, code: &str) -> Result<Duration, SandboxError> {
    let start = Instant::now();
    notebook.run(code, &CancellationToken::new()).await?;
    Ok(start.elapsed())
}

async fn cancelled(notebook: &mut Notebook, code: &str) -> Result<Duration, SandboxError> {
    let cancel = CancellationToken::new();
    let canceller = cancel.clone();
    let stop = async move {
        tokio::time::sleep(Duration::from_millis(20)).await;
        canceller.cancel();
        Instant::now()
    };
    let (outcome, at) = tokio::join!(notebook.run(code, &cancel), stop);
    outcome.map(|_| at.elapsed())
}

fn quantiles(times: &mut [Duration]) -> String {
    times.sort();
    format!("median {:?}, worst {:?} of {}", times[times.len() / 2], times[times.len() - 1], times.len())
}

/// The worker's resident memory, by the kernel's count.
fn memory(notebook: &Notebook) -> String {
    let id = notebook.process_id().unwrap_or_default();
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let resident = status.lines().find(|line| line.starts_with("VmRSS:"));
    resident.unwrap_or("unknown").split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
}
