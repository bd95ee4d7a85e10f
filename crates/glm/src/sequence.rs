//! One growing sequence of tokens: the network, its cache, and which tokens the cache holds.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::{KvCache, Network, Result};

/// The most tokens that are read at once; between two such chunks reading can be stopped.
const CHUNK_TOKENS: usize = 512;

/// A network with the cache of the tokens that it has read. The two never disagree: a token counts
/// as read only after the network has read it.
pub struct Sequence {
    network: Arc<Network>,
    cache: KvCache,
    ids: Vec<u32>,
}

/// What reading a prompt came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Prefill {
    /// The logits of the token that follows the prompt; none if reading was stopped.
    pub logits: Option<Vec<f32>>,
    /// How many of the prompt's tokens were in the cache.
    pub reused_tokens: usize,
    /// How many were read now.
    pub read_tokens: usize,
}

impl Sequence {
    /// An empty sequence.
    pub fn new(network: Arc<Network>) -> Self {
        let cache = network.new_cache();
        Self { network, cache, ids: Vec::new() }
    }

    /// The tokens read so far.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The longest sequence that the network takes.
    pub fn context_tokens(&self) -> usize {
        self.network.config().context_tokens
    }

    /// Whether not one more token can be read.
    pub fn is_full(&self) -> bool {
        self.ids.len() >= self.context_tokens()
    }

    /// Makes the sequence exactly `prompt`, keeping the part that it begins with already. At least
    /// the last token is read again, because the cache holds no logits. After each chunk `progress`
    /// hears how many tokens of how many have been read, and may stop it.
    ///
    /// # Errors
    /// As [`Network::forward`]. What was read before stays.
    pub fn prefill(
        &mut self,
        prompt: &[u32],
        progress: &mut dyn FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<Prefill> {
        let common = self.ids.iter().zip(prompt).take_while(|(a, b)| a == b).count();
        let reused_tokens = common.min(prompt.len().saturating_sub(1));
        self.truncate(reused_tokens);
        let new = &prompt[reused_tokens..];
        let mut prefill = Prefill { logits: None, reused_tokens, read_tokens: 0 };
        let mut chunks = new.chunks(CHUNK_TOKENS).peekable();
        while let Some(chunk) = chunks.next() {
            if chunks.peek().is_some() {
                self.network.prefill(chunk, &mut self.cache)?;
                self.ids.extend_from_slice(chunk);
            } else {
                prefill.logits = Some(self.read(chunk)?);
            }
            prefill.read_tokens += chunk.len();
            if progress(prefill.read_tokens, new.len()).is_break() {
                prefill.logits = None;
                break;
            }
        }
        Ok(prefill)
    }

    /// Reads one more token and gives the logits of the one after it.
    ///
    /// # Errors
    /// As [`Network::forward`].
    pub fn step(&mut self, id: u32) -> Result<Vec<f32>> {
        self.read(&[id])
    }

    /// Reads tokens at once and gives the logits of the one after them. A call with none is an error.
    ///
    /// # Errors
    /// As [`Network::forward`].
    pub fn extend(&mut self, ids: &[u32]) -> Result<Vec<f32>> {
        let n_first = ids.len().saturating_sub(1) / CHUNK_TOKENS * CHUNK_TOKENS;
        let (first, last) = ids.split_at(n_first);
        for chunk in first.chunks(CHUNK_TOKENS) {
            self.network.prefill(chunk, &mut self.cache)?;
            self.ids.extend_from_slice(chunk);
        }
        self.read(last)
    }

    /// Forgets all tokens but the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.ids.truncate(len);
        self.cache.truncate(len);
    }

    fn read(&mut self, ids: &[u32]) -> Result<Vec<f32>> {
        let logits = self.network.forward(ids, &mut self.cache)?; // (vocab)
        self.ids.extend_from_slice(ids);
        Ok(logits.to_vec1()?)
    }
}
