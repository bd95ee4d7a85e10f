use std::sync::Arc;

use chat::{Builtin, ChatModel, Delta, ModelInfo, Observation, Reply, ToolCall};
use futures::future::BoxFuture;

use super::*;
use crate::{CallContext, End, Limits, Script, SessionLog, Tool, ToolRegistry, agent::tests::drain};

/// A script that writes `summary` wherever it is asked for one.
struct Asked {
    script: Script,
    summary: &'static str,
}

impl ChatModel for Asked {
    fn info(&self) -> &ModelInfo {
        self.script.info()
    }

    fn count(&self, messages: &[Message], tools: &[ToolSpec]) -> Option<usize> {
        self.script.count(messages, tools)
    }

    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        if request.messages.last() == Some(&Message::user(ASK)) {
            let prompt = self.count(&request.messages, &request.tools).unwrap();
            assert!(prompt + request.max_tokens <= BUDGET, "the summary's own prompt fits");
            return Box::pin(
                async move { Script::new([self.summary]).complete(request, sink, cancel).await },
            );
        }
        self.script.complete(request, sink, cancel)
    }
}

/// A python that prints 300 characters.
struct Long;

impl Tool for Long {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::Python)
    }

    fn call<'a>(&'a self, _: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async { Observation::ok("7".repeat(300)) })
    }
}

const BUDGET: usize = 2000;

fn agent(script: Vec<String>, summary: &'static str, tools: ToolRegistry) -> Agent {
    let limits = Limits { max_context: Some(BUDGET), max_steps: 40, ..Limits::default() };
    Agent::new(Arc::new(Asked { script: Script::new(script), summary }), tools, limits)
}

/// Takes turns of about 300 tokens each until well after the budget is spent; returns the messages and
/// the tokens before and after each compaction. What the log says is what the session was.
async fn take_turns(summary: &'static str) -> (Vec<Message>, Vec<(usize, usize)>) {
    let script = (0..12).map(|n| format!("\nAnswer {n}.<|user|>")).collect();
    let agent = agent(script, summary, ToolRegistry::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let (mut session, events) = Session::new();
    session.log_to(SessionLog::create(&path).unwrap());
    session.push(Message::system("Be brief."));
    for n in 0..12 {
        let prompt = format!("Question {n} {}", "x".repeat(280));
        let turn = agent.run(&mut session, &prompt, &CancellationToken::new()).await;
        assert_eq!((turn.end, turn.answer), (End::Answered, format!("Answer {n}.")));
        assert!(agent.model.count(session.messages(), &[]).unwrap() <= BUDGET);
    }
    let messages = session.messages().to_vec();
    drop(session);
    assert_eq!(Session::resume(&path).unwrap().0.messages(), messages);
    let compactions = drain(events).into_iter().filter_map(|event| match event {
        Event::ContextCompacted { before_tokens, after_tokens } => Some((before_tokens, after_tokens)),
        _ => None,
    });
    (messages, compactions.collect())
}

fn text(message: &Message) -> &str {
    match message {
        Message::User { text } | Message::System { text } => text,
        _ => "",
    }
}

#[tokio::test]
async fn the_oldest_turns_become_a_summary() {
    let (messages, compactions) = take_turns("\n They were questions. <|user|>").await;
    assert_eq!(text(&messages[0]), "Be brief.");
    assert_eq!(text(&messages[1]), format!("{HEADING}\nThey were questions."));
    assert!(text(&messages[2]).starts_with("Question "), "whole turns stay: {messages:?}");
    assert_eq!(messages.last(), Some(&Message::answer("Answer 11.")));
    assert!(compactions.len() > 1, "{compactions:?}");
    for (before, after) in compactions {
        assert!(before > BUDGET * 7 / 8 && after <= BUDGET / KEPT_SHARE, "{before} {after}");
    }
}

#[tokio::test]
async fn without_a_summary_the_oldest_turns_go() {
    for summary in ["python\n1<|observation|>", "\n <|user|>", "nothing<|observation|>"] {
        let (messages, compactions) = take_turns(summary).await;
        assert_eq!(text(&messages[0]), "Be brief.");
        assert!(text(&messages[1]).starts_with("Question "), "{summary}: {messages:?}");
        assert!(!compactions.is_empty());
    }
}

#[tokio::test]
async fn a_turn_is_compacted_while_it_goes_on() {
    let mut script: Vec<String> = (0..20).map(|n| format!("python\n{n}<|observation|>")).collect();
    script.push("\nDone.<|user|>".into());
    let mut tools = ToolRegistry::default();
    tools.register(Arc::new(Long)).unwrap();
    let agent = agent(script, "\nSevens.<|user|>", tools);
    let (mut session, events) = Session::new();
    let turn = agent.run(&mut session, "Go on until you are done", &CancellationToken::new()).await;
    assert_eq!((turn.end, turn.answer.as_str(), turn.steps), (End::Answered, "Done.", 21));
    let said: Vec<&str> = session.messages().iter().take(2).map(text).collect();
    assert_eq!(said, [&format!("{HEADING}\nSevens."), "Go on until you are done"]);
    assert!(
        matches!(session.messages()[2], Message::Assistant(_)),
        "a call is not parted from its observation"
    );
    let is_compaction = |event: &Event| matches!(event, Event::ContextCompacted { .. });
    assert!(drain(events).iter().filter(|event| is_compaction(event)).count() > 1);
}

#[tokio::test]
async fn what_cannot_become_shorter_is_told() {
    let agent = agent(vec!["\nNever.<|user|>".into()], "\nShort.<|user|>", ToolRegistry::default());
    let (mut session, events) = Session::new();
    let turn = agent.run(&mut session, &"x".repeat(BUDGET), &CancellationToken::new()).await;
    let End::PromptTooLong(message) = turn.end else { panic!("{turn:?}") };
    assert!(message.contains("context holds 2000"), "{message}");
    assert!(!drain(events).iter().any(|event| matches!(event, Event::ContextCompacted { .. })));
}

/// Neither the log's growth nor the conversation's size nor the memory depends on how many turns there
/// have been.
#[tokio::test]
async fn two_thousand_turns_cost_the_same_each() {
    const TURNS: usize = 2000;
    let script = (0..TURNS).map(|n| format!("\nAnswer {n}.<|user|>")).collect();
    let agent = agent(script, "\nThey were questions.<|user|>", ToolRegistry::default());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let (mut session, mut events) = Session::new();
    session.log_to(SessionLog::create(&path).unwrap());
    let (mut sizes, mut memory, mut most) = (Vec::new(), Vec::new(), 0);
    for n in 0..TURNS {
        let prompt = format!("Question {n:04} {}", "x".repeat(100));
        let turn = agent.run(&mut session, &prompt, &CancellationToken::new()).await;
        assert_eq!(turn.end, End::Answered, "turn {n}");
        while events.try_recv().is_ok() {}
        most = most.max(session.messages().len());
        if n % 500 == 499 {
            sizes.push(std::fs::metadata(&path).unwrap().len());
            memory.push(resident_pages());
        }
    }
    assert!(most < 60, "{most} messages");
    let (early, late) = (sizes[1] - sizes[0], sizes[3] - sizes[2]);
    assert!(late.abs_diff(early) * 50 < early, "the log grew by {early} bytes and then by {late}");
    // 16 MiB of slack for the tests that run beside this one.
    assert!(memory[3] < memory[0] + 4096, "resident pages: {memory:?}");
}

/// Nothing where the system does not tell.
fn resident_pages() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    statm.split(' ').nth(1).and_then(|pages| pages.parse().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_conversation_is_compacted_when_somebody_wants_it() {
    let script = (0..4).map(|n| format!("\nAnswer {n}.<|user|>")).collect();
    let agent = agent(script, "\nIn short.<|user|>", ToolRegistry::default());
    let (mut session, events) = Session::new();
    session.push(Message::system("Be brief."));
    for n in 0..3 {
        let prompt = format!("Question {n} {}", "x".repeat(280));
        agent.run(&mut session, &prompt, &CancellationToken::new()).await;
    }
    let (before, after) = agent.compact_now(&mut session, &CancellationToken::new()).await.unwrap();
    assert!(after < before / 2, "{before} to {after}");
    let messages = session.messages();
    assert_eq!((messages.len(), &messages[0]), (4, &Message::system("Be brief.")));
    assert_eq!(messages[1], Message::user(format!("{HEADING}\nIn short.")));
    assert!(matches!(&messages[2], Message::User { text } if text.starts_with("Question 2 ")));
    let told = Event::ContextCompacted { before_tokens: before, after_tokens: after };
    assert!(drain(events).contains(&told));
    let (before, after) = agent.compact_now(&mut session, &CancellationToken::new()).await.unwrap();
    assert_eq!(before, after, "there is nothing left to leave out");
    agent.run(&mut session, "And now?", &CancellationToken::new()).await;
    assert_eq!(session.messages().last(), Some(&Message::answer("Answer 3.")));
}
