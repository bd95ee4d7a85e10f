use std::sync::{Arc, Mutex};

use chat::{CancellationToken, ChatModel, Constraint, Delta, ModelError, ModelInfo, Reply, Request, Role};
use futures::future::BoxFuture;
use serde_json::json;

use super::*;
use crate::{LimitKind, Limits, Outcome, Script, ToolRegistry, Turn};

/// A script that remembers what its completions were held to.
struct Held {
    script: Script,
    constraints: Mutex<Vec<Constraint>>,
}

impl ChatModel for Held {
    fn info(&self) -> &ModelInfo {
        self.script.info()
    }

    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        self.constraints.lock().unwrap().push(request.constraint.clone());
        self.script.complete(request, sink, cancel)
    }
}

fn schema() -> Schema {
    Schema::new(&json!({
        "type": "object", "properties": { "sum": { "type": "integer" } },
        "required": ["sum"], "additionalProperties": false,
    }))
    .unwrap()
}

async fn run(script: &[&str], set: impl FnOnce(Agent) -> Agent) -> (Turn, Session, Vec<Constraint>) {
    let model = Arc::new(Held { script: Script::new(script.iter().copied()), constraints: Mutex::default() });
    let limits = Limits { max_tokens: 200, ..Limits::default() };
    let agent = set(Agent::new(model.clone(), ToolRegistry::default(), limits));
    let (mut session, _events) = Session::new();
    let turn = agent.run(&mut session, "Go", &CancellationToken::new()).await;
    let constraints = model.constraints.lock().unwrap().clone();
    (turn, session, constraints)
}

async fn check(script: &[&str], end: End, answer: &str) -> Session {
    let (turn, session, _) = run(script, |agent| agent.with_answer_schema(schema())).await;
    assert_eq!((&turn.end, turn.answer.as_str()), (&end, answer), "{script:?}");
    session
}

#[tokio::test]
async fn an_answer_satisfies_the_schema() {
    let wrong =
        |reason: &str| End::Schema(format!("the answer does not satisfy the schema of answers: {reason}"));
    check(&["\n{\"sum\": 42}<|user|>"], End::Answered, "{\"sum\": 42}").await;
    check(&["\n \n{\"sum\": 42}\n <|user|>"], End::Answered, "{\"sum\": 42}").await;
    let text = "\nThe sum is 42.<|user|>";
    check(&[text; 3], wrong("it is not JSON: expected value at line 1 column 1"), "The sum is 42.").await;
    let fenced = "\n```json\n{\"sum\": 42}\n```<|user|>";
    check(&[fenced, "\n{\"sum\": 42}<|user|>"], End::Answered, "{\"sum\": 42}").await;
    let typed = "\n{\"sum\": \"42\"}<|user|>";
    check(&[text, text, typed], wrong("at /sum: \"42\" is not of type \"integer\""), "{\"sum\": \"42\"}")
        .await;
    let twice = "\n{\"sum\": 1, \"sum\": 2}<|user|>";
    check(
        &[twice; 3],
        wrong("it is not JSON: the key \"sum\" comes twice at line 1 column 16"),
        "{\"sum\": 1, \"sum\": 2}",
    )
    .await;
}

#[tokio::test]
async fn the_model_is_told_where_its_answer_is_wrong() {
    let session =
        check(&["\n{\"sum\": 1.5}<|user|>", "\n{\"sum\": 2}<|user|>"], End::Answered, "{\"sum\": 2}").await;
    let roles: Vec<_> = session.messages().iter().map(Message::role).collect();
    assert_eq!(roles, [Role::User, Role::Assistant, Role::User, Role::Assistant]);
    let Message::User { text } = &session.messages()[2] else { panic!() };
    assert!(text.contains("\n- at /sum: 1.5 is not of type \"integer\"\n"), "{text}");
    assert!(text.contains("matches this JSON Schema: {\"type\":\"object\""), "{text}");
}

#[tokio::test]
async fn other_ends_are_what_they_are() {
    let (turn, ..) = run(&["\n{\"sum\": 4"], |agent| agent.with_answer_schema(schema())).await;
    assert_eq!(turn.end, End::Limit(LimitKind::Tokens), "an answer that is cut off is no wrong answer");
    let (turn, ..) = run(&["\nx<|user|>"; 3], |agent| agent.with_answer_schema(schema())).await;
    assert_eq!(turn.outcome(), Outcome::Schema);
    let (turn, ..) = run(&["\nx<|user|>"], |agent| agent).await;
    assert_eq!((turn.end.clone(), turn.outcome()), (End::Answered, Outcome::Ok));
}

#[tokio::test]
async fn the_model_is_held_to_the_schema_unless_it_is_told_not_to_be() {
    let script = ["\n{\"sum\": 1}<|user|>"];
    let held = Constraint::Answer(schema().value().clone());
    assert_eq!(run(&script, |agent| agent.with_answer_schema(schema())).await.2, [held]);
    assert_eq!(run(&script, |agent| agent).await.2, [Constraint::Calls]);
    assert_eq!(run(&script, Agent::unconstrained).await.2, [Constraint::Off]);
    let (turn, _, constraints) =
        run(&["\nx<|user|>"; 3], |agent| agent.with_answer_schema(schema()).unconstrained()).await;
    assert_eq!(constraints, [Constraint::Off, Constraint::Off, Constraint::Off]);
    assert_eq!(turn.outcome(), Outcome::Schema, "what it writes is checked all the same");
}
