//! Who is asked about a call.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This call is made.
    Allow,
    /// So is every later one of the session that would be asked about for the same reason: the same
    /// tool, and the same rule, manifest or default.
    Session,
    /// It is not made.
    Deny,
    /// It is made with these arguments instead: JSON for functions, text for built-in tools. They are
    /// checked and ruled on as the model's are; if they are not what the tool takes, the question is
    /// asked again.
    Edit(String),
    /// It is not made, and the model is told this as if the tool had said it.
    Answer(String),
}

/// What became of a call, as events tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// It is made.
    Allow,
    /// It is made, and so are later ones for the same reason.
    Session,
    /// It is not made.
    Deny,
    /// It is made with arguments that a person wrote; the call's item has them.
    Edited,
    /// It is not made: the observation of the call's item is a person's.
    Answered,
}

/// Asks a person, one question at a time.
pub trait Approver: Send + Sync {
    /// Asks about one call. Whoever shows the question learns of it from the event that follows this
    /// call, so an answer may come before the future is first polled. Dropping the future takes the
    /// question back.
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Verdict>;

    /// Whether the person wants to see every call before it is made, also those that no rule asks about.
    fn asks_always(&self) -> bool {
        false
    }
}

/// Questions that a front end answers by their ids: it sees `approval.requested` and calls
/// [`OpenQuestions::answer`].
#[derive(Clone, Debug, Default)]
pub struct OpenQuestions {
    open: Arc<Mutex<HashMap<String, oneshot::Sender<Verdict>>>>,
    always: Arc<AtomicBool>,
}

impl OpenQuestions {
    /// Answers a question. False if it is not open: it was answered, or the turn is over.
    pub fn answer(&self, id: &str, verdict: Verdict) -> bool {
        let sender = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        sender.is_some_and(|sender| sender.send(verdict).is_ok())
    }

    /// Has every call be asked about from now on, or only those that a rule asks about.
    pub fn ask_always(&self, always: bool) {
        self.always.store(always, Ordering::Relaxed);
    }
}

impl Approver for OpenQuestions {
    fn ask<'a>(&'a self, question: &'a Question) -> BoxFuture<'a, Verdict> {
        let (sender, receiver) = oneshot::channel();
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(question.id.clone(), sender);
        let open = Open { questions: self, id: &question.id };
        Box::pin(async move {
            let verdict = receiver.await;
            drop(open);
            // Another question of the same id took its place, which nobody answered here.
            verdict.unwrap_or(Verdict::Deny)
        })
    }

    fn asks_always(&self) -> bool {
        self.always.load(Ordering::Relaxed)
    }
}

/// Takes a question back when nobody waits for its answer any more.
struct Open<'a> {
    questions: &'a OpenQuestions,
    id: &'a str,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.questions.open.lock().unwrap_or_else(PoisonError::into_inner).remove(self.id);
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
