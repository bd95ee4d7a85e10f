//! What begins with a slash.

use super::State;
use crate::{
    entry::Kind,
    label::label,
    op::{Effect, Op, Which},
    theme::{Role, Theme},
    words::say,
};

impl State {
    /// Runs the draft if it is a command; nothing if it is a prompt.
    pub(super) fn command(&mut self) -> Option<Vec<Effect>> {
        let line = self.composer.text().trim_end().strip_prefix('/')?;
        if line.contains('\n') {
            return None;
        }
        let (name, argument) = line.split_once(' ').unwrap_or((line, ""));
        let (name, argument) = (name.to_owned(), argument.trim().to_owned());
        if !self.words.commands.iter().any(|(known, _)| *known == name) {
            // It stays in the draft: most likely a letter is wrong.
            let shown = label(&format!("/{name}"), 24);
            self.say(say(self.words.unknown_command, shown), Role::Bad);
            return Some(Vec::new());
        }
        self.composer.take();
        Some(self.run(&name, &argument))
    }

    /// The commands that the draft begins to name, with what they do.
    pub(crate) fn offered(&self) -> Vec<(&'static str, &'static str)> {
        let Some(begun) = self.composer.text().strip_prefix('/') else { return Vec::new() };
        let offered = self.words.commands.into_iter().filter(|(name, _)| name.starts_with(begun));
        offered.collect()
    }

    pub(super) fn completion(&self) -> Option<String> {
        let offered = self.offered();
        offered.first().map(|(name, _)| format!("/{name}"))
    }

    fn run(&mut self, name: &str, argument: &str) -> Vec<Effect> {
        match name {
            "help" => self.note(&self.help()),
            "new" => return self.go_to(Which::New),
            "sessions" => return vec![Effect::Send(Op::Sessions)],
            "resume" if argument.is_empty() => return vec![Effect::Send(Op::Sessions)],
            "resume" => return self.go_to(Which::Resume(argument.to_owned())),
            "fork" => return self.fork(argument),
            "export" => return vec![Effect::Send(Op::Export(argument.to_owned()))],
            "system" if argument.is_empty() => self.say(self.words.system_what, Role::Warn),
            "system" => return vec![Effect::Send(Op::System(argument.to_owned()))],
            "tool" => match argument.strip_prefix("add ").map(str::trim).filter(|file| !file.is_empty()) {
                Some(file) => return vec![Effect::Send(Op::AddTool(file.to_owned()))],
                None => self.say(self.words.tool_what, Role::Warn),
            },
            "step" => return self.step(argument),
            "copy" => {
                let answers = self.conversation.entries().iter().rev();
                let last = answers.filter(|entry| matches!(entry.kind, Kind::Answer)).map(|e| e.body.text());
                match last.into_iter().find(|text| !text.trim().is_empty()).map(str::to_owned) {
                    Some(text) => return self.copy(text),
                    None => self.say(self.words.nothing_to_copy, Role::Warn),
                }
            }
            "theme" if argument.is_empty() => {
                self.say(say(self.words.theme_is, self.theme.name()), Role::Dim)
            }
            "theme" => match Theme::from_name(argument) {
                Some(theme) => {
                    self.theme = theme;
                    self.say(say(self.words.theme_is, theme.name()), Role::Good);
                }
                None => self.say(say(self.words.unknown_theme, label(argument, 24)), Role::Bad),
            },
            "model" if argument.is_empty() => {
                let mut text = say(self.words.model_is, self.describe_model());
                if !self.models.is_empty() {
                    text += &format!("\n{}", say(self.words.models_are, label(&self.models.join(", "), 400)));
                }
                self.note(&text);
            }
            "model" => return vec![Effect::Send(Op::Model(argument.to_owned()))],
            "steps" => self.list_steps(),
            "compact" => return vec![Effect::Send(Op::Compact)],
            "tools" => {
                let names = self.tool_names();
                let text = match names.is_empty() {
                    true => self.words.no_tools.to_owned(),
                    false => say(self.words.tools_are, names.join(", ")),
                };
                self.note(&text);
            }
            _ => return self.leave(),
        }
        Vec::new()
    }

    fn fork(&mut self, turns: &str) -> Vec<Effect> {
        match turns.parse::<usize>() {
            Ok(turns) => self.go_to(Which::Fork(Some(turns))),
            Err(_) if turns.is_empty() => self.go_to(Which::Fork(None)),
            Err(_) => {
                self.say(self.words.fork_what, Role::Warn);
                Vec::new()
            }
        }
    }

    fn step(&mut self, argument: &str) -> Vec<Effect> {
        self.is_stepping = match argument {
            "on" => true,
            "off" => false,
            "" => !self.is_stepping,
            _ => {
                self.say(self.words.step_what, Role::Warn);
                return Vec::new();
            }
        };
        let said = if self.is_stepping { self.words.steps_through } else { self.words.steps_no_more };
        self.say(said, Role::Good);
        vec![Effect::Send(Op::Step(self.is_stepping))]
    }

    fn help(&self) -> String {
        let commands = self.words.commands.iter().map(|(name, what)| format!("\n/{name}  {what}"));
        commands.fold(self.words.help.to_owned(), |text, line| text + &line)
    }

    pub(super) fn describe_model(&self) -> String {
        let Some(model) = &self.meter.model else { return self.words.model_unknown.to_owned() };
        let mut text = format!("{} · {}", label(&model.name, 80), label(&model.format, 40));
        if let Some(tokens) = model.context_tokens {
            text += &format!(" · {} {tokens}", self.words.context);
        }
        if let Some(hash) = &model.sha256 {
            text += &format!(" · sha256 {}", label(hash, 64));
        }
        text
    }
}
