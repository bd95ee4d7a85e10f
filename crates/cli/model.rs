//! `gimlet model`: a look into a model, and what checks gimlet from outside.

use std::{
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use anyhow::{Context, anyhow};
use chat::wire::{Format, TemplateInput};
use glm::{Architecture, Checkpoint, Codec, Device, Network, Tokenizer};
use serde_json::{Value, json};

use crate::{
    args::ModelCommand,
    exit::{Exit, Failure},
    input, models,
};

/// The largest text or file that is read whole.
const MAX_INPUT_BYTES: u64 = 256 << 20;

/// Does what was asked and prints it.
///
/// # Errors
/// A model or file that cannot be used, output that cannot be written.
pub async fn model(command: ModelCommand) -> Result<Exit, Failure> {
    // All of it computes or reads files; nothing here waits for anything.
    tokio::task::block_in_place(|| match command {
        ModelCommand::Info { model, json } => print_facts(&info(&model.model)?, json),
        ModelCommand::Tokenize { text, model, tokenizer } => {
            let tokenizer = open_tokenizer(tokenizer.as_deref(), &model.model).map_err(Failure::usage)?;
            let ids = tokenizer
                .encode_text(&input::text(&text, "the text", MAX_INPUT_BYTES).map_err(Failure::usage)?);
            print_line(&json!({ "ids": ids }).to_string())
        }
        ModelCommand::Render { file, format } => print_text(&render(&file, &format).map_err(Failure::usage)?),
        ModelCommand::Logits { model, ids, generate } => {
            let line = logits(&model.model, &ids, generate)?;
            print_line(&line.to_string())
        }
        ModelCommand::Bench { model, prompt, generate, json } => {
            print_facts(&bench(&model.model, prompt, generate)?, json)
        }
    })
}

fn info(name: &str) -> Result<Value, Failure> {
    let checkpoint = open(name)?;
    let codec = Codec::new(&checkpoint).map_err(Failure::usage)?;
    let config = checkpoint.config();
    models::keep_hash(name, checkpoint.sha256());
    Ok(json!({
        "name": checkpoint.name(),
        "architecture": match config.architecture {
            Architecture::Glm => "GlmForCausalLM",
            Architecture::Glm4 => "Glm4ForCausalLM",
        },
        "format": codec.format().name(),
        "layers": config.n_layers,
        "hidden": config.hidden,
        "heads": config.n_heads,
        "kv_heads": config.n_kv_heads,
        "head_dim": config.head_dim,
        "ffn": config.ffn,
        "vocabulary": config.vocab,
        "context_tokens": config.context_tokens,
        "sha256": checkpoint.sha256(),
    }))
}

fn open_tokenizer(file: Option<&Path>, model: &str) -> anyhow::Result<Tokenizer> {
    let Some(file) = file else {
        let checkpoint = models::checkpoint(model)?;
        return Ok(Tokenizer::new(&checkpoint.tokenizer_source()?)?);
    };
    let bytes = read_file(file)?;
    let tokenizer = match file.extension().is_some_and(|extension| extension == "json") {
        true => Tokenizer::from_json(&bytes),
        false => Tokenizer::from_tiktoken(&bytes),
    };
    tokenizer.with_context(|| format!("cannot use the tokenizer {}", file.display()))
}

fn render(file: &Path, format: &str) -> anyhow::Result<String> {
    let names = Format::ALL.map(Format::name).join(", ");
    let format = Format::from_name(format)
        .ok_or_else(|| anyhow!("there is no wire format \"{format}\": the formats are {names}"))?;
    let json = match file == Path::new("-") {
        true => input::text("-", "the conversation", MAX_INPUT_BYTES)?,
        false => String::from_utf8(read_file(file)?).context("the file is not UTF-8")?,
    };
    let context = || format!("cannot render {}", file.display());
    let input = TemplateInput::from_json(&json).with_context(context)?;
    Ok(input.render(format, &format.default_words()).with_context(context)?.to_string())
}

fn logits(name: &str, ids: &[u32], n_generate: usize) -> Result<Value, Failure> {
    let checkpoint = open(name)?;
    let config = checkpoint.config();
    if let Some(id) = ids.iter().find(|&&id| id as usize >= config.vocab) {
        return Err(Failure::usage(anyhow!(
            "the token id {id} does not exist: the vocabulary of {name} has {} tokens",
            config.vocab
        )));
    }
    if ids.len() > config.context_tokens {
        return Err(Failure::usage(anyhow!(
            "{} ids do not fit: the context of {name} holds {} tokens",
            ids.len(),
            config.context_tokens
        )));
    }
    let dtype = Network::fastest_dtype(&checkpoint, &Device::Cpu);
    let network = Arc::new(Network::load(&checkpoint, &Device::Cpu, dtype).map_err(Failure::usage)?);
    let last = glm::last_logits(&network, ids).map_err(|e| Failure::runtime(e.into()))?;
    let argmax = last.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map(|(id, _)| id);
    let greedy = match n_generate {
        0 => Vec::new(),
        n => glm::greedy(&network, ids, n).map_err(|e| Failure::runtime(e.into()))?,
    };
    Ok(json!({ "last_logits": last, "argmax": argmax, "greedy": greedy }))
}

fn bench(name: &str, n_prompt: usize, n_generate: usize) -> Result<Value, Failure> {
    let checkpoint = open(name)?;
    let bench = glm::bench(&checkpoint, &Device::Cpu, None, n_prompt, n_generate).map_err(Failure::usage)?;
    let mut facts = json!({
        "model": checkpoint.name(),
        "prompt_tokens": n_prompt,
        "generated_tokens": n_generate,
        "threads": std::thread::available_parallelism().map_or(1, usize::from),
    });
    let measured = serde_json::to_value(bench).map_err(|e| Failure::runtime(e.into()))?;
    if let (Value::Object(facts), Value::Object(measured)) = (&mut facts, measured) {
        facts.extend(measured);
    }
    Ok(facts)
}

fn open(name: &str) -> Result<Checkpoint, Failure> {
    models::checkpoint(name).map_err(Failure::usage)
}

fn read_file(file: &Path) -> anyhow::Result<Vec<u8>> {
    let context = || format!("cannot read {}", file.display());
    let size = std::fs::metadata(file).with_context(context)?.len();
    if size > MAX_INPUT_BYTES {
        return Err(anyhow!("{} has {size} bytes; the most is {MAX_INPUT_BYTES}", file.display()));
    }
    std::fs::read(file).with_context(context)
}

/// A JSON object as it is, or as one line for each field.
fn print_facts(facts: &Value, json: bool) -> Result<Exit, Failure> {
    if json {
        return print_line(&facts.to_string());
    }
    let mut text = String::new();
    for (name, value) in facts.as_object().into_iter().flatten() {
        let value = match value {
            Value::String(text) => agent::clean(text),
            Value::Number(number) if number.is_f64() => format!("{:.2}", number.as_f64().unwrap_or_default()),
            other => other.to_string(),
        };
        text.push_str(&format!("{:20}{value}\n", name.replace('_', " ")));
    }
    print_text(&text)
}

fn print_line(line: &str) -> Result<Exit, Failure> {
    print_text(&format!("{line}\n"))
}

fn print_text(text: &str) -> Result<Exit, Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()?;
    Ok(Exit::Ok)
}
