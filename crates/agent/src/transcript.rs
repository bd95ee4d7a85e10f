//! A session's log as people read it.

use std::fmt::Write;

use chat::{ModelInfo, Status};

use crate::{
    clean::clean,
    event::{Event, Item, ItemBody},
    log::Entry,
};

/// What a log tells, turn by turn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcript {
    /// The model of the last run.
    pub model: Option<ModelInfo>,
    /// When the log begins, in RFC 3339.
    pub began: String,
    /// The turns.
    pub turns: Vec<TurnText>,
}

/// One turn.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnText {
    /// What was asked.
    pub prompt: String,
    /// What was written and called, in order.
    pub items: Vec<Item>,
}

impl Transcript {
    /// The transcript of these entries.
    pub fn new(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut transcript = Self::default();
        for entry in entries {
            let Entry::Event(record) = entry else { continue };
            if transcript.began.is_empty() {
                transcript.began.clone_from(&record.ts);
            }
            match record.event {
                Event::SessionStarted { model, .. } => transcript.model = Some(model),
                Event::TurnStarted { prompt, .. } => {
                    transcript.turns.push(TurnText { prompt, items: Vec::new() });
                }
                Event::ItemCompleted { item } => {
                    if let Some(turn) = transcript.turns.last_mut() {
                        turn.items.push(item);
                    }
                }
                _ => {}
            }
        }
        transcript
    }

    /// As Markdown. What the model and its tools wrote cannot end its block.
    pub fn markdown(&self, id: &str) -> String {
        let model = self.model.as_ref().map_or("", |model| model.name.as_str());
        let mut text = format!("# Session {id}\n\n{} {model}\n", self.began);
        for (i, turn) in self.turns.iter().enumerate() {
            let _ = writeln!(text, "\n## {}\n\n{}", i + 1, fenced("", &turn.prompt));
            for item in &turn.items {
                text.push_str(&markdown(item));
            }
        }
        text
    }

    /// As a page of HTML that needs nothing beside it.
    pub fn html(&self, id: &str) -> String {
        let model = self.model.as_ref().map_or("", |model| model.name.as_str());
        let mut body =
            format!("<h1>Session {}</h1><p>{} {}</p>", escaped(id), escaped(&self.began), escaped(model));
        for turn in &self.turns {
            let _ = write!(body, "<h2>{}</h2>", escaped(&turn.prompt));
            turn.items.iter().for_each(|item| body.push_str(&html(item)));
        }
        format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><title>Session {}</title><style>{STYLE}</style></head><body>{body}</body></html>\n",
            escaped(id)
        )
    }
}

const STYLE: &str = "body{max-width:50em;margin:2em auto;padding:0 1em;font:16px/1.5 sans-serif}h2{white-space:pre-wrap}pre{background:#8882;padding:.6em;overflow:auto}summary{cursor:pointer}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}}";

fn markdown(item: &Item) -> String {
    match &item.body {
        ItemBody::Message { text, .. } => format!("\n{}\n", clean(text).trim()),
        ItemBody::Reasoning { text } => format!("\nThoughts:\n\n{}\n", fenced("", text)),
        ItemBody::ToolCall { tool, arguments, observation, .. } => {
            let (language, arguments) = written(tool, arguments);
            let mut block = format!("\n{}:\n\n{}\n", clean(tool), fenced(language, &arguments));
            if let Some(observation) = observation {
                let _ =
                    writeln!(block, "\n{}:\n\n{}", status(observation.status), fenced("", &observation.text));
            }
            block
        }
    }
}

fn html(item: &Item) -> String {
    let folded = |name: &str, text: &str| {
        format!("<details><summary>{}</summary><pre>{}</pre></details>", escaped(name), escaped(text))
    };
    match &item.body {
        ItemBody::Message { text, .. } => format!("<pre class=\"answer\">{}</pre>", escaped(text.trim())),
        ItemBody::Reasoning { text } => folded("Thoughts", text),
        ItemBody::ToolCall { tool, arguments, observation, .. } => {
            let call = folded(tool, &written(tool, arguments).1);
            let observed = observation.as_ref().map(|o| folded(status(o.status), &o.text));
            call + &observed.unwrap_or_default()
        }
    }
}

/// A call's arguments, and the language that they are in.
fn written(tool: &str, arguments: &serde_json::Value) -> (&'static str, String) {
    match arguments.as_str() {
        Some(text) => (if tool == "python" { "python" } else { "" }, text.to_owned()),
        None => ("json", format!("{arguments:#}")),
    }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Ok => "Observation",
        Status::Error => "Error",
        Status::Denied => "Denied",
        Status::Timeout => "Out of time",
    }
}

/// A code block whose fence is longer than any in the text.
fn fenced(language: &str, text: &str) -> String {
    let text = clean(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

fn escaped(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use chat::Observation;
    use serde_json::json;

    use super::*;
    use crate::event::Record;

    fn transcript(observation: &str) -> Transcript {
        let call = ItemBody::ToolCall {
            tool: "python".into(),
            arguments: json!("print('<b>')"),
            observation: Some(Observation::ok(observation)),
            duration_ms: None,
        };
        let events = [
            Event::TurnStarted { turn: 1, prompt: "Go <i>".into() },
            Event::ItemCompleted { item: Item { id: "item-1".into(), body: call } },
            Event::ItemCompleted {
                item: Item {
                    id: "item-2".into(),
                    body: ItemBody::Message { text: "Done.".into(), citations: Vec::new() },
                },
            },
        ];
        let record = |event| Entry::Event(Box::new(Record { seq: 0, ts: "2026".into(), event }));
        Transcript::new(events.into_iter().map(record))
    }

    #[test]
    fn markdown_holds_every_step_in_a_block_that_its_text_cannot_end() {
        let text = transcript("```\n# forged\n\x1b[2J").markdown("s");
        let expected = "# Session s\n\n2026 \n\n## 1\n\n```\nGo <i>\n```\n\npython:\n\n```python\nprint('<b>')\n```\n\n\
                        Observation:\n\n````\n```\n# forged\n[2J\n````\n\nDone.\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn html_holds_no_markup_of_the_models() {
        let page = transcript("</pre><script>x</script>").html("s");
        assert!(page.contains("&lt;/pre&gt;&lt;script&gt;x&lt;/script&gt;"), "{page}");
        assert!(
            !page.contains("<script>") && !page.contains("<b>") && page.contains("<h2>Go &lt;i&gt;</h2>")
        );
    }
}
