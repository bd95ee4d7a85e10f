//! Keeps a conversation within its budget of tokens.

use chat::{CancellationToken, Completion, Finish, Message, ModelError, Request, ToolSpec};

use super::{Agent, TurnState, time_is_over, until};
use crate::{
    event::Event,
    session::Session,
    setup::{Summarised, Written},
};

/// The part of the budget that is kept free for what the model writes.
const ANSWER_SHARE: usize = 8;
/// The part of the budget that a compaction leaves to the conversation.
const KEPT_SHARE: usize = 2;
/// The longest summary.
const MAX_SUMMARY_TOKENS: usize = 1024;

/// Asks for a summary.
pub(crate) const ASK: &str = "Summarise our conversation so far in a few sentences, for yourself: what I asked for, what was found out, with the exact numbers, names and files, and what is still to be done. Call no tool.";
/// Stands before a summary.
const HEADING: &str = "Summary of the conversation so far, whose first part is left out:";

/// A conversation that has to become shorter.
struct Overlong<'a> {
    tools: &'a [ToolSpec],
    /// Tokens that there may be in all.
    budget: usize,
    /// Tokens that are left to the conversation.
    kept: usize,
    /// Tokens that there are.
    before: usize,
    /// Where the instructions at its beginning end.
    from: usize,
}

impl Agent {
    /// Makes the conversation fit, and returns how many tokens may be written after it. Where nobody
    /// can count tokens, the model itself says when there are too many.
    ///
    /// # Errors
    /// It cannot be made to fit.
    pub(super) async fn make_room(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        tools: &[ToolSpec],
        cancel: &CancellationToken,
    ) -> Result<usize, ModelError> {
        let Some(budget) = self.limits.max_context else { return Ok(usize::MAX) };
        let Some(before) = self.model.count(session.messages(), tools) else { return Ok(usize::MAX) };
        if before + budget / ANSWER_SHARE <= budget && before < budget {
            return Ok(budget - before);
        }
        let from = instructions(session);
        let kept = budget / KEPT_SHARE;
        let long = Overlong { tools, budget, kept, before, from };
        let after = self.compact(session, state, &long, cancel).await;
        match budget.saturating_sub(after) {
            // The completion ends at once, in its own way.
            _ if cancel.is_cancelled() || time_is_over(state) => Ok(1),
            0 => Err(ModelError::PromptTooLong { prompt_tokens: after, context_tokens: budget }),
            room => Ok(room),
        }
    }

    /// Makes the conversation as short as it can be made while no turn runs: a summary stands for all but
    /// its last turn or step. Returns its tokens before and after; nothing where nobody can count them.
    pub async fn compact_now(
        &self,
        session: &mut Session,
        cancel: &CancellationToken,
    ) -> Option<(usize, usize)> {
        let tools = self.tools.specs();
        let before = self.model.count(session.messages(), &tools)?;
        let budget = self.limits.max_context.unwrap_or(before.saturating_mul(2));
        let from = instructions(session);
        let long = Overlong { tools: &tools, budget, kept: 0, before, from };
        let mut state = self.state(session.turns());
        let after = self.compact(session, &mut state, &long, cancel).await;
        Some((before, after))
    }

    /// Puts a summary in the place of the oldest messages, or nothing where there is none to be had.
    /// Returns the tokens of what is left.
    async fn compact(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        long: &Overlong<'_>,
        cancel: &CancellationToken,
    ) -> usize {
        let Some(end) = self.cut(session, long) else { return long.before };
        let summary = self.summarise(session, state, (long, end), cancel).await;
        if cancel.is_cancelled() || time_is_over(state) {
            return long.before;
        }
        let count = |summary: Option<&Message>| {
            let by = replacement(session, end, summary);
            let left = [&session.messages()[..long.from], &by, &session.messages()[end..]].concat();
            self.model.count(&left, long.tools).unwrap_or(long.before)
        };
        let most = long.budget - long.budget / ANSWER_SHARE;
        let summary = summary.filter(|summary| count(Some(summary)) <= most.min(long.before));
        let after = count(summary.as_ref());
        if after >= long.before {
            return long.before;
        }
        let by = replacement(session, end, summary.as_ref());
        session.replace(long.from, end, by);
        session.emit(Event::ContextCompacted { before_tokens: long.before, after_tokens: after });
        after
    }

    /// Where what is kept begins: at a turn, or at a step of this turn, whose prompt is always kept. The
    /// first place that leaves the conversation its part of the budget, or the last that there is.
    fn cut(&self, session: &Session, long: &Overlong) -> Option<usize> {
        let (messages, turn) = (session.messages(), session.turn_start());
        let turns = (long.from + 1..=turn).filter(|&i| matches!(messages[i], Message::User { .. }));
        let steps = (turn + 2..messages.len()).filter(|&i| matches!(messages[i], Message::Assistant(_)));
        let cuts: Vec<usize> = turns.chain(steps).collect();
        let is_too_long = |&end: &usize| {
            let by = replacement(session, end, None);
            let left = [&messages[..long.from], &by, &messages[end..]].concat();
            let count = self.model.count(&left, long.tools).unwrap_or_default();
            count + summary_tokens(long.budget) > long.kept
        };
        let first = cuts.partition_point(is_too_long);
        cuts.get(first).or(cuts.last()).copied()
    }

    /// The model's own summary of the messages before `end`; none if it writes none. The prompt begins
    /// like the conversation's, so that the cache has most of it.
    async fn summarise(
        &self,
        session: &mut Session,
        state: &mut TurnState,
        (long, end): (&Overlong<'_>, usize),
        cancel: &CancellationToken,
    ) -> Option<Message> {
        let max_tokens = summary_tokens(long.budget)
            .min(self.limits.max_tokens.saturating_sub(state.turn.usage.completion_tokens));
        let mut of = Summarised { from: long.from, begin: long.from, end };
        let messages = loop {
            let messages = summary_prompt(session.messages(), of);
            if self.model.count(&messages, long.tools)? + max_tokens <= long.budget {
                break messages;
            }
            // Of what does not fit, the older half goes, whole steps at a time.
            let half = of.begin + (of.end - of.begin).div_ceil(2);
            let is_start = |i: &usize| !matches!(session.messages()[*i], Message::Observation { .. });
            of.begin = (half..of.end).find(is_start)?;
        };
        let setup = self.setup(long.tools);
        let request = Request {
            messages,
            tools: long.tools.to_vec(),
            sampling: self.sampling,
            max_tokens,
            constraint: setup.summary_constraint(),
        };
        session.set_up(setup);
        let cancel = cancel.child_token();
        let mut unseen = |_| {};
        let reply = until(state.deadline, &cancel, self.model.complete(request, &mut unseen, &cancel)).await;
        // Why there is none does not matter: the oldest turns go without a summary then.
        let reply = reply.ok()?;
        state.turn.usage.add(&reply.usage);
        let (turn, step) = (state.number, state.turn.steps);
        let (finish, ids) = (reply.finish, reply.ids);
        session.wrote(Written { turn, step, max_tokens, finish, ids, summary: Some(of) });
        match reply.completion {
            Completion::Answer(answer) if finish != Finish::Cancelled && !answer.text.trim().is_empty() => {
                Some(Message::user(format!("{HEADING}\n{}", answer.text.trim())))
            }
            _ => None,
        }
    }
}

/// Where the instructions at the beginning end.
fn instructions(session: &Session) -> usize {
    let is_instruction = |message: &&Message| matches!(message, Message::System { .. });
    session.messages().iter().take_while(is_instruction).count()
}

/// The conversation that asks for a summary.
pub(crate) fn summary_prompt(messages: &[Message], of: Summarised) -> Vec<Message> {
    [&messages[..of.from], &messages[of.begin..of.end], &[Message::user(ASK)]].concat()
}

/// What stands for the messages up to `end`: the summary, and this turn's prompt if it is among them.
fn replacement(session: &Session, end: usize, summary: Option<&Message>) -> Vec<Message> {
    let turn = session.turn_start();
    let prompt = (end > turn).then(|| &session.messages()[turn]);
    summary.into_iter().chain(prompt).cloned().collect()
}

fn summary_tokens(budget: usize) -> usize {
    (budget / ANSWER_SHARE).min(MAX_SUMMARY_TOKENS)
}

#[cfg(test)]
mod tests;
