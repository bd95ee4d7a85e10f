//! How often random calls are valid, with the grammar and without it.
//!
//! ```text
//! python3 crates/glm/examples/collect_schemas.py FOLDER BFCL_DATA JSON_SCHEMA_TEST_SUITE
//! cargo run -p gimlet-glm --example random_calls -- FOLDER TOKENIZER_MODEL
//! ```
//!
//! For each schema in FOLDER and in each wire format, a model that knows nothing calls a function with
//! this schema: its logits are noise, drawn from at temperature 2. The beginning up to the function's
//! name is given. Behind it the model is held to the grammar ("on") or free ("off"), with the same seeds
//! and so the same noise; the formats' own parsers read what it wrote, and the `jsonschema` crate
//! validates it, formats of strings included. The vocabulary is GLM-4's two thousand commonest tokens.

#![allow(clippy::print_stdout, reason = "an example shows things")]

#[path = "grammar/noise.rs"]
mod noise;
#[path = "grammar/vocabulary.rs"]
mod vocabulary;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use chat::{Arguments, Completion, Constraint, FunctionSpec, Sampling, Special, ToolSpec, wire::Format};
use glm::grammar::{Grammars, Guide, Support, check};
use glm::{Codec, Sampler, TextStream};
use noise::Noise;
use serde_json::Value;

const N_TOKENS: usize = 2000;
/// A call that is longer is cut, as by a request's limit.
const MAX_TOKENS: usize = 1024;
/// How many of the invalid calls are shown.
const MAX_SHOWN: usize = 20;
const MAX_SHOWN_CHARS: usize = 600;

/// A schema of somebody else's.
#[derive(serde::Deserialize)]
struct Case {
    name: String,
    parameters: Value,
}

/// What became of the calls of some schemas.
#[derive(Default)]
struct Tally {
    n_schemas: usize,
    n_calls: usize,
    n_invalid: usize,
    n_cut: usize,
    shown: Vec<String>,
}

/// One source of schemas in one format.
#[derive(Default)]
struct Row {
    on: Tally,
    off: Tally,
    /// Calls under the grammar by schemas of which it leaves keywords out.
    partly: Tally,
    not_checkable: usize,
    keywords: BTreeMap<String, usize>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tokenizer] = &arguments[..] else {
        return Err("name the folder that collect_schemas.py wrote and a tokenizer.model".into());
    };
    let tokenizer = std::fs::read(tokenizer)?;
    let mut total = Row::default();
    println!(
        "{:6} {:9} | {:>7} {:>7} {:>5} | on: {:>6} {:>7} {:>4} | off: {:>6} {:>7} {:>4} | partly: {:>6} {:>7} {:>4}",
        "",
        "",
        "schemas",
        "whole",
        "other",
        "calls",
        "invalid",
        "cut",
        "calls",
        "invalid",
        "cut",
        "calls",
        "invalid",
        "cut"
    );
    for source in ["bfcl", "suite"] {
        let file = std::fs::read(Path::new(folder).join(format!("{source}.json")))?;
        let cases: Vec<Case> = serde_json::from_slice(&file)?;
        for format in Format::ALL {
            let codec = vocabulary::codec(format, &tokenizer, N_TOKENS)?;
            let row = run(&codec, &cases);
            print_row(source, format.name(), cases.len(), &row);
            let most: Vec<String> =
                row.keywords.iter().map(|(keyword, n)| format!("{keyword} {n}")).collect();
            println!("       left out: {}", most.join(", "));
            total.add(row);
        }
    }
    print_row("total", "", 0, &total);
    for shown in total.on.shown.iter().take(MAX_SHOWN) {
        println!("invalid under the grammar: {}", shown.chars().take(MAX_SHOWN_CHARS).collect::<String>());
    }
    match total.on.n_invalid {
        0 => Ok(()),
        n => Err(format!("{n} calls are invalid under the grammar").into()),
    }
}

fn print_row(source: &str, format: &str, n_schemas: usize, row: &Row) {
    let Row { on, off, partly, not_checkable, .. } = row;
    println!(
        "{source:6} {format:9} | {n_schemas:>7} {:>7} {not_checkable:>5} | {:>10} {:>7} {:>4} | {:>11} {:>7} {:>4} | {:>14} {:>7} {:>4}",
        on.n_schemas,
        on.n_calls,
        on.n_invalid,
        on.n_cut,
        off.n_calls,
        off.n_invalid,
        off.n_cut,
        partly.n_calls,
        partly.n_invalid,
        partly.n_cut
    );
}

impl Row {
    fn add(&mut self, other: Self) {
        for (sum, tally) in
            [(&mut self.on, other.on), (&mut self.off, other.off), (&mut self.partly, other.partly)]
        {
            sum.n_schemas += tally.n_schemas;
            sum.n_calls += tally.n_calls;
            sum.n_invalid += tally.n_invalid;
            sum.n_cut += tally.n_cut;
            sum.shown.extend(tally.shown);
        }
        self.not_checkable += other.not_checkable;
    }
}

fn run(codec: &Arc<Codec>, cases: &[Case]) -> Row {
    let grammars = Grammars::new(Arc::clone(codec));
    let noise = Noise::new(codec);
    let mut row = Row::default();
    for (seed, case) in (0..).zip(cases) {
        let options = jsonschema::options().should_validate_formats(true);
        let Ok(validator) = options.build(&case.parameters) else {
            row.not_checkable += 1;
            continue;
        };
        let tools = [ToolSpec::Function(FunctionSpec {
            name: case.name.clone(),
            description: String::new(),
            parameters: case.parameters.clone(),
        })];
        let support = check(codec.format(), &case.parameters);
        if let Support::Partial { keywords } = &support {
            let names: std::collections::BTreeSet<&str> =
                keywords.iter().map(|k| k.keyword.as_str()).collect();
            // The reason why a whole schema is left out stands in parentheses.
            let name = |name: &str| name.split(" (").next().unwrap_or(name).to_owned();
            names.into_iter().for_each(|keyword| *row.keywords.entry(name(keyword)).or_default() += 1);
        }
        let on = match support {
            Support::Full => &mut row.on,
            Support::Partial { .. } => &mut row.partly,
        };
        let walk = |constraint| {
            let mut guide = grammars.guide(&tools, &constraint);
            write(codec, &noise, &mut guide, &tools, seed)
        };
        on.count(&validator, walk(Constraint::Calls), case);
        if support == Support::Full {
            row.off.count(&validator, walk(Constraint::Off), case);
        }
    }
    row
}

/// What was written, and whether a limit cut it.
struct Written {
    completion: Completion,
    text: String,
    is_cut: bool,
    /// Why the grammar was let go, if it was.
    lapse: Option<String>,
}

impl Tally {
    fn count(&mut self, validator: &jsonschema::Validator, written: Written, case: &Case) {
        self.n_schemas += 1;
        if written.is_cut {
            self.n_cut += 1;
            return;
        }
        let mut invalid = |why: String| {
            self.n_invalid += 1;
            self.shown.push(format!("{why}: {} from {:?}", case.parameters, written.text));
        };
        if let Some(lapse) = written.lapse {
            invalid(lapse);
        }
        match &written.completion {
            Completion::ToolCalls(message) => {
                for call in &message.calls {
                    match &call.arguments {
                        Arguments::Json { value, .. }
                            if call.tool == case.name && validator.is_valid(value) => {}
                        arguments => invalid(format!("{} was called with {}", call.tool, arguments.raw())),
                    }
                }
                self.n_calls += message.calls.len();
            }
            Completion::Answer(_) => {
                invalid("a call became words".into());
                self.n_calls += 1;
            }
            Completion::Malformed { reason, .. } => {
                invalid(reason.clone());
                self.n_calls += 1;
            }
        }
    }
}

/// Writes one completion as the engine does, behind the beginning of a call.
fn write(codec: &Arc<Codec>, noise: &Noise, guide: &mut Guide, tools: &[ToolSpec], seed: u64) -> Written {
    let sampling = Sampling { temperature: 2.0, seed, ..Default::default() };
    let mut sampler = Sampler::new(sampling);
    let mut reader = Reader::new(codec, tools);
    let beginning = noise::ids_of(codec, &beginning(codec.format(), tools[0].name()));
    for id in beginning {
        guide.accept(id);
        reader.read(id);
    }
    let lapse_before = guide.lapse().map(str::to_owned);
    let mut n_written = 0;
    let is_cut = loop {
        let mut run = guide.forced();
        if run.is_empty() {
            let mut logits = noise.logits(seed, n_written);
            guide.mask(&mut logits);
            let Some(id) = sampler.next(&mut logits) else { break false };
            guide.accept(id);
            run.push(id);
        }
        n_written += run.len();
        run.iter().for_each(|&id| sampler.note(id));
        if run.into_iter().any(|id| reader.read(id)) {
            break false;
        }
        if n_written >= MAX_TOKENS {
            break true;
        }
    };
    let lapse = guide.lapse().map(str::to_owned).filter(|lapse| Some(lapse) != lapse_before.as_ref());
    let text = reader.text.clone();
    Written { completion: reader.parser.finish(&mut |_| {}), text, is_cut, lapse }
}

/// What stands in front of a call's arguments.
fn beginning(format: Format, name: &str) -> String {
    match format {
        Format::Glm4Chat | Format::Glm40414 => format!("{name}\n"),
        Format::Glm45 => format!("\n<tool_call>{name}\n"),
        Format::Glm47 => format!("</think><tool_call>{name}"),
    }
}

/// Tokens to the wire format's parser.
struct Reader<'a> {
    codec: &'a Codec,
    parser: chat::wire::Parser,
    stream: TextStream,
    text: String,
}

impl<'a> Reader<'a> {
    fn new(codec: &'a Codec, tools: &[ToolSpec]) -> Self {
        Self {
            codec,
            parser: codec.format().parser(tools),
            stream: TextStream::default(),
            text: String::new(),
        }
    }

    /// Whether the token ends the completion.
    fn read(&mut self, id: u32) -> bool {
        let is_xml = matches!(self.codec.format(), Format::Glm45 | Format::Glm47);
        let special = self.codec.tokenizer().special_of(id);
        if let Some(special) = special.filter(|special| is_xml || Special::GLM4.contains(special)) {
            let rest = self.stream.finish();
            self.text.push_str(&rest);
            self.parser.text(&rest, &mut |_| {});
            self.text.push_str(special.as_str());
            return self.parser.special(special, &mut |_| {}).is_break();
        }
        // A tag of other formats is text in this one.
        let tag = special.map(|tag| tag.as_str().as_bytes());
        let piece = self.stream.push(tag.or(self.codec.tokenizer().token_bytes(id)).unwrap_or_default());
        self.text.push_str(&piece);
        self.parser.text(&piece, &mut |_| {});
        false
    }
}
