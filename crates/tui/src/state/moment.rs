//! Looking back at a step, and going on from it.

use crossterm::event::{KeyCode, KeyEvent};

use super::State;
use crate::{
    entry::Kind,
    label::label,
    menu::{Choice, Menu},
    op::{Effect, Op, Which},
    theme::Role,
};

impl State {
    /// Lists the steps of the session, the last one chosen.
    pub(super) fn list_steps(&mut self) {
        self.steps = Menu::last_of(self.step_entries());
        if self.steps.is_none() {
            self.say(self.words.no_steps, Role::Warn);
        }
    }

    /// Of each step, the entry that says most of it: a call, or else what was written.
    fn step_entries(&self) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        let entries = self.conversation.entries();
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.step.is_some()) {
            match found.last_mut() {
                Some(last) if entries[*last].step == entry.step => {
                    if matches!(entries[*last].kind, Kind::Thinking) {
                        *last = place;
                    }
                }
                _ => found.push(place),
            }
        }
        found
    }

    /// A step on one line.
    pub(crate) fn step_line(&self, place: usize, width: usize) -> String {
        let Some(entry) = self.conversation.entries().get(place) else { return String::new() };
        let (turn, step) = entry.step.unwrap_or_default();
        let what = match &entry.kind {
            Kind::Call(call) => call.tool.as_str(),
            Kind::Thinking => self.words.thought,
            _ => self.words.answer,
        };
        let first = entry.body.text().trim().lines().next().unwrap_or_default();
        label(&format!("{turn}.{step}  {what}  {first}"), width.saturating_sub(2))
    }

    /// Looks at the step of the chosen entry.
    pub(super) fn look_at_selected(&mut self) -> Vec<Effect> {
        let chosen = self.conversation.selected().and_then(|place| self.conversation.entries().get(place));
        match chosen.and_then(|entry| entry.step) {
            Some((turn, step)) => vec![Effect::Send(Op::Moment(turn, step))],
            None => {
                self.say(self.words.step_which, Role::Warn);
                Vec::new()
            }
        }
    }

    pub(super) fn steps_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(menu) = &mut self.steps else { return Vec::new() };
        match menu.key(key) {
            Choice::Open => return Vec::new(),
            Choice::Left => self.steps = None,
            Choice::Taken => {
                let place = self.steps.take().map(Menu::take);
                let entry = place.and_then(|place| self.conversation.entries().get(place));
                if let Some((turn, step)) = entry.and_then(|entry| entry.step) {
                    return vec![Effect::Send(Op::Moment(turn, step))];
                }
            }
        }
        Vec::new()
    }

    pub(super) fn moment_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(view) = &mut self.moment else { return Vec::new() };
        let page = view.page();
        match key.code {
            KeyCode::Esc | KeyCode::Char('q') => self.moment = None,
            KeyCode::Up | KeyCode::Char('k') => view.scroll(-1),
            KeyCode::Down | KeyCode::Char('j') => view.scroll(1),
            KeyCode::PageUp => view.scroll(-page),
            KeyCode::PageDown | KeyCode::Char(' ') => view.scroll(page),
            KeyCode::Home | KeyCode::Char('g') => view.scroll(isize::MIN),
            KeyCode::End | KeyCode::Char('G') => view.scroll(isize::MAX),
            KeyCode::Left | KeyCode::Right => {
                let at = view.at;
                return self.look_beside(at, key.code == KeyCode::Right);
            }
            KeyCode::Char('f') => {
                let (turn, step) = view.at;
                self.moment = None;
                return self.go_to(Which::ForkAt(turn, step));
            }
            _ => {}
        }
        Vec::new()
    }

    /// Looks at the step after this one, or before it.
    fn look_beside(&self, at: (usize, usize), forwards: bool) -> Vec<Effect> {
        let steps = self.step_entries();
        let mut steps = steps.iter().filter_map(|place| self.conversation.entries()[*place].step);
        let next = match forwards {
            true => steps.find(|step| *step > at),
            false => steps.rfind(|step| *step < at),
        };
        next.map_or_else(Vec::new, |(turn, step)| vec![Effect::Send(Op::Moment(turn, step))])
    }
}
