//! Sessions that are kept: listed, gone on with, forked, exported.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use gimlet::Home;
use serde_json::{Value, json};

fn script(home: &Home, completions: &[&str]) {
    home.write("script.json", json!(completions).to_string());
}

fn run(home: &Home, args: &[&str]) -> Vec<Value> {
    let fixed = ["run", "--model", "script:script.json", "--json"];
    let done = home.run(fixed.iter().chain(args).copied());
    assert_eq!(done.code, Some(0), "{done:?}");
    done.events()
}

#[test]
fn a_session_goes_on_where_it_ended() {
    let home = Home::new();
    script(&home, &["python\nopen('n.txt', 'w').write('7')<|observation|>", "\nKept.<|user|>"]);
    let first = run(&home, &["Keep 7"]);
    let id = first[0]["session_id"].as_str().unwrap().to_owned();
    let read = "python\nprint(open('n.txt').read())<|observation|>";
    script(&home, &[read, "python\nx<|observation|>", "\nIt was 7.<|user|>"]);
    let second = run(&home, &["What was it?", "--resume", "last"]);

    assert_eq!(second[0]["session_id"], id.as_str());
    let last = |events: &[Value]| events.last().unwrap()["seq"].as_u64().unwrap();
    assert_eq!(second[0]["seq"].as_u64(), Some(last(&first) + 1), "the numbers go on");
    let of = |kind: &str| second.iter().find(|event| event["type"] == kind).unwrap().clone();
    assert_eq!(of("turn.started")["turn"], 2);
    let observed: Vec<&str> =
        second.iter().filter_map(|event| event["item"]["observation"]["text"].as_str()).collect();
    assert_eq!(observed[0], "7", "the work folder is still there, and who needs no names hears of none");
    let text = observed[1];
    assert!(text.contains("had been restarted before this call"), "Python's names are not: {text}");
    assert_eq!(of("item.completed")["item"]["id"], "item-3");
    let messages = home.log().iter().filter(|entry| entry.get("message").is_some()).count();
    assert_eq!(messages, 10, "two prompts, three calls, three observations, two answers");

    let listed = home.run(["session", "list"]).stdout;
    assert!(listed.starts_with(&id) && listed.contains("Keep 7") && listed.lines().count() == 1, "{listed}");
    let shown = home.run(["session", "show", &id[..12]]).stdout;
    for part in ["## 2\n\n```\nWhat was it?\n```", "```python\nprint(open('n.txt').read())\n```", "It was 7."]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn a_file_of_the_work_folder_that_is_attached_again_stays() {
    let home = Home::new();
    script(&home, &["python\nopen('n.txt', 'w').write('7')<|observation|>", "\nKept.<|user|>"]);
    let first = run(&home, &["Keep 7"]);
    let made = first.last().unwrap()["artifacts"][0]["path"].as_str().unwrap().to_owned();
    script(&home, &["\nIt is there.<|user|>"]);
    run(&home, &["Look", "--resume", "last", "--file", &made]);
    assert_eq!(std::fs::read_to_string(made).unwrap(), "7");
}

#[test]
fn a_fork_goes_its_own_way() {
    let home = Home::new();
    script(&home, &["\nOne.<|user|>"]);
    let id = run(&home, &["First"])[0]["session_id"].as_str().unwrap().to_owned();
    script(&home, &["\nTwo.<|user|>"]);
    run(&home, &["Second", "--resume", &id]);
    let fork = home.run(["session", "fork", &id, "--turns", "1"]).stdout.trim().to_owned();
    script(&home, &["\nOther.<|user|>"]);
    let events = run(&home, &["Another", "--resume", &fork]);
    assert_eq!((&events[0]["session_id"], &events[1]["turn"]), (&json!(fork), &json!(2)));
    let show = |id: &str| home.run(["session", "export", id, "--format", "markdown"]).stdout;
    assert!(show(&id).contains("Two.") && !show(&id).contains("Other."));
    assert!(show(&fork).contains("One.") && show(&fork).contains("Other.") && !show(&fork).contains("Two."));
    let html = home.run(["session", "export", &fork, "--format", "html"]).stdout;
    assert!(html.starts_with("<!doctype html>") && html.contains("<h2>Another</h2>"), "{html}");
    let entries: Value =
        serde_json::from_str(&home.run(["session", "export", &fork, "--format", "json"]).stdout).unwrap();
    assert!(entries.as_array().unwrap().len() > 8);
}

#[test]
fn a_session_that_cannot_be_used_is_named() {
    let home = Home::new();
    home.run(["session", "show", "last"]).fails(2, &["there is no session yet"]);
    assert_eq!(home.run(["session", "list"]).code, Some(0));
    script(&home, &["\nOne.<|user|>"]);
    run(&home, &["First"]);
    run(&home, &["Second"]);
    home.run(["session", "show", "none"]).fails(2, &["there is no session \"none\""]);
    home.run(["session", "show", "20"]).fails(2, &["2 sessions begin with \"20\""]);
    home.run(["run", "x", "--resume", "none"]).fails(2, &["there is no session \"none\""]);
    let folder = home.path().join(".local/state/gimlet/sessions");
    std::fs::write(folder.join("bad.jsonl"), "{}\n{}\n").unwrap();
    home.run(["run", "x", "--resume", "bad"]).fails(2, &["bad.jsonl is damaged in line 1"]);
    home.run(["session", "show", "bad"]).fails(1, &["bad.jsonl is damaged in line 1"]);
}

#[test]
fn completions_are_scripts_for_a_shell() {
    let home = Home::new();
    for (shell, part) in [("bash", "_gimlet()"), ("zsh", "#compdef gimlet"), ("fish", "complete -c gimlet")] {
        let done = home.run(["completions", shell]);
        assert!(done.code == Some(0) && done.stdout.contains(part), "{shell}: {done:?}");
    }
    home.run(["completions", "tcsh"]).fails(2, &["tcsh"]);
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    let home = Home::new();
    let page = home.run(["man"]).stdout;
    assert!(page.contains(".TH gimlet 1") && page.contains("gimlet\\-run(1)"), "{page}");
    std::fs::create_dir(home.path().join("man1")).unwrap();
    assert_eq!(home.run(["man", "man1"]).code, Some(0));
    let read = |name: &str| std::fs::read_to_string(home.path().join("man1").join(name)).unwrap();
    assert!(read("gimlet.1").contains("terminal"), "{}", read("gimlet.1"));
    assert!(read("gimlet-run.1").contains("output\\-schema"), "{}", read("gimlet-run.1"));
    assert!(read("gimlet-sandbox-explain.1").contains(".SH SYNOPSIS"));
    home.run(["man", "no/folder"]).fails(2, &["cannot write the manual page no/folder/gimlet.1"]);
}

#[test]
fn instructions_stand_once_and_a_session_that_never_began_leaves_nothing() {
    let home = Home::new();
    script(&home, &["\nOne.<|user|>"]);
    run(&home, &["First", "--system", "Be brief."]);
    script(&home, &["\nTwo.<|user|>"]);
    run(&home, &["Second", "--system", "Be brief.", "--resume", "last"]);
    let is_system = |entry: &&Value| entry["message"]["role"] == "system";
    assert_eq!(home.log().iter().filter(is_system).count(), 1, "{:#?}", home.log());
    home.run(["run", "x", "--model", "no.gguf"]).fails(2, &["no.gguf"]);
    let listed = home.run(["session", "list"]).stdout;
    assert_eq!(listed.lines().count(), 1, "{listed}");
}

#[test]
fn the_hash_of_a_models_file_is_kept_until_the_file_changes() {
    let home = Home::new();
    let weights = include_bytes!("../crates/nano/model/nano.gguf");
    home.write("m.gguf", weights);
    let hash = |prompt: &str| {
        let done = home.run(["run", prompt, "--model", "m.gguf", "--json", "--tools", "none"]);
        done.events()[0]["model"]["sha256"].as_str().unwrap().to_owned()
    };
    let first = hash("What is 2 + 3?");
    let folder = home.path().join(".cache/gimlet/hashes");
    let kept = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), first);
    // What is kept is taken at its word, and no longer than the file is the same.
    std::fs::write(&kept, "0".repeat(64)).unwrap();
    assert_eq!(hash("What is 2 + 3?"), "0".repeat(64));
    std::fs::remove_file(home.path().join("m.gguf")).unwrap();
    home.write("m.gguf", weights);
    assert_eq!(hash("What is 2 + 3?"), first);
}

/// Nano, which has little room for notices, answers in a session that goes on as in a new one.
#[test]
fn a_resumed_session_of_the_embedded_model_still_calculates() {
    let home = Home::new();
    home.run(["run", "What is 37 * 91?"]);
    let second = home.run(["run", "What is 12 * 34?", "--resume", "last"]);
    assert!(second.stdout.contains("408"), "{second:?}");
}

#[test]
fn events_end_with_a_result_also_where_nothing_begins() {
    let home = Home::new();
    home.write("bad.json", "{\"type\": 7}");
    for args in [
        &["--file", "missing.txt"][..],
        &["--resume", "nope"],
        &["--resume", ""],
        &["--output-schema", "missing.json"],
        &["--output-schema", "bad.json"],
        &["--model", "missing.gguf"],
    ] {
        let done = home.run(["run", "x", "--json"].iter().chain(args).copied());
        let events = done.events();
        let (error, result) = (&events[events.len() - 2], &events[events.len() - 1]);
        assert_eq!((&error["type"], &result["type"]), (&json!("error"), &json!("result")), "{done:?}");
        assert_eq!((done.code, &result["exit_code"]), (Some(2), &json!(2)), "{done:?}");
        assert_eq!(events.iter().filter(|event| event["type"] == "result").count(), 1);
    }
}
