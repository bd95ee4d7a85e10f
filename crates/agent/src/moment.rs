//! A session as it was at one of its steps.

use chat::{Artifact, Message, Usage};

use crate::{
    event::{Event, Item, ItemBody},
    log::Entry,
    setup::{Setup, Written},
};

/// What the model had been given when it wrote a step, what it wrote, and what came of it.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The turn.
    pub turn: usize,
    /// Counts the turn's steps from 1.
    pub step: usize,
    /// When the step was written, in RFC 3339; empty if the log does not say.
    pub ts: String,
    /// What it was asked with, if the log says.
    pub setup: Option<Setup>,
    /// The conversation as the model saw it.
    pub messages: Vec<Message>,
    /// How often an older part of the conversation had become a summary.
    pub compactions: usize,
    /// The completion.
    pub written: Written,
    /// What it cost, if the log says.
    pub usage: Option<Usage>,
    /// What was written, with the observations of the calls.
    pub items: Vec<Item>,
    /// The files that were known at its end, the newest of each path.
    pub artifacts: Vec<Artifact>,
}

impl Moment {
    /// The session of these entries at a step; nothing if they do not hold it.
    pub fn find(entries: &[Entry], turn: usize, step: usize) -> Option<Self> {
        let place = place_of(entries, turn, step)?;
        let Entry::Step { step: written } = &entries[place] else { return None };
        let mut moment = Self {
            turn,
            step,
            ts: String::new(),
            setup: None,
            messages: Vec::new(),
            compactions: 0,
            written: written.clone(),
            usage: None,
            items: Vec::new(),
            artifacts: Vec::new(),
        };
        for entry in &entries[..place] {
            moment.before(entry)?;
        }
        for entry in &entries[place + 1..end_of(entries, place)] {
            moment.behind(entry);
        }
        Some(moment)
    }

    /// Takes what the log holds before the step; nothing if it contradicts itself.
    fn before(&mut self, entry: &Entry) -> Option<()> {
        match entry {
            Entry::Message { message } => self.messages.push(message.clone()),
            Entry::Replacement { replacement } => {
                self.compactions += 1;
                return replacement.clone().apply(&mut self.messages).then_some(());
            }
            Entry::Setup { setup } => self.setup = Some(Setup::clone(setup)),
            Entry::Event(record) => self.know(&record.event),
            Entry::Step { .. } => {}
        }
        Some(())
    }

    fn behind(&mut self, entry: &Entry) {
        let Entry::Event(record) = entry else { return };
        self.know(&record.event);
        match &record.event {
            Event::StepCompleted { usage, .. } => {
                self.usage = Some(*usage);
                self.ts.clone_from(&record.ts);
            }
            Event::ItemCompleted { item } => self.items.push(item.clone()),
            _ => {}
        }
    }

    fn know(&mut self, event: &Event) {
        let Event::ItemCompleted { item: Item { body: ItemBody::ToolCall { observation, .. }, .. } } = event
        else {
            return;
        };
        for artifact in observation.iter().flat_map(|observation| &observation.artifacts) {
            self.artifacts.retain(|known| known.path != artifact.path);
            self.artifacts.push(artifact.clone());
        }
    }
}

/// The entries up to the end of a step: its completion, and what came of it.
pub(crate) fn up_to(entries: &[Entry], turn: usize, step: usize) -> Option<&[Entry]> {
    let place = place_of(entries, turn, step)?;
    Some(&entries[..end_of(entries, place)])
}

fn place_of(entries: &[Entry], turn: usize, step: usize) -> Option<usize> {
    let is_it = |written: &Written| (written.turn, written.step) == (turn, step) && written.summary.is_none();
    entries.iter().rposition(|entry| matches!(entry, Entry::Step { step } if is_it(step)))
}

/// Where what came of a step ends: at the next completion, or with the turn.
fn end_of(entries: &[Entry], place: usize) -> usize {
    for (behind, entry) in entries.iter().enumerate().skip(place + 1) {
        match entry {
            Entry::Step { .. } | Entry::Setup { .. } | Entry::Replacement { .. } => return behind,
            Entry::Event(record) => match record.event {
                Event::TurnCompleted { .. } => return behind + 1,
                Event::TurnStarted { .. } | Event::SessionStarted { .. } | Event::ContextCompacted { .. } => {
                    return behind;
                }
                _ => {}
            },
            Entry::Message { .. } => {}
        }
    }
    entries.len()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chat::{CancellationToken, FunctionSpec, Observation, ToolCall, ToolSpec};
    use futures::future::BoxFuture;

    use super::*;
    use crate::{Agent, CallContext, Limits, Script, Session, SessionLog, Tool, ToolRegistry, fork_at_step};

    /// Makes a file of the same name each time.
    struct Maker;

    impl Tool for Maker {
        fn spec(&self) -> ToolSpec {
            let parameters = serde_json::json!({ "type": "object" });
            ToolSpec::Function(FunctionSpec { name: "make".into(), description: String::new(), parameters })
        }

        fn call<'a>(&'a self, call: &'a ToolCall, _: &'a CallContext) -> BoxFuture<'a, Observation> {
            let sha256 = call.arguments.raw().to_owned();
            let artifacts = vec![Artifact { path: "a.png".into(), mime: "image/png".into(), sha256 }];
            Box::pin(async { Observation { artifacts, ..Observation::ok("made") } })
        }
    }

    #[tokio::test]
    async fn a_step_is_found_as_it_was_and_gone_on_from() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.jsonl");
        let mut tools = ToolRegistry::default();
        tools.register(Arc::new(Maker)).unwrap();
        let call = |n: usize| format!("make\n{{\"n\": {n}}}<|observation|>");
        let script = [call(1), call(2), "\nDone.<|user|>".into(), "\nAgain.<|user|>".into()];
        let model = Script::from_json(&serde_json::to_string(&script).unwrap()).unwrap();
        let agent = Agent::new(Arc::new(model), tools, Limits::default());
        let (mut session, _events) = Session::new();
        session.log_to(SessionLog::create(&path).unwrap());
        for prompt in ["One", "Two"] {
            agent.run(&mut session, prompt, &CancellationToken::new()).await;
        }
        let entries = SessionLog::read(&path).unwrap();
        let check = |turn, step, messages, items: usize, hash: Option<&str>| {
            let moment = Moment::find(&entries, turn, step).unwrap();
            assert_eq!((moment.turn, moment.step), (turn, step));
            assert_eq!((moment.messages.len(), moment.items.len()), (messages, items), "{turn} {step}");
            assert_eq!(moment.artifacts.first().map(|made| made.sha256.as_str()), hash);
            assert!(moment.artifacts.len() <= 1 && moment.setup.is_some() && moment.usage.is_some());
        };
        check(1, 1, 1, 1, Some("{\"n\": 1}"));
        check(1, 2, 3, 1, Some("{\"n\": 2}"));
        check(1, 3, 5, 1, Some("{\"n\": 2}"));
        check(2, 1, 7, 1, Some("{\"n\": 2}"));
        assert!(Moment::find(&entries, 1, 4).is_none() && Moment::find(&entries, 3, 1).is_none());

        drop(session);
        let fork = |turn, step| fork_at_step(&path, turn, step).unwrap();
        let resumed = |turn, step| Session::resume(&fork(turn, step).unwrap()).unwrap().0;
        assert_eq!(resumed(1, 1).messages().len(), 3);
        assert_eq!(resumed(1, 3).messages().len(), 6);
        assert_eq!(resumed(2, 1).messages(), Session::resume(&path).unwrap().0.messages());
        assert!(fork(2, 2).is_none());
    }
}
