//! What a host needs beside the agent: sessions that are kept, files, tools.

use std::{future::Future, path::PathBuf, sync::Arc, time::Duration};

use agent::{Agent, End, Event, Moment};
use chat::{CancellationToken, ModelInfo};

use crate::{
    host::Opened,
    op::{Prompt, Which},
};

/// A session that begins or goes on.
pub struct Opening {
    /// The session, which has been started ([`agent::Session::start`]).
    pub opened: Opened,
    /// What happened in it before.
    pub past: Vec<Event>,
}

/// A session that is kept, as a list shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// Its first prompt.
    pub title: String,
    /// When it began.
    pub time: String,
    /// Its turns.
    pub turns: usize,
}

/// Whoever keeps the sessions, the files and the tools that a host works with. An error is the sentence
/// that the user is shown.
pub trait Desk: Send + Sync {
    /// Opens a session in the place of `current`, which stays open until this has worked.
    ///
    /// # Errors
    /// There is no such session, or another process has it.
    fn open(&mut self, which: Which, current: &str) -> impl Future<Output = Result<Opening, String>> + Send;

    /// The sessions that there are, the newest first.
    ///
    /// # Errors
    /// They cannot be read.
    fn sessions(&self) -> Result<Vec<Kept>, String>;

    /// A session as it was at a step.
    ///
    /// # Errors
    /// It is not kept, or its log does not hold the step.
    fn moment(&self, session: &str, turn: usize, step: usize) -> Result<Moment, String>;

    /// Opens a model for the session to go on with, and says how long that took. The agent has the same
    /// tools.
    ///
    /// # Errors
    /// There is no such model, or it cannot be used.
    fn model(
        &mut self,
        name: &str,
        cancel: &CancellationToken,
    ) -> impl Future<Output = Result<(Arc<Agent>, Duration), String>> + Send;

    /// Writes a session into a file, and says into which.
    ///
    /// # Errors
    /// The file is there already or cannot be written.
    fn export(&self, session: &str, file: &str) -> Result<PathBuf, String>;

    /// Attaches a prompt's files, and says the prompt with their names.
    ///
    /// # Errors
    /// One of the files cannot be attached.
    fn attach(&mut self, prompt: &Prompt) -> Result<String, String>;

    /// Adds the functions of a manifest, and says the names of the new tools.
    ///
    /// # Errors
    /// The manifest is refused.
    fn add_tool(&mut self, file: &str) -> Result<Vec<String>, String>;

    /// What is to be said of a turn without an answer.
    fn explain(&self, end: &End) -> Option<Event>;
}

/// What a front end is told.
#[derive(Debug)]
pub enum News {
    /// Something happened in the session.
    Event(Event),
    /// What happened earlier in the session that begins with the next event.
    Past(Vec<Event>),
    /// The sessions that were asked for.
    Sessions(Vec<Kept>),
    /// The session as it was at the step that was asked for.
    Moment(Box<Moment>),
    /// The conversation is being made shorter.
    Compacting,
    /// That is over: whether it is shorter now.
    Compacted(bool),
    /// A model is being opened.
    Opening(String),
    /// The session goes on with this model, whose opening took this long.
    Model(ModelInfo, Duration),
    /// The session was written into this file.
    Exported(PathBuf),
    /// The model was given the system's new words.
    Instructed,
    /// These tools are there from now on.
    Added(Vec<String>),
    /// What was asked for was not done.
    Refused {
        /// Why, in a sentence.
        reason: String,
        /// The prompt that was not sent because of it.
        prompt: Option<Prompt>,
    },
}

impl From<Event> for News {
    fn from(event: Event) -> Self {
        Self::Event(event)
    }
}
