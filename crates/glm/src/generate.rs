//! From ids to ids and logits, without text: what an implementation is compared by.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::{Network, Result, Sequence, sampler::likeliest};

/// The logits of the token that follows `ids`.
///
/// # Errors
/// As [`Network::forward`].
pub fn last_logits(network: &Arc<Network>, ids: &[u32]) -> Result<Vec<f32>> {
    let mut sequence = Sequence::new(Arc::clone(network));
    read(&mut sequence, ids)
}

/// The `n_tokens` tokens that follow `ids` when each is the likeliest. No token stops it; a full
/// context does.
///
/// # Errors
/// As [`Network::forward`].
pub fn greedy(network: &Arc<Network>, ids: &[u32], n_tokens: usize) -> Result<Vec<u32>> {
    let mut sequence = Sequence::new(Arc::clone(network));
    let mut logits = read(&mut sequence, ids)?;
    let mut written = Vec::new();
    while written.len() < n_tokens {
        let Some(id) = likeliest(&logits) else { break };
        written.push(id);
        if written.len() == n_tokens || sequence.is_full() {
            break;
        }
        logits = sequence.step(id)?;
    }
    Ok(written)
}

/// Reads all of `ids` into an empty sequence.
pub(crate) fn read(sequence: &mut Sequence, ids: &[u32]) -> Result<Vec<f32>> {
    let prefill = sequence.prefill(ids, &mut |_, _| ControlFlow::Continue(()))?;
    // Nothing stops this reading, so only an empty prompt has no logits.
    prefill.logits.ok_or(crate::Error::NoTokens)
}
