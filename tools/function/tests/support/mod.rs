//! A folder with one function in it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses a part of it, and fails if it cannot go on"
)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use agent::{CallContext, ToolRegistry};
use chat::{Arguments, CancellationToken, Observation, ToolCall};
use serde_json::{Value, json};
use tempfile::TempDir;
use tool_function::{Host, load};

/// A bound that no test should reach, for machines that are very busy.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// More than any observation here has.
const SHOWN_BYTES: usize = 1 << 24;

pub struct Bench {
    pub folder: TempDir,
    registry: ToolRegistry,
}

impl Bench {
    /// A function `f` that takes anything and has this handler.
    pub fn new(handler: Value) -> Self {
        Self::with(handler, &[], |host| host)
    }

    /// A function whose command is a shell script.
    pub fn script(lines: &str) -> Self {
        Self::script_with(lines, json!({}))
    }

    /// The same with more keys in the handler.
    pub fn script_with(lines: &str, more: Value) -> Self {
        let mut handler = json!({ "type": "command", "command": ["./f.sh"] });
        handler.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Self::with(handler, &[("f.sh", &format!("#!/bin/sh\n{lines}\n"))], |host| host)
    }

    pub fn with(handler: Value, files: &[(&str, &str)], change: impl FnOnce(Host) -> Host) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let parameters = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
        let manifest =
            json!({ "name": "f", "description": "d", "parameters": parameters, "handler": handler });
        let file = folder.path().join("f.json");
        fs::write(&file, manifest.to_string()).unwrap();
        let variables =
            [("PATH", std::env::var("PATH").unwrap().as_str()), ("TOKEN", "s3cret"), ("OTHER", "x")]
                .map(|(name, value)| (name.into(), value.into()));
        let work = folder.path().join("work");
        fs::create_dir(&work).unwrap();
        let host = Host::new(folder.path().join("outputs"), work).with_environment(variables);
        let mut functions = load(&file, &Arc::new(change(host))).unwrap();
        let mut registry = ToolRegistry::default();
        registry.register(Arc::new(functions.remove(0))).unwrap();
        Self { folder, registry }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub async fn call(&self, arguments: Value) -> Observation {
        self.call_until(arguments, &CancellationToken::new()).await
    }

    pub async fn call_until(&self, arguments: Value, cancel: &CancellationToken) -> Observation {
        let call = ToolCall {
            tool: "f".into(),
            arguments: Arguments::Json { raw: arguments.to_string(), value: arguments },
        };
        let context = CallContext { cancel: cancel.clone(), deadline: Instant::now() + PATIENCE };
        self.registry.call(&call, &context, SHOWN_BYTES).await
    }
}

/// Waits until a file has a line in it, and gives it.
pub async fn line_of(file: &Path) -> String {
    let end = Instant::now() + PATIENCE;
    loop {
        match fs::read_to_string(file) {
            Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
            _ => assert!(Instant::now() < end, "{} was not written", file.display()),
        }
        tokio::task::yield_now().await;
    }
}

/// Waits until a process is gone, or is only an entry that nobody has asked about.
pub async fn is_gone(pid: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let state = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().next());
        if matches!(state, None | Some("Z" | "X")) {
            return;
        }
        assert!(Instant::now() < end, "process {pid} lives on");
        tokio::task::yield_now().await;
    }
}
