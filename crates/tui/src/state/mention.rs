//! `@file` in a prompt.

use std::path::PathBuf;

use crossterm::event::KeyEvent;

use super::State;
use crate::{
    menu::{Choice, Menu},
    op::{Effect, Prompt},
};

/// Files that are offered at once.
const MAX_OFFERED: usize = 8;

/// The files that can be named and those that were.
#[derive(Debug, Default)]
pub struct Mentions {
    files: Vec<String>,
    /// Those that fit what is written, while there is an `@` to complete.
    pub(crate) menu: Option<Menu<String>>,
    /// Whether the files are known or being listed, since the `@` was written.
    is_asked: bool,
    /// The user closed the list, until another `@`.
    is_closed: bool,
    /// Files that the user chose, which count while the prompt names them.
    chosen: Vec<String>,
}

impl State {
    /// Takes the files beneath the current folder, which [`Effect::ListFiles`] asks for.
    pub fn listed(&mut self, files: Vec<String>) {
        self.mentions.files = files;
        self.offer_files();
    }

    /// Takes a key that is meant for the list of files. Whether it was.
    pub(super) fn mention_key(&mut self, key: KeyEvent) -> bool {
        use crossterm::event::KeyCode::{Down, Enter, Esc, Tab, Up};
        let Some(menu) = self.mentions.menu.as_mut().filter(|_| key.modifiers.is_empty()) else {
            return false;
        };
        if !matches!(key.code, Up | Down | Enter | Tab | Esc) {
            return false;
        }
        match menu.key(key) {
            Choice::Open => {}
            Choice::Left => {
                self.mentions.menu = None;
                self.mentions.is_closed = true;
            }
            Choice::Taken => {
                if let Some(file) = self.mentions.menu.take().map(Menu::take) {
                    self.composer.complete(&format!("@{file} "));
                    self.mentions.chosen.push(file);
                }
            }
        }
        true
    }

    /// Has the list fit what is written now.
    pub(super) fn mention_written(&mut self) -> Vec<Effect> {
        if self.composer.mention().is_none() {
            (self.mentions.is_asked, self.mentions.is_closed, self.mentions.menu) = (false, false, None);
            return Vec::new();
        }
        self.offer_files();
        match std::mem::replace(&mut self.mentions.is_asked, true) {
            true => Vec::new(),
            false => vec![Effect::ListFiles],
        }
    }

    fn offer_files(&mut self) {
        let written = self.composer.mention().filter(|_| !self.mentions.is_closed);
        let Some(written) = written.map(str::to_lowercase) else {
            self.mentions.menu = None;
            return;
        };
        let name_fits = |file: &&String| {
            let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
            name.starts_with(&written) || file.to_lowercase().starts_with(&written)
        };
        let is_within = |file: &&String| file.to_lowercase().contains(&written);
        let files = &self.mentions.files;
        let first = files.iter().filter(name_fits);
        let second = files.iter().filter(|file| is_within(file) && !name_fits(file));
        self.mentions.menu = Menu::new(first.chain(second).take(MAX_OFFERED).cloned().collect());
    }

    /// The prompt of these words, with the chosen files that they name.
    pub(super) fn with_files(&mut self, text: String) -> Prompt {
        let mut files: Vec<PathBuf> = Vec::new();
        for file in std::mem::take(&mut self.mentions.chosen) {
            let path = PathBuf::from(&file);
            if text.contains(&format!("@{file}")) && !files.contains(&path) {
                files.push(path);
            }
        }
        Prompt { text, files }
    }

    /// Puts a prompt that was not sent before what is written.
    pub(super) fn give_back(&mut self, prompt: Prompt) {
        self.composer.put_before(&prompt.text);
        let files = prompt.files.iter().filter_map(|file| file.to_str());
        self.mentions.chosen.extend(files.map(str::to_owned));
    }
}
