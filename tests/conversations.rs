//! Conversations as data: each file of tests/cases is a scripted model, a command line and what
//! must come of them. The tools are real.

mod gimlet;

use std::{collections::BTreeMap, path::Path};

use gimlet::Home;
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows.
    about: String,
    /// What the model writes, completion by completion.
    script: Vec<String>,
    /// The wire format in which it writes.
    #[serde(default = "glm4_chat")]
    format: String,
    /// Files in the working folder; a text that is no JSON value is the file as it is.
    #[serde(default)]
    files: BTreeMap<String, Value>,
    prompt: String,
    #[serde(default)]
    args: Vec<String>,
    #[serde(default)]
    stdin: String,
    exit: i32,
    /// Exactly.
    stdout: String,
    /// Each occurs.
    #[serde(default)]
    stderr: Vec<String>,
    /// Fields of the result event of the same run with --json.
    #[serde(default)]
    result: serde_json::Map<String, Value>,
    /// The texts of the observations in the same run, each a part, in the order of the calls.
    #[serde(default)]
    observations: Vec<String>,
    /// The events about approvals, in short.
    #[serde(default)]
    approvals: Vec<String>,
}

fn glm4_chat() -> String {
    "glm4-chat".into()
}

fn check(path: &Path, schema: &Validator) {
    let text = std::fs::read_to_string(path).expect("it was listed");
    let case: Case = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let home = Home::new();
    let script = serde_json::json!({ "format": case.format, "completions": case.script });
    home.write("script.json", script.to_string());
    for (name, content) in &case.files {
        home.write(name, content.as_str().map_or_else(|| content.to_string(), str::to_owned));
    }
    let mut args = vec!["run", &case.prompt, "--model", "script:script.json"];
    args.extend(case.args.iter().map(String::as_str));
    let context = format!("{}: {}", path.display(), case.about);

    let plain = home.run_with_input(args.iter().copied(), case.stdin.as_bytes());
    assert_eq!(plain.code, Some(case.exit), "{context}\n{plain:?}");
    assert_eq!(plain.stdout, case.stdout, "{context}\n{plain:?}");
    case.stderr.iter().for_each(|part| assert!(plain.stderr.contains(part), "{context}: {part}\n{plain:?}"));

    args.push("--json");
    let json = home.run_with_input(args, case.stdin.as_bytes());
    let events = json.events();
    check_events(&events, &context);
    for event in &events {
        let fault = schema.validate(event).err();
        assert!(fault.is_none(), "{context}: {fault:?} in {event}");
    }
    let result = &events[events.len() - 1];
    assert_eq!(json.code, Some(case.exit), "{context}\n{json:?}");
    assert_eq!(result["exit_code"], case.exit, "{context}");
    case.result.iter().for_each(|(key, value)| assert_eq!(&result[key], value, "{context}: {key}\n{json:?}"));
    let observations = observations(&events);
    assert_eq!(observations.len(), case.observations.len(), "{context}\n{observations:?}");
    for (found, part) in observations.iter().zip(&case.observations) {
        assert!(found.contains(part.as_str()), "{context}: {part:?} is not in {found:?}");
    }
    assert_eq!(approvals(&events), case.approvals, "{context}");
}

/// The texts of the observations, in the order in which the model wrote its calls: they end in any.
fn observations(events: &[Value]) -> Vec<&str> {
    let of = |kind: &'static str| {
        events.iter().filter(move |e| e["type"] == kind && e["item"]["type"] == "tool_call")
    };
    let completed = |id: &Value| of("item.completed").find(|event| event["item"]["id"] == *id);
    of("item.started")
        .filter_map(|event| completed(&event["item"]["id"]))
        .map(|event| event["item"]["observation"]["text"].as_str().unwrap_or_default())
        .collect()
}

/// `f?` for a question about the tool `f`, `deny by nobody` for what became of it.
fn approvals(events: &[Value]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let short = |event: &Value| match event["type"].as_str()? {
        "approval.requested" => Some(format!("{}?", text(&event["tool"]))),
        "approval.resolved" => Some(format!("{} by {}", text(&event["decision"]), text(&event["by"]))),
        _ => None,
    };
    events.iter().filter_map(short).collect()
}

/// What holds for every run: numbers without gaps, items that complete, one result at the end.
fn check_events(events: &[Value], context: &str) {
    for (seq, event) in events.iter().enumerate() {
        assert_eq!(event["seq"], seq, "{context}");
        assert_eq!(event["type"] == "result", seq + 1 == events.len(), "{context}\n{event}");
    }
    let ids = |kind| -> Vec<_> {
        events.iter().filter(|e| e["type"] == kind).map(|e| e["item"]["id"].to_string()).collect()
    };
    let (mut started, mut completed) = (ids("item.started"), ids("item.completed"));
    started.sort();
    completed.sort();
    assert_eq!(started, completed, "{context}");
}

#[test]
fn conversations_go_as_their_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .expect("the folder is part of the checkout")
        .flatten()
        .map(|e| e.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    cases.sort();
    assert!(cases.len() >= 10, "the cases are there");
    let schema = Home::new().run(["run", "--events-schema"]);
    let schema = serde_json::from_str(&schema.stdout).expect("it is JSON");
    let schema = jsonschema::validator_for(&schema).expect("it is a schema");
    assert!(!schema.is_valid(&serde_json::json!({ "seq": 0, "ts": "", "type": "unknown" })));
    cases.iter().for_each(|case| check(case, &schema));
}
