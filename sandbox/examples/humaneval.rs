//! Runs the reference solutions of a benchmark in the sandbox and counts how many pass their tests:
//! `cargo run -p gimlet-sandbox --example humaneval -- HOST PROBLEMS`, where HOST is a program that
//! hosts workers, and PROBLEMS is HumanEval's file of JSON lines or one of MBPP's two files. Every
//! problem has a fresh interpreter.

#![allow(clippy::print_stdout, reason = "an example shows things")]

use std::{
    env, fs,
    time::{Duration, Instant},
};

use sandbox::{CancellationToken, End, Limits, Notebook};
use serde::Deserialize;

/// A problem as either benchmark writes it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Problem {
    HumanEval {
        task_id: String,
        prompt: String,
        canonical_solution: String,
        test: String,
        entry_point: String,
    },
    Mbpp {
        task_id: u32,
        code: String,
        test_list: Vec<String>,
        #[serde(default)]
        test_imports: Vec<String>,
        #[serde(default)]
        test_setup_code: String,
    },
}

impl Problem {
    fn name(&self) -> String {
        match self {
            Self::HumanEval { task_id, .. } => task_id.clone(),
            Self::Mbpp { task_id, .. } => format!("MBPP/{task_id}"),
        }
    }

    /// The solution and its tests as one cell.
    fn cell(&self) -> String {
        match self {
            Self::HumanEval { prompt, canonical_solution, test, entry_point, .. } => {
                format!("{prompt}{canonical_solution}\n{test}\ncheck({entry_point})\n")
            }
            Self::Mbpp { code, test_list, test_imports, test_setup_code, .. } => {
                let (imports, tests) = (test_imports.join("\n"), test_list.join("\n"));
                format!("{imports}\n{test_setup_code}\n{code}\n{tests}\n").replace("\r\n", "\n")
            }
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let host = arguments.next().ok_or("name the program that hosts workers")?;
    let file = arguments.next().ok_or("name the file of problems")?;
    let text = fs::read_to_string(&file)?;
    let problems: Vec<Problem> = if text.trim_start().starts_with('[') {
        serde_json::from_str(&text)?
    } else {
        text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?
    };
    let start = Instant::now();
    let mut n_passed = 0;
    let mut slowest = (Duration::ZERO, String::new());
    for problem in &problems {
        let mut notebook = Notebook::new(&host, Limits::default());
        let began = Instant::now();
        let outcome = notebook.run(&problem.cell(), &CancellationToken::new()).await?;
        slowest = slowest.max((began.elapsed(), problem.name()));
        if outcome.end == End::Completed && outcome.error.is_none() {
            n_passed += 1;
            continue;
        }
        let why = outcome.notice(notebook.limits()).or(outcome.error).unwrap_or_default();
        println!("{} failed:\n{why}\n", problem.name());
    }
    println!(
        "{n_passed} of {} passed in {:?}; the slowest, {}, took {:?} with the start of its worker",
        problems.len(),
        start.elapsed(),
        slowest.1,
        slowest.0
    );
    Ok(())
}
