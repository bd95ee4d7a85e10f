//! How fast a model is here.

use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::{
    Checkpoint, DType, Device, Error, Network, Result, Sequence, generate::read, sampler::likeliest,
};

/// What [`bench()`] measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bench {
    /// Seconds from an opened checkpoint to a network that has read one token.
    pub load_s: f64,
    /// Tokens of the prompt a second.
    pub prefill_tok_s: f64,
    /// Tokens written a second, one at a time, after that prompt.
    pub decode_tok_s: f64,
    /// The most memory that this process has had so far, weights that are mapped from a file
    /// included; none where the system does not tell.
    pub peak_memory_bytes: Option<u64>,
}

/// Loads the checkpoint, reads a made-up prompt of `n_prompt` tokens and writes `n_generate` more,
/// each at least one.
///
/// # Errors
/// The checkpoint cannot be loaded, or its context cannot hold that many tokens.
pub fn bench(
    checkpoint: &Checkpoint,
    device: &Device,
    dtype: Option<DType>,
    n_prompt: usize,
    n_generate: usize,
) -> Result<Bench> {
    let (n_prompt, n_generate) = (n_prompt.max(1), n_generate.max(1));
    let config = checkpoint.config();
    if n_prompt.saturating_add(n_generate) > config.context_tokens {
        return Err(Error::ContextFull {
            n_tokens: n_prompt.saturating_add(n_generate),
            n_cached: 0,
            context_tokens: config.context_tokens,
        });
    }
    let dtype = dtype.or_else(|| Network::fastest_dtype(checkpoint, device));
    let start = Instant::now();
    let mut sequence = Sequence::new(Arc::new(Network::load(checkpoint, device, dtype)?));
    // The first token pays for what the tensor library prepares lazily.
    read(&mut sequence, &[0])?;
    let load_s = start.elapsed().as_secs_f64();

    // Ids spread over the vocabulary, so that the embedding is not read from one cache line.
    let prompt: Vec<u32> = (0..n_prompt).map(|i| (i * 7919 % config.vocab) as u32).collect();
    sequence.truncate(0);
    let start = Instant::now();
    let mut logits = read(&mut sequence, &prompt)?;
    let prefill_tok_s = n_prompt as f64 / start.elapsed().as_secs_f64();

    let start = Instant::now();
    for _ in 0..n_generate {
        logits = sequence.step(likeliest(&logits).unwrap_or(0))?;
    }
    let decode_tok_s = n_generate as f64 / start.elapsed().as_secs_f64();
    Ok(Bench { load_s, prefill_tok_s, decode_tok_s, peak_memory_bytes: peak_memory_bytes() })
}

/// The high-water mark of this process's resident memory.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
