//! What a front end asks for.

use std::path::PathBuf;

use agent::Verdict;

/// What the user says to the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// The words.
    pub text: String,
    /// Files that are to be attached, which the words name as `@file`.
    pub files: Vec<PathBuf>,
}

impl<T: Into<String>> From<T> for Prompt {
    fn from(text: T) -> Self {
        Self { text: text.into(), files: Vec::new() }
    }
}

/// A session to go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// An empty one.
    New,
    /// This one: its id, the beginning of it, or `last`.
    Resume(String),
    /// A copy of the present one, or of its first turns.
    Fork(Option<usize>),
    /// A copy of the present one up to the end of a step: its turn, and its number in it.
    ForkAt(usize, usize),
}

/// What the user wants of the session. Whoever runs the agent receives these while a turn runs too:
/// [`Op::Interrupt`] and [`Op::Approve`] are meant for the turn that is running; [`Op::Sessions`],
/// [`Op::Moment`], [`Op::Export`] and [`Op::Step`] are done at once; the others are for when it is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A turn with this prompt. Sent only while no turn runs.
    Prompt(Prompt),
    /// Stop the model or the tool; the turn's end is awaited.
    Interrupt,
    /// The answer to `approval.requested`.
    Approve {
        /// The id of the call's item.
        id: String,
        /// The answer.
        verdict: Verdict,
    },
    /// Leave this conversation for another one, which its `session.started` tells of.
    Open(Which),
    /// The list of sessions is wanted.
    Sessions,
    /// The session as it was at a step is wanted: its turn, and its number in it.
    Moment(usize, usize),
    /// Go on with the model of this name, as `--model` takes it.
    Model(String),
    /// Put a summary in the place of the older part of the conversation.
    Compact,
    /// Write the session into this file, or into one with a name of its own if it is empty.
    Export(String),
    /// The system's words to the model from now on.
    System(String),
    /// Add the functions of this manifest.
    AddTool(String),
    /// Ask about every call from now on, or only where a rule asks.
    Step(bool),
    /// The user leaves; nothing comes after it.
    Quit,
}

/// What a key leads to outside of the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// This is to be sent.
    Send(Op),
    /// This is to be put into the clipboard.
    Copy(String),
    /// The files beneath the current folder are to be listed, for [`crate::State::listed`].
    ListFiles,
    /// Something else has written to the terminal: all of it is to be drawn anew.
    Redraw,
    /// The user wants the shell for a while.
    Suspend,
}
