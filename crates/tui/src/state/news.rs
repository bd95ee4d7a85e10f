//! What the host tells beside the events.

use super::{Phase, State};
use crate::{
    desk::News,
    figures::time,
    label::label,
    menu::Menu,
    moment::View,
    op::{Effect, Op, Prompt, Which},
    theme::Role,
    words::say,
};

impl State {
    /// Takes news, and says what is to be done because of them.
    pub fn hear(&mut self, news: News) -> Vec<Effect> {
        match news {
            News::Event(event) => return self.apply(&event),
            News::Past(events) => self.past = events,
            News::Sessions(sessions) => {
                self.sessions = Menu::new(sessions);
                if self.sessions.is_none() {
                    self.say(self.words.no_sessions, Role::Warn);
                }
            }
            News::Moment(moment) => self.moment = Some(View::new(&moment, self.words)),
            News::Compacting => self.enter(Phase::Compacting),
            News::Compacted(is_shorter) => {
                if !is_shorter {
                    self.note(self.words.not_compacted);
                }
                return self.opened();
            }
            News::Opening(name) => {
                self.note(&say(self.words.opening, label(&name, 200)));
                self.enter(Phase::Opening);
            }
            News::Model(model, took) => {
                self.meter.model = Some(model);
                let opened = self.describe_model();
                self.note(&say(self.words.opened, format!("{} · {opened}", time(took))));
                return self.opened();
            }
            News::Exported(file) => {
                self.note(&say(self.words.exported, label(&file.to_string_lossy(), 400)));
            }
            News::Instructed => self.note(self.words.instructed),
            News::Added(names) => {
                let shown: Vec<String> = names.iter().map(|name| label(name, 64)).collect();
                self.note(&say(self.words.added, shown.join(", ")));
                self.tools.extend(names);
            }
            News::Refused { reason, prompt } => {
                let was_opening = matches!(self.phase, Phase::Opening | Phase::Compacting);
                self.refused(&reason, prompt);
                if was_opening {
                    return self.opened();
                }
            }
        }
        Vec::new()
    }

    /// What was done between turns is over, however it ended.
    fn opened(&mut self) -> Vec<Effect> {
        self.is_stopping = false;
        self.enter(Phase::Idle);
        match self.is_renewing {
            true => Vec::new(),
            false => self.send_queued(),
        }
    }

    /// What was asked for was not done: what the user wrote for it comes back.
    fn refused(&mut self, reason: &str, prompt: Option<Prompt>) {
        self.error(reason, None);
        self.conversation.go(true);
        if std::mem::take(&mut self.is_renewing)
            && let Some(prompt) = self.queued.take()
        {
            self.give_back(prompt);
        }
        if let Some(prompt) = prompt {
            self.enter(Phase::Idle);
            self.give_back(prompt);
        }
    }

    /// Shows what happened in the session before.
    pub(super) fn replay(&mut self) {
        let queued = self.queued.take();
        for event in std::mem::take(&mut self.past) {
            self.apply(&event);
        }
        self.queued = queued;
        self.enter(Phase::Idle);
    }

    /// Leaves the conversation for another one; what runs is stopped first.
    pub(super) fn go_to(&mut self, which: Which) -> Vec<Effect> {
        let mut effects = self.interrupt();
        // A copy keeps what the user has refused for good.
        self.keeps_never = matches!(which, Which::Fork(_) | Which::ForkAt(..));
        effects.push(Effect::Send(Op::Open(which)));
        self.queued = None;
        self.rewinds = None;
        self.is_renewing = true;
        effects
    }
}
