//! From the calls of one completion to their observations.

use std::time::Instant;

use chat::{Arguments, AssistantMessage, CancellationToken, Message, Observation, Status, ToolCall};
use futures::{StreamExt, stream};
use serde_json::Value;

use super::{Agent, Step, TurnState, time_is_over};
use crate::{
    approver::{Decision, Question, Verdict},
    call::{CheckedCall, bounded},
    clean::{cap, clean},
    event::{Decider, Event, ItemBody},
    policy::{Approval, Source},
    session::Session,
    stream::OpenItems,
    tool::CallContext,
    turn::{End, LimitKind},
};

/// Calls that run at the same time.
const MAX_AT_ONCE: usize = 8;
/// Of an observation, what the model is shown however many others there are.
const MIN_OBSERVATION_BYTES: usize = 256;
/// Of what is wrong with a person's arguments, what the person is shown.
const MAX_COMPLAINT_BYTES: usize = 800;

/// The calls of one completion and what became of them, in the model's order.
struct Batch {
    calls: Vec<ToolCall>,
    /// The items' ids.
    ids: Vec<String>,
    results: Vec<Option<Observation>>,
    /// Bytes of each observation.
    max_bytes: usize,
}

impl Agent {
    /// Answers every call of a completion: checks and decides about one after the other, runs those
    /// that are allowed at the same time, and gives the model their observations in its own order.
    pub(super) async fn answer_calls(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        message: AssistantMessage,
        cancel: &CancellationToken,
    ) -> Step {
        items.complete_text(session, &message.reasoning, &message.text);
        let mut batch = self.open(session, items, message.calls.clone());
        let mut admitted = Vec::new();
        let mut most_repeats = 0;
        for place in 0..batch.calls.len() {
            let repeats = state.breaker.count(&batch.calls[place]);
            most_repeats = most_repeats.max(repeats);
            match self.admit(session, state, (&mut batch, place), repeats, cancel).await {
                Ok(checked) => admitted.push((place, checked)),
                Err(refused) => {
                    let refused = bounded(refused, batch.max_bytes);
                    batch.complete(session, state, place, (refused, None));
                }
            }
        }
        // The model is to know the calls as they are made, which a person may have edited.
        session.push(Message::Assistant(AssistantMessage { calls: batch.calls.clone(), ..message }));
        self.run_calls(session, state, &mut batch, admitted, cancel).await;
        session.push(Message::Observation { results: batch.results.into_iter().flatten().collect() });
        match (cancel.is_cancelled(), time_is_over(state)) {
            (true, _) => Step::Ended(End::Interrupted),
            (false, true) => Step::Ended(End::Limit(LimitKind::Time)),
            _ if most_repeats > self.limits.max_repeats => Step::Ended(End::Limit(LimitKind::Repeats)),
            _ => Step::Continue,
        }
    }

    fn open(&self, session: &mut Session, items: &mut OpenItems, calls: Vec<ToolCall>) -> Batch {
        let ids = calls
            .iter()
            .map(|call| items.take_call(session, &call.tool, &call.arguments.to_value()))
            .collect();
        // All of them together stay within what one may have.
        let max_bytes = (self.limits.observation_bytes / calls.len().max(1)).max(MIN_OBSERVATION_BYTES);
        let max_bytes = max_bytes.min(self.limits.observation_bytes);
        Batch { ids, results: vec![None; calls.len()], calls, max_bytes }
    }

    /// Whether a call is made. The error is the observation of one that is not.
    async fn admit(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        (batch, place): (&mut Batch, usize),
        repeats: usize,
        cancel: &CancellationToken,
    ) -> Result<CheckedCall, Observation> {
        if repeats >= self.limits.max_repeats {
            return Err(Observation::error(format!(
                "This is the same call {repeats} times in a row and was not run again: use the result above, or do something else."
            )));
        }
        let call = &batch.calls[place];
        let checked = self.tools.check(call)?;
        let ruling = self.policy.decide(&call.tool, checked.approval(), &call.arguments);
        let is_seen = self.approver.as_ref().is_some_and(|approver| approver.asks_always());
        let decision = match ruling.approval {
            Approval::Deny => return Err(refuse(session, batch, place, decider(&ruling.source))),
            _ if is_seen => None,
            Approval::Auto => return Ok(checked),
            Approval::Ask => session.is_allowed(&call.tool, &ruling.source).then_some(Decision::Allow),
        };
        match decision {
            Some(decision) => {
                session.emit(resolved(&batch.ids[place], decision, Decider::Session));
                Ok(checked)
            }
            None => self.consult(session, state, (batch, place), (checked, ruling.source), cancel).await,
        }
    }

    /// Does with a call what a person says, who is asked again about arguments that are none.
    async fn consult(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        (batch, place): (&mut Batch, usize),
        (checked, source): (CheckedCall, Source),
        cancel: &CancellationToken,
    ) -> Result<CheckedCall, Observation> {
        let id = batch.ids[place].clone();
        loop {
            let verdict = self.ask(session, state, (&batch.calls[place], &id), cancel).await;
            match verdict {
                None => return Err(refuse(session, batch, place, Decider::Nobody)),
                Some(Verdict::Deny) => return Err(refuse(session, batch, place, Decider::Person)),
                Some(Verdict::Allow) => session.emit(resolved(&id, Decision::Allow, Decider::Person)),
                Some(Verdict::Session) => {
                    session.emit(resolved(&id, Decision::Session, Decider::Person));
                    session.allow(&batch.calls[place].tool, source);
                }
                Some(Verdict::Answer(text)) => {
                    session.emit(resolved(&id, Decision::Answered, Decider::Person));
                    return Err(Observation::ok(text));
                }
                Some(Verdict::Edit(text)) => match self.edited(&batch.calls[place], &text) {
                    Ok(edited) => return self.admit_edited(session, (batch, place), edited),
                    Err(message) => {
                        let hint = Some("edit them again, or answer in another way".to_owned());
                        session.emit(Event::Error { message, hint });
                        continue;
                    }
                },
            }
            return Ok(checked);
        }
    }

    /// A call with the arguments that a person wrote. The error says what is wrong with them.
    fn edited(&self, call: &ToolCall, text: &str) -> Result<CheckedCall, String> {
        let arguments = match &call.arguments {
            Arguments::Text(_) => Arguments::Text(text.to_owned()),
            Arguments::Json { .. } => {
                let value = serde_json::from_str(text)
                    .map_err(|error| format!("the edited arguments are not JSON: {error}"))?;
                Arguments::Json { value, raw: text.to_owned() }
            }
        };
        let checked = self.tools.check(&ToolCall { tool: call.tool.clone(), arguments });
        checked.map_err(|complaint| cap(&clean(&complaint.text), MAX_COMPLAINT_BYTES).0)
    }

    /// What a person wrote stands in the place of what the model wrote, wherever it is kept; the rules
    /// hold for it all the same.
    fn admit_edited(
        &self,
        session: &mut Session,
        (batch, place): (&mut Batch, usize),
        edited: CheckedCall,
    ) -> Result<CheckedCall, Observation> {
        let call = edited.call().clone();
        let ruling = self.policy.decide(&call.tool, edited.approval(), &call.arguments);
        batch.calls[place] = call;
        if ruling.approval == Approval::Deny {
            return Err(refuse(session, batch, place, decider(&ruling.source)));
        }
        session.emit(resolved(&batch.ids[place], Decision::Edited, Decider::Person));
        Ok(edited)
    }

    /// Asks whoever can be asked; nothing if nobody answers. The turn's time stands still meanwhile: it
    /// bounds what the model and the tools do, not how long a person thinks.
    async fn ask(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        (call, id): (&ToolCall, &str),
        cancel: &CancellationToken,
    ) -> Option<Verdict> {
        let arguments = call.arguments.to_value();
        let question = Question { id: id.to_owned(), tool: call.tool.clone(), arguments };
        let asked = self.approver.as_ref().map(|approver| approver.ask(&question));
        let Question { id, tool, arguments } = question.clone();
        session.emit(Event::ApprovalRequested { id, tool, arguments });
        let asked = asked?;
        let begun = Instant::now();
        let verdict = tokio::select! {
            biased;
            () = cancel.cancelled() => None,
            verdict = asked => Some(verdict),
        };
        state.deadline += begun.elapsed();
        verdict
    }

    /// Runs calls at the same time, some at once. Each is told as it ends.
    async fn run_calls(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        batch: &mut Batch,
        admitted: Vec<(usize, CheckedCall)>,
        cancel: &CancellationToken,
    ) {
        let context = CallContext { cancel: cancel.clone(), deadline: state.deadline };
        let (context, max_bytes) = (&context, batch.max_bytes);
        let runs = admitted.into_iter().map(async |(place, checked)| {
            let begun = Instant::now();
            let observation = checked.run(context, max_bytes).await;
            (place, observation, begun.elapsed().as_millis() as u64)
        });
        let mut runs = std::pin::pin!(stream::iter(runs).buffer_unordered(MAX_AT_ONCE));
        while let Some((place, observation, duration_ms)) = runs.next().await {
            batch.complete(session, state, place, (observation, Some(duration_ms)));
        }
    }
}

impl Batch {
    /// Tells what came of a call and keeps it for the model.
    fn complete(
        &mut self,
        session: &mut Session,
        state: &mut TurnState,
        place: usize,
        (observation, duration_ms): (Observation, Option<u64>),
    ) {
        state.turn.failed_tool_calls += usize::from(observation.status != Status::Ok);
        state.turn.denied_calls += usize::from(observation.status == Status::Denied);
        state.turn.artifacts.extend(observation.artifacts.iter().cloned());
        observation.denials.iter().for_each(|denial| session.emit(Event::SandboxDenied(denial.clone())));
        let ToolCall { tool, arguments } = &self.calls[place];
        let arguments: Value = arguments.to_value();
        let body = ItemBody::ToolCall {
            tool: tool.clone(),
            arguments,
            observation: Some(observation.clone()),
            duration_ms,
        };
        session.complete_item(self.ids[place].clone(), body);
        self.results[place] = Some(observation);
    }
}

fn resolved(id: &str, decision: Decision, by: Decider) -> Event {
    Event::ApprovalResolved { id: id.to_owned(), decision, by }
}

/// Tells that a call is not made, and gives its observation.
fn refuse(session: &mut Session, batch: &Batch, place: usize, by: Decider) -> Observation {
    session.emit(resolved(&batch.ids[place], Decision::Deny, by));
    Observation::new(Status::Denied, refusal(&batch.calls[place].tool, by))
}

fn decider(source: &Source) -> Decider {
    match source {
        Source::Rule(_) => Decider::Rule,
        Source::Tool => Decider::Tool,
        Source::Default => Decider::Default,
    }
}

/// What the model is told of a call that is not made.
fn refusal(tool: &str, by: Decider) -> String {
    let why = match by {
        Decider::Person => format!("The user was asked about this call of {tool} and does not allow it."),
        Decider::Nobody => {
            format!("This call of {tool} needs the user's approval, and nobody is there to give it.")
        }
        Decider::Rule | Decider::Tool | Decider::Default | Decider::Session => {
            format!("The user's rules do not allow this call of {tool}.")
        }
    };
    format!("{why} It was not made: do without it, or say what you could not do.")
}

#[cfg(test)]
mod tests;
