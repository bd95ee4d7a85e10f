//! The mcp handler, with servers that live in the test.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    fs,
    sync::{Arc, Mutex},
};

use agent::CallContext;
use chat::{CancellationToken, Observation, Status};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use tool_function::McpServers;

use support::Bench;

/// One server, `files`, that keeps what it was asked and the tokens that cancel its calls.
#[derive(Default)]
struct Files {
    asked: Mutex<Vec<String>>,
    tokens: Mutex<Vec<CancellationToken>>,
}

impl McpServers for Files {
    fn has_server(&self, name: &str) -> bool {
        name == "files"
    }

    fn call<'a>(
        &'a self,
        server: &'a str,
        tool: &'a str,
        arguments: &'a Value,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Observation> {
        self.asked.lock().unwrap().push(format!("{server} {tool} {arguments}"));
        self.tokens.lock().unwrap().push(context.cancel.clone());
        Box::pin(async move {
            match tool {
                "hang" => std::future::pending().await,
                "fail" => Observation::error("no such file"),
                "long" => Observation::ok("é".repeat(50_000)),
                _ => Observation::ok("found"),
            }
        })
    }
}

fn bench(tool: &str, more: Value) -> (Bench, Arc<Files>) {
    let servers = Arc::new(Files::default());
    let mut handler = json!({ "type": "mcp", "server": "files", "tool": tool });
    handler.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    (Bench::with(handler, &[], |host| host.with_mcp(servers.clone())), servers)
}

#[tokio::test]
async fn the_tool_of_the_server_answers() {
    let (bench, servers) = bench("read_file", json!({}));
    assert_eq!(bench.call(json!({ "n": 3 })).await, Observation::ok("found"));
    assert_eq!(*servers.asked.lock().unwrap(), ["files read_file {\"n\":3}"]);
    let refused = bench.call(json!({ "n": "x" })).await;
    assert!(refused.text.contains("at /n: \"x\" is not of type \"integer\""), "{refused:?}");
    assert_eq!(servers.asked.lock().unwrap().len(), 1, "wrong arguments do not reach the server");
    let (bench, _) = self::bench("fail", json!({}));
    assert_eq!(bench.call(json!({})).await, Observation::error("no such file"));
}

#[tokio::test]
async fn a_server_that_hangs_is_named_and_its_call_cancelled() {
    let (bench, servers) = bench("hang", json!({ "timeout_s": 0.05 }));
    let seen = bench.call(json!({})).await;
    let expected = "The call of hang on the MCP server files was stopped after 0.05 s (its time limit).";
    assert_eq!((seen.status, seen.text.as_str()), (Status::Timeout, expected));
    assert!(servers.tokens.lock().unwrap().iter().all(CancellationToken::is_cancelled));
}

#[tokio::test]
async fn a_long_answer_is_kept_in_a_file() {
    let (bench, _) = bench("long", json!({}));
    let seen = bench.call(json!({})).await;
    assert!(seen.truncated && seen.text.len() < 17_000, "{} bytes", seen.text.len());
    assert_eq!(fs::metadata(&seen.artifacts[0].path).unwrap().len(), 100_000);
}
