//! Who is asked about a call.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::BoxFuture;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;

/// A call that waits for a person's word.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// The id of the call's item, and of the events about it.
    pub id: String,
    /// The tool's name.
    pub tool: String,
    /// What it would be called with.
    pub arguments: Value,
}

/// What a person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// This call is made.
    Allow,
    /// So is every later one of the session that would be asked about for the same reason: the same
    /// tool, and the same rule, manifest or default.
    Session,
    /// It is not made.
    Deny,
}

/// Asks a person, one question at a time.
pub trait Approver: Send + Sync {
    /// Asks about one call. Whoever shows the question learns of it from the event that follows this
    /// call, so an answer may come before the future is first polled. Dropping the future takes the
    /// question back.
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Verdict>;
}

/// Questions that a front end answers by their ids: it sees `approval.requested` and calls
/// [`OpenQuestions::answer`].
#[derive(Clone, Debug, Default)]
pub struct OpenQuestions(Arc<Mutex<HashMap<String, oneshot::Sender<Verdict>>>>);

impl OpenQuestions {
    /// Answers a question. False if it is not open: it was answered, or the turn is over.
    pub fn answer(&self, id: &str, verdict: Verdict) -> bool {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        sender.is_some_and(|sender| sender.send(verdict).is_ok())
    }
}

impl Approver for OpenQuestions {
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Verdict> {
        let (sender, receiver) = oneshot::channel();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(question.id.clone(), sender);
        let open = Open { questions: self, id: &question.id };
        Box::pin(async move {
            let verdict = receiver.await;
            drop(open);
            // Another question of the same id took its place, which nobody answered here.
            verdict.unwrap_or(Verdict::Deny)
        })
    }
}

/// Takes a question back when nobody waits for its answer any more.
struct Open<'a> {
    questions: &'a OpenQuestions,
    id: &'a str,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.questions.0.lock().unwrap_or_else(PoisonError::into_inner).remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_is_answered_once_or_taken_back() {
        let questions = OpenQuestions::default();
        let question = Question { id: "item-1".into(), tool: "f".into(), arguments: Value::Null };
        let asked = questions.ask(&question);
        assert!(!questions.answer("item-2", Verdict::Allow));
        assert!(questions.answer("item-1", Verdict::Session));
        assert!(!questions.answer("item-1", Verdict::Deny));
        assert_eq!(asked.await, Verdict::Session);
        drop(questions.ask(&question));
        assert!(!questions.answer("item-1", Verdict::Allow), "nobody waits");
    }
}
