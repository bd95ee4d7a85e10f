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
        (FOLDER, "max_steps = 4\nseed = 2\ntemperature = 0.5"),
    ]);
    let mut command = home.gimlet(["config", "--json", "--seed", "9", "--system", "Be brief."]);
    let done = Done::new(command.env("GIMLET_MAX_STEPS", "5").output().unwrap());
    let settings: Value = serde_json::from_str(&done.stdout).unwrap();
    let user = home.path().join(USER).display().to_string();
    let expected = [
        ("model", "a.gguf", user.as_str()),
        ("tools", "", &user),
        ("approval", "auto", "default"),
        ("system", "Be brief.", "flag"),
        ("max_steps", "5", "environment"),
        ("max_tokens", "16384", "default"),
        ("timeout", "90s", &user),
        ("seed", "9", "flag"),
        ("temperature", "0.5", "./.gimlet/config.toml"),
    ];
    for (name, value, origin) in expected {
        assert_eq!(settings[name], json!({ "value": value, "origin": origin }), "{name}");
    }
    assert_eq!(settings.as_object().unwrap().len(), expected.len());
    let shown = home.run(["config"]).stdout;
    assert!(shown.contains("max_steps    4"), "{shown}");
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
    check(&"#".repeat((1 << 20) + 1), &["larger than 1048576 bytes"]);
    let home = home(&[]);
    home.run(["run", "x", "--config", "missing.toml"]).fails(2, &["there is no settings file missing.toml"]);
}
