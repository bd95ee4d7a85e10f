//! The loop: from one prompt to one answer.

mod answer;
mod calls;
pub(crate) mod compact;

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use chat::{
    CancellationToken, ChatModel, Completion, Finish, Message, ModelError, ModelInfo, Reply, Request,
    Sampling, ToolSpec,
};
use serde_json::Value;

use crate::{
    approver::Approver,
    breaker::Breaker,
    event::{Cite, Event},
    limits::Limits,
    policy::Policy,
    registry::ToolRegistry,
    schema::Schema,
    session::Session,
    setup::{Setup, Written},
    stream::OpenItems,
    turn::{End, LimitKind, Turn},
};

/// A model with tools, limits and a policy. It holds no conversation: that is the [`Session`].
pub struct Agent {
    model: Arc<dyn ChatModel>,
    tools: ToolRegistry,
    limits: Limits,
    sampling: Sampling,
    policy: Policy,
    approver: Option<Arc<dyn Approver>>,
    answer_schema: Option<Schema>,
    citer: Option<Arc<dyn Cite>>,
    constrained: bool,
}

/// What one step came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The turn goes on: calls were answered, or the model was told what was wrong.
    Continue,
    /// The turn is over.
    Ended(End),
}

/// A turn under way.
#[derive(Debug)]
pub struct TurnState {
    number: usize,
    turn: Turn,
    deadline: Instant,
    breaker: Breaker,
    malformed_in_a_row: usize,
    /// Answers that do not satisfy the schema of answers.
    wrong_answers: usize,
    /// The user knows that the model writes without a grammar.
    lapsed: bool,
}

impl Agent {
    /// An agent that samples greedily and makes every call that no tool's own word holds back; its
    /// limits are made to fit the model.
    pub fn new(model: Arc<dyn ChatModel>, tools: ToolRegistry, limits: Limits) -> Self {
        let limits = limits.fit(model.info());
        Self {
            model,
            tools,
            limits,
            sampling: Sampling::default(),
            policy: Policy::default(),
            approver: None,
            answer_schema: None,
            citer: None,
            constrained: true,
        }
    }

    /// The same agent with another way to sample.
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
    }

    /// The same agent under another policy.
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// The same agent with somebody to ask. Without one, a call that somebody would have to be asked
    /// about is not made.
    pub fn with_approver(mut self, approver: Arc<dyn Approver>) -> Self {
        self.approver = Some(approver);
        self
    }

    /// The same agent whose answers are JSON that satisfies a schema. The model is held to it while it
    /// writes, if it can be, and every answer is checked: a wrong one goes back to the model up to
    /// [`Limits::max_malformed`] times, then the turn ends with [`End::Schema`].
    pub fn with_answer_schema(mut self, schema: Schema) -> Self {
        self.answer_schema = Some(schema);
        self
    }

    /// The same agent whose answers' citations are held against the pages that `citer` knows.
    pub fn with_citer(mut self, citer: Arc<dyn Cite>) -> Self {
        self.citer = Some(citer);
        self
    }

    /// The same agent whose model may write any token. What it writes is checked all the same.
    pub fn unconstrained(mut self) -> Self {
        self.constrained = false;
        self
    }

    /// The model.
    pub fn model(&self) -> &ModelInfo {
        self.model.info()
    }

    /// Takes one prompt to one answer. It ends in every case: with an answer, at a limit, with the
    /// model's failure, or soon after `cancel`, which also stops a running tool.
    pub async fn run(&self, session: &mut Session, prompt: &str, cancel: &CancellationToken) -> Turn {
        let mut state = self.begin(session, prompt);
        loop {
            if let Step::Ended(end) = self.step(session, &mut state, cancel).await {
                return self.end(session, state, end);
            }
        }
    }

    /// Begins a turn.
    pub fn begin(&self, session: &mut Session, prompt: &str) -> TurnState {
        let number = session.begin_turn(prompt);
        session.push(Message::user(prompt));
        self.state(number)
    }

    /// A turn of which nothing has happened.
    fn state(&self, number: usize) -> TurnState {
        TurnState {
            number,
            turn: Turn::started(),
            deadline: Instant::now() + self.limits.wall,
            breaker: Breaker::default(),
            malformed_in_a_row: 0,
            wrong_answers: 0,
            lapsed: false,
        }
    }

    /// One completion, and the calls that it asks for.
    pub async fn step(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        cancel: &CancellationToken,
    ) -> Step {
        if state.turn.steps == self.limits.max_steps {
            return Step::Ended(End::Limit(LimitKind::Steps));
        }
        state.turn.steps += 1;
        let mut items = OpenItems::default();
        let reply = match self.complete(session, state, &mut items, cancel).await {
            Ok(reply) => reply,
            Err(error @ ModelError::PromptTooLong { .. }) if state.turn.steps == 1 => {
                return Step::Ended(End::PromptTooLong(error.to_string()));
            }
            Err(ModelError::PromptTooLong { .. }) => return Step::Ended(End::Limit(LimitKind::Context)),
            Err(error) => return Step::Ended(End::Failed(error.to_string())),
        };
        state.turn.usage.add(&reply.usage);
        if let Some(lapse) = reply.lapse.filter(|_| !state.lapsed) {
            state.lapsed = true;
            let message = format!("the model was not held to the grammar of calls: {lapse}");
            let hint = Some("what it writes is checked afterwards".to_owned());
            session.emit(Event::Error { message, hint });
        }
        match reply.completion {
            Completion::Answer(message) => {
                let cut = cut_off(reply.finish, state);
                self.answered(session, state, &mut items, message, cut)
            }
            Completion::ToolCalls(message) => {
                state.malformed_in_a_row = 0;
                self.answer_calls(session, state, &mut items, message, cancel).await
            }
            Completion::Malformed { raw, reason } => {
                let cut = cut_off(reply.finish, state);
                self.malformed(session, state, &mut items, (raw, reason), cut)
            }
        }
    }

    /// Ends a turn.
    pub fn end(&self, session: &mut Session, state: TurnState, end: End) -> Turn {
        let turn = Turn { end, ..state.turn };
        session.emit(Event::TurnCompleted { turn: state.number, steps: turn.steps, usage: turn.usage });
        turn
    }

    async fn complete(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let tools = self.tools.specs();
        let room = self.make_room(session, state, &tools, cancel).await?;
        let left = self.limits.max_tokens.saturating_sub(state.turn.usage.completion_tokens);
        let max_tokens = left.min(room);
        let setup = self.setup(&tools);
        let request = Request {
            messages: session.messages().to_vec(),
            tools,
            sampling: self.sampling,
            max_tokens,
            constraint: setup.constraint(),
        };
        session.set_up(setup);
        let cancel = cancel.child_token();
        let mut sink = |delta| items.delta(session, delta);
        let mut reply =
            until(state.deadline, &cancel, self.model.complete(request, &mut sink, &cancel)).await?;
        if reply.finish == Finish::TokenLimit && room < left {
            reply.finish = Finish::ContextFull;
        }
        let (turn, step) = (state.number, state.turn.steps);
        let (finish, ids) = (reply.finish, std::mem::take(&mut reply.ids));
        session.wrote(Written { turn, step, max_tokens, finish, ids, summary: None });
        session.emit(Event::StepCompleted { step, usage: reply.usage });
        Ok(reply)
    }

    fn setup(&self, tools: &[ToolSpec]) -> Setup {
        Setup {
            model: self.model.info().clone(),
            provenance: self.model.provenance(),
            tools: tools.to_vec(),
            sampling: self.sampling,
            grammar: self.constrained,
            answer_schema: self.answer_schema.as_ref().map(|schema| Value::clone(schema.value())),
        }
    }
}

/// Awaits `future`; when `deadline` comes first, cancels `cancel` and awaits its orderly end.
async fn until<T>(deadline: Instant, cancel: &CancellationToken, future: impl Future<Output = T>) -> T {
    tokio::pin!(future);
    tokio::select! {
        value = &mut future => return value,
        () = tokio::time::sleep_until(deadline.into()) => cancel.cancel(),
    }
    future.await
}

/// Why a completion ended before its stop token, if it did.
fn cut_off(finish: Finish, state: &TurnState) -> Option<End> {
    match finish {
        Finish::Stop => None,
        Finish::TokenLimit => Some(End::Limit(LimitKind::Tokens)),
        Finish::ContextFull => Some(End::Limit(LimitKind::Context)),
        Finish::Cancelled if time_is_over(state) => Some(End::Limit(LimitKind::Time)),
        Finish::Cancelled => Some(End::Interrupted),
    }
}

fn time_is_over(state: &TurnState) -> bool {
    state.deadline.saturating_duration_since(Instant::now()) == Duration::ZERO
}

#[cfg(test)]
mod tests;
