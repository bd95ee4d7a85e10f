//! What a front end asks for.

use agent::Verdict;

/// What the user wants of the session. Whoever runs the agent receives these while a turn runs too:
/// [`Op::Interrupt`] and [`Op::Approve`] are meant for the turn that is running, the others for when it
/// is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// A turn with this prompt. Sent only while no turn runs.
    Prompt(String),
    /// Stop the model or the tool; the turn's end is awaited.
    Interrupt,
    /// The answer to `approval.requested`.
    Approve {
        /// The id of the call's item.
        id: String,
        /// The answer.
        verdict: Verdict,
    },
    /// Leave this conversation and begin an empty one, which its `session.started` tells of.
    NewSession,
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
    /// Something else has written to the terminal: all of it is to be drawn anew.
    Redraw,
    /// The user wants the shell for a while.
    Suspend,
}
