//! The protocol's reference servers, where they are installed: in the folder that
//! `GIMLET_MCP_REFERENCE` names, by npm, or in the `PATH`. A test whose server is absent says so by
//! name and passes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on fails, one that cannot begin says so"
)]

mod bench;

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Instant,
};

use agent::ToolRegistry;
use chat::{Artifact, CancellationToken, Status};
use serde_json::{Value, json};
use tool_mcp::{ServerSettings, Transport};

use bench::{Bench, call};

/// A reference server's program, if it and node are there.
fn reference(test: &str, name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let find =
        |name: &str| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    let installed = env::var_os("GIMLET_MCP_REFERENCE")
        .map(|folder| PathBuf::from(folder).join("node_modules/.bin").join(name))
        .filter(|file| file.is_file());
    let found = installed.or_else(|| find(name)).filter(|_| find("node").is_some());
    if found.is_none() {
        eprintln!("{test} is skipped: {name} or node is not installed");
    }
    found
}

fn stdio(program: PathBuf, arguments: &[&str]) -> ServerSettings {
    let command = [program.to_str().unwrap()].into_iter().chain(arguments.iter().copied());
    ServerSettings::stdio(command)
}

/// What a server answers to these calls; `FILE` stands where the path of an artifact does.
async fn check(bench: &Bench, calls: &[(&str, Value, Status, &[&str])]) -> Vec<Artifact> {
    let mut artifacts = Vec::new();
    for (name, arguments, status, parts) in calls {
        let seen = bench.call(name, arguments.clone()).await;
        let text = seen.artifacts.iter().fold(seen.text.clone(), |text, artifact| {
            text.replace(&artifact.path.display().to_string(), "FILE")
        });
        assert_eq!(seen.status, *status, "{name}: {seen:?}");
        for part in *parts {
            assert!(text.contains(part), "{name}: {part:?} is not in {text:?}");
        }
        artifacts.extend(seen.artifacts);
    }
    artifacts
}

async fn everything(bench: &Bench) {
    let sums = [("e__get-sum", json!({ "a": 40, "b": 2 }), Status::Ok, &["The sum of 40 and 2 is 42."][..])];
    check(bench, &sums).await;
    let artifacts = check(
        bench,
        &[
            ("e__echo", json!({ "message": "你好" }), Status::Ok, &["Echo: 你好"]),
            ("e__get-tiny-image", json!({}), Status::Ok, &["[image: image/png, ", " bytes, in FILE]"]),
            (
                "e__get-resource-reference",
                json!({ "resourceType": "Blob", "resourceId": 2 }),
                Status::Ok,
                &["[resource \"demo://resource/dynamic/blob/2\": text/plain, ", "in FILE]"],
            ),
            (
                "e__get-resource-links",
                json!({ "count": 3 }),
                Status::Ok,
                &["[resource \"demo://resource/dynamic/text/", "[resource \"demo://resource/dynamic/blob/"],
            ),
            (
                "e__get-structured-content",
                json!({ "location": "Chicago" }),
                Status::Ok,
                &["\"temperature\":36"],
            ),
            ("e__get-sum", json!({ "a": "x" }), Status::Error, &["Invalid"]),
            (
                "e__get-annotated-message",
                json!({ "messageType": "error", "includeImage": true }),
                Status::Ok,
                &["Error: ", "[image: image/png"],
            ),
        ],
    )
    .await;
    assert_eq!(artifacts.len(), 6);
    for artifact in &artifacts {
        let bytes = fs::read(&artifact.path).unwrap();
        assert!(!bytes.is_empty() && artifact.path.starts_with(bench.folder.path()));
        assert!(artifact.mime != "image/png" || bytes.starts_with(b"\x89PNG"));
    }
}

#[tokio::test]
async fn everything_over_stdio() {
    let Some(program) = reference("everything_over_stdio", "mcp-server-everything") else { return };
    let bench = Bench::new([("e", stdio(program, &[]))]).await;
    assert_eq!(bench.servers.failures(), []);
    everything(&bench).await;
    let environment = bench.call("e__get-env", json!({})).await.text;
    let names: BTreeMap<String, String> = serde_json::from_str(&environment).unwrap();
    assert!(!names.contains_key("SECRET") && names.contains_key("PATH"), "{environment}");
    bench.servers.shut_down().await;
}

#[tokio::test]
async fn long_work_reports_progress_and_can_be_cancelled() {
    let test = "long_work_reports_progress_and_can_be_cancelled";
    let Some(program) = reference(test, "mcp-server-everything") else { return };
    let mut settings = serde_json::to_value(stdio(program, &[])).unwrap();
    settings["timeout_s"] = json!(3);
    let bench = Bench::new([("e", serde_json::from_value(settings).unwrap())]).await;
    let name = "e__trigger-long-running-operation";
    let seen = bench.call(name, json!({ "duration": 5, "steps": 10 })).await;
    assert!(seen.status == Status::Ok && seen.text.contains("completed"), "{seen:?}");
    let seen = bench.call(name, json!({ "duration": 60, "steps": 1 })).await;
    assert_eq!(seen.status, Status::Timeout, "{seen:?}");
    let cancel = CancellationToken::new();
    cancel.cancel();
    let began = Instant::now();
    let seen = bench.call_until(name, json!({ "duration": 60, "steps": 60 }), &cancel).await;
    assert!(seen.text.contains("was cancelled") && began.elapsed().as_secs() < 30, "{seen:?}");
    bench.servers.shut_down().await;
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already if it failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn everything_over_http() {
    let Some(program) = reference("everything_over_http", "mcp-server-everything") else { return };
    // A port that was free a moment ago: the server cannot choose one itself.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(program);
    command.arg("streamableHttp").env("PORT", port.to_string());
    let mut server = Running(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let mut lines = BufReader::new(server.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("listening on port")));
    std::thread::spawn(move || lines.for_each(drop));
    let settings = ServerSettings::http(&format!("http://127.0.0.1:{port}/mcp")).unwrap();
    assert!(matches!(settings.transport, Transport::Http { .. }));
    let bench = Bench::new([("e", settings)]).await;
    assert_eq!(bench.servers.failures(), []);
    everything(&bench).await;
    let (first, second) = tokio::join!(
        bench.call("e__echo", json!({ "message": "1" })),
        bench.call("e__echo", json!({ "message": "2" }))
    );
    assert_eq!((first.text.as_str(), second.text.as_str()), ("Echo: 1", "Echo: 2"));
    bench.servers.shut_down().await;
}

#[tokio::test]
async fn files_are_written_and_read() {
    let Some(program) = reference("files_are_written_and_read", "mcp-server-filesystem") else { return };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    fs::write(root.join("dot.png"), b"\x89PNG\r\n").unwrap();
    let bench = Bench::new([("files", stdio(program, &[root.to_str().unwrap()]))]).await;
    assert_eq!(bench.servers.failures(), []);
    let note = root.join("note.txt");
    let outside = bench.folder.path().join("x");
    let artifacts = check(
        &bench,
        &[
            (
                "files__write_file",
                json!({ "path": note, "content": "hello\n" }),
                Status::Ok,
                &["Successfully wrote"],
            ),
            ("files__read_text_file", json!({ "path": note }), Status::Ok, &["hello"]),
            ("files__list_directory", json!({ "path": root }), Status::Ok, &["[FILE] note.txt"]),
            (
                "files__read_media_file",
                json!({ "path": root.join("dot.png") }),
                Status::Ok,
                &["[image: image/png, 6 bytes, in FILE]"],
            ),
            ("files__read_text_file", json!({ "path": outside }), Status::Error, &["Access denied"]),
        ],
    )
    .await;
    assert_eq!(fs::read_to_string(note).unwrap(), "hello\n");
    assert_eq!(fs::read(&artifacts[0].path).unwrap(), b"\x89PNG\r\n");
    bench.servers.shut_down().await;
}

#[tokio::test]
async fn a_memory_outlives_its_server() {
    let Some(program) = reference("a_memory_outlives_its_server", "mcp-server-memory") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut settings = serde_json::to_value(stdio(program, &[])).unwrap();
    settings["env"] = json!({ "MEMORY_FILE_PATH": folder.path().join("memory.jsonl") });
    let settings: ServerSettings = serde_json::from_value(settings).unwrap();
    let entity =
        json!({ "entities": [{ "name": "gimlet", "entityType": "tool", "observations": ["bores holes"] }] });
    for (name, arguments) in [("create_entities", entity), ("read_graph", json!({}))] {
        let bench = Bench::new([("memory", settings.clone())]).await;
        let mut registry = ToolRegistry::default();
        let servers = Arc::new(bench.servers);
        registry.register_source(servers.clone());
        let seen = call(&registry, &format!("memory__{name}"), arguments).await;
        assert!(seen.status == Status::Ok && seen.text.contains("bores holes"), "{seen:?}");
        servers.shut_down().await;
    }
}
