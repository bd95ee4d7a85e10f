//! The tasks of a batch.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use anyhow::Context;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::in_line;
use crate::args::{SessionArgs, WorkArgs};

/// The largest file of tasks.
const MAX_BYTES: u64 = 1 << 30;

/// One task.
#[derive(Clone, Debug)]
pub struct Task {
    /// Unique in the file.
    pub id: String,
    /// What is asked.
    pub prompt: String,
    /// Tells a task from another one of the same id: a hash of all that its line says but the id.
    pub hash: String,
    over: Line,
}

/// A line as it is written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: Option<String>,
    prompt: String,
    system: Option<String>,
    max_steps: Option<usize>,
    max_tokens: Option<usize>,
    timeout: Option<Written>,
    seed: Option<u64>,
    temperature: Option<f32>,
    #[serde(default)]
    files: Vec<PathBuf>,
}

/// A duration like `90s`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Written(Duration);

impl TryFrom<String> for Written {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not a duration like 90s or 2m");
        humantime::parse_duration(&text).map(Self).map_err(|_| wrong())
    }
}

/// One of several parts of a batch: `2/5` is the second of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    which: usize,
    of: usize,
}

impl Shard {
    /// Whether the task in this place of the file belongs to it.
    pub fn holds(self, place: usize) -> bool {
        place % self.of == self.which - 1
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((which, of)) if 1 <= which && which <= of => Ok(Self { which, of }),
            _ => Err("write I/N with I from 1 to N, like 2/5".to_owned()),
        }
    }
}

impl Task {
    /// The batch's arguments with what the task says of its own.
    pub fn over(&self, args: &SessionArgs) -> SessionArgs {
        let Line { system, max_steps, max_tokens, timeout, seed, temperature, .. } = self.over.clone();
        SessionArgs {
            system: system.or_else(|| args.system.clone()),
            max_steps: max_steps.unwrap_or(args.max_steps),
            max_tokens: max_tokens.unwrap_or(args.max_tokens),
            timeout: timeout.map_or(args.timeout, |timeout| timeout.0),
            seed: seed.unwrap_or(args.seed),
            temperature: temperature.unwrap_or(args.temperature),
            ..args.clone()
        }
    }

    /// The files that it brings.
    pub fn work(&self) -> WorkArgs {
        WorkArgs { attached: self.over.files.clone(), workdir: None }
    }
}

/// Reads the tasks: a JSON object a line.
///
/// # Errors
/// The file cannot be read; the line of one that is no task, or whose id is another's.
pub fn read(path: &Path) -> anyhow::Result<Vec<Task>> {
    let context = || format!("cannot read the tasks {}", path.display());
    let size = std::fs::metadata(path).with_context(context)?.len();
    if size > MAX_BYTES {
        anyhow::bail!("the tasks {} have more than {MAX_BYTES} bytes: split the file", path.display());
    }
    let text = std::fs::read_to_string(path).with_context(context)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut ids = HashSet::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(i, line)| {
            let wrong = |error: serde_json::Error| in_line(path, i + 1, reason(&error));
            let fields: Map<String, Value> = serde_json::from_str(line).map_err(wrong)?;
            let over: Line = serde_json::from_value(fields.clone().into()).map_err(wrong)?;
            let id = over.id.clone().unwrap_or_else(|| (i + 1).to_string());
            if over.prompt.trim().is_empty() {
                return Err(in_line(path, i + 1, "the prompt is empty"));
            }
            if over.temperature.is_some_and(|t| !(0.0..=10.0).contains(&t)) {
                return Err(in_line(path, i + 1, "temperature is a number from 0 to 10"));
            }
            if !ids.insert(id.clone()) {
                return Err(in_line(path, i + 1, format!("the id \"{id}\" is another task's")));
            }
            Ok(Task { id, prompt: over.prompt.clone(), hash: hash(fields), over })
        })
        .collect()
}

/// The order in which a line names its fields says nothing.
fn hash(mut fields: Map<String, Value>) -> String {
    fields.remove("id");
    fields.sort_keys();
    let mut hash = format!("{:x}", Sha256::digest(Value::from(fields).to_string()));
    hash.truncate(16);
    hash
}

/// The parser's words without its own line, which is always the first.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_the_tasks() {
        let held = |shard: &str| {
            let shard: Shard = shard.parse().expect("it is one");
            (0..7).filter(|place| shard.holds(*place)).collect::<Vec<_>>()
        };
        assert_eq!([held("1/3"), held("2/3"), held("3/3")], [vec![0, 3, 6], vec![1, 4], vec![2, 5]]);
        for wrong in ["0/3", "4/3", "1", "a/b", "1/0", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }
}
