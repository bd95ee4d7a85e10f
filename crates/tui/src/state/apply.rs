//! What events change.

use std::time::Duration;

use agent::{Citation, Decider, Decision, Event, Item, ItemBody, SandboxLevel, SandboxState, Verdict};
use serde_json::Value;

use super::{Focus, Phase, State};
use crate::{
    approval::Question,
    conversation::Conversation,
    entry::{Entry, Kind},
    highlight::Syntax,
    label::label,
    meter::Meter,
    op::{Effect, Op},
    words::say,
};

/// Columns of a page's title and of its address.
const MAX_TITLE: usize = 80;
const MAX_ADDRESS: usize = 200;

impl State {
    /// Takes an event, and says what is to be done because of it.
    pub fn apply(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::SessionStarted { model, tools, sandbox, .. } => {
                self.start();
                if let Some(sandbox) = sandbox {
                    self.sandbox_found(sandbox);
                }
                self.meter.model = Some(model.clone());
                self.tools = tools.clone();
                self.replay();
                return self.send_queued();
            }
            Event::TurnStarted { turn, prompt } => {
                (self.turns, self.step) = (*turn, 0);
                let mut entry = Entry::new(Kind::Prompt, prompt, self.clock);
                entry.is_done = true;
                entry.turn = Some(*turn);
                self.conversation.push(entry);
                self.enter(Phase::Thinking);
            }
            Event::Prefill { done, total } => {
                self.meter.rest();
                self.enter(Phase::Reading(*done, *total));
            }
            Event::ItemStarted { item } => self.item_started(item),
            Event::ItemDelta { id, text } => {
                self.meter.piece(self.clock);
                if let Some(entry) = self.conversation.item(id)
                    && !entry.is_done
                {
                    entry.body.push(text);
                }
            }
            Event::ItemCompleted { item } => self.item_completed(item),
            Event::ApprovalRequested { id, tool, arguments } => return self.ask(id, tool, arguments),
            Event::ApprovalResolved { id, decision, by } => self.resolved(id, *decision, *by),
            Event::StepCompleted { step, usage } => {
                self.step = *step;
                self.meter.step(*usage);
            }
            Event::ContextCompacted { before_tokens, after_tokens } => {
                self.note(&say(self.words.compacted, format!("{before_tokens} → {after_tokens}")));
            }
            Event::TurnCompleted { steps, usage, .. } => {
                self.meter.turn(*steps, *usage);
                return self.turn_over();
            }
            Event::Error { message, hint } => self.error(message, hint.as_deref()),
            // The end of a run that came to no session; after a turn it says nothing new.
            Event::Result { .. } if !self.has_session => self.enter(Phase::Idle),
            Event::Result { .. } => {}
            // The call's observation says it too.
            Event::SandboxDenied(_) => {}
        }
        Vec::new()
    }

    /// A sandbox that is not whole is told, and stays in sight.
    fn sandbox_found(&mut self, sandbox: &SandboxState) {
        let level = match sandbox.level {
            SandboxLevel::Full => self.words.sandbox_full,
            SandboxLevel::Partial => self.words.sandbox_partial,
        };
        self.sandbox = Some(level.to_owned());
        if sandbox.level == SandboxLevel::Partial {
            self.error(&format!("the sandbox is not whole: {}", sandbox.missing.join("; ")), None);
        }
    }

    /// A session begins; another one's conversation is gone.
    fn start(&mut self) {
        if self.has_session {
            self.conversation = Conversation::default();
            self.meter = Meter::default();
            self.questions.clear();
            if !self.keeps_never {
                self.never.clear();
            }
            self.search = None;
            self.sessions = None;
            self.rewinds = None;
            (self.steps, self.moment) = (None, None);
            self.focus = Focus::Composer;
            self.turns = 0;
        }
        self.has_session = true;
        self.is_renewing = false;
        self.is_stopping = false;
        self.enter(Phase::Idle);
    }

    pub(super) fn send_queued(&mut self) -> Vec<Effect> {
        match self.queued.take() {
            Some(prompt) => self.send_prompt(prompt),
            None => Vec::new(),
        }
    }

    fn item_started(&mut self, item: &Item) {
        let phase = match &item.body {
            ItemBody::Message { .. } => Phase::Writing,
            ItemBody::Reasoning { .. } => Phase::Thinking,
            ItemBody::ToolCall { .. } => Phase::Calling,
        };
        self.enter(phase);
        self.begin(item);
    }

    fn begin(&mut self, item: &Item) {
        let mut entry = match &item.body {
            ItemBody::Message { text, .. } => Entry::new(Kind::Answer, text, self.clock),
            ItemBody::Reasoning { text } => Entry::new(Kind::Thinking, text, self.clock),
            ItemBody::ToolCall { tool, arguments, .. } => Entry::call(tool, arguments, self.clock),
        };
        entry.id = Some(item.id.clone());
        self.conversation.push(entry);
    }

    fn item_completed(&mut self, item: &Item) {
        let has_begun = self.conversation.item(&item.id).is_some();
        if !has_begun {
            self.begin(item);
        }
        let now = self.clock;
        let step = (self.step > 0).then_some((self.turns, self.step));
        let Some(entry) = self.conversation.item(&item.id) else { return };
        entry.is_done = true;
        entry.step = step;
        // Nobody saw how long an item of an earlier time took.
        entry.took = has_begun.then(|| now.saturating_sub(entry.since));
        match &item.body {
            ItemBody::Message { text, .. } | ItemBody::Reasoning { text } => {
                let syntax = if matches!(entry.kind, Kind::Answer) { Syntax::Prose } else { Syntax::Plain };
                entry.body.set(text, syntax);
            }
            ItemBody::ToolCall { arguments, observation, duration_ms, .. } => {
                entry.set_arguments(arguments);
                entry.took = duration_ms.map(Duration::from_millis);
                if let Some(observation) = observation {
                    entry.set_observation(observation);
                }
            }
        }
        if let ItemBody::Message { citations, .. } = &item.body {
            self.list_sources(citations);
        }
        self.meter.rest();
        let calls = |entry: &mut Entry| matches!(entry.kind, Kind::Call(_));
        if self.is_working() && !self.conversation.open_entries().any(calls) {
            self.enter(Phase::Thinking);
        }
    }

    /// Lists the pages that an answer cites, below it.
    fn list_sources(&mut self, citations: &[Citation]) {
        let mut lines: Vec<String> = Vec::new();
        for citation in citations {
            let mut line = format!("【{}】 {}", citation.id, label(&citation.title, MAX_TITLE));
            if !citation.url.is_empty() {
                line += &format!(" · {}", label(&citation.url, MAX_ADDRESS));
            }
            if !citation.verified {
                line += &format!(" · {}", self.words.not_verified);
            }
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        if !lines.is_empty() {
            let mut entry = Entry::new(Kind::Note, &lines.join("\n"), self.clock);
            entry.is_done = true;
            self.conversation.push(entry);
        }
    }

    fn ask(&mut self, id: &str, tool: &str, arguments: &Value) -> Vec<Effect> {
        if self.never.iter().any(|never| never == tool) {
            let (id, verdict) = (id.to_owned(), Verdict::Deny);
            return vec![Effect::Send(Op::Approve { id, verdict })];
        }
        if let Some(Entry { kind: Kind::Call(call), .. }) = self.conversation.item(id) {
            call.asks = true;
        }
        // A question that comes after the user stopped the turn is answered by its end.
        if !self.is_stopping {
            let mut question = Question::new(id, tool, arguments, self.clock);
            // What a person wrote was not right: it is there to be put right.
            if let Some((_, text)) = self.edit.take_if(|(edited, _)| edited == id) {
                question.edit(&text, self.words);
            }
            self.questions.push_back(question);
        }
        Vec::new()
    }

    fn resolved(&mut self, id: &str, decision: Decision, by: Decider) {
        self.edit = None;
        self.questions.retain(|question| question.id != id);
        self.ask_next();
        let words = self.words;
        let now = self.clock;
        let Some(entry) = self.conversation.item(id) else { return };
        // The tool's time begins when it may run.
        entry.since = now;
        if let Kind::Call(call) = &mut entry.kind {
            call.asks = false;
            call.remark = match (decision, by) {
                (Decision::Session, _) | (_, Decider::Session) => Some(words.allowed_before),
                (_, Decider::Nobody) => Some(words.nobody_answered),
                (Decision::Edited, _) => Some(words.edited),
                (Decision::Answered, _) => Some(words.answered),
                (Decision::Allow | Decision::Deny, _) => None,
            };
        }
    }

    /// The next question is asked from now on: keys for the one before it are not meant for it.
    pub(super) fn ask_next(&mut self) {
        if let Some(next) = self.questions.front_mut() {
            next.since = self.clock;
        }
    }

    pub(super) fn error(&mut self, message: &str, hint: Option<&str>) {
        let text = match hint {
            Some(hint) => format!("{message} ({hint})"),
            None => message.to_owned(),
        };
        let mut entry = Entry::new(Kind::Error, text.trim(), self.clock);
        entry.is_done = true;
        self.conversation.push(entry);
    }

    fn turn_over(&mut self) -> Vec<Effect> {
        let now = self.clock;
        for entry in self.conversation.open_entries() {
            entry.is_done = true;
            entry.took.get_or_insert(now.saturating_sub(entry.since));
        }
        self.questions.clear();
        self.enter(Phase::Idle);
        let is_stopped = std::mem::take(&mut self.is_stopping);
        if self.is_renewing {
            // What is queued is for the session to come.
            return Vec::new();
        }
        if !is_stopped {
            return self.send_queued();
        }
        self.note(self.words.interrupted);
        // Who stops a turn wants to think again about what was to follow it.
        if let Some(prompt) = self.queued.take() {
            self.give_back(prompt);
        }
        Vec::new()
    }

    /// The names of the tools, fit to show.
    pub(super) fn tool_names(&self) -> Vec<String> {
        self.tools.iter().map(|tool| label(tool, 64)).collect()
    }
}
