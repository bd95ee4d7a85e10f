//! A real agent behind the front end's state: everything but the terminal.
#![allow(clippy::unwrap_used, reason = "a test's helpers may panic as its cases do")]

use std::{path::PathBuf, sync::Arc, time::Duration};

use agent::{
    Agent, Approval, End, Event, Limits, OpenQuestions, Policy, Script, Session, Tool, ToolRegistry,
};
use chat::{FunctionSpec, Observation, ToolCall, ToolSpec};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use futures::future::BoxFuture;
use ratatui::{Terminal, backend::TestBackend};
use serde_json::json;
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};
use tui::{Desk, Effect, Host, Kept, News, Op, Opening, Options, Prompt, State, Which, draw};

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

/// Keeps nothing but knows one session, of one turn.
struct Table {
    info: chat::ModelInfo,
    names: Vec<String>,
}

impl Table {
    fn lay(&self, past: Vec<Event>) -> Opening {
        let (mut session, records) = Session::new();
        session.start(self.info.clone(), self.names.clone(), PathBuf::from("/work"), None);
        Opening { opened: (session, records), past }
    }
}

impl Desk for Table {
    async fn open(&mut self, which: Which, _: &str) -> Result<Opening, String> {
        match which {
            Which::New => Ok(self.lay(Vec::new())),
            Which::Resume(id) if id == "kept" => {
                let earlier = Event::TurnStarted { turn: 1, prompt: "An earlier prompt".into() };
                Ok(self.lay(vec![earlier]))
            }
            Which::Resume(id) => Err(format!("there is no session \"{id}\"")),
            Which::Fork(turns) => {
                let prompt = format!("A fork at {turns:?}");
                Ok(self.lay(vec![Event::TurnStarted { turn: 1, prompt }]))
            }
            Which::ForkAt(turn, step) => {
                let prompt = format!("A fork at step {turn}.{step}");
                Ok(self.lay(vec![Event::TurnStarted { turn: 1, prompt }]))
            }
        }
    }

    fn sessions(&self) -> Result<Vec<Kept>, String> {
        let kept = Kept { id: "kept".into(), title: "A kept one".into(), time: String::new(), turns: 1 };
        Ok(vec![kept])
    }

    fn moment(&self, _: &str, turn: usize, step: usize) -> Result<agent::Moment, String> {
        Err(format!("there is no step {turn}.{step}"))
    }

    async fn model(
        &mut self,
        name: &str,
        cancel: &chat::CancellationToken,
    ) -> Result<(Arc<Agent>, Duration), String> {
        match name {
            "other" => {
                let model = Script::new(vec!["\nI am another.<|user|>".to_owned()]);
                let agent = Agent::new(Arc::new(model), ToolRegistry::default(), Limits::default());
                Ok((Arc::new(agent), Duration::from_secs(2)))
            }
            "endless" => {
                cancel.cancelled().await;
                Err("the model endless was not opened".into())
            }
            name => Err(format!("cannot open the model {name}")),
        }
    }

    fn export(&self, _: &str, file: &str) -> Result<PathBuf, String> {
        Ok(PathBuf::from(file))
    }

    fn attach(&mut self, prompt: &Prompt) -> Result<String, String> {
        Ok(prompt.text.clone())
    }

    fn add_tool(&mut self, file: &str) -> Result<Vec<String>, String> {
        Err(format!("{file} is no manifest"))
    }

    fn explain(&self, end: &End) -> Option<Event> {
        let message = "a limit was reached".to_owned();
        matches!(end, End::Limit(_)).then_some(Event::Error { message, hint: None })
    }
}

struct Front {
    state: State,
    news: UnboundedReceiver<News>,
    ops: UnboundedSender<Op>,
    clock: Duration,
    host: JoinHandle<Option<String>>,
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
        let (sent, news) = unbounded_channel();
        let host = Host { agent: Arc::new(agent), questions, ops: asked, news: sent };
        let desk = Table { info, names };
        let host = tokio::spawn(host.serve(desk.lay(Vec::new()), desk));
        Self { state: State::new(Options::default()), news, ops, clock: Duration::ZERO, host }
    }

    fn screen(&mut self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(80, 30)).unwrap();
        terminal.draw(|frame| draw(&mut self.state, frame)).unwrap();
        terminal.backend().to_string()
    }

    /// Takes events until the screen shows a text.
    async fn until(&mut self, text: &str) {
        while !self.screen().contains(text) {
            let event = tokio::time::timeout(Duration::from_secs(5), self.news.recv()).await;
            let Some(event) = event.unwrap_or_default() else {
                panic!("{text:?} never came: {}", self.screen())
            };
            let effects = self.state.hear(event);
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

    /// Sends what an editor holds.
    fn save(&mut self) {
        let effects = self.state.key(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL));
        self.carry_out(effects);
    }

    fn enter(&mut self, text: &str) {
        self.press(text.chars().map(KeyCode::Char).chain([KeyCode::Enter]));
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(op) => self.ops.send(op).unwrap(),
                Effect::Copy(_) | Effect::ListFiles | Effect::Redraw | Effect::Suspend => {}
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

#[tokio::test]
async fn sessions_are_listed_and_gone_on_with() {
    let mut front = Front::new(&["\nHere.<|user|>"]);
    front.until("Ask something").await;
    front.enter("/sessions");
    front.until("A kept one").await;
    front.press([KeyCode::Enter]);
    front.until("An earlier prompt").await;
    front.enter("/resume other");
    front.until("there is no session \"other\"").await;
    front.enter("Still there?");
    front.until("Here.").await;
    front.enter("/fork 1");
    front.until("A fork at Some(1)").await;
    front.enter("/export talk.md");
    front.until("the session is in talk.md").await;
    front.enter("/system Be brief");
    front.until("the model is told this").await;
    front.enter("/tool add x.txt");
    front.until("x.txt is no manifest").await;
    front.quit().await;
}

#[tokio::test]
async fn the_model_is_switched_and_the_conversation_stays() {
    let mut front = Front::new(&["\nI am the first.<|user|>", "\nStill the first.<|user|>"]);
    front.enter("Who are you?");
    front.until("I am the first.").await;
    front.enter("/model missing");
    front.until("cannot open the model missing").await;
    front.enter("/model endless");
    front.until("opening the model endless").await;
    front.press([KeyCode::Esc]);
    front.until("the model endless was not opened").await;
    front.enter("And now?");
    front.until("Still the first.").await;
    front.enter("/model other");
    front.enter("Who are you now?");
    front.until("I am another.").await;
    let screen = front.screen();
    assert!(screen.contains("opened in 2.0 s") && screen.contains("I am the first."), "{screen}");
    front.quit().await;
}

#[tokio::test]
async fn the_conversation_is_compacted_on_demand() {
    let long = format!("\n{}<|user|>", "word ".repeat(60));
    let mut front = Front::new(&[&long, "\nSecond.<|user|>", "\nIn short.<|user|>", "\nThird.<|user|>"]);
    front.enter("One");
    front.until("word word").await;
    front.enter("Two");
    front.until("Second.").await;
    front.enter("/compact");
    front.until("the context was compacted").await;
    front.enter("Three");
    front.until("Third.").await;
    front.quit().await;
}

#[tokio::test]
async fn a_call_is_edited_before_it_is_made() {
    let mut front = Front::new(&[CALL, CALL, "\nDone.<|user|>"]);
    front.until("Ask something").await;
    front.enter("Say hello");
    front.until("Allow echo?").await;
    front.press([KeyCode::Char('e')]);
    front.press([KeyCode::Char('!')]);
    front.save();
    front.until("edit them again").await;
    front.until("Edit the call of echo").await;
    front.press([KeyCode::Backspace]);
    front.save();
    front.until("edited by you").await;
    front.until("Allow echo?").await;
    front.press([KeyCode::Char('o')]);
    front.press("42 it is".chars().map(KeyCode::Char));
    front.save();
    front.until("Done.").await;
    let screen = front.screen();
    assert!(screen.contains("answered by you") && screen.contains("└ 42 it is"), "{screen}");
    front.quit().await;
}
