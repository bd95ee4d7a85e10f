//! A conversation within its budget of tokens, and its steps written again.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
};

use gimlet::Home;
use serde_json::{Value, json};

fn log_path(home: &Home) -> PathBuf {
    let folder = home.path().join(".local/state/gimlet/sessions");
    std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

/// Nano counts its own tokens: no step ever reads and writes more than it is allowed.
#[test]
fn a_session_stays_within_its_budget() {
    let home = Home::new();
    let mut compactions = Vec::new();
    for n in 1..=8 {
        let prompt = format!("What is {n} * 91?");
        let mut args = vec!["run", &prompt, "--json", "--max-context", "300"];
        if n > 1 {
            args.extend(["--resume", "last"]);
        }
        let done = home.run(args);
        // So small a model may write on until there is no room, which a limit's exit code says.
        assert!(matches!(done.code, Some(0 | 3)), "{done:?}");
        let of = |kind: &str| done.events().into_iter().filter(|e| e["type"] == kind).collect::<Vec<_>>();
        for step in of("step.completed") {
            let count = |key: &str| step["usage"][key].as_u64().unwrap();
            assert!(count("prompt_tokens") + count("completion_tokens") <= 300, "{step}");
        }
        compactions.extend(of("context.compacted"));
    }
    assert!(!compactions.is_empty());
    for event in &compactions {
        assert!(event["after_tokens"].as_u64() < event["before_tokens"].as_u64(), "{event}");
    }
    let verified = home.run(["session", "replay", "last", "--verify"]);
    assert_eq!(verified.code, Some(0), "{verified:?}");
}

#[test]
fn a_long_observation_is_in_a_file_that_python_can_read() {
    let home = Home::new();
    let read = "python\nimport glob\nprint(len(open(glob.glob('/mnt/data/observation-*.txt')[0]).read()))<|observation|>";
    let script = json!(["python\nprint('x' * 50000)<|observation|>", read, "\nDone.<|user|>"]);
    home.write("script.json", script.to_string());
    let done = home.run(["run", "Go", "--json", "--model", "script:script.json", "--max-context", "40000"]);
    let events = done.events();
    let texts: Vec<&str> = events.iter().filter_map(|e| e["item"]["observation"]["text"].as_str()).collect();
    assert!(
        texts[0].contains("are in the file /mnt/data/observation-") && texts[0].len() < 21_000,
        "{texts:?}"
    );
    assert!(texts[1].trim().parse::<usize>().is_ok_and(|n| n > 32_000), "{}", texts[1]);
    assert_eq!(done.code, Some(0));
}

#[test]
fn a_step_that_differs_is_shown() {
    let home = Home::new();
    let done = home.run(["run", "What is 37 * 91?"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let shown = home.run(["session", "replay", "last"]).stdout;
    for part in ["turn 1: What is 37 * 91?", "  step 1: ", "  step 2: ", "▸ python: ", "3367"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let verified = home.run(["session", "replay", "last", "--verify"]);
    assert_eq!((verified.code, verified.stderr.as_str()), (Some(0), ""), "{verified:?}");
    assert_eq!(verified.stdout, "the model wrote the same tokens in all 2 steps\n");

    let mut entries = home.log();
    let step = entries.iter_mut().rfind(|entry| entry.get("step").is_some_and(Value::is_object)).unwrap();
    step["step"]["ids"][1] = json!(9);
    let setup = entries.iter_mut().find(|entry| entry.get("setup").is_some()).unwrap();
    setup["setup"]["provenance"]["threads"] = json!(77);
    let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    std::fs::write(log_path(&home), lines).unwrap();
    let verified = home.run(["session", "replay", "last", "--verify"]);
    assert_eq!(verified.code, Some(1), "{verified:?}");
    assert!(verified.stderr.contains("the number of threads was 77 and is "), "{verified:?}");
    assert!(verified.stdout.starts_with("turn 1, step 2 differs at token 2 of "), "{verified:?}");
    assert!(verified.stdout.contains("\n  then: ") && verified.stdout.contains("\n  now:  "), "{verified:?}");
}

#[test]
fn a_session_is_a_line_of_fine_tuning_data() {
    let home = Home::new();
    home.write("script.json", json!(["python\n37*91<|observation|>", "\n3367.<|user|>"]).to_string());
    home.run(["run", "37*91?", "--model", "script:script.json", "--system", "Be brief."]);
    let line = home.run(["session", "export", "last", "--format", "jsonl"]).stdout;
    assert_eq!(line.lines().count(), 1);
    let example: Value = serde_json::from_str(&line).unwrap();
    let messages = example["messages"].as_array().unwrap();
    let said: Vec<_> =
        messages.iter().map(|m| (m["role"].as_str().unwrap(), m["content"].as_str().unwrap())).collect();
    let expected = [
        ("system", "Be brief."),
        ("user", "37*91?"),
        ("assistant", "37*91"),
        ("observation", "3367"),
        ("assistant", "3367."),
    ];
    assert_eq!(said, expected);
    assert_eq!(
        (&messages[0]["tools"][0]["type"], &messages[2]["metadata"]),
        (&json!("python"), &json!("python"))
    );
    home.write("example.json", &line);
    let rendered = home.run(["model", "render", "example.json", "--format", "glm4-chat"]);
    assert!(rendered.stdout.contains("<|assistant|>python\n37*91<|observation|>\n3367"), "{rendered:?}");
}

/// 200 processes, each killed after another number of lines: what a reader had seen is in the log, which
/// opens, and only a line that was being written may be gone.
#[test]
fn a_killed_process_loses_nothing_that_was_told() {
    let mut script: Vec<String> =
        (0..18).map(|n| format!("nothing\n{{\"n\": {n}}}<|observation|>")).collect();
    script.push("\nDone.<|user|>".into());
    let home = Home::new();
    home.write("script.json", json!(script).to_string());
    let args = ["run", "Go", "--json", "--model", "script:script.json", "--tools", "none"];
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut n_cut = 0;
    for round in 0..200 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let n_lines = (random >> 33) as usize % 70 + 1;
        let mut child = home.start(&mut home.gimlet(args));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let told: Vec<Value> =
            lines.by_ref().take(n_lines).map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect();
        child.kill().unwrap();
        child.wait().unwrap();
        let path = log_path(&home);
        let (log, entries) = agent::SessionLog::open(&path).unwrap();
        drop(log);
        let kept: Vec<Value> = entries.iter().map(|entry| serde_json::to_value(entry).unwrap()).collect();
        for event in told.iter().filter(|event| event["type"] != "item.started") {
            assert!(kept.contains(event), "round {round}, killed after {n_lines} lines: {event} is lost");
        }
        n_cut += usize::from(!kept.iter().any(|entry| entry["type"] == "result"));
        let (session, ..) = agent::Session::resume(&path).unwrap();
        assert!(!session.messages().is_empty() || n_lines < 3, "round {round}");
        drop(session);
        std::fs::remove_file(&path).unwrap();
    }
    assert!(n_cut > 100, "{n_cut} processes were killed before their end");
}

/// A session is gone on with by the model that its log names, and each step is written again by the one
/// that wrote it.
#[test]
fn a_session_keeps_to_its_model() {
    let home = Home::new();
    let weights = include_bytes!("../crates/nano/model/nano.gguf");
    home.write("copy.gguf", weights);
    let model_of = |home: &Home| {
        let setup = home.log().into_iter().rfind(|entry| entry["setup"].is_object()).unwrap();
        setup["setup"]["provenance"]["weights"].as_str().map(str::to_owned)
    };
    let run = |args: &[&str]| {
        let done = home.run(args.iter().copied());
        assert_eq!(done.code, Some(0), "{done:?}");
        done.stdout
    };
    run(&["run", "What is 2 + 2?"]);
    assert_eq!(model_of(&home), None);
    run(&["run", "What is 37 * 91?", "--resume", "last", "--model", "copy.gguf"]);
    let copy = home.path().join("copy.gguf");
    assert_eq!(model_of(&home).as_deref(), copy.to_str());
    run(&["run", "What is 5 * 7?", "--resume", "last"]);
    assert_eq!(model_of(&home).as_deref(), copy.to_str());
    let verified = run(&["session", "replay", "last", "--verify"]);
    assert!(verified.starts_with("the model wrote the same tokens in all "), "{verified}");

    std::fs::remove_file(&copy).unwrap();
    for args in [&["run", "And now?", "--resume", "last"][..], &["session", "replay", "last", "--verify"]] {
        home.run(args.iter().copied()).fails(2, &["cannot open the model", "copy.gguf"]);
    }
    run(&["session", "replay", "last", "--verify", "--model", "nano"]);
    run(&["run", "What is 37 * 91?", "--resume", "last", "--model", "nano"]);
    assert_eq!(model_of(&home), None);
}
