//! A session as it was at a step, as it is shown.

use agent::{Item, ItemBody, Moment, Setup};
use chat::{AssistantMessage, Finish, Message, Observation, Sampling, Status};
use ratatui::text::Line;
use serde_json::Value;

use crate::{
    figures::count,
    flow::Flow,
    highlight::Syntax,
    label::label,
    theme::{Role, Theme},
    words::{Words, say},
};

/// Columns of a name.
const MAX_NAME: usize = 80;

/// A step that is being looked at.
#[derive(Debug)]
pub struct View {
    /// Its turn, and its number in it.
    pub at: (usize, usize),
    /// What stands above all.
    pub title: String,
    sections: Vec<Section>,
    /// The first line that is shown.
    scroll: usize,
    /// Lines in all, and those that are shown at once, as laid out last.
    lines: usize,
    height: usize,
}

/// A part of it under a title of its own.
#[derive(Debug)]
struct Section {
    title: String,
    text: Flow,
}

/// A line of a view.
pub enum Shown<'a> {
    /// A section's title.
    Title(&'a str),
    /// A line of its text.
    Text(&'a Line<'static>),
    /// Nothing.
    Gap,
}

impl View {
    /// What there is to be seen of a moment.
    pub fn new(moment: &Moment, words: &Words) -> Self {
        let title = say(words.state_at, format!("{}.{}", moment.turn, moment.step));
        let mut view = Self {
            at: (moment.turn, moment.step),
            title,
            sections: Vec::new(),
            scroll: 0,
            lines: 0,
            height: 1,
        };
        view.add(words.asked_with, &figures(moment, words), Syntax::Plain);
        if let Some(setup) = &moment.setup {
            view.add(words.tools_then, &tools(setup, words), Syntax::Plain);
        }
        for message in &moment.messages {
            view.message(message, words);
        }
        for item in &moment.items {
            view.item(item, words);
        }
        let files = moment.artifacts.iter().map(|file| {
            format!("{} ({}, sha256 {})", file.path.display(), file.mime, label(&file.sha256, 12))
        });
        let files: Vec<String> = files.collect();
        let files = if files.is_empty() { words.no_files.to_owned() } else { files.join("\n") };
        view.add(words.files_then, &files, Syntax::Plain);
        view
    }

    fn add(&mut self, title: &str, text: &str, syntax: Syntax) {
        let text = Flow::new(text.trim_end(), syntax, Role::Text);
        self.sections.push(Section { title: title.to_owned(), text });
    }

    /// A message that the model had been given.
    fn message(&mut self, message: &Message, words: &Words) {
        match message {
            Message::System { text } => self.add(words.from_system, text, Syntax::Plain),
            Message::User { text } => self.add(words.from_user, text, Syntax::Plain),
            Message::Assistant(AssistantMessage { reasoning, text, calls }) => {
                if !reasoning.is_empty() {
                    self.add(words.thought, reasoning, Syntax::Plain);
                }
                if !text.trim().is_empty() {
                    self.add(words.answer, text, Syntax::Prose);
                }
                for call in calls {
                    self.call(&call.tool, &call.arguments.to_value(), words.called);
                }
            }
            Message::Observation { results } => {
                results.iter().for_each(|result| self.observation(result, words));
            }
        }
    }

    /// What was written in the step.
    fn item(&mut self, item: &Item, words: &Words) {
        let written = |what: &str| format!("» {what}");
        match &item.body {
            ItemBody::Message { text, .. } => self.add(&written(words.answer), text, Syntax::Prose),
            ItemBody::Reasoning { text } => self.add(&written(words.thought), text, Syntax::Plain),
            ItemBody::ToolCall { tool, arguments, observation, .. } => {
                self.call(tool, arguments, &written(words.called));
                if let Some(observation) = observation {
                    self.observation(observation, words);
                }
            }
        }
    }

    fn call(&mut self, tool: &str, arguments: &Value, title: &str) {
        let (text, syntax) = match arguments {
            Value::String(text) if tool == "python" => (text.clone(), Syntax::Python),
            Value::String(text) => (text.clone(), Syntax::Plain),
            value => (serde_json::to_string_pretty(value).unwrap_or_default(), Syntax::Json),
        };
        self.add(&say(title, label(tool, MAX_NAME)), &text, syntax);
    }

    fn observation(&mut self, observation: &Observation, words: &Words) {
        let status = match observation.status {
            Status::Ok => "ok",
            Status::Error => "error",
            Status::Denied => words.denied,
            Status::Timeout => words.timed_out,
        };
        self.add(&say(words.observed, status), &observation.text, Syntax::Plain);
    }

    /// Wraps to a width, for so many lines at once.
    pub fn layout(&mut self, width: usize, height: usize, theme: Theme) {
        let lines = self.sections.iter_mut().map(|section| section.text.layout(width, theme).len() + 2);
        self.lines = lines.sum();
        self.height = height.max(1);
        self.scroll(0);
    }

    /// The lines that are shown.
    pub fn shown(&self) -> Vec<Shown<'_>> {
        let mut shown = Vec::new();
        let mut above = self.scroll;
        for section in &self.sections {
            let lines = section.text.lines();
            // Of what is above the first line shown, nothing is looked at.
            if above >= lines.len() + 2 {
                above -= lines.len() + 2;
                continue;
            }
            let all = std::iter::once(Shown::Title(&section.title))
                .chain(lines.iter().map(|part| Shown::Text(&part.line)))
                .chain(std::iter::once(Shown::Gap));
            shown.extend(all.skip(std::mem::take(&mut above)).take(self.height - shown.len()));
            if shown.len() == self.height {
                break;
            }
        }
        shown
    }

    /// The first and the last line that are shown, counted from 1, and the lines in all.
    pub fn place(&self) -> (usize, usize, usize) {
        (self.scroll + 1, (self.scroll + self.height).min(self.lines), self.lines)
    }

    /// Moves what is shown.
    pub fn scroll(&mut self, rows: isize) {
        let last = self.lines.saturating_sub(self.height);
        self.scroll = self.scroll.saturating_add_signed(rows).min(last);
    }

    /// The rows of a page.
    pub fn page(&self) -> isize {
        isize::try_from(self.height.saturating_sub(1).max(1)).unwrap_or(1)
    }
}

/// With what the step was written, and what it took.
fn figures(moment: &Moment, words: &Words) -> String {
    let mut lines = Vec::new();
    if let Some(Setup { model, sampling, grammar, .. }) = &moment.setup {
        let mut line = say(
            words.model_is,
            format!("{} · {}", label(&model.name, MAX_NAME), label(&model.format, MAX_NAME)),
        );
        if let Some(hash) = &model.sha256 {
            line += &format!(" · sha256 {}", label(hash, 12));
        }
        lines.push(line);
        lines.push(sampler(sampling, *grammar, words));
    }
    let most = moment.setup.as_ref().and_then(|setup| setup.model.context_tokens);
    if let Some(usage) = &moment.usage {
        let most = most.map_or_else(String::new, |most| format!("/{}", count(most)));
        lines.push(format!(
            "{} {}{most} · {} {} · {}",
            words.context,
            count(usage.prompt_tokens),
            words.reused,
            count(usage.reused_tokens),
            say(words.wrote_tokens, count(usage.completion_tokens)),
        ));
    }
    let end = match moment.written.finish {
        Finish::Stop => words.ended_itself,
        Finish::TokenLimit | Finish::ContextFull => words.ended_by_limit,
        Finish::Cancelled => words.interrupted,
    };
    lines.push(end.to_owned());
    if moment.compactions > 0 {
        lines.push(say(words.compacted_before, moment.compactions));
    }
    if !moment.ts.is_empty() {
        lines.push(label(&moment.ts, MAX_NAME));
    }
    lines.join("\n")
}

fn sampler(sampling: &Sampling, grammar: bool, words: &Words) -> String {
    let Sampling { temperature, top_k, top_p, min_p, repetition_penalty, seed } = sampling;
    let mut parts = vec![format!("temperature {temperature}"), format!("seed {seed}")];
    let others = [
        (*top_k != 0).then(|| format!("top_k {top_k}")),
        (*top_p < 1.0).then(|| format!("top_p {top_p}")),
        (*min_p > 0.0).then(|| format!("min_p {min_p}")),
        (*repetition_penalty > 1.0).then(|| format!("repetition_penalty {repetition_penalty}")),
    ];
    parts.extend(others.into_iter().flatten());
    parts.push(if grammar { words.with_grammar } else { words.without_grammar }.to_owned());
    parts.join(" · ")
}

fn tools(setup: &Setup, words: &Words) -> String {
    let names: Vec<String> = setup.tools.iter().map(|tool| label(tool.name(), MAX_NAME)).collect();
    if names.is_empty() { words.no_tools.to_owned() } else { names.join(", ") }
}
