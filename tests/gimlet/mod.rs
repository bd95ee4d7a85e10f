//! Runs the real binary in a home of its own.
#![allow(dead_code, reason = "each test binary uses its part of it")]

use std::{
    io::Write,
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A home folder and a working folder that nothing else knows.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder can be made"))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file into the working folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).expect("the folder is ours");
    }

    /// `gimlet ARGS`, not started yet.
    pub fn gimlet<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gimlet"));
        command
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("HOME", self.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `gimlet ARGS`, done.
    pub fn run<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Done {
        Done::new(self.gimlet(args).output().expect("the binary was built for this test"))
    }

    /// `gimlet ARGS` with something on standard input, done.
    pub fn run_with_input<'a>(&self, args: impl IntoIterator<Item = &'a str>, input: &[u8]) -> Done {
        let mut child = self.start(self.gimlet(args).stdin(Stdio::piped()));
        let mut stdin = child.stdin.take().expect("it was asked for");
        // A program that refuses its input closes the pipe; that is not this test's failure.
        let _ = stdin.write_all(input);
        drop(stdin);
        Done::new(child.wait_with_output().expect("the child is ours"))
    }

    pub fn start(&self, command: &mut Command) -> Child {
        command.spawn().expect("the binary was built for this test")
    }

    /// The lines of the only session log.
    pub fn log(&self) -> Vec<Value> {
        let folder = self.path().join(".local/state/gimlet/sessions");
        let logs: Vec<_> = std::fs::read_dir(folder).expect("there is a log").collect();
        assert_eq!(logs.len(), 1);
        let log =
            std::fs::read_to_string(logs[0].as_ref().expect("it is listed").path()).expect("it is text");
        json_lines(&log)
    }
}

/// What a finished process left.
#[derive(Debug)]
pub struct Done {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    pub fn new(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("output is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("output is UTF-8"),
        }
    }

    /// Standard output as events.
    pub fn events(&self) -> Vec<Value> {
        json_lines(&self.stdout)
    }

    /// Asserts a failure with one sentence that holds all of `parts`.
    pub fn fails(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        parts.iter().for_each(|part| assert!(self.stderr.contains(part), "{part:?} is not in {self:?}"));
        assert!(!self.stderr.contains("panicked"), "{self:?}");
    }
}

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}
