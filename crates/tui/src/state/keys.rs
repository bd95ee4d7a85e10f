//! What keys change.

use agent::Verdict;
use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{Focus, Phase, State, TWICE};
use crate::{
    approval::{Answer, Reply},
    entry::Entry,
    menu::{Choice, Menu},
    op::{Effect, Op, Prompt, Which},
    search::{Direction, Search},
    theme::Role,
    words::say,
};

/// The longest paste in megabytes.
const MAX_PASTE_MB: usize = 4;

impl State {
    /// Takes a key, and says what is to be done because of it.
    pub fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if key.kind == KeyEventKind::Release {
            return Vec::new();
        }
        // Who goes on has read it.
        self.notice = None;
        self.pointer.selection = None;
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        if is_control && key.code == KeyCode::Char('c') {
            return self.ctrl_c();
        }
        self.ctrl_c = None;
        match key.code {
            KeyCode::Char('l') if is_control => return vec![Effect::Redraw],
            KeyCode::Char('z') if is_control => return vec![Effect::Suspend],
            _ => {}
        }
        if !self.questions.is_empty() {
            return self.question_key(key);
        }
        if let Some(menu) = &mut self.sessions {
            return match menu.key(key) {
                Choice::Open => Vec::new(),
                Choice::Left => {
                    self.sessions = None;
                    Vec::new()
                }
                Choice::Taken => {
                    let chosen = self.sessions.take().map(Menu::take);
                    chosen.map_or_else(Vec::new, |kept| self.go_to(Which::Resume(kept.id)))
                }
            };
        }
        if self.moment.is_some() {
            return self.moment_key(key);
        }
        if self.steps.is_some() {
            return self.steps_key(key);
        }
        if self.search.is_some() {
            return self.search_key(key);
        }
        if is_control && key.code == KeyCode::Char('f') {
            self.search = Some(Search::default());
            return Vec::new();
        }
        if self.scroll_key(key) {
            return Vec::new();
        }
        match self.focus {
            Focus::Composer => self.composer_key(key),
            Focus::Conversation => self.browse_key(key),
        }
    }

    /// Takes what was pasted.
    pub fn paste(&mut self, text: &str) -> Vec<Effect> {
        if text.len() > MAX_PASTE_MB << 20 {
            self.say(say(self.words.paste_too_long, MAX_PASTE_MB), Role::Warn);
            return Vec::new();
        }
        if let Some(editor) = self.questions.front_mut().and_then(|question| question.editor.as_mut()) {
            editor.composer.paste(text);
            return Vec::new();
        }
        // A view takes no words.
        if self.popup().is_some() {
            return Vec::new();
        }
        match &mut self.search {
            Some(search) => {
                let line = agent::clean(text.lines().next().unwrap_or_default());
                search.extend(&mut self.conversation, &line);
            }
            None => {
                self.focus = Focus::Composer;
                self.composer.paste(text);
            }
        }
        Vec::new()
    }

    /// The first one stops what runs and clears the draft, the second leaves.
    fn ctrl_c(&mut self) -> Vec<Effect> {
        let is_second = self.ctrl_c.is_some_and(|first| self.clock.saturating_sub(first) < TWICE);
        if is_second {
            return self.leave();
        }
        self.ctrl_c = Some(self.clock);
        // The history keeps the draft.
        self.composer.take();
        self.search = None;
        self.sessions = None;
        (self.steps, self.moment) = (None, None);
        self.rewinds = None;
        self.say(self.words.ctrl_c_again, Role::Warn);
        self.interrupt()
    }

    fn question_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let (now, words) = (self.clock, self.words);
        let Some(question) = self.questions.front_mut() else { return Vec::new() };
        let reply = question.key(key, now, words);
        let verdict = match reply {
            Reply::None => return Vec::new(),
            Reply::Interrupt => return self.interrupt(),
            Reply::Answer(answer) => answer.verdict(),
            Reply::Edit(ref text) => Verdict::Edit(text.clone()),
            Reply::Observe(ref text) => Verdict::Answer(text.clone()),
        };
        let Some(question) = self.questions.pop_front() else { return Vec::new() };
        match reply {
            Reply::Answer(Answer::Never) => self.never.push(question.exact_tool),
            Reply::Edit(text) => self.edit = Some((question.id.clone(), text)),
            _ => {}
        }
        self.ask_next();
        vec![Effect::Send(Op::Approve { id: question.id, verdict })]
    }

    fn search_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(search) = &mut self.search else { return Vec::new() };
        let conversation = &mut self.conversation;
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc => {
                self.search = None;
                if self.is_inline {
                    self.conversation.go(true);
                }
            }
            KeyCode::Enter | KeyCode::Up => search.go(conversation, Direction::Older),
            KeyCode::Down => search.go(conversation, Direction::Newer),
            KeyCode::Char('f' | 'p') if is_control => search.go(conversation, Direction::Older),
            KeyCode::Char('n') if is_control => search.go(conversation, Direction::Newer),
            KeyCode::Char('u') if is_control => {
                search.query.clear();
                search.restart(conversation);
            }
            KeyCode::Char(c) if !is_control && !c.is_control() => {
                search.extend(conversation, c.encode_utf8(&mut [0; 4]));
            }
            KeyCode::Backspace => {
                search.query.pop();
                search.restart(conversation);
            }
            _ => {
                self.scroll_key(key);
            }
        }
        Vec::new()
    }

    fn scroll_key(&mut self, key: KeyEvent) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        let page = isize::try_from(self.areas.conversation.height.saturating_sub(2).max(1)).unwrap_or(1);
        match key.code {
            KeyCode::PageUp => self.conversation.scroll(-page),
            KeyCode::PageDown => self.conversation.scroll(page),
            KeyCode::Home if is_control => self.conversation.go(false),
            KeyCode::End if is_control => self.conversation.go(true),
            KeyCode::End if self.composer.text().is_empty() => self.conversation.go(true),
            KeyCode::Char('t') if is_control => {
                if let Some(last) = self.conversation.entries().iter().rposition(Entry::is_step) {
                    self.conversation.toggle(last);
                }
            }
            _ => return false,
        }
        true
    }

    fn composer_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let is_plain = key.modifiers.is_empty();
        if self.mention_key(key) {
            return Vec::new();
        }
        match key.code {
            KeyCode::Enter if is_plain => return self.submit(),
            KeyCode::Esc if self.rewinds.is_some() => self.rewinds = None,
            KeyCode::Esc => return self.interrupt(),
            KeyCode::Tab => match self.completion() {
                Some(command) => self.composer.set(&command),
                None => {
                    self.focus = Focus::Conversation;
                    self.conversation.select(true);
                }
            },
            _ => {
                self.composer.key(key);
                return self.mention_written();
            }
        }
        Vec::new()
    }

    fn submit(&mut self) -> Vec<Effect> {
        // A line that ends in a backslash goes on.
        if self.composer.text().ends_with('\\') && self.composer.is_at_end() {
            self.composer.key(KeyEvent::from(KeyCode::Backspace));
            self.composer.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::ALT));
            return Vec::new();
        }
        if let Some(effects) = self.command() {
            return effects;
        }
        let Some(text) = self.composer.take() else { return Vec::new() };
        let prompt = self.with_files(text);
        if let Some(turn) = self.rewinds {
            let effects = self.go_to(Which::Fork(Some(turn.saturating_sub(1))));
            self.queued = Some(prompt);
            return effects;
        }
        if self.phase == Phase::Idle && self.has_session && !self.is_renewing {
            return self.send_prompt(prompt);
        }
        self.queued = Some(match self.queued.take() {
            Some(before) => Prompt {
                text: format!("{}\n\n{}", before.text, prompt.text),
                files: before.files.into_iter().chain(prompt.files).collect(),
            },
            None => prompt,
        });
        Vec::new()
    }
}
