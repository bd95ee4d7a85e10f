//! The loop: from one prompt to one answer.

use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use chat::{
    AssistantMessage, CancellationToken, ChatModel, Completion, Constraint, Finish, Message, ModelError,
    Observation, Reply, Request, Sampling, Status, ToolCall,
};

use crate::{
    breaker::Breaker,
    event::{Event, ItemBody},
    limits::Limits,
    registry::ToolRegistry,
    session::Session,
    stream::OpenItems,
    tool::CallContext,
    turn::{End, LimitKind, Turn},
};

/// A model with tools and limits. It holds no conversation: that is the [`Session`].
pub struct Agent {
    model: Arc<dyn ChatModel>,
    tools: ToolRegistry,
    limits: Limits,
    sampling: Sampling,
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
}

impl Agent {
    /// An agent that samples greedily; its limits are made to fit the model.
    pub fn new(model: Arc<dyn ChatModel>, tools: ToolRegistry, limits: Limits) -> Self {
        let limits = limits.fit(model.info());
        Self { model, tools, limits, sampling: Sampling::default() }
    }

    /// The same agent with another way to sample.
    pub fn with_sampling(mut self, sampling: Sampling) -> Self {
        self.sampling = sampling;
        self
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
        TurnState {
            number,
            turn: Turn::started(),
            deadline: Instant::now() + self.limits.wall,
            breaker: Breaker::default(),
            malformed_in_a_row: 0,
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
        match reply.completion {
            Completion::Answer(message) => {
                items.complete_text(session, &message.reasoning, &message.text);
                state.turn.answer = message.text.clone();
                session.push(Message::Assistant(message));
                Step::Ended(cut_off(reply.finish, state).unwrap_or(End::Answered))
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
        state: &TurnState,
        items: &mut OpenItems,
        cancel: &CancellationToken,
    ) -> Result<Reply, ModelError> {
        let request = Request {
            messages: session.messages().to_vec(),
            tools: self.tools.specs(),
            sampling: self.sampling,
            max_tokens: self.limits.max_tokens.saturating_sub(state.turn.usage.completion_tokens),
            constraint: Constraint::default(),
        };
        let cancel = cancel.child_token();
        let mut sink = |delta| items.delta(session, delta);
        until(state.deadline, &cancel, self.model.complete(request, &mut sink, &cancel)).await
    }

    async fn answer_calls(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        message: AssistantMessage,
        cancel: &CancellationToken,
    ) -> Step {
        items.complete_text(session, &message.reasoning, &message.text);
        session.push(Message::Assistant(message.clone()));
        let mut results = Vec::with_capacity(message.calls.len());
        let mut repeats = 0;
        for call in &message.calls {
            let arguments = call.arguments.to_value();
            let id = items.take_call(session, &call.tool, &arguments);
            repeats = repeats.max(state.breaker.count(call));
            let begun = Instant::now();
            let observation = self.answer(state, call, repeats, cancel).await;
            let duration_ms = Some(begun.elapsed().as_millis() as u64);
            state.turn.failed_tool_calls += usize::from(observation.status != Status::Ok);
            state.turn.artifacts.extend(observation.artifacts.iter().cloned());
            session.complete_item(
                id,
                ItemBody::ToolCall {
                    tool: call.tool.clone(),
                    arguments,
                    observation: Some(observation.clone()),
                    duration_ms,
                },
            );
            results.push(observation);
        }
        session.push(Message::Observation { results });
        match stopped(state, cancel) {
            Some(end) => Step::Ended(end),
            None if repeats > self.limits.max_repeats => Step::Ended(End::Limit(LimitKind::Repeats)),
            None => Step::Continue,
        }
    }

    async fn answer(
        &self,
        state: &TurnState,
        call: &ToolCall,
        repeats: usize,
        cancel: &CancellationToken,
    ) -> Observation {
        if repeats >= self.limits.max_repeats {
            return Observation::error(format!(
                "This is the same call {repeats} times in a row and was not run again: use the result above, or do something else."
            ));
        }
        let context = CallContext { cancel: cancel.clone(), deadline: state.deadline };
        self.tools.call(call, &context, self.limits.observation_bytes).await
    }

    /// Tells the model what is wrong with what it wrote, unless it was cut off.
    fn malformed(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        (raw, reason): (String, String),
        cut: Option<End>,
    ) -> Step {
        items.complete_text(session, "", "");
        let observation = Observation::error(format!("What you wrote is no answer and no call: {reason}."));
        if let Some(id) = items.abandoned_call() {
            let body = ItemBody::ToolCall {
                tool: String::new(),
                arguments: raw.clone().into(),
                observation: Some(observation.clone()),
                duration_ms: None,
            };
            session.complete_item(id, body);
        }
        if let Some(end) = cut {
            return Step::Ended(end);
        }
        state.turn.malformed_calls += 1;
        state.malformed_in_a_row += 1;
        session.push(Message::answer(raw));
        session.push(Message::observation(observation));
        if state.malformed_in_a_row < self.limits.max_malformed {
            return Step::Continue;
        }
        let times = state.malformed_in_a_row;
        Step::Ended(End::Failed(format!(
            "the model wrote no answer and no call {times} times in a row; the last time: {reason}"
        )))
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

/// Why a turn does not go on after a call, if it does not.
fn stopped(state: &TurnState, cancel: &CancellationToken) -> Option<End> {
    match (cancel.is_cancelled(), time_is_over(state)) {
        (true, _) => Some(End::Interrupted),
        (false, true) => Some(End::Limit(LimitKind::Time)),
        (false, false) => None,
    }
}

fn time_is_over(state: &TurnState) -> bool {
    state.deadline.saturating_duration_since(Instant::now()) == Duration::ZERO
}

#[cfg(test)]
mod tests;
