use chat::{Builtin, Observation, Status, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use tokio::sync::mpsc::UnboundedReceiver;

use super::*;
use crate::{CallContext, ItemBody, Record, Script, Tool};

/// A python tool that knows three programs.
struct Fake;

impl Tool for Fake {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::Python)
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async move {
            match call.arguments.raw() {
                "fail" => Observation::error("ValueError"),
                "hang" => {
                    context.cancel.cancelled().await;
                    Observation::new(Status::Timeout, "stopped")
                }
                "deaf" => std::future::pending().await,
                code => Observation::ok(format!("\x1b[1mran {code}")),
            }
        })
    }
}

fn limits() -> Limits {
    Limits { max_steps: 6, max_tokens: 400, ..Limits::default() }
}

async fn run(script: &[&str], limits: Limits, cancel: &CancellationToken) -> (Turn, Session, Vec<Event>) {
    let mut tools = ToolRegistry::default();
    tools.register(Arc::new(Fake)).unwrap();
    let agent = Agent::new(Arc::new(Script::new(script.iter().copied())), tools, limits);
    let (mut session, events) = Session::new();
    let turn = agent.run(&mut session, "Go", cancel).await;
    (turn, session, drain(events))
}

pub(super) fn drain(mut events: UnboundedReceiver<Record>) -> Vec<Event> {
    std::iter::from_fn(|| events.try_recv().ok()).map(|record| record.event).collect()
}

async fn check(script: &[&str], end: End, answer: &str) -> (Turn, Session, Vec<Event>) {
    let (turn, session, events) = run(script, limits(), &CancellationToken::new()).await;
    assert_eq!((&turn.end, turn.answer.as_str()), (&end, answer), "{script:?}");
    items_complete(&events);
    (turn, session, events)
}

/// Every item that starts is completed, once.
pub(super) fn items_complete(events: &[Event]) {
    let ids = |completed: bool| {
        let mut ids: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::ItemStarted { item } if !completed => Some(item.id.clone()),
                Event::ItemCompleted { item } if completed => Some(item.id.clone()),
                _ => None,
            })
            .collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(false), ids(true));
}

#[tokio::test]
async fn a_call_is_answered_and_the_answer_ends_the_turn() {
    let script = ["\nLet me see.<|assistant|>python\n1+1<|observation|>", "\nDone.<|user|>"];
    let (turn, session, events) = check(&script, End::Answered, "Done.").await;
    assert_eq!((turn.steps, turn.failed_tool_calls, turn.malformed_calls), (2, 0, 0));
    let roles: Vec<_> = session.messages().iter().map(Message::role).collect();
    use chat::Role::*;
    assert_eq!(roles, [User, Assistant, Observation, Assistant]);
    let observations: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            Event::ItemCompleted { item } => match &item.body {
                ItemBody::ToolCall { observation: Some(o), .. } => Some(o.text.as_str()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(observations, ["[1mran 1+1"], "control sequences are gone");
}

#[tokio::test]
async fn failures_of_tools_are_observations() {
    let script = ["python\nfail<|observation|>", "nothing\n{}<|observation|>", "\nSorry.<|user|>"];
    let (turn, session, _) = check(&script, End::Answered, "Sorry.").await;
    assert_eq!(turn.failed_tool_calls, 2);
    let Message::Observation { results } = &session.messages()[4] else { panic!() };
    assert_eq!(results[0].text, "There is no tool \"nothing\". The tools are: python.");
}

#[tokio::test]
async fn malformed_output_is_told_to_the_model_three_times() {
    let bad = "\nx<|observation|>";
    let (turn, ..) = check(&[bad, bad, "\nSo.<|user|>"], End::Answered, "So.").await;
    assert_eq!(turn.malformed_calls, 2);
    let failed = "the model wrote no answer and no call 3 times in a row; the last time: \
                  it ends as a tool call but names no tool on its first line";
    check(&[bad, bad, bad], End::Failed(failed.into()), "").await;
    check(&["f\n{<|observation|>", "\nSo.<|user|>"], End::Answered, "So.").await;
}

#[tokio::test]
async fn every_limit_ends_the_turn() {
    let calls: Vec<String> = (0..9).map(|i| format!("python\n{i}<|observation|>")).collect();
    let calls: Vec<&str> = calls.iter().map(String::as_str).collect();
    check(&calls, End::Limit(LimitKind::Steps), "").await;
    let same = ["python\n1<|observation|>"; 9];
    let (turn, ..) = check(&same, End::Limit(LimitKind::Repeats), "").await;
    assert_eq!(turn.steps, 4);
    let endless = format!("\n{}", "ab".repeat(9));
    let (turn, ..) = run(&[&endless], limits(), &CancellationToken::new()).await;
    assert_eq!(turn.end, End::Limit(LimitKind::Tokens));
    assert!(turn.answer.starts_with("abab"), "what there is of the answer is kept");
    for code in ["hang", "deaf"] {
        let script = [format!("python\n{code}<|observation|>")];
        let short = Limits { wall: Duration::from_millis(20), ..limits() };
        let (turn, session, events) = run(&[&script[0]], short, &CancellationToken::new()).await;
        assert_eq!(turn.end, End::Limit(LimitKind::Time), "{code}");
        assert_eq!(session.messages().len(), 3, "the call has its observation");
        items_complete(&events);
    }
}

#[tokio::test]
async fn cancelling_stops_the_model_and_the_tool() {
    for script in ["\nendless", "python\nhang<|observation|>"] {
        let cancel = CancellationToken::new();
        let stop = cancel.clone();
        let canceller = async move {
            tokio::task::yield_now().await;
            stop.cancel();
        };
        let (script_of_one, limits) = ([script], Limits { max_tokens: 100_000, ..limits() });
        let ((turn, _, events), ()) = tokio::join!(run(&script_of_one, limits, &cancel), canceller);
        assert_eq!(turn.end, End::Interrupted, "{script}");
        items_complete(&events);
    }
}
