//! What a grammar costs at GLM-4's vocabulary: per token, beside the network's own time, and at scale.
//!
//! ```text
//! python3 crates/glm/examples/collect_schemas.py FOLDER BFCL_DATA JSON_SCHEMA_TEST_SUITE
//! cargo run -p gimlet-glm --example mask_cost -- FOLDER TOKENIZER_MODEL
//! ```
//!
//! The calls are written with functions of the Berkeley set on offer, ten at a time: by a sensible
//! model, whose text is made from the schema, and by one that draws its tokens at random. A guide's cost
//! for a token is all that it adds to the engine's loop: forced tokens, mask and acceptance. The network
//! beside it has random weights, GLM-4's output and a fortieth of glm-4-9b's other weights, so that the
//! share is far above that of the real model.

#![allow(clippy::print_stdout, reason = "an example shows things")]

#[path = "grammar/noise.rs"]
mod noise;
#[path = "grammar/plausible.rs"]
mod plausible;
#[path = "grammar/weights.rs"]
mod weights;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chat::{
    CancellationToken, ChatModel, Constraint, FunctionSpec, Message, Request, Sampling, Special, ToolSpec,
    wire::Format,
};
use glm::grammar::{Grammars, Guide};
use glm::{Checkpoint, Codec, Device, Engine, EngineOptions, Network, Sampler, Sequence, Tokenizer};
use noise::Noise;

const N_OFFERED: usize = 10;
const N_SETS: usize = 30;
const N_MANY: usize = 300;
/// Tokens that the network writes to be measured.
const N_STEPS: usize = 60;
const MAX_RANDOM_TOKENS: usize = 100;
const N_ROUNDS: usize = 20;

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tokenizer] = &arguments[..] else {
        return Err("name the folder that collect_schemas.py wrote and a tokenizer.model".into());
    };
    let tiktoken = std::fs::read(tokenizer)?;
    let functions: Vec<FunctionSpec> = functions(Path::new(folder))?;
    let format = Format::Glm4Chat;
    let tokenizer = Tokenizer::from_tiktoken(&tiktoken)?;
    println!("vocabulary: {} tokens, padded to {}", tokenizer.vocab_size(), weights::VOCABULARY);
    let codec = Arc::new(Codec::from_parts(format, format.default_words(), tokenizer));
    let grammars = Grammars::new(Arc::clone(&codec));

    let sets: Vec<Vec<ToolSpec>> = functions
        .chunks_exact(N_OFFERED)
        .step_by(functions.len() / N_OFFERED / N_SETS)
        .map(offered)
        .collect();
    let (first, rest) = sets.split_first().ok_or("there are too few schemas")?;
    let start = Instant::now();
    grammars.guide(first, &Constraint::Calls);
    println!("first guide, with the vocabulary's tables: {:.2?}", start.elapsed());
    let mut compiled: Vec<Duration> =
        rest.iter().map(|tools| timed(|| drop(grammars.guide(tools, &Constraint::Calls)))).collect();
    println!("compiling {N_OFFERED} functions: {}", quantiles(&mut compiled));

    let mut sensible = sensible(&codec, &grammars, &sets)?;
    let of_guide = mean(&sensible);
    println!("a guide's cost for a sensible model's token: {}", quantiles(&mut sensible));
    println!("the same for a random model's: {}", quantiles(&mut random(&codec, &grammars, &sets)));
    let folder = tempfile::tempdir()?;
    weights::write(folder.path(), &tiktoken)?;
    let mut steps = steps(folder.path())?;
    let of_step = mean(&steps);
    println!("the network's time for a token: {}", quantiles(&mut steps));
    let share = |time: Duration| of_guide.as_secs_f64() / time.as_secs_f64() * 100.0;
    println!(
        "the guide's share of it: {:.2} %, of the fastest token's {:.2} %",
        share(of_step),
        share(steps[0])
    );
    many(&grammars, &functions)?;
    nano()
}

fn functions(folder: &Path) -> Result<Vec<FunctionSpec>, Failure> {
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        parameters: serde_json::Value,
    }
    let cases: Vec<Case> = serde_json::from_slice(&std::fs::read(folder.join("bfcl.json"))?)?;
    // Many functions share a name there.
    let function = |(i, case): (usize, Case)| FunctionSpec {
        name: format!("{}_{i}", case.name.chars().take(100).collect::<String>()),
        description: String::new(),
        parameters: case.parameters,
    };
    Ok(cases.into_iter().enumerate().map(function).collect())
}

fn offered(functions: &[FunctionSpec]) -> Vec<ToolSpec> {
    functions.iter().cloned().map(ToolSpec::Function).collect()
}

/// Writes a call of each function and an answer for each set, and measures the guide.
fn sensible(
    codec: &Codec,
    grammars: &Arc<Grammars>,
    sets: &[Vec<ToolSpec>],
) -> Result<Vec<Duration>, Failure> {
    let mut times = Vec::new();
    let (mut n_written, mut n_refused, mut n_forced) = (0, 0, 0);
    for tools in sets {
        let calls = tools.iter().filter_map(|tool| match tool {
            ToolSpec::Function(f) => {
                Some((format!("{}\n{}", f.name, plausible::arguments(&f.parameters)), Special::Observation))
            }
            ToolSpec::Builtin(_) => None,
        });
        let answer = "\nThe capital of France is Paris, and it has about 2.1 million people. Here is a list:\n\n- one\n- two {\"a\": 1}\n";
        for (text, stop) in calls.chain([(answer.to_owned(), Special::User)]) {
            let mut guide = grammars.guide(tools, &Constraint::Calls);
            match follow(codec, &mut guide, &text, stop, &mut times)? {
                Some(forced) => {
                    n_written += 1;
                    n_forced += forced;
                }
                None => n_refused += 1,
            }
        }
    }
    println!(
        "{n_written} texts in {} chosen and {n_forced} forced tokens; {n_refused} more did not fit their schema",
        times.len()
    );
    Ok(times)
}

/// Writes a text token by token and gives the number of forced ones; nothing if the grammar does not take
/// it.
fn follow(
    codec: &Codec,
    guide: &mut Guide,
    text: &str,
    stop: Special,
    times: &mut Vec<Duration>,
) -> Result<Option<usize>, Failure> {
    let tokenizer = codec.tokenizer();
    let stop = tokenizer.id_of(stop).ok_or("the vocabulary lacks a stop token")?;
    let mut logits = vec![0.0; tokenizer.vocab_size()];
    let (mut at, mut n_forced, mut written) = (0, 0, Vec::new());
    while at <= text.len() {
        let forced = timed_with(|| guide.forced());
        n_forced += forced.0.len();
        for id in forced.0 {
            at += tokenizer.token_bytes(id).map_or(usize::MAX / 2, <[u8]>::len);
        }
        if at > text.len() {
            break;
        }
        if !text.is_char_boundary(at) {
            return Ok(None);
        }
        let id = tokenizer.encode_text(&text[at..]).first().copied().unwrap_or(stop);
        logits.fill(0.0);
        let masking = timed(|| guide.mask(&mut logits));
        if logits[id as usize] != 0.0 {
            return Ok(None);
        }
        written.push(forced.1 + masking + timed(|| guide.accept(id)));
        if id == stop {
            break;
        }
        at += tokenizer.token_bytes(id).map_or(0, <[u8]>::len);
    }
    times.append(&mut written);
    Ok(Some(n_forced))
}

/// Writes calls with tokens that are drawn from noise, and measures the guide.
fn random(codec: &Codec, grammars: &Arc<Grammars>, sets: &[Vec<ToolSpec>]) -> Vec<Duration> {
    let noise = Noise::new(codec);
    let mut times = Vec::new();
    for (seed, tools) in (0..).zip(sets) {
        let mut sampler = Sampler::new(Sampling { temperature: 2.0, seed, ..Default::default() });
        let mut guide = grammars.guide(tools, &Constraint::Calls);
        noise::ids_of(codec, &format!("{}\n", tools[0].name())).into_iter().for_each(|id| guide.accept(id));
        for n_written in 0..MAX_RANDOM_TOKENS {
            let forced = timed_with(|| guide.forced());
            if forced.0.iter().any(|&id| codec.tokenizer().is_special(id)) {
                break;
            }
            let mut logits = noise.logits(seed, n_written);
            let masking = timed(|| guide.mask(&mut logits));
            let Some(id) = sampler.next(&mut logits) else { break };
            times.push(forced.1 + masking + timed(|| guide.accept(id)));
            if codec.tokenizer().is_special(id) {
                break;
            }
        }
    }
    times
}

/// How long the network takes for one token behind 64 others.
fn steps(folder: &Path) -> Result<Vec<Duration>, Failure> {
    let checkpoint = Checkpoint::open(folder)?;
    let network = Network::load(&checkpoint, &Device::Cpu, None)?;
    let mut sequence = Sequence::new(Arc::new(network));
    let prompt: Vec<u32> = (0..64).collect();
    sequence.extend(&prompt)?;
    sequence.step(1)?; // The first pays for what the tensor library prepares lazily.
    let mut times = Vec::new();
    for id in 0..N_STEPS as u32 {
        let (logits, time) = timed_with(|| sequence.step(id * 2000));
        logits?;
        times.push(time);
    }
    Ok(times)
}

/// Hundreds of functions at once.
fn many(grammars: &Arc<Grammars>, functions: &[FunctionSpec]) -> Result<(), Failure> {
    let tools: Vec<ToolSpec> =
        offered(functions).into_iter().step_by(functions.len() / N_MANY).take(N_MANY).collect();
    let n_bytes = serde_json::to_string(&tools)?.len();
    let before = resident();
    let (mut guide, compiling) = timed_with(|| grammars.guide(&tools, &Constraint::Calls));
    if let Some(lapse) = guide.lapse() {
        return Err(lapse.into());
    }
    let mut logits = vec![0.0; weights::VOCABULARY];
    let forced = timed(|| drop(guide.forced()));
    let first = timed(|| guide.mask(&mut logits));
    let again = timed(|| drop(grammars.guide(&tools, &Constraint::Calls)));
    let after = resident();
    println!(
        "{} functions, {} KB of schemas: compiled in {compiling:.2?}, first mask {:.1?}, the second guide {again:.1?}, {} MB more memory",
        tools.len(),
        n_bytes / 1000,
        forced + first,
        after.saturating_sub(before) / 1000,
    );
    Ok(())
}

/// The embedded model with the grammar and without it, in turns: its vocabulary is small and so is its
/// network.
fn nano() -> Result<(), Failure> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../nano/model/nano.gguf");
    let engine = Engine::load(Checkpoint::open(&path)?, EngineOptions::default())?;
    let mut tools: Vec<ToolSpec> =
        engine.codec().words().tools.keys().map(|&tool| ToolSpec::Builtin(tool)).collect();
    let parameters = serde_json::json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    tools.push(ToolSpec::Function(FunctionSpec {
        name: "get_weather".into(),
        description: String::new(),
        parameters,
    }));
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let prompts = [
        "What is 37 * 91?",
        "Hello, who are you?",
        "How many days are there between 2024-01-01 and 2024-03-01?",
    ];
    let mut rates = [Constraint::Off, Constraint::Calls].map(|constraint| (constraint, Vec::new()));
    // The one that goes first changes from round to round.
    for (n_asked, prompt) in prompts.iter().cycle().take(prompts.len() * N_ROUNDS).enumerate() {
        let mut said = Vec::new();
        rates.reverse();
        for (constraint, rates) in &mut rates {
            let request = Request {
                messages: vec![Message::user(*prompt)],
                tools: tools.clone(),
                sampling: Sampling::default(),
                max_tokens: 60,
                constraint: constraint.clone(),
            };
            let reply = runtime.block_on(engine.complete(request, &mut |_| {}, &CancellationToken::new()))?;
            rates.extend((reply.usage.decode_tok_s > 0.0).then_some(1.0 / reply.usage.decode_tok_s));
            said.push(reply.completion);
        }
        let verdict = if said[0] == said[1] { "the same" } else { "another text" };
        if n_asked < prompts.len() {
            println!("nano, {prompt:?}: {verdict} with the grammar");
        }
    }
    for (constraint, seconds) in &mut rates {
        let mut times: Vec<Duration> = seconds.iter().map(|&s| Duration::from_secs_f64(s)).collect();
        println!("nano, {constraint:?}: a token takes {}", quantiles(&mut times));
    }
    Ok(())
}

/// This process's resident memory in kilobytes, where the system tells.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse().unwrap_or_default()
}

fn timed(what: impl FnOnce()) -> Duration {
    timed_with(what).1
}

fn timed_with<T>(what: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = what();
    (done, start.elapsed())
}

fn mean(times: &[Duration]) -> Duration {
    times.iter().sum::<Duration>() / times.len().max(1) as u32
}

fn quantiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    format!(
        "mean {:.1?}, p50 {:.1?}, p99 {:.1?}, worst {:.1?}, n {}",
        mean(times),
        at(0.5),
        at(0.99),
        at(1.0),
        times.len()
    )
}
