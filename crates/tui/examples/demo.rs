//! A terminal session with a scripted partner, to be looked at: `cargo run -p gimlet-tui --example demo`.
//!
//! The partner answers every prompt in the same way: it thinks, calls Python, asks whether it may call a
//! function, and answers. `demo 200` writes 200 tokens a second; `demo 200 60` goes on writing for a
//! minute, then leaves and tells the share of a core that drawing took.
#![allow(clippy::print_stderr, reason = "an example tells its figures")]

use std::{
    io,
    time::{Duration, Instant},
};

use agent::{Decider, Decision, Event, Item, ItemBody, SCHEMA_VERSION, Verdict};
use chat::{ModelInfo, Observation, Status, Usage};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tui::{Images, Language, Left, News, Op, Options, Theme, Which};

const ANSWER: &str = "The sum of the squares is **385**; here is how to check it:\n\n```python\ntotal = \
    sum(n * n for n in range(1, 11))\nprint(total)  # 385\n```\n\n- the formula `n(n+1)(2n+1)/6` gives the \
    same number for ten, and it needs no loop\n- 中文也可以：平方和是三百八十五。宽字符和组合字符（é、👩‍👩‍👧‍👦）都要占对位置。\n";
const CODE: &str = "def squares(limit):\n    \"\"\"Squares up to a limit.\"\"\"\n    return [n * n for n in \
    range(1, limit + 1)]\n\nvalues = squares(10)\nfor value in values:\n    print(value)\nprint('sum:', \
    sum(values))\n";

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let rate = arguments.next().and_then(Result::ok).unwrap_or(40).max(1);
    let flood = arguments.next().and_then(Result::ok).map(Duration::from_secs);
    let environment = |name: &str| std::env::var(name).ok();
    let options = Options {
        theme: Theme::detect(environment),
        language: Language::detect(environment),
        sandbox: Some("confined".into()),
        canvas: Images::Auto.on(environment),
        inline: std::env::var_os("INLINE").is_some(),
        models: vec!["nano".into()],
        prompt: flood.map(|_| "Write on and on".into()),
    };
    let (events, shown) = unbounded_channel();
    let (ops, asked) = unbounded_channel();
    let mut partner =
        Partner { events, ops: asked, items: 0, turns: 0, gap: Duration::from_micros(1_000_000 / rate) };
    let begun = (Instant::now(), cpu_seconds());
    let partner = tokio::spawn(async move { partner.play(flood).await });
    let left = tui::run(options, shown, ops).await?;
    let (wall, cpu) = (begun.0.elapsed().as_secs_f64(), cpu_seconds() - begun.1);
    eprintln!("{left:?} after {wall:.1} s, {:.1} % of a core", cpu / wall * 100.0);
    if left == Left::Closed {
        partner.await.map_err(io::Error::other)?;
    }
    Ok(())
}

/// The processor time of this process, from the kernel's own count.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

struct Partner {
    events: UnboundedSender<News>,
    ops: UnboundedReceiver<Op>,
    items: usize,
    turns: usize,
    gap: Duration,
}

/// The turn was stopped.
struct Stopped;

impl Partner {
    async fn play(&mut self, flood: Option<Duration>) {
        tokio::time::sleep(Duration::from_millis(800)).await;
        self.start();
        while let Some(op) = self.ops.recv().await {
            match op {
                Op::Prompt(prompt) => {
                    self.turns += 1;
                    self.send(Event::TurnStarted { turn: self.turns, prompt: prompt.text });
                    let _ = match flood {
                        Some(time) => self.flood(time).await,
                        None => self.turn().await,
                    };
                    self.send(Event::TurnCompleted { turn: self.turns, steps: 3, usage: usage() });
                    if flood.is_some() {
                        return;
                    }
                }
                Op::Open(Which::New) => self.start(),
                Op::Quit => return,
                // What is kept elsewhere, there is none of here.
                _ => {}
            }
        }
    }

    fn start(&mut self) {
        (self.items, self.turns) = (0, 0);
        let model = ModelInfo {
            name: "demo-4-9b".into(),
            format: "glm4-chat".into(),
            sha256: None,
            context_tokens: Some(8192),
        };
        self.send(Event::SessionStarted {
            schema_version: SCHEMA_VERSION,
            session_id: "demo".into(),
            model,
            tools: vec!["python".into(), "delete_file".into()],
            cwd: ".".into(),
            sandbox: None,
        });
    }

    async fn turn(&mut self) -> Result<(), Stopped> {
        for done in (0..=1200).step_by(200) {
            self.send(Event::Prefill { done, total: 1200 });
            self.wait(Duration::from_millis(80)).await?;
        }
        let thoughts = "The user wants the squares and their sum. I could use the formula, but running the code \
            shows the values as well, so I call Python first.";
        self.write(ItemBody::Reasoning { text: String::new() }, thoughts).await?;
        let call = |arguments: Value, observation| ItemBody::ToolCall {
            tool: "python".into(),
            arguments,
            observation,
            duration_ms: Some(1234),
        };
        let id = self.stream(call(Value::from(""), None), CODE).await?;
        self.wait(Duration::from_millis(1234)).await?;
        let printed = "1\n4\n9\n16\n25\n36\n49\n64\n81\n100\nsum: 385\n";
        self.complete(id, call(Value::from(CODE), Some(Observation::ok(printed))));
        self.ask().await?;
        self.write(ItemBody::Message { text: String::new(), citations: Vec::new() }, ANSWER).await
    }

    async fn ask(&mut self) -> Result<(), Stopped> {
        let arguments = json!({
            "path": "/home/user/squares/2026-11-24/results-of-the-last-run.txt",
            "reason": "the file is not needed any more\u{202e}txt.exe",
        });
        let tool = "delete_file".to_owned();
        let body = |observation| ItemBody::ToolCall {
            tool: "delete_file".into(),
            arguments: arguments.clone(),
            observation,
            duration_ms: Some(3),
        };
        let id = self.begin(body(None));
        self.send(Event::ApprovalRequested { id: id.clone(), tool, arguments: arguments.clone() });
        let verdict = loop {
            match self.ops.recv().await {
                Some(Op::Approve { verdict, .. }) => break verdict,
                Some(Op::Interrupt | Op::Quit) | None => return Err(Stopped),
                Some(_) => {}
            }
        };
        let decision = match verdict {
            Verdict::Allow => Decision::Allow,
            Verdict::Session => Decision::Session,
            Verdict::Deny => Decision::Deny,
            Verdict::Edit(_) => Decision::Edited,
            Verdict::Answer(_) => Decision::Answered,
        };
        self.send(Event::ApprovalResolved { id: id.clone(), decision, by: Decider::Person });
        let observation = match verdict {
            Verdict::Deny => Observation::new(Status::Denied, "The user does not allow this call."),
            Verdict::Answer(text) => Observation::ok(text),
            Verdict::Allow | Verdict::Session | Verdict::Edit(_) => {
                Observation::error("Traceback (most recent call last):\n  …\nFileNotFoundError: no such file")
            }
        };
        self.complete(id, body(Some(observation)));
        Ok(())
    }

    async fn flood(&mut self, time: Duration) -> Result<(), Stopped> {
        let id = self.begin(ItemBody::Message { text: String::new(), citations: Vec::new() });
        let begun = Instant::now();
        while begun.elapsed() < time {
            for piece in ANSWER.split_inclusive(' ') {
                self.send(Event::ItemDelta { id: id.clone(), text: piece.into() });
                self.wait(self.gap).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self, body: ItemBody, text: &str) -> Result<(), Stopped> {
        let whole = match body {
            ItemBody::Reasoning { .. } => ItemBody::Reasoning { text: text.to_owned() },
            _ => ItemBody::Message { text: text.to_owned(), citations: Vec::new() },
        };
        let id = self.stream(body, text).await?;
        self.complete(id, whole);
        Ok(())
    }

    async fn stream(&mut self, body: ItemBody, text: &str) -> Result<String, Stopped> {
        let id = self.begin(body);
        let letters: Vec<char> = text.chars().collect();
        for piece in letters.chunks(4) {
            self.send(Event::ItemDelta { id: id.clone(), text: piece.iter().collect() });
            self.wait(self.gap).await?;
        }
        Ok(id)
    }

    fn begin(&mut self, body: ItemBody) -> String {
        self.items += 1;
        let id = format!("item-{}", self.items);
        self.send(Event::ItemStarted { item: Item { id: id.clone(), body } });
        id
    }

    fn complete(&mut self, id: String, body: ItemBody) {
        self.send(Event::ItemCompleted { item: Item { id, body } });
    }

    async fn wait(&mut self, time: Duration) -> Result<(), Stopped> {
        let deadline = tokio::time::Instant::now() + time;
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(deadline) => return Ok(()),
                op = self.ops.recv() => match op {
                    Some(Op::Interrupt | Op::Quit) | None => return Err(Stopped),
                    Some(_) => {}
                },
            }
        }
    }

    fn send(&self, event: Event) {
        // The session is over and the example with it.
        let _ = self.events.send(event.into());
    }
}

fn usage() -> Usage {
    Usage {
        prompt_tokens: 3500,
        reused_tokens: 2300,
        prefill_tokens: 1200,
        completion_tokens: 180,
        ttft_ms: 184.0,
        prefill_tok_s: 950.0,
        decode_tok_s: 42.0,
        ..Usage::default()
    }
}
