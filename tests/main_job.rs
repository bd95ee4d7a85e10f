//! The main job: the embedded model answers a question by running Python, with nothing set up.

mod gimlet;

use gimlet::Home;

#[test]
fn the_embedded_model_answers_by_running_python() {
    let home = Home::new();
    let done = home.run(["run", "What is 37 * 91?"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.stdout.contains("3367"), "{done:?}");

    let home = Home::new();
    let done = home.run(["run", "What is 37 * 91?", "--json"]);
    let events = done.events();
    let call = events
        .iter()
        .find(|e| e["type"] == "item.completed" && e["item"]["type"] == "tool_call")
        .unwrap_or_else(|| panic!("no call: {done:?}"));
    assert_eq!(call["item"]["tool"], "python");
    assert_eq!(call["item"]["observation"]["text"], "3367");
    assert_eq!(call["item"]["observation"]["status"], "ok");
    let result = &events[events.len() - 1];
    assert_eq!(result["status"], "ok");
    assert!(
        result["usage"]["reused_tokens"].as_u64().is_some_and(|n| n > 0),
        "the second step reuses the first"
    );
    let logged: Vec<_> = home.log().into_iter().filter(|line| line.get("type").is_some()).collect();
    let shown: Vec<_> = events.into_iter().filter(|e| e["type"] != "item.started").collect();
    assert_eq!(logged, shown, "the log holds what was shown");
}

#[test]
fn the_embedded_model_is_held_to_a_schema() {
    let home = Home::new();
    let schema = r#"{"type": "object", "properties": {"result": {"type": "integer", "minimum": 0, "maximum": 99999}}, "required": ["result"], "additionalProperties": false}"#;
    home.write("result.json", schema);
    // Cold it says the result, hot it says anything: each time as the schema has it.
    let cold = home.run(["run", "What is 37 * 91?", "--output-schema", "result.json"]);
    let answer: serde_json::Value = serde_json::from_str(&cold.stdout).unwrap_or_default();
    assert_eq!((cold.code, &answer["result"]), (Some(0), &serde_json::json!(3367)), "{cold:?}");
    for seed in ["1", "2", "3"] {
        let hot = ["run", "Hello", "--tools", "none", "--temperature", "2", "--seed", seed];
        let hot = home.run(hot.into_iter().chain(["--output-schema", "result.json"]));
        let answer: serde_json::Value = serde_json::from_str(&hot.stdout).unwrap_or_default();
        let is_right = answer["result"].as_u64().is_some_and(|result| result <= 99_999);
        // White space without an end is a limit that was reached.
        assert_eq!(hot.code, Some(if is_right { 0 } else { 3 }), "{hot:?}");
    }
}

#[test]
fn greedy_runs_repeat() {
    let run = || Home::new().run(["run", "What is 6 times 7?"]).stdout;
    assert_eq!(run(), run());
}
