//! A session's completions, asked again as they were.

use chat::{Message, Request};

use crate::{
    agent::compact::summary_prompt,
    event::Event,
    log::Entry,
    setup::{Setup, Written},
};

/// Goes through a log and gives each completion with the request that it answered; what tools said is
/// in the log too.
pub struct Replay {
    entries: std::vec::IntoIter<Entry>,
    messages: Vec<Message>,
    setup: Option<Setup>,
    begins: bool,
}

/// A completion of the log.
#[derive(Debug)]
pub struct ReplayedStep {
    /// Whether it is the first of a process, which began with an empty cache.
    pub begins: bool,
    /// What was written.
    pub written: Written,
    /// What it was asked with.
    pub setup: Setup,
    /// What was asked.
    pub request: Request,
}

impl Replay {
    /// The completions of these entries. Of logs that hold no tokens there are none.
    pub fn new(entries: Vec<Entry>) -> Self {
        Self { entries: entries.into_iter(), messages: Vec::new(), setup: None, begins: false }
    }

    /// The completion's request; none where the log does not hold what it was asked with.
    fn step(&mut self, written: Written) -> Option<ReplayedStep> {
        let setup = self.setup.clone()?;
        let (messages, constraint) = match written.summary {
            None => (self.messages.clone(), setup.constraint()),
            Some(of) if of.from <= of.begin && of.begin <= of.end && of.end <= self.messages.len() => {
                (summary_prompt(&self.messages, of), setup.summary_constraint())
            }
            Some(_) => return None,
        };
        let (tools, sampling, max_tokens) = (setup.tools.clone(), setup.sampling, written.max_tokens);
        let request = Request { messages, tools, sampling, max_tokens, constraint };
        let begins = std::mem::take(&mut self.begins);
        Some(ReplayedStep { begins, written, setup, request })
    }
}

impl Iterator for Replay {
    type Item = ReplayedStep;

    fn next(&mut self) -> Option<ReplayedStep> {
        loop {
            match self.entries.next()? {
                Entry::Message { message } => self.messages.push(message),
                Entry::Setup { setup } => self.setup = Some(*setup),
                Entry::Event(record) => self.begins |= matches!(record.event, Event::SessionStarted { .. }),
                Entry::Replacement { replacement } => {
                    if !replacement.apply(&mut self.messages) {
                        return None;
                    }
                }
                Entry::Step { step } => {
                    if let Some(step) = self.step(step) {
                        return Some(step);
                    }
                }
            }
        }
    }
}
