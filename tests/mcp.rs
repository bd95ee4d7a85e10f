//! MCP both ways, through the binary. With the official Python client where it is installed: in the
//! folder `venv` of the one that `GIMLET_MCP_REFERENCE` names, or for the `python3` of the `PATH`.

mod gimlet;

use std::{
    env,
    path::PathBuf,
    process::{Command, Stdio},
};

use gimlet::{Done, Home};
use serde_json::{Value, json};

/// `--mcp` for a server that is gimlet itself, with a function beside the notebook.
fn itself(home: &Home) -> String {
    home.write(
        "greet.json",
        r#"{ "name": "greet", "description": "Says hello\nin a line",
             "handler": { "type": "command", "command": ["/bin/echo", "hello"] } }"#,
    );
    format!("g={} mcp --tool greet.json", env!("CARGO_BIN_EXE_gimlet"))
}

#[test]
fn tools_of_a_server_are_listed_shown_and_called() {
    let home = Home::new();
    let server = itself(&home);
    let listed = home.run(["tool", "list", "--mcp", &server]);
    assert_eq!(listed.code, Some(0), "{listed:?}");
    assert!(listed.stdout.contains("\ng__python       Runs Python code"), "{listed:?}");
    assert!(listed.stdout.ends_with("g__greet        Says hello\n"), "{listed:?}");
    let shown = home.run(["tool", "show", "g__python", "--format", "glm4-chat", "--mcp", &server]);
    assert!(shown.stdout.contains("## g__python\n") && shown.stdout.contains("\"code\""), "{shown:?}");
    let called = home.run(["tool", "call", "g__python", r#"{"code": "print(6 * 7)"}"#, "--mcp", &server]);
    assert_eq!((called.code, called.stdout.as_str(), called.stderr.as_str()), (Some(0), "42\n", ""));
    let failed = home.run(["tool", "call", "g__python", r#"{"code": "1 / 0"}"#, "--mcp", &server]);
    assert!(failed.code == Some(6) && failed.stdout.contains("ZeroDivisionError"), "{failed:?}");
    let unknown = home.run(["tool", "call", "g__x", "{}", "--mcp", &server]);
    unknown.fails(2, &["there is no tool \"g__x\": the tools are python, browser, g__python, g__greet"]);
}

#[test]
fn a_function_calls_a_tool_of_a_server_under_its_own_name() {
    let home = Home::new();
    let server = itself(&home);
    let manifest = json!({ "name": "sum", "description": "Adds",
        "parameters": { "type": "object", "properties": { "code": { "enum": ["1 + 1"] } }, "required": ["code"] },
        "handler": { "type": "mcp", "server": "g", "tool": "python" } });
    home.write("sum.json", manifest.to_string());
    let call = ["tool", "call", "sum", r#"{"code": "1 + 1"}"#, "--tool", "sum.json"];
    home.run(call).fails(2, &["there is no MCP server \"g\"", "--mcp g=COMMAND|URL"]);
    let with = |server: &str| home.run(call.into_iter().chain(["--mcp", server]));
    let called = with(&server);
    assert_eq!((called.code, called.stdout.as_str()), (Some(0), "2\n"), "{called:?}");
    let failed = with("g=no-such-program");
    assert!(failed.code == Some(6) && failed.stdout.contains("the MCP server g"), "{failed:?}");
    // The function's schema stands before the server's.
    let wrong = ["tool", "call", "sum", r#"{"code": "1 / 0"}"#, "--tool", "sum.json", "--mcp", &server];
    let wrong = home.run(wrong);
    assert!(wrong.code == Some(6) && wrong.stdout.contains("was not called"), "{wrong:?}");

    // Configured, it needs no flag, and a call of another tool does not start it.
    std::fs::create_dir_all(home.path().join(".config/gimlet")).expect("the folder is ours");
    let command = json!([env!("CARGO_BIN_EXE_gimlet"), "mcp", "--tool", "greet.json"]);
    home.write(".config/gimlet/config.toml", format!("[mcp.g]\ncommand = {command}\n"));
    assert_eq!(home.run(call).stdout, "2\n");
    let added = home.run(["tool", "add", "sum.json"]);
    assert_eq!(added.code, Some(0), "{added:?}");
    home.write(
        "script.json",
        json!(["sum\n{\"code\": \"1 + 1\"}<|observation|>", "\nTwo.<|user|>"]).to_string(),
    );
    let done = home.run(["run", "Add", "--model", "script:script.json", "--json"]);
    let text =
        done.events().into_iter().find_map(|e| e["item"]["observation"]["text"].as_str().map(str::to_owned));
    assert_eq!(text.as_deref(), Some("2"), "{done:?}");
}

#[test]
fn a_model_calls_a_tool_of_a_server() {
    let home = Home::new();
    let server = itself(&home);
    let script = ["g__greet\n{}<|observation|>", "\nIt said hello.<|user|>"];
    home.write("script.json", json!(script).to_string());
    let args = [
        "run",
        "Greet",
        "--json",
        "--model",
        "script:script.json",
        "--mcp",
        &server,
        "--mcp",
        "bad=no-such-program",
    ];
    let done = home.run(args);
    assert_eq!(done.code, Some(0), "{done:?}");
    let events = done.events();
    let of =
        |kind: &str| events.iter().filter(|event| event["type"] == kind).cloned().collect::<Vec<Value>>();
    assert_eq!(of("session.started")[0]["tools"], json!(["python", "g__python", "g__greet"]));
    let error = &of("error")[0];
    assert_eq!(error["message"], "the MCP server bad cannot start: there is no program \"no-such-program\"");
    let result = &of("result")[0];
    assert_eq!((&result["answer"], &result["failed_tool_calls"]), (&json!("It said hello."), &json!(0)));
    let called = of("item.completed").into_iter().find(|event| event["item"]["tool"] == "g__greet");
    assert_eq!(called.expect("it was called")["item"]["observation"]["text"], "hello");
}

#[test]
fn a_bad_flag_is_refused() {
    let home = Home::new();
    for (flag, part) in [
        ("npx server", "\"npx server\" is not NAME=COMMAND or NAME=URL"),
        ("a__b=x", "\"a__b\" cannot be a server's name"),
        ("a=http://", "\"http://\" is not an http:// or https:// address"),
        ("a='x", "the command of the server a has an open quote"),
    ] {
        home.run(["tool", "list", "--mcp", flag]).fails(2, &[part]);
    }
}

#[test]
fn the_server_speaks_the_protocol_and_nothing_else() {
    let home = Home::new();
    let lines = [
        json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } } }),
        json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "python", "arguments": { "code": "import sys\nprint('out')\nprint('err', file=sys.stderr)" } } }),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let done = home.run_with_input(["mcp"], input.as_bytes());
    assert_eq!((done.code, done.stderr.as_str()), (Some(0), ""), "{done:?}");
    let answers: Vec<Value> = done.events();
    assert_eq!(answers.len(), 2, "{answers:?}");
    assert_eq!(answers[0]["result"]["serverInfo"]["name"], "gimlet");
    assert_eq!(answers[1]["result"]["content"][0]["text"], "out\nerr");
    assert_eq!(home.run(["mcp"]).code, Some(0));
    home.run(["mcp", "--tools", "nonsense"]).fails(2, &["there is no tool \"nonsense\""]);
    home.run_with_input(["mcp"], b"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n")
        .fails(1, &["the MCP client did not begin as one"]);
}

/// A Python with the client, if there is one.
fn python_with_client() -> Option<PathBuf> {
    let installed =
        env::var_os("GIMLET_MCP_REFERENCE").map(|folder| PathBuf::from(folder).join("venv/bin/python"));
    let candidates = installed.into_iter().chain([PathBuf::from("python3")]);
    let has_client = |python: &PathBuf| {
        let probe = Command::new(python).args(["-c", "import mcp"]).stdin(Stdio::null()).output();
        probe.is_ok_and(|probe| probe.status.success())
    };
    candidates.into_iter().find(has_client)
}

#[test]
fn the_official_python_client_uses_the_tools() {
    let Some(python) = python_with_client() else {
        eprintln!("the_official_python_client_uses_the_tools is skipped: Python's mcp is not installed");
        return;
    };
    let home = Home::new();
    let function = |name: &str, script: &str| json!({ "name": name, "description": name, "handler": { "type": "command", "command": ["sh", "-c", script] } });
    let functions = json!([
        function("meet_a", "touch a; while [ ! -e b ]; do sleep 0.1; done; echo met"),
        function("meet_b", "touch b; while [ ! -e a ]; do sleep 0.1; done; echo met"),
        function("endless", "echo $$ > pid; touch began; sleep 1000"),
        function("wait_for_end", "while kill -0 $(cat pid) 2> /dev/null; do sleep 0.1; done; echo ended"),
    ]);
    home.write("functions.json", functions.to_string());
    let client = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mcp_client.py");
    let mut command = Command::new(python);
    command.args([client, env!("CARGO_BIN_EXE_gimlet"), "functions.json"]);
    let path = env::var_os("PATH").unwrap_or_default();
    command.current_dir(home.path()).env_clear().env("HOME", home.path()).env("PATH", path);
    let done = Done::new(command.stdin(Stdio::null()).output().expect("it ran before"));
    assert_eq!(done.code, Some(0), "{done:?}");
    let seen: Value = serde_json::from_str(&done.stdout).expect("it prints JSON");
    assert_eq!(seen["server"], "gimlet");
    assert_eq!(seen["tools"], json!(["python", "meet_a", "meet_b", "endless", "wait_for_end"]));
    assert_eq!(seen["python"], json!([false, "42"]));
    assert_eq!(seen["state"], json!([false, "43"]));
    assert_eq!(seen["traceback"][0], true);
    assert!(seen["traceback"][1].as_str().expect("a text").contains("ZeroDivisionError"));
    assert_eq!(seen["parallel"], json!([[false, "met"], [false, "met"]]));
    assert!(seen["unknown"].as_str().expect("a text").contains("there is no tool"), "{seen}");
    assert_eq!(seen["cancelled"], json!([false, "ended"]));
}
