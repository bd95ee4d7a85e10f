//! Servers around a test, and ways to call their tools.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test binary uses a part of it, and fails if it cannot go on"
)]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use agent::{CallContext, ToolRegistry, ToolSource};
use chat::{Arguments, CancellationToken, Observation, ToolCall};
use serde_json::Value;
use tempfile::TempDir;
use tool_mcp::{Host, ServerSettings, Servers};

/// A bound that no test should reach, for machines that are very busy.
pub const PATIENCE: Duration = Duration::from_secs(120);

pub struct Bench {
    pub servers: Servers,
    pub folder: TempDir,
}

impl Bench {
    /// Servers that run in a folder of their own, with two variables beside `PATH`.
    pub async fn new<'a>(settings: impl IntoIterator<Item = (&'a str, ServerSettings)>) -> Self {
        Self::until(settings, &CancellationToken::new()).await
    }

    pub async fn until<'a>(
        settings: impl IntoIterator<Item = (&'a str, ServerSettings)>,
        cancel: &CancellationToken,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let variables =
            [("PATH", std::env::var("PATH").unwrap().as_str()), ("HOME", "/nowhere"), ("SECRET", "s3cret")]
                .map(|(name, value)| (name.into(), value.into()));
        let host = Host::new(folder.path(), folder.path().join("artifacts")).with_environment(variables);
        let settings = settings.into_iter().map(|(name, settings)| (name.to_owned(), settings));
        Self { servers: Servers::connect(settings, host, cancel).await, folder }
    }

    pub fn names(&self) -> Vec<String> {
        self.servers.tools().into_iter().map(|(name, _)| name).collect()
    }

    pub async fn call(&self, name: &str, arguments: Value) -> Observation {
        self.call_until(name, arguments, &CancellationToken::new()).await
    }

    pub async fn call_until(&self, name: &str, arguments: Value, cancel: &CancellationToken) -> Observation {
        let tools = self.servers.tools();
        let Some((_, tool)) = tools.iter().find(|(known, _)| known == name) else {
            panic!("there is no {name}; failures: {:?}", self.servers.failures());
        };
        tool.call(&to_call(name, arguments), &context(cancel)).await
    }
}

pub async fn call(registry: &ToolRegistry, name: &str, arguments: Value) -> Observation {
    registry.call(&to_call(name, arguments), &context(&CancellationToken::new()), 100_000).await
}

fn to_call(name: &str, arguments: Value) -> ToolCall {
    ToolCall {
        tool: name.into(),
        arguments: Arguments::Json { raw: arguments.to_string(), value: arguments },
    }
}

fn context(cancel: &CancellationToken) -> CallContext {
    CallContext { cancel: cancel.clone(), deadline: Instant::now() + PATIENCE }
}

/// Waits until a file has a whole line with `part` in it, and gives its lines.
pub async fn lines_of(file: &Path, part: &str) -> Vec<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        if whole.contains(part) {
            return whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        }
        assert!(Instant::now() < end, "{part} did not come: {text}");
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
