//! Servers that are broken or mean. This program is also such a server, so it has no test harness.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test that cannot go on fails")]

#[path = "../bench/mod.rs"]
mod bench;
mod server;

use std::{env, path::Path, sync::Arc, time::Duration};

use agent::{ToolRegistry, ToolSource};
use chat::{CancellationToken, Status};
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Value, json};
use tool_mcp::ServerSettings;

use bench::{Bench, call, is_gone, lines_of};

const CASES: &str = include_str!("cases.json");

/// One server and what becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(default)]
    script: Value,
    #[serde(default)]
    settings: serde_json::Map<String, Value>,
    /// The statuses of calls, and what their texts hold.
    #[serde(default)]
    calls: Vec<(Status, Vec<String>)>,
    #[serde(default)]
    failure: Vec<String>,
    tools: Option<Vec<String>>,
    #[serde(default)]
    notes: Vec<String>,
}

fn main() {
    if env::args().nth(1).is_some_and(|arg| arg == "serve") {
        return server::serve(&serde_json::from_str(&env::args().nth(2).unwrap()).unwrap());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut n_passed = 0;
    for case in serde_json::from_str::<Vec<Case>>(CASES).unwrap() {
        println!("test {} ...", case.name);
        runtime.block_on(check(case));
        n_passed += 1;
    }
    let others: [(&str, BoxFuture<()>); 10] = [
        (
            "a_cancelled_call_is_cancelled_at_the_server",
            Box::pin(a_cancelled_call_is_cancelled_at_the_server()),
        ),
        ("a_dropped_call_is_cancelled_at_the_server", Box::pin(a_dropped_call_is_cancelled_at_the_server())),
        ("progress_keeps_a_call_alive", Box::pin(progress_keeps_a_call_alive())),
        ("tools_follow_the_server", Box::pin(tools_follow_the_server())),
        ("the_environment_is_small", Box::pin(the_environment_is_small())),
        ("one_bad_server_does_not_stop_the_others", Box::pin(one_bad_server_does_not_stop_the_others())),
        (
            "a_stubborn_server_is_killed_with_all_that_it_started",
            Box::pin(a_stubborn_server_is_killed_with_all_that_it_started()),
        ),
        ("dropped_servers_are_killed", Box::pin(dropped_servers_are_killed())),
        ("an_interrupt_ends_a_start", Box::pin(an_interrupt_ends_a_start())),
        ("what_servers_ask_is_refused", Box::pin(what_servers_ask_is_refused())),
    ];
    for (name, test) in others {
        println!("test {name} ...");
        runtime.block_on(test);
        n_passed += 1;
    }
    println!("test result: ok. {n_passed} passed; 0 failed; 0 ignored; 0 measured; 0 filtered out");
}

/// The settings of a server that follows a script.
fn hostile(script: &Value, more: &Value) -> ServerSettings {
    let mut settings = json!({ "command": [env::current_exe().unwrap(), "serve", script.to_string()] });
    settings.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_value(settings).unwrap()
}

async fn check(case: Case) {
    let bench = Bench::new([("hostile", hostile(&case.script, &Value::Object(case.settings)))]).await;
    let failures: Vec<String> = bench.servers.failures().iter().map(ToString::to_string).collect();
    assert_eq!(failures.len(), usize::from(!case.failure.is_empty()), "{}: {failures:?}", case.name);
    assert!(
        failures.iter().all(|failure| failure.matches("before it was ready").count() < 2),
        "{failures:?}"
    );
    for part in &case.failure {
        assert!(failures[0].contains(part), "{}: {part:?} is not in {failures:?}", case.name);
    }
    if let Some(tools) = case.tools {
        let names: Vec<String> = bench.servers.tools().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, tools, "{}", case.name);
    }
    let notes = bench.servers.notes();
    assert_eq!(notes.is_empty(), case.notes.is_empty(), "{}: {notes:?}", case.name);
    for part in &case.notes {
        assert!(notes.iter().any(|note| note.contains(part)), "{}: {part:?} is not in {notes:?}", case.name);
    }
    for (status, parts) in &case.calls {
        let seen = bench.call("hostile__t", json!({})).await;
        assert_eq!(seen.status, *status, "{}: {seen:?}", case.name);
        for part in parts {
            assert!(seen.text.contains(part), "{}: {part:?} is not in {seen:?}", case.name);
        }
    }
    bench.servers.shut_down().await;
}

/// A server whose messages are recorded in `file`.
fn recorded(script: &Value, file: &Path) -> ServerSettings {
    hostile(script, &json!({ "env": { "RECORD": file } }))
}

async fn a_cancelled_call_is_cancelled_at_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record");
    let bench =
        Bench::new([("h", recorded(&json!({ "tools/call": [[], [{ "say": "next" }]] }), &record))]).await;
    let cancel = CancellationToken::new();
    let (seen, ()) = tokio::join!(bench.call_until("h__t", json!({}), &cancel), async {
        lines_of(&record, "tools/call").await;
        cancel.cancel();
    });
    assert_eq!((seen.status, seen.text.as_str()), (Status::Timeout, "The call to h__t was cancelled."));
    let lines = lines_of(&record, "notifications/cancelled").await;
    let id = |method: &str| lines.iter().find(|line| line["method"] == method).unwrap();
    assert_eq!(id("notifications/cancelled")["params"]["requestId"], id("tools/call")["id"]);
    assert_eq!(bench.call("h__t", json!({})).await.text, "next");
    bench.servers.shut_down().await;
}

async fn a_dropped_call_is_cancelled_at_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record");
    let bench = Bench::new([("h", recorded(&json!({ "tools/call": [[]] }), &record))]).await;
    tokio::select! {
        seen = bench.call("h__t", json!({})) => panic!("{seen:?}"),
        _ = lines_of(&record, "tools/call") => {}
    }
    lines_of(&record, "notifications/cancelled").await;
    bench.servers.shut_down().await;
}

async fn progress_keeps_a_call_alive() {
    let mut steps: Vec<Value> =
        (0..15).flat_map(|i| [json!({ "progress": i }), json!({ "wait": 200 })]).collect();
    steps.push(json!({ "say": "done" }));
    let script = json!({ "tools/call": [steps] });
    // Three seconds of work in steps of 0.2, with a patience of two.
    let bench = Bench::new([("h", hostile(&script, &json!({ "timeout_s": 2 })))]).await;
    let seen = bench.call("h__t", json!({})).await;
    assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, "done"));
    bench.servers.shut_down().await;
}

async fn tools_follow_the_server() {
    let list = |names: &[&str]| {
        let tools: Vec<Value> = names.iter().map(|name| json!({ "name": name, "inputSchema": {} })).collect();
        json!([{ "answer": { "tools": tools } }])
    };
    let script = json!({
        "tools/list": [list(&["t"]), list(&["t", "new"]), [{ "refuse": { "code": 1, "message": "busy" } }]],
        "tools/call": [[{ "notify": "notifications/tools/list_changed" }, { "say": "changed" }]],
    });
    let bench = Bench::new([("h", hostile(&script, &json!({})))]).await;
    let mut registry = ToolRegistry::default();
    let servers = Arc::new(bench.servers);
    registry.register_source(servers.clone());
    let mut changes = servers.changes();
    assert_eq!(registry.names(), ["h__t"]);
    assert_eq!(call(&registry, "h__t", json!({})).await.text, "changed");
    changes.wait_for(|version| *version == 1).await.unwrap();
    assert_eq!(registry.names(), ["h__t", "h__new"]);
    assert_eq!(call(&registry, "h__new", json!({})).await.text, "changed");
    changes.wait_for(|version| *version == 2).await.unwrap();
    assert_eq!(registry.names(), ["h__t", "h__new"]);
    assert_eq!(servers.notes(), ["the tools of the MCP server h have changed, but busy (error 1)"]);
    servers.shut_down().await;
}

async fn the_environment_is_small() {
    let script = json!({ "tools/call": [[{ "environment": true }]] });
    let more = json!({ "env": { "TOKEN": "x-${SECRET}", "PLAIN": "y" } });
    let bench = Bench::new([("h", hostile(&script, &more))]).await;
    let seen = bench.call("h__t", json!({})).await.text;
    let path = env::var("PATH").unwrap();
    assert_eq!(seen, format!("HOME=/nowhere\nPATH={path}\nPLAIN=y\nTOKEN=x-s3cret"));
    bench.servers.shut_down().await;
    let more = json!({ "env": { "TOKEN": "${ABSENT}" } });
    let bench = Bench::new([("h", hostile(&script, &more))]).await;
    let failure = bench.servers.failures()[0].to_string();
    assert_eq!(
        failure,
        "the MCP server h cannot start: the variable ABSENT is not set, and its settings need it"
    );
}

async fn one_bad_server_does_not_stop_the_others() {
    let good = || hostile(&json!({}), &json!({}));
    let exits = json!({ "initialize": [[{ "exit": 0 }]] });
    let absent = ServerSettings::stdio(["no-such-program", "x"]);
    let bench = Bench::new([
        ("exits", hostile(&exits, &json!({}))),
        ("good", good()),
        ("absent", absent),
        ("nowhere", hostile(&json!({}), &json!({ "cwd": "no/such/folder" }))),
        ("unheard", ServerSettings::http("http://127.0.0.1:9/mcp").unwrap()),
        ("good", good()),
        ("better", good()),
        ("a b", good()),
    ])
    .await;
    let mut failures: Vec<String> = bench.servers.failures().iter().map(ToString::to_string).collect();
    failures.sort();
    let expected = [
        "the MCP server a b is refused: \"a b\" cannot be a server's name",
        "the MCP server absent cannot start: there is no program \"no-such-program\"",
        "the MCP server exits ended with exit code 0 before it was ready",
        "the MCP server good is named twice: rename one of them",
        "the MCP server nowhere cannot start: there is no folder ",
        "the MCP server unheard did not start: ",
    ];
    assert_eq!(failures.len(), expected.len(), "{failures:?}");
    for (seen, expected) in failures.iter().zip(expected) {
        assert!(seen.starts_with(expected), "{seen}");
    }
    for name in ["good__t", "better__t"] {
        assert_eq!(bench.call(name, json!({})).await.text, "fine");
    }
    bench.servers.shut_down().await;
    let seen = bench.call("good__t", json!({})).await;
    assert_eq!(seen.text, "The MCP server good was shut down. Do without its tools.");
}

/// A server that starts another process and ends neither when its input does nor when it is asked to.
fn stubborn(left: &Path) -> ServerSettings {
    let script = json!({ "tools/call": [[{ "leave": true }, { "say": "left" }]], "eof": [{ "hang": true }] });
    let exe = env::current_exe().unwrap();
    let shell = format!("trap '' TERM; '{}' serve '{script}'; true", exe.display());
    let mut settings = serde_json::to_value(ServerSettings::stdio(["sh", "-c", &shell])).unwrap();
    settings["env"] = json!({ "LEFT": left });
    serde_json::from_value(settings).unwrap()
}

async fn a_stubborn_server_is_killed_with_all_that_it_started() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("left");
    let bench = Bench::new([("h", stubborn(&left))]).await;
    assert_eq!(bench.call("h__t", json!({})).await.text, "left");
    let began = std::time::Instant::now();
    bench.servers.shut_down().await;
    assert!(began.elapsed() < Duration::from_secs(60));
    is_gone(std::fs::read_to_string(&left).unwrap().trim()).await;
}

async fn dropped_servers_are_killed() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("left");
    let bench = Bench::new([("h", stubborn(&left))]).await;
    assert_eq!(bench.call("h__t", json!({})).await.text, "left");
    drop(bench);
    is_gone(std::fs::read_to_string(&left).unwrap().trim()).await;
}

async fn an_interrupt_ends_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let left = folder.path().join("left");
    let script = json!({ "initialize": [[{ "leave": true }, { "hang": true }]] });
    let settings = hostile(&script, &json!({ "env": { "LEFT": left } }));
    let cancel = CancellationToken::new();
    let interrupt = async {
        while !left.is_file() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (bench, ()) = tokio::join!(Bench::until([("h", settings)], &cancel), interrupt);
    let failure = bench.servers.failures()[0].to_string();
    assert_eq!(failure, "the MCP server h was interrupted while it started");
    is_gone(std::fs::read_to_string(&left).unwrap().trim()).await;
}

async fn what_servers_ask_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("record");
    let ask = |id: u32, method: &str, params: Value| json!({ "raw": format!("{}\n", json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })) });
    let script = json!({ "tools/call": [[
        ask(101, "roots/list", json!({})),
        ask(102, "sampling/createMessage", json!({ "messages": [], "maxTokens": 1 })),
        ask(103, "elicitation/create", json!({ "message": "password?", "requestedSchema": { "type": "object", "properties": {} } })),
        ask(104, "made/up", json!({})),
        ask(105, "ping", json!({})),
        { "say": "asked" },
    ]] });
    let bench = Bench::new([("h", recorded(&script, &record))]).await;
    assert_eq!(bench.call("h__t", json!({})).await.text, "asked");
    let begin = &lines_of(&record, "initialize").await[0]["params"];
    assert_eq!((&begin["protocolVersion"], &begin["capabilities"]), (&json!("2025-11-25"), &json!({})));
    for id in 101..=105 {
        let lines = lines_of(&record, &format!("\"id\":{id},")).await;
        let answer = lines.iter().find(|line| line["id"] == id).unwrap();
        let expected = if id == 105 { Value::Null } else { json!(-32601) };
        assert_eq!(answer["error"]["code"], expected, "{answer}");
    }
    bench.servers.shut_down().await;
}
