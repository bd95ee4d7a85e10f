//! What the model wrote that is no call: answers, right and wrong, and what is neither.

use chat::{AssistantMessage, Message, Observation};

use super::{Agent, Step, TurnState};
use crate::{event::ItemBody, schema::Schema, session::Session, stream::OpenItems, strict, turn::End};

impl Agent {
    /// Ends the turn with an answer, unless it has to satisfy a schema and does not.
    pub(super) fn answered(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        message: AssistantMessage,
        cut: Option<End>,
    ) -> Step {
        let citations = self.citer.as_ref().map(|citer| citer.cite(&message.text)).unwrap_or_default();
        items.complete_answer(session, &message.reasoning, &message.text, citations);
        state.turn.answer = message.text.clone();
        session.push(Message::Assistant(message));
        let Some(schema) = self.answer_schema.as_ref().filter(|_| cut.is_none()) else {
            return Step::Ended(cut.unwrap_or(End::Answered));
        };
        let Some(complaint) = complaint(schema, &state.turn.answer) else {
            state.turn.answer = state.turn.answer.trim().to_owned();
            return Step::Ended(End::Answered);
        };
        state.wrong_answers += 1;
        if state.wrong_answers < self.limits.max_malformed {
            session.push(Message::user(format!(
                "Your answer does not satisfy the schema of answers:\n{complaint}Answer again with nothing but JSON that matches this JSON Schema: {}",
                schema.reminder()
            )));
            return Step::Continue;
        }
        let first = complaint.lines().next().unwrap_or_default().trim_start_matches("- ");
        Step::Ended(End::Schema(format!("the answer does not satisfy the schema of answers: {first}")))
    }

    /// Tells the model what is wrong with what it wrote, unless it was cut off.
    pub(super) fn malformed(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        items: &mut OpenItems,
        (raw, reason): (String, String),
        cut: Option<End>,
    ) -> Step {
        items.complete_text(session, "", "");
        let observation = Observation::error(format!("What you wrote is no answer and no call: {reason}."));
        for id in items.abandoned_calls() {
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

/// What is wrong with an answer, a line for each violation; nothing if it is right.
fn complaint(schema: &Schema, answer: &str) -> Option<String> {
    match strict::parse(answer) {
        Ok(value) => schema.complaint(&value),
        Err(reason) => Some(format!("- it is not JSON: {reason}\n")),
    }
}

#[cfg(test)]
mod tests;
