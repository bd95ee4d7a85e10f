//! The answer on standard output, progress on standard error, for people and pipes.

use std::io::{self, IsTerminal, Write};

use agent::{Citation, Event, Item, ItemBody, Record, SandboxLevel, SandboxState, clean};
use chat::{Observation, Status};

use crate::{front::FrontEnd, progress::Progress};

/// The longest step line on standard error, in characters.
const MAX_LINE: usize = 200;

/// Shows steps as lines, and the answer alone on standard output. Where that is a terminal, words
/// appear as they are written.
pub struct Plain {
    verbose: bool,
    streams: bool,
    progress: Progress,
    /// The message item whose words are on the terminal already.
    streaming: Option<String>,
    streamed: String,
    /// Shown under the answer.
    sources: Vec<String>,
}

impl Plain {
    /// A front end for the standard streams as they are.
    pub fn new(verbose: bool) -> Self {
        Self {
            verbose,
            streams: io::stdout().is_terminal(),
            progress: Progress::new(),
            streaming: None,
            streamed: String::new(),
            sources: Vec::new(),
        }
    }

    fn note(&self, line: &str) {
        self.progress.clear();
        let _ = writeln!(io::stderr(), "{line}");
    }

    /// A sandbox that is not whole is always told.
    fn sandbox(&self, sandbox: &SandboxState) {
        let list = |what: &[String]| clean(&what.join("; "));
        if sandbox.level == SandboxLevel::Partial {
            self.note(&format!("gimlet: the sandbox is not whole: {}", list(&sandbox.missing)));
        } else if self.verbose {
            self.note("sandbox: every required restriction is in force");
        }
        if self.verbose && !sandbox.absent.is_empty() {
            self.note(&format!("sandbox: not given by this system: {}", list(&sandbox.absent)));
        }
    }

    fn started(&mut self, item: &Item) {
        if matches!(item.body, ItemBody::Message { .. }) && self.streams {
            self.progress.clear();
            self.streaming = Some(item.id.clone());
            self.streamed.clear();
        }
    }

    fn delta(&mut self, id: &str, text: &str) -> io::Result<()> {
        if self.streaming.as_deref() == Some(id) {
            self.streamed.push_str(text);
            print(&clean(text))?;
        }
        Ok(())
    }

    fn completed(&mut self, item: &Item) -> io::Result<()> {
        if let ItemBody::Message { citations, .. } = &item.body {
            self.sources = sources(citations);
        }
        match &item.body {
            ItemBody::Message { .. } if self.streaming.take().as_ref() == Some(&item.id) => print("\n")?,
            ItemBody::ToolCall { tool, arguments, observation: Some(observation), .. } => {
                let arguments = arguments.as_str().map_or_else(|| arguments.to_string(), str::to_owned);
                self.note(&step_line(tool, &arguments, observation, self.verbose));
            }
            _ => {}
        }
        Ok(())
    }
}

impl FrontEnd for Plain {
    fn show(&mut self, record: &Record) -> io::Result<()> {
        self.progress.follow(record);
        match &record.event {
            Event::SessionStarted { session_id, model, tools, sandbox, .. } => {
                if self.verbose {
                    self.note(&format!("session {session_id}: {}, tools {tools:?}", one_line(&model.name)));
                }
                if let Some(sandbox) = sandbox {
                    self.sandbox(sandbox);
                }
            }
            Event::ItemStarted { item } => self.started(item),
            Event::ItemDelta { id, text } => self.delta(id, text)?,
            Event::ItemCompleted { item } => self.completed(item)?,
            Event::Error { message, hint } => {
                let hint = hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                self.note(&format!("gimlet: {}{}", clean(message), clean(&hint)));
            }
            Event::Result { answer, .. } => {
                if !answer.is_empty() && *answer != self.streamed {
                    print(&format!("{}\n", clean(answer).trim_end()))?;
                }
                self.sources.iter().for_each(|source| self.note(source));
            }
            Event::TurnCompleted { steps, usage, .. } if self.verbose => self.note(&format!(
                "{steps} steps, {} tokens read, {} reused, {} written at {:.0} tokens/s",
                usage.prefill_tokens, usage.reused_tokens, usage.completion_tokens, usage.decode_tok_s
            )),
            Event::ContextCompacted { before_tokens, after_tokens } => {
                self.note(&format!("context compacted: {before_tokens} tokens to {after_tokens}"));
            }
            Event::Prefill { .. }
            | Event::StepCompleted { .. }
            | Event::TurnStarted { .. }
            | Event::SandboxDenied(_)
            | Event::ApprovalRequested { .. }
            | Event::ApprovalResolved { .. }
            | Event::TurnCompleted { .. } => {}
        }
        Ok(())
    }

    fn tick(&mut self) {
        if self.streaming.is_none() {
            self.progress.draw();
        }
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// A call and what came of it.
pub fn step_line(tool: &str, arguments: &str, observation: &Observation, whole: bool) -> String {
    if whole {
        return format!("▸ {tool}\n{}\n◂ {}", clean(arguments), clean(&observation.text));
    }
    let mark = match observation.status {
        Status::Ok => "→",
        Status::Error | Status::Denied | Status::Timeout => "✗",
    };
    let text = match observation.status {
        // The last line of a traceback is the one that says what happened.
        Status::Error => observation.text.trim_end().lines().last().unwrap_or_default(),
        Status::Ok | Status::Denied | Status::Timeout => &observation.text,
    };
    format!("▸ {tool}: {} {mark} {}", one_line(arguments), one_line(text))
}

/// A line for each page that an answer cites: whether a passage of it supports the claims.
fn sources(citations: &[Citation]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for Citation { id, url, title, .. } in citations {
        let mut claims = citations.iter().filter(|other| other.id == *id);
        let mark = if claims.all(|claim| claim.verified) { "✓" } else { "✗" };
        let line = match url.is_empty() {
            true => format!("【{id}】 ✗ no page of this session"),
            false => format!("【{id}】 {mark} {} {}", one_line(title), one_line(url)),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// Text on one line of bounded length.
pub fn one_line(text: &str) -> String {
    let line = clean(text).trim().replace('\n', " ⏎ ");
    match line.char_indices().nth(MAX_LINE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_one_line() {
        let check = |arguments: &str, observation: Observation, expected: &str| {
            assert_eq!(step_line("python", arguments, &observation, false), expected);
        };
        check("print(37*91)", Observation::ok("3367"), "▸ python: print(37*91) → 3367");
        check("a=1\nprint(a)\n", Observation::ok("1\n2\n"), "▸ python: a=1 ⏎ print(a) → 1 ⏎ 2");
        check(
            "1/0",
            Observation::error("Traceback\n  x\nZeroDivisionError: y\n"),
            "▸ python: 1/0 ✗ ZeroDivisionError: y",
        );
        check("x", Observation::ok("\x1b[2J"), "▸ python: x → [2J");
        assert_eq!(one_line(&"é".repeat(300)).chars().count(), MAX_LINE + 1);
    }
}
