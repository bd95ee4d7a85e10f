//! Flags over environment over the folder's settings over the user's over the defaults.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use gimlet::{Done, Home};
use serde_json::{Value, json};

const USER: &str = ".config/gimlet/config.toml";
const FOLDER: &str = ".gimlet/config.toml";

fn home(files: &[(&str, &str)]) -> Home {
    let home = Home::new();
    for folder in [".config/gimlet", ".gimlet"] {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    files.iter().for_each(|(name, text)| home.write(name, text));
    home
}

#[test]
fn each_value_says_where_it_comes_from() {
    let home = home(&[
        (USER, "model = \"a.gguf\"\nmax_steps = 3\nseed = 1\ntimeout = \"90s\"\n[tools]\nenabled = []"),
        (FOLDER, "max_steps = 4\nseed = 2\ntemperature = 0.5\n[terminal]\nimages = \"off\""),
    ]);
    let mut command = home.gimlet(["config", "--json", "--seed", "9", "--system", "Be brief."]);
    let done = Done::new(command.env("GIMLET_MAX_STEPS", "5").env("GIMLET_INLINE", "1").output().unwrap());
    let settings: Value = serde_json::from_str(&done.stdout).unwrap();
    let user = home.path().join(USER).display().to_string();
    let expected = [
        ("model", "a.gguf", user.as_str()),
        ("tools", "", &user),
        ("browser", "fetch", "default"),
        ("approval", "auto", "default"),
        ("sandbox", "full", "default"),
        ("grammar", "on", "default"),
        ("system", "Be brief.", "flag"),
        ("max_steps", "5", "environment"),
        ("python", "rustpython", "default"),
        ("cpython_path", "python3", "default"),
        ("max_tokens", "16384", "default"),
        ("timeout", "90s", &user),
        ("seed", "9", "flag"),
        ("temperature", "0.5", "./.gimlet/config.toml"),
        ("images", "off", "./.gimlet/config.toml"),
        ("inline", "1", "environment"),
    ];
    for (name, value, origin) in expected {
        assert_eq!(settings[name], json!({ "value": value, "origin": origin }), "{name}");
    }
    assert_eq!(settings.as_object().unwrap().len(), expected.len());
    let shown = home.run(["config"]).stdout;
    assert!(shown.contains("max_steps     4 "), "{shown}");
}

#[test]
fn settings_are_used() {
    let home = home(&[(FOLDER, "model = \"script:script.json\"\nmax_steps = 1")]);
    home.write("script.json", r#"["python\n1<|observation|>", "\nyes<|user|>"]"#);
    home.run(["run", "x"]).fails(3, &["no answer after 1 steps"]);
    assert_eq!(home.run(["run", "x", "--max-steps", "2"]).stdout, "yes\n");
    home.write("other.toml", "model = \"script:script.json\"");
    assert_eq!(home.run(["run", "x", "--config", "other.toml"]).stdout, "yes\n");
    // A command without these flags does not mind.
    assert_eq!(home.run(["tool", "call", "python", "1"]).code, Some(0));
    // Nor does a flag that stands in for the model.
    home.write("text.json", r#"{"messages": [{"role": "user", "content": "hi"}]}"#);
    assert_eq!(home.run(["tool", "show", "python", "--format", "glm4-chat"]).code, Some(0));
}

#[test]
fn bad_settings_are_named_with_their_file() {
    let check = |text: &str, parts: &[&str]| {
        let home = home(&[(FOLDER, text)]);
        let done = home.run(["run", "x"]);
        done.fails(2, &["./.gimlet/config.toml"]);
        done.fails(2, parts);
    };
    check("modle = \"nano\"", &["modle", "line 1"]);
    check("max_steps = \"many\"", &["line 1"]);
    check("model = ", &["line 1"]);
    check("timeout = \"5\"", &["--timeout", "90s"]);
    check("temperature = 11.5", &["11.5", "from 0 to 10"]);
    check(
        "[approval]\nrules = [{ tool = \"\", action = \"deny\" }]",
        &["a pattern must not be empty", "line 2"],
    );
    check("[mcp.a]\ncomand = [\"x\"]", &["comand"]);
    check("[mcp.a__b]\ncommand = [\"x\"]", &["a__b"]);
    check("seed = 1\ntimeout = \"5\"", &["config.toml, line 2: ", "'5'", "--timeout"]);
    check("\n[approval]\ndefault = \"maybe\"", &["line 3: ", "'maybe'"]);
    check("approval.default = \"maybe\"", &["line 1: "]);
    check("# hot\n\ntemperature = 99.0", &["line 3: ", "'99'"]);
    check("\n[sandbox.profiles.p]\nmemory_mb = 1", &["line 2: sandbox.profiles.p", "memory_mb"]);
    check("[sandbox.profiles.p]\nreadable = { data = \"/\" }", &["\"data\" cannot be a name"]);
    check("[sandbox.profiles.p]\npackages = [\"x\"]", &["the folder x has to be absolute"]);
    check(&"#".repeat((1 << 20) + 1), &["larger than 1048576 bytes"]);
    let home = home(&[]);
    home.run(["run", "x", "--config", "missing.toml"]).fails(2, &["there is no settings file missing.toml"]);
}

/// Sends something when it is allowed to.
const SEND: &str = r#"{ "name": "send", "description": "d", "parameters": { "type": "object",
    "properties": { "to": { "type": "string" } } }, "handler": { "type": "command", "command": ["/bin/cat"] } }"#;

#[test]
fn rules_of_the_settings_decide_about_calls() {
    let check = |rules: &str, exit: i32, decision: Option<&str>| {
        let home = home(&[(USER, rules)]);
        home.write("send.json", SEND);
        home.write(
            "script.json",
            json!(["send\n{\"to\": \"bob\"}<|observation|>", "\nDone.<|user|>"]).to_string(),
        );
        let done = home.run(["run", "x", "--model", "script:script.json", "--tool", "send.json", "--json"]);
        assert_eq!(done.code, Some(exit), "{rules}: {done:?}");
        let resolved = done.events().into_iter().find(|event| event["type"] == "approval.resolved");
        let seen = resolved.map(|event| format!("{} by {}", event["decision"], event["by"]).replace('"', ""));
        assert_eq!(seen.as_deref(), decision, "{rules}");
    };
    check("", 0, None);
    check("[approval]\nrules = [{ tool = \"send\", action = \"deny\" }]", 4, Some("deny by rule"));
    check("[approval]\nrules = [{ tool = \"s*\", action = \"ask\" }]", 4, Some("deny by nobody"));
    check(
        "[approval]\nrules = [{ tool = \"send\", arguments = { to = \"eve\" }, action = \"deny\" }]",
        0,
        None,
    );
    check(
        "[approval]\ndefault = \"deny\"\nrules = [{ tool = \"send\", arguments = { to = \"b*\" }, action = \"allow\" }]",
        0,
        None,
    );
    check("[approval]\nrules = [{ tool = \"x\", action = \"deny\" }]", 0, None);
}

#[test]
fn a_folders_file_only_tightens_until_it_is_trusted() {
    let wide = "[approval]\ndefault = \"auto\"\nrules = [{ tool = \"send\", action = \"allow\" }]\n[mcp.me]\ncommand = [\"no-such-program\"]\n";
    let home = home(&[(USER, "[approval]\ndefault = \"ask\""), (FOLDER, wide)]);
    home.write("send.json", SEND);
    home.write("script.json", json!(["send\n{}<|observation|>", "\nDone.<|user|>"]).to_string());
    let run = ["run", "x", "--model", "script:script.json", "--tool", "send.json"];
    let refused = [
        "the settings file ./.gimlet/config.toml is not trusted",
        "approval.default = \"auto\"",
        "a rule that allows calls of send",
        "the MCP server me",
        "gimlet config trust",
    ];
    home.run(run).fails(2, &refused);
    home.run(["tool", "list"]).fails(2, &refused);
    // What it grants is shown, and is not in force.
    let shown = home.run(["config"]).stdout;
    assert!(shown.contains("approval          ask "), "{shown}");
    assert!(shown.contains("not used: ./.gimlet/config.toml is not trusted"), "{shown}");

    let trusted = home.run(["config", "trust"]);
    assert_eq!(trusted.code, Some(0), "{trusted:?}");
    assert!(trusted.stdout.contains("  the MCP server me\n"), "{trusted:?}");
    let done = home.run(run);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "Done.\n"), "{done:?}");
    assert!(done.stderr.contains("the MCP server me"), "{done:?}");

    // Trust is in the file as it was read.
    home.write(FOLDER, format!("{wide}\n"));
    home.run(run).fails(2, &refused);
    home.write(FOLDER, wide);
    assert_eq!(home.run(run).code, Some(0));
    assert_eq!(home.run(["config", "trust", "--revoke"]).code, Some(0));
    home.run(run).fails(2, &refused);

    // What only tightens needs no trust.
    home.write(FOLDER, "[approval]\ndefault = \"deny\"\nrules = [{ tool = \"send\", action = \"deny\" }]");
    assert_eq!(home.run(run).code, Some(4));
}

#[test]
fn a_folders_file_neither_asks_where_the_user_forbids_nor_adds_a_tool() {
    let check = |folder: &str, refused: Option<&str>| {
        let home = home(&[(USER, "[approval]\ndefault = \"deny\""), (FOLDER, folder)]);
        home.write("script.json", json!(["\nDone.<|user|>"]).to_string());
        let done = home.run(["run", "x", "--model", "script:script.json"]);
        match refused {
            Some(part) => done.fails(2, &["is not trusted and sets", part]),
            None => assert_eq!((done.code, done.stdout.as_str()), (Some(0), "Done.\n"), "{folder}: {done:?}"),
        }
    };
    check(
        "[approval]\nrules = [{ tool = \"python\", action = \"ask\" }]",
        Some("a rule about calls of python"),
    );
    check("[tools]\nenabled = [\"python\", \"browser\"]", Some("the tool browser"));
    check("[tools]\nenabled = [\"python\"]", None);
    check("[tools]\nenabled = []", None);
}
