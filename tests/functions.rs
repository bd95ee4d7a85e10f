//! A function of the user's own, from its manifest to the answer.

mod gimlet;

use gimlet::Home;

/// A home with the manifest of a function, and of one with a mistake.
fn home() -> Home {
    let home = Home::new();
    std::fs::create_dir(home.path().join("mine")).expect("the folder is ours");
    home.write("mine/add.py", "def add(a, b):\n    return {'sum': a + b}\n");
    home.write(
        "mine/add.json",
        r#"{
  "name": "add", "description": "Adds two numbers",
  "parameters": { "type": "object",
    "properties": { "a": { "type": "integer" }, "b": { "type": "integer" } },
    "required": ["a", "b"], "additionalProperties": false },
  "handler": { "type": "python", "file": "add.py", "function": "add" }
}"#,
    );
    home.write("bad.json", "{\n  \"name\": \"add\",\n  \"descripton\": \"Adds\"\n}");
    home
}

#[test]
fn a_bad_manifest_is_refused_with_its_line() {
    let home = home();
    for args in [
        &["tool", "test", "bad.json"][..],
        &["tool", "add", "bad.json"],
        &["tool", "list", "--tool", "bad.json"],
        &["run", "x", "--tool", "bad.json"],
    ] {
        home.run(args.iter().copied()).fails(2, &["bad.json:3: unknown key \"descripton\""]);
    }
}

#[test]
fn test_shows_what_the_model_sees_and_calls_the_function() {
    let home = home();
    let args = ["tool", "test", "mine/add.json", "--format", "glm4-chat", "--args", r#"{"a": 2, "b": 3}"#];
    let done = home.run(args);
    assert_eq!(done.code, Some(0), "{done:?}");
    for part in [
        "add (mine/add.json:1) is fine",
        "## add\n\n{\n    \"name\": \"add\",\n    \"description\": \"Adds two numbers\",",
        "\"b\" is a required property",
        "('unexpected' was unexpected)",
        "{\"sum\": 5}",
    ] {
        assert!(done.stdout.contains(part), "{part} in {}", done.stdout);
    }
    let done = home.run(["tool", "test", "mine/add.json", "--format", "glm4-chat"]);
    assert!(done.code == Some(0) && done.stdout.contains("{\"sum\": "), "{done:?}");
    let done = home.run(["tool", "test", "mine/add.json", "--format", "glm4-chat", "--args", "{}"]);
    assert!(done.code == Some(6) && done.stdout.contains("add was not called"), "{done:?}");
}

#[test]
fn what_the_grammar_does_not_enforce_is_told_at_registration() {
    let home = home();
    home.write(
        "tags.json",
        r#"{ "name": "tag", "description": "d", "parameters": { "type": "object",
             "properties": { "tags": { "type": "array", "items": { "type": "string" }, "uniqueItems": true } } },
             "handler": { "type": "command", "command": ["/bin/cat"] } }"#,
    );
    let note = "the grammar does not enforce uniqueItems at /properties/tags";
    for args in [&["tool", "test", "tags.json", "--format", "glm4-chat"][..], &["tool", "add", "tags.json"]] {
        let done = home.run(args.iter().copied());
        assert!(done.code == Some(0) && done.stdout.contains(note), "{done:?}");
    }
    assert!(!home.run(["tool", "add", "mine/add.json"]).stdout.contains("grammar"));
}

#[test]
fn a_function_is_added_called_and_removed() {
    let home = home();
    home.run(["tool", "call", "add", "{}"]).fails(2, &["there is no tool \"add\""]);
    assert_eq!(home.run(["tool", "add", "mine/add.json"]).code, Some(0));
    home.run(["tool", "add", "mine"]).fails(2, &["add is registered already"]);
    let listed = home.run(["tool", "list"]);
    assert!(
        listed.stdout.contains("python") && listed.stdout.contains("add             Adds two numbers"),
        "{listed:?}"
    );
    let shown = home.run(["tool", "show", "add", "--format", "glm4-0414"]);
    assert!(shown.code == Some(0) && shown.stdout.contains("## add\n"), "{shown:?}");
    let called = home.run(["tool", "call", "add", r#"{"a": 40, "b": 2}"#]);
    assert_eq!((called.code, called.stdout.as_str()), (Some(0), "{\"sum\": 42}\n"), "{called:?}");
    let refused = home.run(["tool", "call", "add", r#"{"a": "40"}"#]);
    assert_eq!(refused.code, Some(6));
    assert!(refused.stdout.contains("at /a: \"40\" is not of type \"integer\""), "{refused:?}");

    std::fs::remove_file(home.path().join("mine/add.py")).unwrap();
    home.run(["tool", "list"]).fails(2, &["there is no file", "gimlet tool remove add"]);
    assert_eq!(home.run(["tool", "remove", "add"]).code, Some(0));
    assert_eq!(home.run(["tool", "list"]).code, Some(0));
    home.run(["tool", "remove", "add"]).fails(2, &["no function \"add\" is registered"]);
}

#[test]
fn a_model_calls_a_function_and_corrects_itself() {
    let home = home();
    let script = [
        "add\n{\"a\": 40}<|observation|>",
        "add\n{\"a\": 40, \"b\": 2}<|observation|>",
        "\nThe sum is 42.<|user|>",
    ];
    home.write("script.json", serde_json::to_string(&script).unwrap());
    let args = [
        "run",
        "Add 40 and 2",
        "--model",
        "script:script.json",
        "--tools",
        "none",
        "--tool",
        "mine",
        "--json",
    ];
    let done = home.run(args);
    assert_eq!(done.code, Some(0), "{done:?}");
    let events = done.events();
    let observations: Vec<_> = events
        .iter()
        .filter(|e| e["type"] == "item.completed" && e["item"]["type"] == "tool_call")
        .map(|e| e["item"]["observation"]["text"].as_str().unwrap_or_default())
        .collect();
    assert!(observations[0].contains("- \"b\" is a required property"), "{observations:?}");
    assert_eq!(observations[1..], ["{\"sum\": 42}"]);
    assert_eq!(events[events.len() - 1]["answer"], "The sum is 42.");
}
