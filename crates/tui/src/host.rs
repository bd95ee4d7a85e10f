//! The other end of the channels: an agent that does what a front end asks.

use std::{collections::VecDeque, pin::pin, sync::Arc};

use agent::{Agent, End, Event, OpenQuestions, Record, Session};
use chat::CancellationToken;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};

use crate::op::Op;

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
    /// Where events go.
    pub events: UnboundedSender<Event>,
}

impl Host {
    /// Serves a front end until it leaves. `open` makes the sessions, the first one too, and has started
    /// them ([`Session::start`]); `explain` says what is to be said of a turn without an answer. When the
    /// user leaves in the middle of a turn, its orderly end is awaited.
    pub async fn serve(mut self, mut open: impl FnMut() -> Opened, explain: impl Fn(&End) -> Option<Event>) {
        let (mut session, mut records) = open();
        let mut later = VecDeque::new();
        loop {
            self.pass_on(&mut records);
            let op = match later.pop_front() {
                Some(op) => Some(op),
                None => self.ops.recv().await,
            };
            match op {
                Some(Op::Prompt(prompt)) => {
                    let end = self.turn(&mut session, &mut records, &prompt, &mut later).await;
                    // The front end says itself that the user interrupted.
                    if end != End::Interrupted
                        && let Some(event) = explain(&end)
                    {
                        session.emit(event);
                    }
                }
                Some(Op::NewSession) => (session, records) = open(),
                Some(Op::Quit) | None => return,
                // Meant for a turn that was over before they came.
                Some(Op::Interrupt | Op::Approve { .. }) => {}
            }
        }
    }

    /// One turn. What the front end asks for meanwhile and is not meant for the turn, comes `later`.
    async fn turn(
        &mut self,
        session: &mut Session,
        records: &mut UnboundedReceiver<Record>,
        prompt: &str,
        later: &mut VecDeque<Op>,
    ) -> End {
        let cancel = CancellationToken::new();
        let agent = Arc::clone(&self.agent);
        let mut turn = pin!(agent.run(session, prompt, &cancel));
        let mut is_there = true;
        loop {
            tokio::select! {
                biased;
                Some(record) = records.recv() => self.pass(record),
                op = self.ops.recv(), if is_there => match op {
                    Some(Op::Interrupt) => cancel.cancel(),
                    Some(Op::Approve { id, verdict }) => drop(self.questions.answer(&id, verdict)),
                    Some(op @ (Op::Prompt(_) | Op::NewSession)) => later.push_back(op),
                    Some(Op::Quit) | None => {
                        is_there = false;
                        cancel.cancel();
                        later.clear();
                        later.push_back(Op::Quit);
                    }
                },
                turn = &mut turn => return turn.end,
            }
        }
    }

    fn pass_on(&self, records: &mut UnboundedReceiver<Record>) {
        while let Ok(record) = records.try_recv() {
            self.pass(record);
        }
    }

    fn pass(&self, record: Record) {
        // A front end that is gone has closed the ops too, which ends the turn.
        let _ = self.events.send(record.event);
    }
}
