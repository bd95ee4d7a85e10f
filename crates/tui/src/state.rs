//! The whole of a terminal session, as a value: events and keys change it, drawing reads it.

mod apply;
mod browse;
mod command;
mod keys;
mod mention;
mod moment;
mod mouse;
mod news;
mod pictures;

use std::{collections::VecDeque, time::Duration};

use agent::Event;
use ratatui::layout::{Rect, Size};

use crate::{
    approval::Question,
    composer::Composer,
    conversation::Conversation,
    desk::Kept,
    entry::{Entry, Kind},
    gallery::Gallery,
    images::Canvas,
    menu::Menu,
    meter::Meter,
    moment::View,
    op::{Effect, Op, Prompt},
    search::Search,
    theme::{Role, Theme},
    words::{Language, Words},
};

use mention::Mentions;
use mouse::Pointer;

/// How long a short notice stays.
const NOTICE: Duration = Duration::from_secs(4);
/// How soon the second Ctrl-C has to come.
const TWICE: Duration = Duration::from_secs(2);

/// How a session looks, and what no event tells.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The colours.
    pub theme: Theme,
    /// The language of the interface.
    pub language: Language,
    /// What the sandbox's state is called, if there is one.
    pub sandbox: Option<String>,
    /// The models that the user can go on with by name, as far as they are known.
    pub models: Vec<String>,
    /// How pictures are drawn.
    pub canvas: Canvas,
    /// Whether the conversation goes into the terminal's own lines instead of a screen of its own.
    pub inline: bool,
    /// The first prompt, sent as soon as the session has started.
    pub prompt: Option<String>,
}

/// What happens now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No session has started.
    Loading,
    /// The user's turn to speak.
    Idle,
    /// The model reads: tokens done, of how many.
    Reading(usize, usize),
    /// The model thinks, or one waits for its first word.
    Thinking,
    /// The model answers.
    Writing,
    /// The model writes a call, or its tool runs.
    Calling,
    /// Another model is being opened.
    Opening,
    /// The conversation is being made shorter.
    Compacting,
}

/// Where keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// To the prompt.
    Composer,
    /// To the conversation.
    Conversation,
}

/// What is drawn over everything and has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Popup {
    /// Whether a call is made.
    Question,
    /// The sessions that can be gone on with.
    Sessions,
    /// The session as it was at a step.
    Moment,
    /// The steps that can be looked at.
    Steps,
}

/// A sentence that goes by itself.
#[derive(Debug)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How it looks.
    pub role: Role,
    until: Duration,
}

/// Where things were drawn, for the mouse.
#[derive(Clone, Debug, Default)]
pub struct Areas {
    /// The conversation.
    pub conversation: Rect,
    /// The list of steps.
    pub steps: Rect,
    /// The entry of each of its rows.
    pub step_entries: Vec<usize>,
    /// The words of the prompt that is being written.
    pub composer: Rect,
    /// The first of its rows that is shown.
    pub composer_row: usize,
}

/// A terminal session. It knows no clock and no terminal: [`State::tick`] tells the time, and what is to
/// be done outside comes back as [`Effect`]s.
#[derive(Debug)]
pub struct State {
    pub(crate) conversation: Conversation,
    pub(crate) composer: Composer,
    pub(crate) meter: Meter,
    pub(crate) questions: VecDeque<Question>,
    pub(crate) search: Option<Search>,
    pub(crate) notice: Option<Notice>,
    pub(crate) theme: Theme,
    pub(crate) words: &'static Words,
    pub(crate) sandbox: Option<String>,
    pub(crate) phase: Phase,
    pub(crate) focus: Focus,
    pub(crate) is_stopping: bool,
    pub(crate) queued: Option<Prompt>,
    /// The sessions that can be gone on with, while the user chooses.
    pub(crate) sessions: Option<Menu<Kept>>,
    /// The steps that can be looked at, while the user chooses.
    pub(crate) steps: Option<Menu<usize>>,
    /// The step that is being looked at.
    pub(crate) moment: Option<View>,
    /// Models that the user can name.
    pub(crate) models: Vec<String>,
    pub(crate) mentions: Mentions,
    /// Whether the user wants to see every call before it is made.
    pub(crate) is_stepping: bool,
    /// The turn whose prompt is being written anew.
    pub(crate) rewinds: Option<usize>,
    /// What happened before in the session that is about to begin.
    past: Vec<Event>,
    /// Arguments that a person wrote and that may come back, with the call's id.
    edit: Option<(String, String)>,
    pub(crate) canvas: Canvas,
    pub(crate) is_inline: bool,
    /// The rows and columns of the terminal.
    pub(crate) screen: Size,
    pub(crate) gallery: Gallery,
    pub(crate) areas: Areas,
    pub(crate) pointer: Pointer,
    pub(crate) clock: Duration,
    /// When what happens now began.
    pub(crate) phase_since: Duration,
    pub(crate) turns: usize,
    /// The last step of the present turn.
    step: usize,
    tools: Vec<String>,
    /// Tools that the user does not want to be asked about again in this session.
    never: Vec<String>,
    /// Whether the session that is about to begin is a copy.
    keeps_never: bool,
    has_session: bool,
    /// Whether another session was asked for, whose `session.started` has not come.
    is_renewing: bool,
    ctrl_c: Option<Duration>,
    has_left: bool,
}

impl State {
    /// A session that has not started.
    pub fn new(options: Options) -> Self {
        let words = options.language.words();
        Self {
            conversation: Conversation::default(),
            composer: Composer::new(words),
            meter: Meter::default(),
            questions: VecDeque::new(),
            search: None,
            notice: None,
            theme: options.theme,
            words,
            sandbox: options.sandbox,
            phase: Phase::Loading,
            focus: Focus::Composer,
            is_stopping: false,
            queued: options.prompt.filter(|prompt| !prompt.trim().is_empty()).map(Prompt::from),
            sessions: None,
            steps: None,
            moment: None,
            models: options.models,
            mentions: Mentions::default(),
            is_stepping: false,
            rewinds: None,
            past: Vec::new(),
            edit: None,
            canvas: options.canvas.printed(options.inline),
            is_inline: options.inline,
            screen: Size::ZERO,
            gallery: Gallery::default(),
            areas: Areas::default(),
            pointer: Pointer::default(),
            clock: Duration::ZERO,
            phase_since: Duration::ZERO,
            turns: 0,
            step: 0,
            tools: Vec::new(),
            never: Vec::new(),
            keeps_never: false,
            has_session: false,
            is_renewing: false,
            ctrl_c: None,
            has_left: false,
        }
    }

    /// Tells the time since the session began.
    pub fn tick(&mut self, clock: Duration) {
        self.clock = self.clock.max(clock);
        if self.notice.as_ref().is_some_and(|notice| notice.until <= self.clock) {
            self.notice = None;
        }
        self.creep();
    }

    /// Whether something on the screen changes by itself.
    pub fn is_moving(&self) -> bool {
        self.is_working() || self.phase == Phase::Loading || self.notice.is_some() || self.is_creeping()
    }

    /// Whether the user has left.
    pub fn has_left(&self) -> bool {
        self.has_left
    }

    /// Whether a turn runs.
    pub fn is_working(&self) -> bool {
        !matches!(self.phase, Phase::Loading | Phase::Idle)
    }

    /// What is drawn over everything.
    pub(crate) fn popup(&self) -> Option<Popup> {
        match () {
            () if !self.questions.is_empty() => Some(Popup::Question),
            () if self.sessions.is_some() => Some(Popup::Sessions),
            () if self.moment.is_some() => Some(Popup::Moment),
            () if self.steps.is_some() => Some(Popup::Steps),
            () => None,
        }
    }

    /// The theme, which the user can change.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    fn enter(&mut self, phase: Phase) {
        if std::mem::discriminant(&self.phase) != std::mem::discriminant(&phase) {
            self.phase_since = self.clock;
        }
        self.phase = phase;
    }

    fn say(&mut self, text: impl Into<String>, role: Role) {
        let until = self.clock + NOTICE;
        self.notice = Some(Notice { text: text.into(), role, until });
    }

    fn note(&mut self, text: &str) {
        let mut entry = Entry::new(Kind::Note, text, self.clock);
        entry.is_done = true;
        self.conversation.push(entry);
        self.conversation.go(true);
    }

    fn send_prompt(&mut self, prompt: Prompt) -> Vec<Effect> {
        self.enter(Phase::Thinking);
        self.conversation.go(true);
        vec![Effect::Send(Op::Prompt(prompt))]
    }

    fn interrupt(&mut self) -> Vec<Effect> {
        if !self.is_working() || self.is_stopping {
            return Vec::new();
        }
        self.is_stopping = true;
        self.phase_since = self.clock;
        self.questions.clear();
        vec![Effect::Send(Op::Interrupt)]
    }

    fn leave(&mut self) -> Vec<Effect> {
        self.has_left = true;
        vec![Effect::Send(Op::Quit)]
    }
}

#[cfg(test)]
mod tests;
