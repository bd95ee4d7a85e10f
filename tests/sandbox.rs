//! `gimlet sandbox`, and the folder that Python works in.

#![allow(clippy::unwrap_used, reason = "a failed step fails the test")]

mod gimlet;

use gimlet::Home;
use serde_json::{Value, json};

const WORK: &str = ".local/state/gimlet/work";

/// The names in a folder of the home, sorted.
fn names(home: &Home, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(home.path().join(folder)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_attack_of_the_self_test_is_blocked() {
    let done = Home::new().run(["sandbox", "selftest", "--json"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let rows = report["rows"].as_array().unwrap();
    assert!(rows.len() > 100, "{} rows", rows.len());
    let reached: Vec<&Value> = rows.iter().filter(|row| row["blocked"] != json!(true)).collect();
    assert!(reached.is_empty(), "{reached:?}");
}

#[test]
fn the_policy_is_explained_with_what_a_profile_adds() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join(".config/gimlet")).unwrap();
    std::fs::create_dir(home.path().join("books")).unwrap();
    let books = home.path().join("books");
    home.write(
        ".config/gimlet/config.toml",
        format!(
            "[sandbox.profiles.wide]\nmemory_mb = 1024\ntime_s = 300\nreadable = {{ books = {books:?} }}\n"
        ),
    );
    let plain = home.run(["sandbox", "explain"]);
    assert!(plain.stdout.contains("512 MiB for a session") && !plain.stdout.contains("books"), "{plain:?}");
    assert!(plain.stdout.contains("  1 protocol only\n"), "{plain:?}");
    let wide = home.run(["sandbox", "explain", "--json", "--sandbox-profile", "wide"]);
    let policy: Value = serde_json::from_str(&wide.stdout).unwrap();
    let text = policy.to_string();
    for part in ["1024 MiB for a session", "300 s for a call", "read files in /mnt/books"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert_eq!(policy["confinement"]["missing"], json!([]));
    home.run(["sandbox", "explain", "--sandbox-profile", "x"])
        .fails(2, &["there is no sandbox profile \"x\": the settings have wide"]);

    home.write("books/a.txt", "a book");
    let read = ["tool", "call", "python", "print(open('/mnt/books/a.txt').read())"];
    assert_eq!(home.run(read).code, Some(6));
    let granted = home.run(read.into_iter().chain(["--sandbox-profile", "wide"]));
    assert_eq!((granted.code, granted.stdout.as_str()), (Some(0), "a book\n"), "{granted:?}");
}

#[test]
fn attached_files_are_in_the_work_folder_and_what_python_makes_is_an_artifact() {
    let home = Home::new();
    home.write("data.csv", "a,b\n1,2\n");
    let code = "rows = open('/mnt/data/data.csv').read()\nopen('sum.txt', 'w').write('3')\nprint(rows[-2])";
    let script = json!([format!("python\n{code}<|observation|>"), "\nDone.<|user|>"]);
    home.write("script.json", script.to_string());
    let run = ["run", "Add", "--model", "script:script.json", "--file", "data.csv", "--json"];
    let done = home.run(run);
    assert_eq!(done.code, Some(0), "{done:?}");
    let events = done.events();
    let prompt = events.iter().find(|event| event["type"] == "turn.started").unwrap();
    assert_eq!(prompt["prompt"], "Add\n\nAttached files: /mnt/data/data.csv");
    let result = events.last().unwrap();
    let made = result["artifacts"][0]["path"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(made).unwrap(), "3");
    // The copy of what the user has anyway is gone; the original is not.
    let session = events[0]["session_id"].as_str().unwrap();
    assert_eq!(names(&home, &format!("{WORK}/{session}")), ["sum.txt"]);
    assert_eq!(std::fs::read_to_string(home.path().join("data.csv")).unwrap(), "a,b\n1,2\n");
    assert_eq!(events[0]["sandbox"]["level"], "full");
}

#[test]
fn a_folder_of_the_users_is_worked_in_and_an_empty_one_leaves_nothing() {
    let home = Home::new();
    std::fs::create_dir(home.path().join("mine")).unwrap();
    home.write("mine/in.txt", "7");
    let code = "open('out.txt', 'w').write(open('in.txt').read() * 2)";
    let done = home.run(["tool", "call", "python", code, "--workdir", "mine"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "2\n"), "{done:?}");
    assert_eq!(std::fs::read_to_string(home.path().join("mine/out.txt")).unwrap(), "77");
    assert_eq!(home.run(["tool", "call", "python", "1"]).code, Some(0));
    assert!(names(&home, WORK).is_empty());
}

#[test]
fn files_that_cannot_be_attached_are_named() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join("d/e")).unwrap();
    home.write("a.txt", "1");
    home.write("d/a.txt", "2");
    let check = |args: &[&str], parts: &[&str]| {
        let args = ["run", "x"].iter().chain(args).copied();
        home.run(args).fails(2, parts);
    };
    check(&["--file", "no.txt"], &["cannot attach no.txt", "No such file"]);
    check(&["--file", "d"], &["cannot attach d", "it is not a file"]);
    check(&["--file", "a.txt", "--file", "d/a.txt"], &["d/a.txt", "another attached file has the same name"]);
    check(&["--file", "a.txt", "--workdir", "d"], &["cannot attach a.txt", "File exists"]);
    check(&["--workdir", "no"], &["--workdir no"]);
    assert_eq!(std::fs::read_to_string(home.path().join("d/a.txt")).unwrap(), "2");
}

#[test]
fn a_refusal_is_an_event_and_an_advice() {
    let home = Home::new();
    let script = json!(["python\nopen('/etc/passwd')<|observation|>", "\nI may not.<|user|>"]);
    home.write("script.json", script.to_string());
    let events = home.run(["run", "Read it", "--model", "script:script.json", "--json"]).events();
    let denied = events.iter().find(|event| event["type"] == "sandbox.denied").unwrap();
    assert_eq!((&denied["op"], &denied["rule"]), (&json!("open"), &json!("files.outside")), "{denied}");
    assert!(denied["target"].as_str().unwrap().contains("/etc/passwd"), "{denied}");
    let told = events.iter().find_map(|event| event["item"]["observation"]["text"].as_str()).unwrap();
    assert!(told.contains(denied["hint"].as_str().unwrap()), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_users_own_cpython_runs_confined_and_its_absence_is_told() {
    let home = Home::new();
    home.write("data.csv", "a,b\n1,2\n");
    let code = "import sys\nrows = open('/mnt/data/data.csv').read()\nopen('sum.txt', 'w').write('3')\nprint(sys.implementation.name)";
    let refused = "open('/etc/passwd')";
    let script = json!([
        format!("python\n{code}<|observation|>"),
        format!("python\n{refused}<|observation|>"),
        "\nDone.<|user|>"
    ]);
    home.write("script.json", script.to_string());
    let run = ["run", "Add", "--model", "script:script.json", "--file", "data.csv", "--json"];
    let done = home.run(run.into_iter().chain(["--python", "cpython"]));
    assert_eq!(done.code, Some(0), "{done:?}");
    let events = done.events();
    let told: Vec<&str> =
        events.iter().filter_map(|event| event["item"]["observation"]["text"].as_str()).collect();
    assert!(told[0].contains("cpython") && told[1].contains("FileNotFoundError"), "{told:?}");
    assert!(events.iter().any(|event| event["type"] == "sandbox.denied"), "{events:?}");
    let made = events.last().unwrap()["artifacts"][0]["path"].as_str().unwrap();
    assert_eq!(std::fs::read_to_string(made).unwrap(), "3");

    let explained = home.run(["sandbox", "explain", "--python", "cpython"]);
    assert!(explained.stdout.contains("weaker than in the Python of this program"), "{explained:?}");
    // The settings choose it too.
    std::fs::create_dir_all(home.path().join(".config/gimlet")).unwrap();
    home.write(
        ".config/gimlet/config.toml",
        "[sandbox]\npython = \"cpython\"\ncpython_path = \"/no/such/python\"\n",
    );
    let told = "cannot use the Python /no/such/python: it cannot be run";
    home.run(["sandbox", "explain"]).fails(2, &[told]);
    home.run(["sandbox", "selftest"]).fails(2, &[told]);
}
