//! Requests that are held to a grammar.

use std::cell::Cell;
use std::sync::Arc;

use chat::{Arguments, Builtin};
use serde_json::{Value, json};

use super::*;

/// Random weights, which end a text as soon as they say anything else.
fn wild(context: usize) -> Engine {
    let mut noise = noise(11);
    load(context, 16, 1.0, [noise(VOCAB * 16), noise(VOCAB * 16)])
}

fn function(name: &str, parameters: Value) -> ToolSpec {
    ToolSpec::Function(FunctionSpec { name: name.into(), description: String::new(), parameters })
}

fn tools() -> Vec<ToolSpec> {
    vec![
        function(
            "go",
            json!({"type": "object", "properties": {"to": {"enum": ["left", "right"]}, "steps": {"type": "integer", "minimum": 1, "maximum": 99}}, "required": ["to", "steps"]}),
        ),
        function(
            "stop",
            json!({"type": "object", "properties": {"now": {"type": "boolean"}, "why": {"type": "string", "maxLength": 5}}, "required": ["now"]}),
        ),
        ToolSpec::Builtin(Builtin::SimpleBrowser),
    ]
}

fn hot(seed: u64, tools: Vec<ToolSpec>, constraint: Constraint) -> Request {
    let sampling = Sampling { temperature: 2.0, seed, ..GREEDY };
    Request { sampling, tools, constraint, ..request("walk", 400) }
}

#[test]
fn a_random_model_calls_what_there_is_with_what_it_takes() {
    let engine = wild(4096);
    let tools = tools();
    let (mut n_calls, mut n_answers) = (0, 0);
    for seed in 0..60 {
        let reply = complete(&engine, hot(seed, tools.clone(), Constraint::Calls)).0.unwrap();
        assert_eq!(reply.lapse, None);
        match reply.completion {
            _ if reply.finish == Finish::TokenLimit => {}
            Completion::Answer(_) => n_answers += 1,
            Completion::Malformed { reason, raw } => panic!("{reason}: {raw:?}"),
            Completion::ToolCalls(message) => {
                n_calls += 1;
                let call = &message.calls[0];
                let tool = tools.iter().find(|tool| tool.name() == call.tool).expect("a tool on offer");
                if let (ToolSpec::Function(function), Arguments::Json { value, .. }) = (tool, &call.arguments)
                {
                    let validator = jsonschema::validator_for(&function.parameters).unwrap();
                    assert!(validator.is_valid(value), "{value} against {}", function.parameters);
                }
            }
        }
    }
    assert!(n_calls >= 20 && n_answers >= 1, "{n_calls} calls, {n_answers} answers");
    let free = complete(&engine, hot(0, tools, Constraint::Off)).0.unwrap();
    assert!(!matches!(free.completion, Completion::ToolCalls(_)), "{free:?}");
}

/// The engine looks once for each reading of the network whether somebody cancelled, and twice while it
/// reads the prompt.
#[test]
fn forced_tokens_are_read_together() {
    let engine = wild(4096);
    let mut worker =
        worker::Worker::new(Arc::clone(&engine.codec), Sequence::new(Arc::clone(&engine.network)));
    let parameters = json!({"type": "object", "properties": {"is_long": {"const": "always the same"}, "is_open": {"type": "boolean"}}, "required": ["is_long", "is_open"]});
    let request = hot(1, vec![function("f", parameters)], Constraint::Calls);
    for is_compiled in [false, true] {
        let mut n_calls = 0;
        for seed in 0..20 {
            let n_looks = Cell::new(0);
            let is_cancelled = || {
                n_looks.set(n_looks.get() + 1);
                false
            };
            let request = Request { sampling: Sampling { seed, ..request.sampling }, ..request.clone() };
            let task = &mut worker::Task {
                request: &request,
                received: Instant::now(),
                is_cancelled: &is_cancelled,
                sink: &mut |_| {},
            };
            let reply = worker.complete(task).unwrap();
            let Completion::ToolCalls(message) = &reply.completion else { continue };
            if !message.text.is_empty() {
                continue;
            }
            n_calls += 1;
            let text = format!("f\n{}", message.calls[0].arguments.raw());
            assert_eq!(reply.usage.completion_tokens, text.len() + 1, "{text}");
            // The model chose the call and the truth; it read in between.
            if is_compiled {
                assert_eq!(n_looks.get(), 3, "{text}");
            }
        }
        assert!(n_calls > 0);
    }
}

#[test]
fn a_limit_cuts_a_call_and_says_so() {
    let engine = wild(4096);
    let parameters = json!({"type": "object", "properties": {"text": {"type": "string", "minLength": 300}}, "required": ["text"]});
    let tools = vec![function("write", parameters)];
    let mut n_cut_calls = 0;
    for seed in 0..8 {
        let request = Request { max_tokens: 40, ..hot(seed, tools.clone(), Constraint::Calls) };
        let reply = complete(&engine, request).0.unwrap();
        if let Completion::Malformed { reason, raw } = reply.completion {
            assert_eq!((reply.finish, reply.usage.completion_tokens), (Finish::TokenLimit, 40), "{raw:?}");
            assert_eq!(reason, "the call of write was cut off before its end");
            n_cut_calls += 1;
        }
        assert_eq!(reply.lapse, None);
    }
    assert!(n_cut_calls > 0);
}

#[test]
fn an_answer_is_json_that_the_schema_allows() {
    let engine = wild(4096);
    let schema = json!({"type": "object", "properties": {"n": {"type": "integer", "minimum": 0, "maximum": 9}, "tags": {"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}, "sure": {"type": "boolean"}}, "required": ["n", "tags", "sure"]});
    let validator = jsonschema::validator_for(&schema).unwrap();
    let constraint = Constraint::Answer(Arc::new(schema));
    let mut n_answers = 0;
    for seed in 0..20 {
        let reply = complete(&engine, hot(seed, vec![], constraint.clone())).0.unwrap();
        assert_eq!(reply.lapse, None);
        if reply.finish == Finish::Stop {
            let answer: Value = serde_json::from_str(&said(reply.completion)).unwrap();
            assert!(validator.is_valid(&answer), "{answer}");
            n_answers += 1;
        }
    }
    assert!(n_answers >= 10, "{n_answers}");
}

#[test]
fn a_schema_that_no_grammar_follows_is_said_with_the_reply() {
    let engine = wild(4096);
    let impossible = json!({"type": "object", "properties": {"a": false}, "required": ["a"]});
    let lapse = |tools, constraint| complete(&engine, hot(1, tools, constraint)).0.unwrap().lapse.unwrap();
    let of_answer = lapse(vec![], Constraint::Answer(Arc::new(impossible.clone())));
    assert!(of_answer.starts_with("the grammar does not enforce the answer's schema: "), "{of_answer}");
    let of_call = lapse(vec![function("f", impossible)], Constraint::Calls);
    assert!(of_call.starts_with("the grammar does not enforce the schema of f: "), "{of_call}");
}
