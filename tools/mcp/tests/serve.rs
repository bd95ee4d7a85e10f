//! The agent's tools as a server, seen by a client of the library's.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{sync::Arc, time::Duration};

use agent::{CallContext, Tool, ToolRegistry, function};
use chat::{Artifact, Builtin, CancellationToken, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use rmcp::{
    RoleClient, ServiceExt,
    model::{
        CallToolRequest, CallToolRequestParams, CancelledNotificationParam, ClientRequest, ContentBlock,
    },
    service::{PeerRequestOptions, RunningService, ServiceError},
};
use serde_json::{Value, json};
use tokio::{
    io::AsyncWriteExt,
    sync::{Barrier, Notify},
    task::JoinHandle,
};
use tool_mcp::{ServeError, ServeLimits, serve};

const LIMITS: ServeLimits = ServeLimits { call: Duration::from_secs(120), observation_bytes: 1000 };

/// A stand-in for the notebook: it shows what it was called with.
struct Echo;

impl Tool for Echo {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::Python)
    }

    fn call<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async { Observation::ok(format!("{:?}", call.arguments)) })
    }
}

/// A tool that leaves files behind.
struct Draws(Vec<Artifact>);

impl Tool for Draws {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::Cogview)
    }

    fn call<'a>(&'a self, _: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async { Observation { artifacts: self.0.clone(), ..Observation::ok("drawn") } })
    }
}

/// A tool that ends only when it is told to.
struct Waits {
    began: Notify,
    stopped: Notify,
}

impl Tool for Waits {
    fn spec(&self) -> ToolSpec {
        agent::function("wait", "", async |_: Numbers| Ok::<_, String>("")).spec()
    }

    fn call<'a>(&'a self, _: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async {
            self.began.notify_one();
            context.cancel.cancelled().await;
            self.stopped.notify_one();
            Observation::error("stopped")
        })
    }
}

#[derive(schemars::JsonSchema, serde::Deserialize)]
struct Numbers {
    /// The first
    #[serde(default)]
    a: i64,
    #[serde(default)]
    b: i64,
}

fn tools(all: Vec<Arc<dyn Tool>>) -> ToolRegistry {
    let mut registry = ToolRegistry::default();
    all.into_iter().for_each(|tool| registry.register(tool).unwrap());
    registry
}

type Client = RunningService<RoleClient, ()>;

async fn client_of(all: Vec<Arc<dyn Tool>>) -> (Client, JoinHandle<Result<(), ServeError>>) {
    let (near, far) = tokio::io::duplex(1 << 20);
    let served = tokio::spawn(async move {
        serve(tools(all), LIMITS, tokio::io::split(far), &CancellationToken::new()).await
    });
    (().serve(near).await.unwrap(), served)
}

fn params(name: &str, arguments: Value) -> CallToolRequestParams {
    let mut params = CallToolRequestParams::new(name.to_owned());
    params.arguments = arguments.as_object().cloned();
    params
}

fn add() -> Arc<dyn Tool> {
    Arc::new(function("add", "Adds \"two\" numbers", async |Numbers { a, b }| {
        a.checked_add(b).ok_or("the sum is too large")
    }))
}

#[tokio::test]
async fn tools_are_listed_with_their_schemas() {
    let (client, served) = client_of(vec![Arc::new(Echo), add()]).await;
    let listed = client.list_all_tools().await.unwrap();
    let listed: Vec<Value> = listed.iter().map(|tool| serde_json::to_value(tool).unwrap()).collect();
    assert_eq!(
        listed[0],
        json!({
            "name": "python",
            "description": "Runs Python code in a stateful notebook and returns what it prints.",
            "inputSchema": { "type": "object", "properties": { "code": { "type": "string" } },
                             "required": ["code"], "additionalProperties": false },
        })
    );
    assert_eq!(
        (&listed[1]["name"], &listed[1]["inputSchema"]["properties"]["a"]["description"]),
        (&json!("add"), &json!("The first"))
    );
    assert_eq!(client.peer_info().unwrap().server_info.as_ref().unwrap().name, "gimlet");
    client.cancel().await.unwrap();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn calls_are_answered() {
    let (client, _served) = client_of(vec![Arc::new(Echo), add()]).await;
    for (name, arguments, is_error, expected) in [
        ("python", json!({ "code": "print(1)" }), false, "Text(\"print(1)\")"),
        ("add", json!({ "a": 40, "b": 2 }), false, "42"),
        ("add", json!({ "a": i64::MAX, "b": 2 }), true, "the sum is too large"),
        ("add", json!({ "a": "x" }), true, "at /a: \"x\" is not of type \"integer\""),
    ] {
        let seen = client.call_tool(params(name, arguments)).await.unwrap();
        let text = &seen.content[0].as_text().unwrap().text;
        assert!(text.contains(expected) && seen.is_error == Some(is_error), "{seen:?}");
    }
    for (name, arguments, expected) in [
        ("sub\u{1b}tract", json!({}), "there is no tool \"subtract\""),
        ("python", json!({}), "python takes one argument, the text \"code\""),
        ("python", json!({ "code": 1 }), "python takes one argument"),
        ("python", json!({ "code": "1", "more": "2" }), "python takes one argument"),
    ] {
        match client.call_tool(params(name, arguments)).await {
            Err(ServiceError::McpError(error)) => {
                assert!(error.message.contains(expected) && error.code.0 == -32602, "{error:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn pictures_are_sent_and_files_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let artifact = |name: &str, mime: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Artifact { path, mime: mime.to_owned(), sha256: String::new() }
    };
    let gone =
        Artifact { path: folder.path().join("go ne.png"), mime: "image/png".into(), sha256: String::new() };
    let all = vec![artifact("a.png", "image/png", b"\x89PNG"), artifact("b.csv", "text/csv", b"1,2"), gone];
    let (client, _served) = client_of(vec![Arc::new(Draws(all))]).await;
    let seen = client.call_tool(params("cogview", json!({ "prompt": "a cat" }))).await.unwrap();
    let [
        ContentBlock::Text(text),
        ContentBlock::Image(image),
        ContentBlock::ResourceLink(csv),
        ContentBlock::ResourceLink(gone),
    ] = seen.content.as_slice()
    else {
        panic!("{seen:?}")
    };
    assert_eq!(
        (text.text.as_str(), image.data.as_str(), image.mime_type.as_str()),
        ("drawn", "iVBORw==", "image/png")
    );
    assert_eq!((csv.name.as_str(), csv.mime_type.as_deref()), ("b.csv", Some("text/csv")));
    assert_eq!(csv.uri, format!("file://{}/b.csv", folder.path().display()));
    assert!(gone.uri.ends_with("/go%20ne.png"));
}

#[tokio::test]
async fn calls_run_side_by_side() {
    let both = Arc::new(Barrier::new(2));
    let meet = function("meet", "", move |_: Numbers| {
        let both = both.clone();
        async move {
            both.wait().await;
            Ok::<_, String>("met")
        }
    });
    let (client, _served) = client_of(vec![Arc::new(meet)]).await;
    let call = || client.call_tool(params("meet", json!({})));
    let (first, second) = tokio::join!(call(), call());
    assert_eq!((first.unwrap().is_error, second.unwrap().is_error), (Some(false), Some(false)));
}

#[tokio::test]
async fn a_cancelled_request_stops_its_tool() {
    let waits = Arc::new(Waits { began: Notify::new(), stopped: Notify::new() });
    let (client, _served) = client_of(vec![waits.clone(), add()]).await;
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params("wait", json!({}))));
    let handle = client.send_request_with_option(request, PeerRequestOptions::no_options()).await.unwrap();
    waits.began.notified().await;
    let cancelled = CancelledNotificationParam::new(Some(handle.id.clone()), None);
    client.notify_cancelled(cancelled).await.unwrap();
    waits.stopped.notified().await;
    let seen = client.call_tool(params("add", json!({ "a": 1, "b": 1 }))).await.unwrap();
    assert_eq!(seen.content[0].as_text().unwrap().text, "2");
}

#[tokio::test]
async fn a_client_that_goes_ends_the_server_and_its_calls() {
    let waits = Arc::new(Waits { began: Notify::new(), stopped: Notify::new() });
    let (near, far) = tokio::io::duplex(1 << 20);
    let all = tools(vec![waits.clone()]);
    let served =
        tokio::spawn(
            async move { serve(all, LIMITS, tokio::io::split(far), &CancellationToken::new()).await },
        );
    let client = ().serve(near).await.unwrap();
    let request = ClientRequest::CallToolRequest(CallToolRequest::new(params("wait", json!({}))));
    client.send_request_with_option(request, PeerRequestOptions::no_options()).await.unwrap();
    waits.began.notified().await;
    client.cancel().await.unwrap();
    served.await.unwrap().unwrap();
    waits.stopped.notified().await;
}

#[tokio::test]
async fn an_interrupt_ends_the_server() {
    let (_near, far) = tokio::io::duplex(1 << 20);
    let cancel = CancellationToken::new();
    cancel.cancel();
    serve(tools(vec![]), LIMITS, tokio::io::split(far), &cancel).await.unwrap();
}

#[tokio::test]
async fn what_is_no_client_is_told_or_ignored() {
    for (input, expected) in [
        (&b""[..], None),
        (b"hello\n{\n", None),
        (b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":1,\"progress\":1}}\n", Some("the MCP client did not begin as one")),
    ] {
        let (mut near, far) = tokio::io::duplex(1 << 20);
        near.write_all(input).await.unwrap();
        near.shutdown().await.unwrap();
        let end = serve(tools(vec![]), LIMITS, tokio::io::split(far), &CancellationToken::new()).await;
        let end = end.err().map(|error| error.to_string());
        assert_eq!(end.is_some(), expected.is_some(), "{end:?}");
        assert!(end.unwrap_or_default().contains(expected.unwrap_or_default()));
    }
}
