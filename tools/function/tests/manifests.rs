//! Manifests as data: the good ones are read, each bad one is refused with its line and reason.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, path::Path, sync::Arc};

use agent::Tool;
use chat::ToolSpec;
use serde_json::json;
use tool_function::{Approval, Host, load, load_all};

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests").join(name)
}

fn host() -> Arc<Host> {
    let path = ("PATH".into(), std::env::var_os("PATH").unwrap());
    let host = Host::new(folder("spill"), folder("")).with_environment([path]);
    Arc::new(host.with_python("/none", sandbox::Limits::default()))
}

#[test]
fn good_manifests_are_read_in_the_order_of_their_files() {
    let functions = load(&folder("good"), &host()).unwrap();
    let names: Vec<_> = functions.iter().map(|function| (function.name(), function.approval())).collect();
    let expected = [
        ("get_weather", Approval::Auto),
        ("forecast", Approval::Auto),
        ("search_flights", Approval::Ask),
        ("now", Approval::Deny),
    ];
    assert_eq!(names, expected);
    assert_eq!(functions[1].timeout().as_secs_f64(), 2.5);
    assert_eq!(functions[3].origin().line, 25);
    let ToolSpec::Function(spec) = functions[3].spec() else { panic!("a function") };
    assert_eq!(spec.parameters, json!({ "type": "object", "properties": {}, "additionalProperties": false }));
}

#[test]
fn toml_and_json_say_the_same() {
    let functions = load(&folder("good/forecast.toml"), &host()).unwrap();
    let parameters = json!({
        "type": "object",
        "required": ["city"],
        "properties": {
            "city": { "type": "string", "minLength": 1 },
            "days": { "type": "integer", "minimum": 1, "maximum": 14 },
        },
    });
    assert_eq!(functions[0].function_spec().parameters, parameters);
}

/// `bad/expected.txt` has a line for each file; with `UPDATE_EXPECTED=1` it is written anew.
#[test]
fn bad_manifests_are_refused_with_line_and_reason() {
    let bad = folder("bad");
    let mut files: Vec<_> = fs::read_dir(&bad).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json" || ending == "toml"));
    files.sort();
    let place = format!("{}/", bad.display());
    let said: String = files
        .iter()
        .map(|file| match load(file, &host()) {
            Ok(_) => format!("{} was taken\n", file.display()),
            Err(error) => format!("{error}\n"),
        })
        .map(|line| line.replace(&place, ""))
        .collect();
    let expected = bad.join("expected.txt");
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        fs::write(&expected, &said).unwrap();
    }
    assert_eq!(said, fs::read_to_string(&expected).unwrap());
}

#[test]
fn paths_that_hold_no_manifest_are_refused() {
    let empty = tempfile::tempdir().unwrap();
    let check = |path: &Path, expected: &str| {
        assert_eq!(load(path, &host()).unwrap_err().to_string(), format!("{}: {expected}", path.display()));
    };
    check(empty.path(), "has no .json or .toml file in it");
    check(&empty.path().join("none.json"), "cannot be read: No such file or directory (os error 2)");
    check(&folder("good/weather.sh"), "a manifest is a .json or a .toml file, or a folder of them");
}

#[test]
fn two_files_cannot_have_functions_of_one_name() {
    let (first, again) = (folder("good/design.json"), folder("good"));
    let error = load_all([first.as_path(), again.as_path()], &host()).unwrap_err();
    let other = format!("{}:1", first.display());
    let expected = format!("another function named \"get_weather\" in {other}: rename one of them");
    assert!(error.to_string().ends_with(&expected), "{error}");
}

#[test]
fn three_hundred_functions_at_once() {
    let one = |i: usize| {
        json!({
            "name": format!("function_{i}"),
            "description": format!("Does the work number {i} on an account and returns what has changed"),
            "parameters": {
                "type": "object",
                "properties": {
                    "account": { "type": "string", "pattern": "^[A-Z]{2}[0-9]{6}$" },
                    "amount": { "type": "number", "minimum": 0 },
                    "labels": { "type": "array", "items": { "type": "string", "maxLength": 20 }, "maxItems": 5 },
                    "kind": { "enum": ["a", "b", "c"] },
                    "address": { "type": "object", "properties": { "street": { "type": "string" } }, "required": ["street"] },
                },
                "required": ["account", "kind"],
                "additionalProperties": false,
            },
            "handler": { "type": "command", "command": ["cat"] },
        })
    };
    let text = serde_json::to_string_pretty(&(0..300).map(one).collect::<Vec<_>>()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("many.json");
    fs::write(&file, &text).unwrap();
    let start = std::time::Instant::now();
    let functions = load(&file, &host()).unwrap();
    let loaded = start.elapsed();
    let mut registry = agent::ToolRegistry::default();
    functions.into_iter().for_each(|function| registry.register(Arc::new(function)).unwrap());
    println!(
        "300 functions, {} KiB: read in {loaded:?}, registered in {:?}",
        text.len() >> 10,
        start.elapsed() - loaded
    );
    assert_eq!(registry.specs().len(), 300);
}
