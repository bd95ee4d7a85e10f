//! `gimlet` in tmux, where it is installed.
#![allow(clippy::unwrap_used, clippy::print_stderr, dead_code, reason = "a failed step fails the test")]

use std::{
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use crate::gimlet::Home;

/// For a screen to come, on a machine that is very busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of its own, which ends with the test.
pub struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    pub fn tmux(&self, args: &[&str]) -> String {
        let output = Command::new("tmux").arg("-S").arg(&self.socket).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts `gimlet ARGS` on a screen of this size. What the shell says after its end stays.
    pub fn start(home: &Home, size: (&str, &str), args: &str) -> Self {
        // A server of its own: one that is just ending would take a new session with it.
        let terminal = Self { socket: home.path().join(format!("tmux-{}", size.0)) };
        let folder = home.path().display();
        let command = format!(
            "cd {folder}; env -i HOME={folder} TERM=xterm-256color PATH=/usr/bin:/bin {} {args}; echo ended with $?; read wait",
            env!("CARGO_BIN_EXE_gimlet")
        );
        terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", size.0, "-y", size.1, &command]);
        terminal
    }

    /// Types a line and sends it.
    pub fn say(&self, text: &str) {
        self.send(&["-l", text]);
        self.send(&["Enter"]);
    }

    pub fn send(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// All that is on the screen and in the scrollback above it.
    pub fn scrollback(&self) -> String {
        self.tmux(&["capture-pane", "-p", "-S", "-"])
    }

    /// Answers a question, which takes no key for a moment after it has come.
    pub fn answers(&self, key: &str, then: &str) {
        let begun = Instant::now();
        while !self.tmux(&["capture-pane", "-p"]).contains(then) {
            assert!(begun.elapsed() < PATIENCE, "{key} does not lead to {then:?}");
            self.send(&[key]);
        }
    }

    /// The screen, once all of these are on it.
    pub fn shows(&self, parts: &[&str]) -> String {
        let begun = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]);
            if parts.iter().all(|part| screen.contains(part)) {
                return screen;
            }
            assert!(begun.elapsed() < PATIENCE, "{parts:?} are not on the screen:\n{screen}");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

pub fn has_tmux(test: &str) -> bool {
    let found = Command::new("tmux").arg("-V").output().is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("{test} is skipped: tmux is not installed");
    }
    found
}

/// A home with what a model is to write.
pub fn home(completions: &[&str]) -> Home {
    let home = Home::new();
    home.write("script.json", serde_json::json!(completions).to_string());
    home
}
