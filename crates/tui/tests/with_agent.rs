//! A real agent behind the front end's state: everything but the terminal.
#![allow(clippy::unwrap_used, reason = "a test's helpers may panic as its cases do")]

use std::{path::PathBuf, sync::Arc, time::Duration};

use agent::{
    Agent, Approval, End, Event, Limits, OpenQuestions, Policy, Script, Session, Tool, ToolRegistry,
};
use chat::{FunctionSpec, Observation, ToolCall, ToolSpec};
use crossterm::event::{KeyCode, KeyEvent};
use futures::future::BoxFuture;
use ratatui::{Terminal, backend::TestBackend};
use serde_json::json;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};
use tui::{Effect, Host, Op, Options, State, draw};

/// Says what it was told.
struct Echo;

impl Tool for Echo {
    fn spec(&self) -> ToolSpec {
        let parameters = json!({ "type": "object", "properties": { "text": { "type": "string" } } });
        ToolSpec::Function(FunctionSpec { name: "echo".into(), description: String::new(), parameters })
    }

    fn call<'a>(&'a self, call: &'a ToolCall, _: &'a agent::CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(async move { Observation::ok(format!("echoed {}", call.arguments.raw())) })
    }
}

struct Front {
    state: State,
    events: UnboundedReceiver<Event>,
    ops: UnboundedSender<Op>,
    clock: Duration,
    host: JoinHandle<()>,
}

impl Front {
    /// A front end of an agent that asks before every call and whose model writes this.
    fn new(script: &[&str]) -> Self {
        let questions = OpenQuestions::default();
        let mut tools = ToolRegistry::default();
        tools.register(Arc::new(Echo)).unwrap();
        let (model, names) = (Script::new(script.iter().copied()), tools.names());
        let info = chat::ChatModel::info(&model).clone();
        let policy = Policy { default: Approval::Ask, ..Policy::default() };
        let agent = Agent::new(Arc::new(model), tools, Limits { max_steps: 3, ..Limits::default() })
            .with_policy(policy)
            .with_approver(Arc::new(questions.clone()));
        let (ops, asked) = unbounded_channel();
        let (sent, events) = unbounded_channel();
        let host = Host { agent: Arc::new(agent), questions, ops: asked, events: sent };
        let open = move || {
            let (mut session, records) = Session::new();
            session.start(info.clone(), names.clone(), PathBuf::from("/work"), None);
            (session, records)
        };
        let explain = |end: &End| match end {
            End::Limit(_) => Some(Event::Error { message: "a limit was reached".into(), hint: None }),
            _ => None,
        };
        let host = tokio::spawn(host.serve(open, explain));
        Self { state: State::new(Options::default()), events, ops, clock: Duration::ZERO, host }
    }

    fn screen(&mut self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(80, 30)).unwrap();
        terminal.draw(|frame| draw(&mut self.state, frame)).unwrap();
        terminal.backend().to_string()
    }

    /// Takes events until the screen shows a text.
    async fn until(&mut self, text: &str) {
        while !self.screen().contains(text) {
            let event = tokio::time::timeout(Duration::from_secs(5), self.events.recv()).await;
            let event = event.unwrap_or_default();
            let Some(event) = event else { panic!("{text:?} never came: {}", self.screen()) };
            let effects = self.state.apply(&event);
            self.carry_out(effects);
        }
    }

    fn press(&mut self, keys: impl IntoIterator<Item = KeyCode>) {
        // Nobody is so fast that it could be meant for what was there before.
        self.clock += Duration::from_secs(1);
        self.state.tick(self.clock);
        for key in keys {
            let effects = self.state.key(KeyEvent::from(key));
            self.carry_out(effects);
        }
    }

    fn enter(&mut self, text: &str) {
        self.press(text.chars().map(KeyCode::Char).chain([KeyCode::Enter]));
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(op) => self.ops.send(op).unwrap(),
                Effect::Copy(_) | Effect::Redraw | Effect::Suspend => {}
            }
        }
    }

    async fn quit(mut self) {
        self.enter("/quit");
        self.host.await.unwrap();
    }
}

const CALL: &str = "echo\n{\"text\": \"hello\"}<|observation|>";

#[tokio::test]
async fn a_call_is_asked_about_made_and_shown() {
    let mut front = Front::new(&[CALL, CALL, "\nIt said hello.<|user|>", "\nAgain.<|user|>"]);
    front.enter("Say hello");
    front.until("Allow echo?").await;
    front.press([KeyCode::Char('y')]);
    front.until("echoed {\"text\": \"hello\"}").await;
    front.until("Allow echo?").await;
    front.press([KeyCode::Char('n')]);
    front.until("It said hello.").await;
    let screen = front.screen();
    assert!(screen.contains("✓ echo") && screen.contains("⊘ echo") && screen.contains("denied"), "{screen}");
    front.enter("Once more");
    front.until("Again.").await;
    front.quit().await;
}

#[tokio::test]
async fn a_model_that_never_stops_is_interrupted() {
    let mut front = Front::new(&["\nOn and on", "\nHere.<|user|>"]);
    front.enter("Go");
    front.until("On and on").await;
    front.press([KeyCode::Esc]);
    assert!(front.screen().contains("interrupting"));
    front.until("· interrupted").await;
    front.enter("Still there?");
    front.until("Here.").await;
    front.quit().await;
}

#[tokio::test]
async fn a_new_session_begins_empty_and_leaving_ends_a_turn() {
    let mut front = Front::new(&["\nFirst.<|user|>", "\nOn and on"]);
    front.enter("One");
    front.until("First.").await;
    front.enter("/new");
    front.enter("Two");
    front.until("› Two").await;
    assert!(!front.screen().contains("First."), "{}", front.screen());
    front.until("On and on").await;
    front.quit().await;
}

#[tokio::test]
async fn an_end_without_an_answer_is_explained() {
    let mut front = Front::new(&[CALL, CALL, CALL]);
    front.enter("Say hello");
    front.until("Allow echo?").await;
    front.press([KeyCode::Char('4')]);
    front.until("a limit was reached").await;
    front.quit().await;
}
