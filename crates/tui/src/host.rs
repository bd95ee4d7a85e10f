//! The other end of the channels: an agent that does what a front end asks.

use std::{collections::VecDeque, future::Future, pin::pin, sync::Arc};

use agent::{Agent, End, OpenQuestions, Record, Session};
use chat::{CancellationToken, Message};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::{
    desk::{Desk, News, Opening},
    op::{Op, Prompt, Which},
};

/// A session with the events that come from it.
pub type Opened = (Session, UnboundedReceiver<Record>);

/// An agent with the channels to its front end.
pub struct Host {
    /// Does the work. Its approver is `questions`, if it has one.
    pub agent: Arc<Agent>,
    /// Where the user's answers go.
    pub questions: OpenQuestions,
    /// What the front end asks for.
    pub ops: UnboundedReceiver<Op>,
    /// Where news go.
    pub news: UnboundedSender<News>,
}

impl Host {
    /// Serves a front end until it leaves, beginning with the session `first`. When the user leaves in
    /// the middle of a turn, its orderly end is awaited. Returns the id of the session that can be gone on
    /// with.
    pub async fn serve(mut self, first: Opening, mut desk: impl Desk) -> Option<String> {
        let (mut session, mut records) = self.begin(first);
        let mut later = VecDeque::new();
        loop {
            self.pass_on(&mut records);
            let op = match later.pop_front() {
                Some(op) => Some(op),
                None => self.ops.recv().await,
            };
            match op {
                Some(Op::Prompt(prompt)) => {
                    let opened = (&mut session, &mut records);
                    self.prompt(opened, &mut desk, prompt, &mut later).await;
                }
                Some(Op::Open(which)) => {
                    if let Some(opening) = self.open(&mut desk, which, session.id()).await {
                        session.put_away();
                        (session, records) = self.begin(opening);
                    }
                }
                Some(Op::System(text)) => {
                    session.push(Message::system(text));
                    self.tell(News::Instructed);
                }
                Some(Op::AddTool(file)) => {
                    let added = desk.add_tool(&file);
                    self.tell_of(added, News::Added);
                }
                Some(Op::Model(name)) => self.switch(&mut desk, name, &mut later).await,
                Some(Op::Compact) => {
                    self.compact(&mut session, &mut later).await;
                }
                Some(Op::Quit) | None => return session.put_away().then(|| session.id().to_owned()),
                Some(op) => self.at_once(&desk, session.id(), op),
            }
        }
    }

    /// Shows what a session was before, and takes it up.
    fn begin(&self, opening: Opening) -> Opened {
        if !opening.past.is_empty() {
            self.tell(News::Past(opening.past));
        }
        opening.opened
    }

    async fn open(&self, desk: &mut impl Desk, which: Which, current: &str) -> Option<Opening> {
        match desk.open(which, current).await {
            Ok(opening) => Some(opening),
            Err(reason) => {
                self.tell(News::Refused { reason, prompt: None });
                None
            }
        }
    }

    /// Goes on with another model. What is asked for meanwhile comes `later`.
    async fn switch(&mut self, desk: &mut impl Desk, name: String, later: &mut VecDeque<Op>) {
        let cancel = CancellationToken::new();
        self.tell(News::Opening(name.clone()));
        match self.meanwhile(desk.model(&name, &cancel), &cancel, later).await {
            Ok((agent, took)) => {
                self.tell(News::Model(agent.model().clone(), took));
                self.agent = agent;
            }
            Err(reason) => self.tell(News::Refused { reason, prompt: None }),
        }
    }

    /// Makes the conversation shorter. What is asked for meanwhile comes `later`.
    async fn compact(&mut self, session: &mut Session, later: &mut VecDeque<Op>) {
        let cancel = CancellationToken::new();
        self.tell(News::Compacting);
        let agent = Arc::clone(&self.agent);
        match self.meanwhile(agent.compact_now(session, &cancel), &cancel, later).await {
            Some((before, after)) => self.tell(News::Compacted(after < before)),
            None => {
                let reason = "the conversation cannot be compacted: the model does not count its tokens";
                self.tell(News::Refused { reason: reason.into(), prompt: None });
            }
        }
    }

    /// Awaits something that the user can interrupt.
    async fn meanwhile<T>(
        &mut self,
        done: impl Future<Output = T>,
        cancel: &CancellationToken,
        later: &mut VecDeque<Op>,
    ) -> T {
        let mut done = pin!(done);
        let mut is_there = true;
        loop {
            tokio::select! {
                biased;
                op = self.ops.recv(), if is_there => match op {
                    Some(Op::Interrupt) => cancel.cancel(),
                    Some(Op::Quit) | None => {
                        is_there = false;
                        cancel.cancel();
                        later.clear();
                        later.push_back(Op::Quit);
                    }
                    Some(op) => later.push_back(op),
                },
                done = &mut done => return done,
            }
        }
    }

    async fn prompt(
        &mut self,
        (session, records): (&mut Session, &mut UnboundedReceiver<Record>),
        desk: &mut impl Desk,
        prompt: Prompt,
        later: &mut VecDeque<Op>,
    ) {
        let text = match desk.attach(&prompt) {
            Ok(text) => text,
            Err(reason) => return self.tell(News::Refused { reason, prompt: Some(prompt) }),
        };
        let end = self.turn((session, records), &*desk, &text, later).await;
        // The front end says itself that the user interrupted.
        if end != End::Interrupted
            && let Some(event) = desk.explain(&end)
        {
            session.emit(event);
        }
    }

    /// One turn. What the front end asks for meanwhile and is not meant for the turn, comes `later`.
    async fn turn(
        &mut self,
        (session, records): (&mut Session, &mut UnboundedReceiver<Record>),
        desk: &impl Desk,
        prompt: &str,
        later: &mut VecDeque<Op>,
    ) -> End {
        let cancel = CancellationToken::new();
        let (agent, id) = (Arc::clone(&self.agent), session.id().to_owned());
        let mut turn = pin!(agent.run(session, prompt, &cancel));
        let mut is_there = true;
        loop {
            tokio::select! {
                biased;
                Some(record) = records.recv() => self.tell(News::Event(record.event)),
                op = self.ops.recv(), if is_there => match op {
                    Some(Op::Interrupt) => cancel.cancel(),
                    Some(Op::Approve { id, verdict }) => drop(self.questions.answer(&id, verdict)),
                    Some(Op::Quit) | None => {
                        is_there = false;
                        cancel.cancel();
                        later.clear();
                        later.push_back(Op::Quit);
                    }
                    Some(op @ (Op::Sessions | Op::Moment(..) | Op::Export(_) | Op::Step(_))) => self.at_once(desk, &id, op),
                    Some(op) => later.push_back(op),
                },
                turn = &mut turn => return turn.end,
            }
        }
    }

    /// Does what needs no session of its own.
    fn at_once(&self, desk: &impl Desk, session: &str, op: Op) {
        match op {
            Op::Sessions => self.tell_of(desk.sessions(), News::Sessions),
            Op::Moment(turn, step) => {
                let moment = desk.moment(session, turn, step).map(Box::new);
                self.tell_of(moment, News::Moment);
            }
            Op::Export(file) => self.tell_of(desk.export(session, &file), News::Exported),
            Op::Step(is_on) => self.questions.ask_always(is_on),
            // Meant for a turn that was over before it came, or done elsewhere.
            _ => {}
        }
    }

    fn pass_on(&self, records: &mut UnboundedReceiver<Record>) {
        while let Ok(record) = records.try_recv() {
            self.tell(News::Event(record.event));
        }
    }

    fn tell_of<T>(&self, done: Result<T, String>, news: impl FnOnce(T) -> News) {
        self.tell(match done {
            Ok(value) => news(value),
            Err(reason) => News::Refused { reason, prompt: None },
        });
    }

    fn tell(&self, news: News) {
        // A front end that is gone has closed the ops too, which ends the turn.
        let _ = self.news.send(news);
    }
}
