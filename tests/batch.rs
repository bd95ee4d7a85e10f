//! `gimlet batch`: many prompts, one line each.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use std::collections::BTreeMap;

use gimlet::Home;
use serde_json::{Value, json};

fn rows(text: &str) -> BTreeMap<String, Value> {
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.map(|row| (row["id"].as_str().unwrap().to_owned(), row)).collect()
}

fn read(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path().join(name)).unwrap()
}

#[test]
fn each_task_has_its_line_and_is_not_taken_twice() {
    let home = Home::new();
    let tasks: Vec<String> =
        (2..8).map(|n| json!({ "prompt": format!("What is 37 * {n}1?") }).to_string()).collect();
    home.write("tasks.jsonl", tasks.join("\n"));
    let done = home.run(["batch", "tasks.jsonl", "--out", "out.jsonl", "--jobs", "3"]);
    assert_eq!((done.code, done.stdout.as_str(), done.stderr.as_str()), (Some(0), "", ""), "{done:?}");
    let first = read(&home, "out.jsonl");
    let found = rows(&first);
    assert_eq!(found.len(), 6);
    for (i, n) in (2..8).enumerate() {
        let row = &found[&(i + 1).to_string()];
        let product = (37 * (n * 10 + 1)).to_string();
        assert!(row["answer"].as_str().unwrap().contains(&product), "{row}");
        assert_eq!((&row["status"], &row["exit_code"], &row["tries"]), (&json!("ok"), &json!(0), &json!(1)));
    }
    // A kill tore the last line, and a task came to the file since.
    home.write("out.jsonl", &first[..first.len() - 40]);
    home.write(
        "tasks.jsonl",
        format!("{}\n{}", tasks.join("\n"), json!({ "id": "new", "prompt": "What is 2 + 3?" })),
    );
    assert_eq!(home.run(["batch", "tasks.jsonl", "--out", "out.jsonl"]).code, Some(0));
    let second = read(&home, "out.jsonl");
    assert_eq!((rows(&second).len(), second.lines().count()), (7, 7));
    let kept = first.lines().count() - 1;
    assert!(first.lines().take(kept).eq(second.lines().take(kept)), "{second}");
    // What is done is told; a line of the same id with another prompt is not taken for it.
    let again = home.run(["batch", "tasks.jsonl", "--out", "out.jsonl"]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), "gimlet: 7 of 7 tasks were done before\n"));
    home.write("tasks.jsonl", json!({ "prompt": "What is 9 + 9?" }).to_string());
    let other = ["batch", "tasks.jsonl", "--out", "out.jsonl"];
    home.run(other).fails(2, &["a line \"1\" of another task"]);
    home.run(["batch", "tasks.jsonl", "--out", "./tasks.jsonl"]).fails(2, &["is the file of the tasks"]);
    assert_eq!(read(&home, "out.jsonl"), second);
}

#[test]
fn a_task_has_its_own_settings_and_its_failure_is_its_own() {
    let home = Home::new();
    let endless = "python\nwhile True: pass<|observation|>";
    home.write("script.json", json!([endless, "\nFirst.<|user|>", "\nSecond.<|user|>"]).to_string());
    home.write("a.txt", "a");
    let tasks = [
        json!({ "id": "slow", "prompt": "x", "timeout": "1s" }),
        json!({ "id": "missing", "prompt": "x", "files": ["no.txt"] }),
        json!({ "id": "fine", "prompt": "x", "files": ["a.txt"], "system": "s", "seed": 3 }),
    ];
    home.write("tasks.jsonl", tasks.map(|task| task.to_string()).join("\n"));
    let done = home.run(["batch", "tasks.jsonl", "--jobs", "1", "--model", "script:script.json"]);
    assert_eq!(done.code, Some(1), "{done:?}");
    let found = rows(&done.stdout);
    assert_eq!((&found["slow"]["status"], &found["slow"]["exit_code"]), (&json!("limit"), &json!(3)));
    assert!(found["missing"]["error"].as_str().unwrap().contains("cannot attach no.txt"), "{found:?}");
    assert_eq!(found["missing"]["exit_code"], 2);
    assert_eq!((&found["fine"]["status"], &found["fine"]["answer"]), (&json!("ok"), &json!("First.")));
}

#[test]
fn shards_take_every_task_once() {
    let home = Home::new();
    let tasks: Vec<String> =
        (1..6).map(|n| json!({ "id": format!("t{n}"), "prompt": "x" }).to_string()).collect();
    home.write("tasks.jsonl", tasks.join("\n"));
    home.write("script.json", json!(vec!["\nDone.<|user|>"; 5]).to_string());
    let mut ids: Vec<String> = Vec::new();
    for shard in ["1/2", "2/2"] {
        let done = home.run(["batch", "tasks.jsonl", "--shard", shard, "--model", "script:script.json"]);
        ids.extend(rows(&done.stdout).into_keys());
    }
    ids.sort();
    assert_eq!(ids, ["t1", "t2", "t3", "t4", "t5"]);
}

#[test]
fn what_cannot_be_used_is_named_with_its_line() {
    let home = Home::new();
    let check = |tasks: &str, parts: &[&str]| {
        home.write("tasks.jsonl", tasks);
        home.run(["batch", "tasks.jsonl"]).fails(2, parts);
    };
    check("{\"prompt\": \"x\"}\nnonsense", &["tasks.jsonl:2: expected"]);
    check("{\"promt\": \"x\"}", &["tasks.jsonl:1: unknown field `promt`"]);
    check("{\"prompt\": \" \"}", &["tasks.jsonl:1: the prompt is empty"]);
    check("{\"prompt\": \"x\", \"timeout\": \"5\"}", &["tasks.jsonl:1: \"5\" is not a duration like 90s"]);
    check("{\"prompt\": \"x\", \"temperature\": 11}", &["tasks.jsonl:1: temperature"]);
    check(
        "{\"id\": \"a\", \"prompt\": \"x\"}\n{\"id\": \"a\", \"prompt\": \"x\"}",
        &["tasks.jsonl:2: the id \"a\""],
    );
    home.write("tasks.jsonl", "{\"prompt\": \"x\"}");
    home.write("notes.txt", "my notes\n");
    home.run(["batch", "tasks.jsonl", "--out", "notes.txt"])
        .fails(2, &["notes.txt:1: this is no result of a batch"]);
    assert_eq!(read(&home, "notes.txt"), "my notes\n");
    home.write("script.json", json!(["\nDone.<|user|>"]).to_string());
    let full = ["batch", "tasks.jsonl", "--model", "script:script.json", "--out", "/dev/full"];
    home.run(full).fails(1, &["No space left on device"]);
    home.run(["batch", "tasks.jsonl", "--shard", "3/2"]).fails(2, &["like 2/5"]);
    home.run(["batch", "no.jsonl"]).fails(2, &["cannot read the tasks no.jsonl"]);
    home.run(["batch", "tasks.jsonl", "--model", "no.gguf"]).fails(2, &["no.gguf"]);
    home.run(["batch", "tasks.jsonl", "--tools", "x"]).fails(2, &["there is no tool \"x\""]);
}

#[test]
fn a_long_observation_of_a_task_is_in_a_file_that_python_can_read() {
    let home = Home::new();
    let read = "python\nimport glob\nprint(len(open(glob.glob('/mnt/data/observation-*.txt')[0]).read()))<|observation|>";
    let script = json!(["python\nprint('x' * 50000)<|observation|>", read, "\nDone.<|user|>"]);
    home.write("script.json", script.to_string());
    home.write("tasks.jsonl", json!({ "prompt": "Go" }).to_string());
    let done = home.run(["batch", "tasks.jsonl", "--model", "script:script.json"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let log = home.log();
    let texts: Vec<&str> =
        log.iter().filter_map(|entry| entry["item"]["observation"]["text"].as_str()).collect();
    assert!(texts[0].contains("are in the file /mnt/data/observation-"), "{texts:?}");
    assert!(texts[1].trim().parse::<usize>().is_ok_and(|n| n > 32_000), "{texts:?}");
}
