//! Keys while the conversation has them.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Focus, State};
use crate::{entry::Entry, op::Effect, theme::Role, words::say};

impl State {
    pub(super) fn browse_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return Vec::new();
        }
        match key.code {
            KeyCode::Esc if self.is_working() => return self.interrupt(),
            KeyCode::Esc | KeyCode::Tab | KeyCode::Char('i' | 'q') => self.write(),
            KeyCode::Up | KeyCode::Char('k') => self.conversation.select(false),
            KeyCode::Down | KeyCode::Char('j') => self.conversation.select(true),
            KeyCode::Enter | KeyCode::Char(' ') => {
                if let Some(selected) = self.conversation.selected() {
                    self.conversation.toggle(selected);
                }
            }
            KeyCode::Char('e') => self.rewind(),
            KeyCode::Char('s') => return self.look_at_selected(),
            KeyCode::Char('a') => self.conversation.toggle_all(),
            KeyCode::Char('y') => {
                let selected = self.conversation.selected();
                let entry = selected.and_then(|place| self.conversation.entries().get(place));
                return entry.map(whole).map_or_else(Vec::new, |text| self.copy(text));
            }
            KeyCode::Home | KeyCode::Char('g') => self.conversation.go(false),
            KeyCode::End | KeyCode::Char('G') => self.conversation.go(true),
            KeyCode::Char('/') => self.search = Some(crate::search::Search::default()),
            _ => {}
        }
        Vec::new()
    }

    /// Puts the chosen prompt into the composer: what is sent goes on from before its turn.
    fn rewind(&mut self) {
        let entry = self.conversation.selected().and_then(|place| self.conversation.entries().get(place));
        let Some((turn, text)) = entry.and_then(|entry| Some((entry.turn?, entry.body.text().to_owned())))
        else {
            return self.say(self.words.rewind_what, Role::Warn);
        };
        self.composer.set(&text);
        self.rewinds = Some(turn);
        self.write();
    }

    /// Keys go to the prompt again.
    pub(super) fn write(&mut self) {
        self.focus = Focus::Composer;
        self.conversation.deselect();
        if self.is_inline {
            self.conversation.go(true);
        }
    }

    pub(super) fn copy(&mut self, text: String) -> Vec<Effect> {
        self.say(say(self.words.copied, text.chars().count()), Role::Good);
        vec![Effect::Copy(text)]
    }
}

/// A call with its observation, or an entry's words.
fn whole(entry: &Entry) -> String {
    match entry.seen() {
        Some(seen) => {
            let pictures = seen.pictures.iter().map(|shown| format!("\n{}", shown.picture.path.display()));
            let text = format!("{}\n\n{}", entry.body.text(), seen.text.text());
            pictures.fold(text, |text, path| text + &path)
        }
        None => entry.body.text().to_owned(),
    }
}
