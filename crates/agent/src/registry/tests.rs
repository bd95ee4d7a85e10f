use std::time::Instant;

use chat::{Arguments, Builtin, CancellationToken, FunctionSpec, Status};
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::*;

/// Says what it was called with.
struct Echo(ToolSpec);

impl Tool for Echo {
    fn spec(&self) -> ToolSpec {
        self.0.clone()
    }

    fn call<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async { Observation::ok(call.arguments.to_value().to_string()) })
    }
}

fn function(name: &str, parameters: Value) -> Arc<dyn Tool> {
    Arc::new(Echo(ToolSpec::Function(FunctionSpec {
        name: name.into(),
        description: String::new(),
        parameters,
    })))
}

fn registry() -> ToolRegistry {
    let mut registry = ToolRegistry::default();
    let parameters = json!({
        "type": "object",
        "properties": { "n": { "type": "integer", "minimum": 1 }, "of": { "type": "array", "items": { "type": "string" } } },
        "required": ["n"],
        "additionalProperties": false,
    });
    registry.register(function("f", parameters)).unwrap();
    registry.register(Arc::new(Echo(ToolSpec::Builtin(Builtin::Python)))).unwrap();
    registry
}

async fn answer(call: ToolCall) -> Observation {
    let context =
        CallContext { cancel: CancellationToken::new(), deadline: Instant::now() + Duration::from_secs(600) };
    registry().call(&call, &context, 4000).await
}

async fn check(tool: &str, raw: &str, status: Status, parts: &[&str]) {
    let arguments = Arguments::parse(tool, raw).unwrap();
    let seen = answer(ToolCall { tool: tool.into(), arguments }).await;
    assert_eq!(seen.status, status, "{tool} {raw}: {seen:?}");
    parts.iter().for_each(|part| assert!(seen.text.contains(part), "{part:?} is not in {seen:?}"));
}

#[tokio::test]
async fn a_function_runs_only_with_arguments_that_satisfy_its_schema() {
    use Status::{Error, Ok};
    check("f", r#"{"n": 1, "of": ["a"]}"#, Ok, &[r#"{"n":1,"of":["a"]}"#]).await;
    check("f", r#"{"n": 9007199254740993}"#, Ok, &["9007199254740993"]).await;
    let told =
        ["f was not called, because its arguments are not valid:\n- ", "match this JSON Schema: {\"type\":"];
    check("f", "{}", Error, &told).await;
    check("f", r#"{"n": 0}"#, Error, &["- at /n: 0 is less than the minimum of 1\n"]).await;
    let several = [
        "at /n: \"1\" is not of type \"integer\"",
        "at /of/1: 2 is not of type \"string\"",
        "'x' was unexpected",
    ];
    check("f", r#"{"n": "1", "of": ["a", 2], "x": 1}"#, Error, &several).await;
    check("f", "[]", Error, &["[] is not of type \"object\""]).await;
    check("f", "null", Error, &["null is not of type \"object\""]).await;
}

#[tokio::test]
async fn hostile_arguments_are_refused() {
    use Status::Error;
    check("f", r#"{"n": 0, "n": 1}"#, Error, &["the key \"n\" comes twice"]).await;
    check("f", r#"{"n": 0, "\u006e": 1}"#, Error, &["the key \"n\" comes twice"]).await;
    check("f", r#"{"n": 18446744073709551617}"#, Error, &["too large to be passed on exactly"]).await;
    let deep = format!("{{\"n\": {}{}}}", "[".repeat(100), "]".repeat(100));
    check("f", &deep, Error, &["too deep"]).await;
    let long = format!("{{\"n\": \"{}\"}}", "x".repeat(1_000_000));
    let arguments = Arguments::parse("f", &long).unwrap();
    let seen = answer(ToolCall { tool: "f".into(), arguments }).await;
    assert!(seen.status == Error && seen.text.len() < 1000, "{} bytes", seen.text.len());
}

#[tokio::test]
async fn each_kind_of_tool_gets_its_kind_of_arguments() {
    let text = ToolCall { tool: "f".into(), arguments: Arguments::Text("{\"n\": 1}".into()) };
    assert_eq!(answer(text).await.text, "f was not called: it is called with JSON, not with text.");
    let arguments = Arguments::Json { value: json!({ "code": "1" }), raw: String::new() };
    let seen = answer(ToolCall { tool: "python".into(), arguments }).await;
    assert_eq!(seen.text, "python was not called: it is called with text, not with JSON.");
    check("python", "print(1)", Status::Ok, &["print(1)"]).await;
}

/// A tool is found by its exact name only.
#[tokio::test]
async fn a_name_that_only_looks_like_a_tool_is_none() {
    for name in ["F", "f ", " f", "f\n", "ｆ", "f\u{200b}", "f\0", "*", "?", "", "Python", "рython"] {
        let arguments = Arguments::Json { value: json!({ "n": 1 }), raw: String::new() };
        let seen = answer(ToolCall { tool: name.into(), arguments }).await;
        assert!(seen.text.starts_with("There is no tool "), "{name:?}: {seen:?}");
    }
}

#[test]
fn what_cannot_be_called_safely_is_not_registered() {
    let check = |tool: Arc<dyn Tool>, expected: &str| {
        assert_eq!(registry().register(tool).unwrap_err().to_string(), expected);
    };
    check(function("f", json!({})), "there are two tools named \"f\": rename one of them");
    let named = |name: &str| {
        format!("a tool cannot be named {name:?}: a name has letters, digits, _, - and ., at most 128")
    };
    for name in ["", "a b", "рython", "a\n", "f*", "<|user|>"] {
        check(function(name, json!({})), &named(name));
    }
    check(
        function("g", json!({ "$ref": "https://example.com/s.json" })),
        "the parameters of the tool \"g\" are not a valid JSON Schema: \"$ref\" to https://example.com/s.json, \
         which is not in the schema: gimlet fetches no schemas, so put it under \"$defs\"",
    );
    check(
        function("g", json!({ "type": "object", "allOf": [{ "$ref": "#" }] })),
        "the parameters of the tool \"g\" are not a valid JSON Schema: the $ref at /allOf/0 leads back to itself and never to a value",
    );
}

#[derive(Default)]
struct Changing(std::sync::Mutex<Vec<Arc<dyn Tool>>>);

impl ToolSource for Changing {
    fn tools(&self) -> Vec<(String, Arc<dyn Tool>)> {
        let tools = self.0.lock().unwrap().clone();
        tools.into_iter().map(|tool| (tool.spec().name().to_owned(), tool)).collect()
    }
}

#[tokio::test]
async fn a_source_is_asked_each_time_and_its_calls_are_checked() {
    let mut registry = registry();
    let source = Arc::new(Changing::default());
    registry.register_source(source.clone());
    assert_eq!(registry.names(), ["f", "python"]);
    let needs = |name: &str| json!({ "type": "object", "required": [name] });
    *source.0.lock().unwrap() =
        vec![function("a", needs("x")), function("f", json!({})), function("a", json!({}))];
    assert_eq!(registry.names(), ["f", "python", "a"]);
    assert_eq!(registry.specs().iter().map(ToolSpec::name).collect::<Vec<_>>(), ["f", "python", "a"]);
    assert_eq!(registry.clashes(), ["f", "a"]);
    let call = |raw: &str| ToolCall { tool: "a".into(), arguments: Arguments::parse("a", raw).unwrap() };
    assert!(registry.check(&call("{}")).is_err_and(|seen| seen.text.contains("\"x\"")));
    assert!(registry.check(&call(r#"{"x": 1}"#)).is_ok());
    source.0.lock().unwrap().clear();
    assert!(registry.check(&call("{}")).is_err_and(|seen| seen.text.contains("There is no tool \"a\"")));
}
