//! One thing in the conversation, and the rows that it is shown as.

use std::time::Duration;

use chat::{Builtin, Observation, Status};
use serde_json::Value;

use crate::{
    flow::Flow,
    highlight::Syntax,
    images::Canvas,
    label::label,
    shown::{MAX_SHOWN, Shown},
    theme::{Role, Theme},
    wrap::Part,
};

/// Lines of a call's arguments, and of its observation, that are shown before it is unfolded.
const PREVIEW: usize = 6;
/// Lines of a prompt that are shown before it is unfolded: it may be a pasted file.
const PROMPT_PREVIEW: usize = 12;

/// Columns of a tool's name.
const MAX_NAME: usize = 64;

/// How much of an entry is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// A row that names it.
    Folded,
    /// The beginning.
    Preview,
    /// All of it.
    Open,
}

/// What an entry is.
#[derive(Debug)]
pub enum Kind {
    /// What the user wrote.
    Prompt,
    /// What the model wrote for the user.
    Answer,
    /// What the model thought.
    Thinking,
    /// A call of a tool.
    Call(Call),
    /// Something that went wrong.
    Error,
    /// Something that gimlet says.
    Note,
}

/// A call of a tool.
#[derive(Debug)]
pub struct Call {
    /// The tool's name.
    pub tool: String,
    /// Whether it waits for a person.
    pub asks: bool,
    /// What came of it.
    pub observation: Option<Seen>,
    /// What was said about its approval, if that is worth a word.
    pub remark: Option<&'static str>,
}

/// An observation as it is shown.
#[derive(Debug)]
pub struct Seen {
    /// How the call ended.
    pub status: Status,
    /// What the model is shown.
    pub text: Flow,
    /// Whether the text was cut.
    pub truncated: bool,
    /// Pictures that came of it.
    pub pictures: Vec<Shown>,
}

/// One thing in the conversation.
#[derive(Debug)]
pub struct Entry {
    /// The item's id; prompts and notes have none.
    pub id: Option<String>,
    /// The turn that a prompt began.
    pub turn: Option<usize>,
    /// The turn and the step that it was written in, once it is done.
    pub step: Option<(usize, usize)>,
    /// What it is.
    pub kind: Kind,
    /// Its words; of a call, the arguments.
    pub body: Flow,
    /// How much is shown.
    pub fold: Fold,
    /// Whether nothing comes on any more.
    pub is_done: bool,
    /// When it began, on the state's clock.
    pub since: Duration,
    /// How long it took, once it is done.
    pub took: Option<Duration>,
}

/// One row of an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Row<'a> {
    /// The row that names the entry.
    Header,
    /// A line of the body, with its place in it.
    Body(&'a Part, usize),
    /// A line of the observation, with its place in it.
    Observation(&'a Part, usize),
    /// So many lines are not shown.
    More(usize),
    /// What stands above a picture.
    Caption(&'a Shown),
    /// A part of a picture.
    Picture,
    /// The row between this entry and the next.
    Gap,
}

/// How many rows each part of an entry has.
#[derive(Clone, Copy, Debug, Default)]
struct Heights {
    header: usize,
    body: usize,
    body_more: usize,
    observation: usize,
    observation_more: usize,
    pictures: usize,
}

impl Entry {
    /// An entry of words that began at `since`.
    pub fn new(kind: Kind, text: &str, since: Duration) -> Self {
        let (syntax, base) = match kind {
            Kind::Answer => (Syntax::Prose, Role::Text),
            Kind::Thinking => (Syntax::Plain, Role::Dim),
            Kind::Prompt => (Syntax::Plain, Role::Prompt),
            Kind::Error => (Syntax::Plain, Role::Bad),
            Kind::Note => (Syntax::Plain, Role::Dim),
            Kind::Call(_) => (Syntax::Plain, Role::Text),
        };
        let fold = match kind {
            Kind::Thinking => Fold::Folded,
            Kind::Call(_) | Kind::Prompt => Fold::Preview,
            Kind::Answer | Kind::Error | Kind::Note => Fold::Open,
        };
        let body = Flow::new(text, syntax, base);
        Self { id: None, turn: None, step: None, kind, body, fold, is_done: false, since, took: None }
    }

    /// A call with the arguments that are known so far.
    pub fn call(tool: &str, arguments: &Value, since: Duration) -> Self {
        let tool = label(tool, MAX_NAME);
        let call = Call { tool, asks: false, observation: None, remark: None };
        let mut entry = Self::new(Kind::Call(call), "", since);
        entry.set_arguments(arguments);
        entry
    }

    /// The whole arguments of a call.
    pub fn set_arguments(&mut self, arguments: &Value) {
        let Kind::Call(call) = &self.kind else { return };
        let (text, syntax) = written(&call.tool, arguments);
        self.body.set(&text, syntax);
    }

    /// What came of a call.
    pub fn set_observation(&mut self, observation: &Observation) {
        let Kind::Call(call) = &mut self.kind else { return };
        let mut text = observation.text.trim_end().to_owned();
        let mut pictures = Vec::new();
        for artifact in &observation.artifacts {
            if let Some(shown) = Shown::new(artifact).filter(|_| pictures.len() < MAX_SHOWN) {
                pictures.push(shown);
                continue;
            }
            let line = format!("{} ({})", artifact.path.display(), artifact.mime);
            text = if text.is_empty() { line } else { format!("{text}\n{line}") };
        }
        let base = if observation.status == Status::Ok { Role::Text } else { Role::Bad };
        call.observation = Some(Seen {
            status: observation.status,
            text: Flow::new(&text, Syntax::Plain, base),
            truncated: observation.truncated,
            pictures,
        });
    }

    /// Whether it has a row that names it.
    pub fn is_step(&self) -> bool {
        matches!(self.kind, Kind::Thinking | Kind::Call(_))
    }

    /// Whether it can be shown in more than one way.
    pub fn folds(&self) -> bool {
        self.is_step() || (matches!(self.kind, Kind::Prompt) && self.body.lines().len() > PROMPT_PREVIEW + 1)
    }

    /// The next way to show it: the beginning, all, the row alone. What would show nothing else is
    /// skipped.
    pub fn toggle(&mut self) {
        self.fold = match (&self.kind, self.fold) {
            (Kind::Thinking, Fold::Folded) => Fold::Open,
            (Kind::Thinking, _) => Fold::Folded,
            (Kind::Prompt, Fold::Open) => Fold::Preview,
            (Kind::Prompt, _) => Fold::Open,
            (_, Fold::Folded) => Fold::Preview,
            (_, Fold::Preview) if self.hides() => Fold::Open,
            (_, Fold::Preview | Fold::Open) => Fold::Folded,
        };
    }

    fn hides(&self) -> bool {
        let heights = self.heights();
        heights.body_more + heights.observation_more > 0
    }

    /// Wraps to a width and returns how many rows there are. Pictures have at most `most` rows each.
    pub fn layout(&mut self, width: usize, theme: Theme, (canvas, most): (Canvas, u16)) -> usize {
        let width = width.saturating_sub(self.indent());
        self.body.layout(width, theme);
        if let Kind::Call(Call { observation: Some(seen), .. }) = &mut self.kind {
            seen.text.layout(width, theme);
            let room = (u16::try_from(width).unwrap_or(u16::MAX), most);
            seen.pictures.iter_mut().for_each(|shown| shown.layout(canvas, room));
        }
        self.height()
    }

    /// The rows, as they were laid out last.
    pub fn height(&self) -> usize {
        let heights = self.heights();
        let more = usize::from(heights.body_more > 0) + usize::from(heights.observation_more > 0);
        heights.header + heights.body + heights.observation + more + heights.pictures + 1
    }

    /// One of the rows.
    pub fn row(&self, index: usize) -> Row<'_> {
        let heights = self.heights();
        let mut index = index;
        if index < heights.header {
            return Row::Header;
        }
        index -= heights.header;
        if index < heights.body {
            return self.body.lines().get(index).map_or(Row::Gap, |line| Row::Body(line, index));
        }
        index -= heights.body;
        if heights.body_more > 0 {
            if index == 0 {
                return Row::More(heights.body_more);
            }
            index -= 1;
        }
        if index < heights.observation {
            let lines = self.seen().map_or(&[][..], |seen| seen.text.lines());
            return lines.get(index).map_or(Row::Gap, |line| Row::Observation(line, index));
        }
        index -= heights.observation;
        if heights.observation_more > 0 {
            if index == 0 {
                return Row::More(heights.observation_more);
            }
            index -= 1;
        }
        match self.picture_at(index).filter(|_| index < heights.pictures) {
            Some((shown, 0)) => Row::Caption(shown),
            Some(_) => Row::Picture,
            None => Row::Gap,
        }
    }

    /// The picture that a row belongs to, and the row's place in it, the caption's being 0.
    pub fn picture(&self, row: usize) -> Option<(&Shown, usize)> {
        let all = self.heights();
        let more = usize::from(all.body_more > 0) + usize::from(all.observation_more > 0);
        let index = row.checked_sub(all.header + all.body + all.observation + more)?;
        self.picture_at(index).filter(|_| index < all.pictures)
    }

    fn picture_at(&self, index: usize) -> Option<(&Shown, usize)> {
        let mut index = index;
        for shown in &self.seen()?.pictures {
            match index.checked_sub(shown.height()) {
                Some(rest) => index = rest,
                None => return Some((shown, index)),
            }
        }
        None
    }

    /// The pictures that came of a call.
    pub fn pictures_mut(&mut self) -> &mut [Shown] {
        match &mut self.kind {
            Kind::Call(Call { observation: Some(seen), .. }) => &mut seen.pictures,
            _ => &mut [],
        }
    }

    /// The columns before its words.
    pub fn indent(&self) -> usize {
        if self.is_step() { 4 } else { 2 }
    }

    /// What came of a call.
    pub fn seen(&self) -> Option<&Seen> {
        match &self.kind {
            Kind::Call(call) => call.observation.as_ref(),
            _ => None,
        }
    }

    /// Gives the memory of the lines back.
    pub fn forget(&mut self) {
        self.body.forget();
        if let Kind::Call(Call { observation: Some(seen), .. }) = &mut self.kind {
            seen.text.forget();
        }
    }

    fn heights(&self) -> Heights {
        let body = self.body.lines().len();
        let observation = self.seen().map_or(0, |seen| seen.text.lines().len());
        let pictures = self.seen().map_or(0, |seen| seen.pictures.iter().map(Shown::height).sum());
        let whole = Heights { header: 1, body, observation, pictures, ..Heights::default() };
        match (&self.kind, self.fold) {
            (Kind::Thinking | Kind::Call(_), Fold::Open) => whole,
            // What is being written is shown as it comes.
            (Kind::Call(_), Fold::Preview) if !self.is_done => whole,
            (Kind::Thinking | Kind::Call(_), Fold::Folded) => Heights { header: 1, ..Heights::default() },
            (Kind::Thinking | Kind::Call(_), Fold::Preview) => {
                let (body, body_more) = clip(body, PREVIEW);
                let (observation, observation_more) = clip(observation, PREVIEW);
                Heights { header: 1, body, body_more, observation, observation_more, pictures }
            }
            (Kind::Prompt, Fold::Preview | Fold::Folded) => {
                let (body, body_more) = clip(body, PROMPT_PREVIEW);
                Heights { body, body_more, ..Heights::default() }
            }
            (Kind::Prompt | Kind::Answer | Kind::Error | Kind::Note, _) => {
                Heights { body, ..Heights::default() }
            }
        }
    }
}

/// Lines that are shown of so many, and those that are not. A row that says that one line is missing is
/// no shorter than the line.
fn clip(lines: usize, most: usize) -> (usize, usize) {
    if lines > most + 1 { (most, lines - most) } else { (lines, 0) }
}

/// A call's arguments as they are shown, and their syntax.
fn written(tool: &str, arguments: &Value) -> (String, Syntax) {
    match arguments {
        Value::String(text) => {
            let syntax = match Builtin::from_name(tool) {
                Some(Builtin::Python | Builtin::SimpleBrowser) => Syntax::Python,
                Some(Builtin::Cogview) => Syntax::Plain,
                // A function's arguments while they are being written.
                None => Syntax::Json,
            };
            (text.trim_end().to_owned(), syntax)
        }
        // Short ones stand on one line.
        value => match value.to_string() {
            line if line.len() <= 60 => (line, Syntax::Json),
            line => (serde_json::to_string_pretty(value).unwrap_or(line), Syntax::Json),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(entry: &Entry) -> Vec<String> {
        let row = |index| match entry.row(index) {
            Row::Header => "header".to_owned(),
            Row::Body(line, _) => format!("body {}", line.line),
            Row::Observation(line, _) => format!("observation {}", line.line),
            Row::More(n) => format!("more {n}"),
            Row::Caption(shown) => format!("caption {}", shown.caption),
            Row::Picture => "picture".to_owned(),
            Row::Gap => "gap".to_owned(),
        };
        (0..entry.height()).map(row).collect()
    }

    #[test]
    fn a_call_unfolds_in_steps() {
        let mut entry = Entry::call("python", &Value::from("a = 1\nprint(a)\n"), Duration::ZERO);
        let text: Vec<String> = (1..=9).map(|n| n.to_string()).collect();
        entry.set_observation(&Observation::ok(text.join("\n")));
        entry.is_done = true;
        entry.layout(40, Theme::Dark, (Canvas::default(), 20));
        let preview: Vec<String> = ["header", "body a = 1", "body print(a)"]
            .into_iter()
            .map(str::to_owned)
            .chain((1..=6).map(|n| format!("observation {n}")))
            .chain(["more 3".to_owned(), "gap".to_owned()])
            .collect();
        assert_eq!(rows(&entry), preview);
        entry.toggle();
        assert_eq!((entry.fold, entry.height()), (Fold::Open, 13));
        entry.toggle();
        assert_eq!(rows(&entry), ["header", "gap"]);
        entry.toggle();
        assert_eq!(rows(&entry), preview);
    }

    #[test]
    fn what_is_being_written_is_shown_whole() {
        let lines = "x\n".repeat(20);
        let mut entry = Entry::call("python", &Value::from(lines.as_str()), Duration::ZERO);
        assert_eq!(entry.layout(40, Theme::Dark, (Canvas::default(), 20)), 22);
        entry.is_done = true;
        assert_eq!(rows(&entry)[7..], ["more 14", "gap"]);
    }

    #[test]
    fn a_long_prompt_is_shown_in_part() {
        let mut entry = Entry::new(Kind::Prompt, &"x\n".repeat(20), Duration::ZERO);
        entry.layout(40, Theme::Dark, (Canvas::default(), 20));
        assert_eq!(rows(&entry)[12..], ["more 8", "gap"]);
        assert!(entry.folds());
        entry.toggle();
        assert_eq!((entry.fold, entry.height()), (Fold::Open, 21));
        entry.toggle();
        assert_eq!((entry.fold, entry.height()), (Fold::Preview, 14));
    }

    #[test]
    fn what_hides_nothing_is_not_opened_further() {
        let mut entry = Entry::call("f", &serde_json::json!({ "a": 1 }), Duration::ZERO);
        entry.layout(40, Theme::Dark, (Canvas::default(), 20));
        assert_eq!(rows(&entry), ["header", "body {\"a\":1}", "gap"]);
        entry.toggle();
        assert_eq!(entry.fold, Fold::Folded);
    }
}
