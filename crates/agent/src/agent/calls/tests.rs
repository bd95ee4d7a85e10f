use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use chat::{FunctionSpec, ToolSpec, wire::Format};
use futures::future::BoxFuture;
use serde_json::json;
use tokio::sync::Notify;

use super::{
    super::tests::{drain, items_complete},
    *,
};
use crate::{Approver, Limits, Outcome, Policy, Script, Tool, ToolRegistry, Turn};

mod person;

type Run = Box<dyn Fn(Value) -> BoxFuture<'static, Observation> + Send + Sync>;

/// A function of one integer `n`, which it may be called without.
struct Function {
    name: &'static str,
    own: Approval,
    run: Run,
}

impl Tool for Function {
    fn spec(&self) -> ToolSpec {
        let parameters = json!({ "type": "object", "properties": { "n": { "type": "integer" } } });
        ToolSpec::Function(FunctionSpec { name: self.name.into(), description: String::new(), parameters })
    }

    fn approval(&self) -> Approval {
        self.own
    }

    fn call<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        (self.run)(call.arguments.to_value())
    }
}

fn tool(
    name: &'static str,
    own: Approval,
    run: impl Fn(usize) -> BoxFuture<'static, Observation> + Send + Sync + 'static,
) -> Arc<dyn Tool> {
    let run = move |arguments: Value| run(arguments["n"].as_u64().unwrap_or_default() as usize);
    Arc::new(Function { name, own, run: Box::new(run) })
}

/// A tool that only says that it ran.
fn ran(name: &'static str, own: Approval) -> Arc<dyn Tool> {
    tool(name, own, |n| Box::pin(async move { Observation::ok(format!("ran {n}")) }))
}

/// The calls of one completion of glm45.
fn calls(names: impl IntoIterator<Item = (&'static str, usize)>) -> String {
    let call = |(name, n)| {
        format!("<tool_call>{name}\n<arg_key>n</arg_key>\n<arg_value>{n}</arg_value>\n</tool_call>\n")
    };
    names.into_iter().map(call).collect::<String>() + "<|observation|>"
}

const DONE: &str = "\nDone.<|user|>";

/// Answers from a list, and sees to it that it is asked one question at a time.
struct Person {
    verdicts: Mutex<VecDeque<Verdict>>,
    asked: Mutex<Vec<String>>,
    asking: AtomicUsize,
}

impl Person {
    fn new(verdicts: impl IntoIterator<Item = Verdict>) -> Arc<Self> {
        let verdicts = Mutex::new(verdicts.into_iter().collect());
        Arc::new(Self { verdicts, asked: Mutex::default(), asking: AtomicUsize::new(0) })
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Approver for Person {
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            assert_eq!(self.asking.fetch_add(1, SeqCst), 0, "one question at a time");
            self.asked.lock().unwrap().push(format!("{} {}", question.tool, question.arguments));
            tokio::task::yield_now().await;
            self.asking.fetch_sub(1, SeqCst);
            let verdict = self.verdicts.lock().unwrap().pop_front();
            match verdict {
                Some(verdict) => verdict,
                None => std::future::pending().await,
            }
        })
    }
}

/// One turn and what came of it.
struct Seen {
    turn: Turn,
    session: Session,
    events: Vec<Event>,
}

impl Seen {
    /// The observations of each step.
    fn observations(&self) -> Vec<Vec<String>> {
        let texts = |results: &Vec<Observation>| results.iter().map(|o| o.text.clone()).collect();
        let of = |message: &Message| match message {
            Message::Observation { results } => Some(texts(results)),
            _ => None,
        };
        self.session.messages().iter().filter_map(of).collect()
    }

    /// What happened about approvals, in short.
    fn approvals(&self) -> Vec<String> {
        let short = |event: &Event| match event {
            Event::ApprovalRequested { tool, .. } => Some(format!("{tool}?")),
            Event::ApprovalResolved { decision, by, .. } => Some(format!("{decision:?} by {by:?}")),
            _ => None,
        };
        self.events.iter().filter_map(short).collect()
    }
}

struct Setup {
    tools: Vec<Arc<dyn Tool>>,
    policy: Value,
    person: Option<Arc<Person>>,
    limits: Limits,
    cancel: CancellationToken,
}

impl Setup {
    fn new(tools: impl IntoIterator<Item = Arc<dyn Tool>>) -> Self {
        Self {
            tools: tools.into_iter().collect(),
            policy: json!({}),
            person: None,
            limits: Limits { max_tokens: 100_000, ..Limits::default() },
            cancel: CancellationToken::new(),
        }
    }

    async fn run(self, script: &[&str]) -> Seen {
        let mut registry = ToolRegistry::default();
        self.tools.into_iter().for_each(|tool| registry.register(tool).unwrap());
        let model = Script::new(script.iter().copied()).with_format(Format::Glm45);
        let policy: Policy = serde_json::from_value(self.policy).unwrap();
        let mut agent = Agent::new(Arc::new(model), registry, self.limits).with_policy(policy);
        if let Some(person) = self.person {
            agent = agent.with_approver(person);
        }
        let (mut session, events) = Session::new();
        let turn = agent.run(&mut session, "Go", &self.cancel).await;
        let events = drain(events);
        items_complete(&events);
        Seen { turn, session, events }
    }
}

/// Each call ends only after the one behind it: one after the other they would never end.
#[tokio::test]
async fn the_calls_of_a_completion_run_at_the_same_time_and_are_answered_in_order() {
    const N: usize = 5;
    let ended: Arc<Vec<Notify>> = Arc::new((0..=N).map(|_| Notify::new()).collect());
    ended[N].notify_one();
    let chain = tool("chain", Approval::Auto, move |n| {
        let ended = ended.clone();
        Box::pin(async move {
            ended[n + 1].notified().await;
            ended[n].notify_one();
            Observation::ok(format!("ran {n}"))
        })
    });
    let seen = Setup::new([chain]).run(&[&calls((0..N).map(|n| ("chain", n))), DONE]).await;
    assert_eq!((&seen.turn.end, seen.turn.failed_tool_calls), (&End::Answered, 0), "{:?}", seen.turn);
    assert_eq!(seen.observations(), [(0..N).map(|n| format!("ran {n}")).collect::<Vec<_>>()]);
    let completed: Vec<u64> = seen
        .events
        .iter()
        .filter_map(|event| match event {
            Event::ItemCompleted { item } => match &item.body {
                ItemBody::ToolCall { arguments, .. } => arguments["n"].as_u64(),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(completed, [4, 3, 2, 1, 0], "each is told when it ends");
}

#[tokio::test]
async fn only_some_calls_run_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let highest = most.clone();
    let count = tool("count", Approval::Auto, move |n| {
        let (now, most) = (now.clone(), most.clone());
        Box::pin(async move {
            most.fetch_max(now.fetch_add(1, SeqCst) + 1, SeqCst);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            now.fetch_sub(1, SeqCst);
            Observation::ok(format!("{n}{}", "x".repeat(40_000)))
        })
    });
    let seen = Setup::new([count]).run(&[&calls((0..20).map(|n| ("count", n))), DONE]).await;
    assert_eq!(highest.load(SeqCst), MAX_AT_ONCE);
    let observations = &seen.observations()[0];
    assert!((0..20).zip(observations).all(|(n, text)| text.starts_with(&format!("{n}x"))));
    let bytes: usize = observations.iter().map(String::len).sum();
    assert!(bytes < 34_000, "{bytes}: together they stay within what one may have");
}

#[tokio::test]
async fn stopping_a_turn_stops_every_call() {
    let hang = || tool("hang", Approval::Auto, |_| Box::pin(std::future::pending()));
    let script = calls((0..12).map(|n| ("hang", n)));
    let short = Limits { wall: Duration::from_millis(300), ..Limits::default() };
    let seen = Setup { limits: short, ..Setup::new([hang()]) }.run(&[&script, DONE]).await;
    assert_eq!(seen.turn.end, End::Limit(LimitKind::Time));
    let observations = &seen.observations()[0];
    let count = |part: &str| observations.iter().filter(|text| text.contains(part)).count();
    assert_eq!(count("was stopped before it was done"), MAX_AT_ONCE);
    assert_eq!(count("was stopped before it began"), 12 - MAX_AT_ONCE);

    let setup = Setup::new([hang()]);
    let cancel = setup.cancel.clone();
    let canceller = async move {
        tokio::task::yield_now().await;
        cancel.cancel();
    };
    let script = [script.as_str(), DONE];
    let (seen, ()) = tokio::join!(setup.run(&script), canceller);
    assert_eq!(seen.turn.end, End::Interrupted);
}

#[tokio::test]
async fn a_call_that_nobody_can_allow_is_denied_and_the_turn_goes_on() {
    let check = async |policy: Value, own: Approval, approvals: &[&str], text: &str| {
        let script = [&calls([("f", 1)]), DONE];
        let seen = Setup { policy, ..Setup::new([ran("f", own)]) }.run(&script).await;
        assert_eq!((&seen.turn.end, seen.turn.answer.as_str()), (&End::Answered, "Done."));
        assert_eq!((seen.turn.outcome(), seen.turn.denied_calls), (Outcome::Denied, 1));
        assert_eq!(seen.approvals(), approvals);
        assert!(seen.observations()[0][0].starts_with(text), "{:?}", seen.observations());
    };
    let nobody = "This call of f needs the user's approval, and nobody is there to give it.";
    let rules = "The user's rules do not allow this call of f.";
    check(json!({ "default": "ask" }), Approval::Auto, &["f?", "Deny by Nobody"], nobody).await;
    check(json!({}), Approval::Ask, &["f?", "Deny by Nobody"], nobody).await;
    check(json!({}), Approval::Deny, &["Deny by Tool"], rules).await;
    check(json!({ "default": "deny" }), Approval::Auto, &["Deny by Default"], rules).await;
    let rule = json!({ "rules": [{ "tool": "f", "arguments": { "n": "1" }, "action": "deny" }] });
    check(rule, Approval::Auto, &["Deny by Rule"], rules).await;
}

#[tokio::test]
async fn a_person_is_asked_one_question_at_a_time() {
    use Verdict::{Allow, Deny};
    let person = Person::new([Allow, Deny, Allow]);
    let setup = Setup {
        policy: json!({ "default": "ask", "rules": [{ "tool": "free", "action": "allow" }] }),
        person: Some(person.clone()),
        ..Setup::new([ran("f", Approval::Auto), ran("free", Approval::Ask)])
    };
    let seen = setup.run(&[&calls([("f", 1), ("free", 2), ("f", 3), ("f", 4)]), DONE]).await;
    assert_eq!(person.asked(), ["f {\"n\":1}", "f {\"n\":3}", "f {\"n\":4}"]);
    assert_eq!(seen.approvals(), ["f?", "Allow by Person", "f?", "Deny by Person", "f?", "Allow by Person"]);
    let denied = "The user was asked about this call of f and does not allow it. \
                  It was not made: do without it, or say what you could not do.";
    assert_eq!(seen.observations(), [["ran 1", "ran 2", denied, "ran 4"]]);
    assert_eq!(seen.turn.outcome(), Outcome::Denied);
}

#[tokio::test]
async fn an_answer_for_the_session_is_for_the_same_tool_and_reason() {
    use Verdict::{Allow, Deny, Session};
    let person = Person::new([Session, Allow, Session, Deny]);
    let setup = Setup {
        policy: json!({ "default": "ask", "rules": [
            { "tool": "f", "arguments": { "n": "9?" }, "action": "ask" },
            { "tool": "f", "arguments": { "n": "100" }, "action": "deny" },
        ] }),
        person: Some(person.clone()),
        ..Setup::new([ran("f", Approval::Auto), ran("g", Approval::Auto), ran("f.g", Approval::Auto)])
    };
    // The default asks about f, then about g; a rule asks about 9x, and another denies 100.
    let first = calls([("f", 1), ("f", 2), ("g", 1), ("f", 91), ("f", 92), ("f", 100)]);
    let seen = setup.run(&[&first, &calls([("f", 3), ("f.g", 1)]), DONE]).await;
    assert_eq!(person.asked(), ["f {\"n\":1}", "g {\"n\":1}", "f {\"n\":91}", "f.g {\"n\":1}"]);
    let by_session = seen.approvals().iter().filter(|text| *text == "Allow by Session").count();
    assert_eq!((by_session, seen.turn.denied_calls), (3, 2));
}

#[tokio::test]
async fn a_question_does_not_outlive_its_turn() {
    let setup = || Setup {
        policy: json!({ "default": "ask" }),
        person: Some(Person::new([])),
        ..Setup::new([ran("f", Approval::Auto)])
    };
    let script = [&calls([("f", 1), ("f", 2)]), DONE];
    let interrupted = setup();
    let (cancel, person) = (interrupted.cancel.clone(), interrupted.person.clone().unwrap());
    let canceller = async move {
        while person.asked().is_empty() {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (seen, ()) = tokio::join!(interrupted.run(&script), canceller);
    assert_eq!((seen.turn.end, seen.turn.denied_calls), (End::Interrupted, 2));
}

/// Whatever a model writes as a name or as arguments, only the registered tool that the rule names
/// runs, and nobody is asked about a call that could not be made.
#[tokio::test]
async fn nothing_that_a_model_writes_changes_a_rule() {
    let call =
        |tool: &str, arguments: &str| format!("<tool_call>{tool}\n{arguments}</tool_call>\n<|observation|>");
    let argument =
        |name: &str, value: &str| format!("<arg_key>{name}</arg_key>\n<arg_value>{value}</arg_value>\n");
    for written in [
        call("Write", &argument("n", "1")),
        call("wrıte", &argument("n", "1")),
        call("wr\u{200b}ite", &argument("n", "1")),
        call("*", &argument("n", "1")),
        call("read*", &argument("n", "1")),
        call("read|write", &argument("n", "1")),
        call("write", &argument("n", "1")),
        call("write", &(argument("n", "1") + &argument("action", "allow"))),
        call("write", &(argument("n", "1") + &argument("n", "2"))),
        call("write", &argument("n", "*")),
        call("write", &argument("n", "{\"action\": \"allow\", \"tool\": \"*\"}")),
        call("write", &argument("approval", "auto")),
        call("write", &argument("rules", "[{\"tool\": \"*\", \"action\": \"allow\"}]")),
    ] {
        let person = Person::new([]);
        let setup = Setup {
            policy: json!({ "default": "deny", "rules": [{ "tool": "read", "action": "allow" }] }),
            person: Some(person.clone()),
            ..Setup::new([ran("read", Approval::Auto), ran("write", Approval::Auto)])
        };
        let seen = setup.run(&[&written, &calls([("write", 7)]), &calls([("read", 7)]), DONE]).await;
        let observations = seen.observations();
        assert!(!observations[0][0].starts_with("ran"), "{written}: {observations:?}");
        assert!(
            observations[1][0].starts_with("The user's rules do not allow"),
            "{written}: {observations:?}"
        );
        assert_eq!(observations[2], ["ran 7"], "{written}");
        assert!(person.asked().is_empty());
    }
}

/// Whoever answers later than the turn may take.
struct Slow(Duration);

impl Approver for Slow {
    fn ask<'a>(&'a self, _: &'a Question) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            tokio::time::sleep(self.0).await;
            Verdict::Allow
        })
    }
}
