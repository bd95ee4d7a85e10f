//! What all blocks need to know about the tokens being read.

use candle_core::{DType, Device, Tensor};

use super::rope::{Angles, Rope};
use crate::{Config, Result};

/// The most bytes of attention scores at one time.
const MAX_SCORE_BYTES: usize = 64 << 20;
/// Below this many queries a block's matrices become too small to be worth the overhead.
const MIN_BLOCK_QUERIES: usize = 16;

/// The positions of the tokens being read and what each may attend to.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) angles: Angles,
    pub(crate) blocks: Vec<Block>,
}

/// Consecutive queries whose scores are computed together.
#[derive(Debug)]
pub(crate) struct Block {
    /// The first, counted from the first new token.
    pub(crate) start: usize,
    pub(crate) n_queries: usize,
    /// How many keys the last of them sees; none sees more.
    pub(crate) n_keys: usize,
    /// `(n_queries, n_keys)`, to be added: 0, or minus infinity where a key is later than the query.
    /// A single query sees all its keys.
    pub(crate) mask: Option<Tensor>,
}

impl Step {
    /// Plans the reading of `n_tokens` after `offset` others.
    pub(crate) fn new(
        config: &Config,
        rope: &Rope,
        (offset, n_tokens): (usize, usize),
        dtype: DType,
        device: &Device,
    ) -> Result<Self> {
        let bytes_per_query = config.n_heads * (offset + n_tokens) * size_of::<f32>();
        let block = (MAX_SCORE_BYTES / bytes_per_query.max(1)).max(MIN_BLOCK_QUERIES);
        let mut blocks = Vec::new();
        for start in (0..n_tokens).step_by(block) {
            let n_queries = block.min(n_tokens - start);
            let n_keys = offset + start + n_queries;
            let mask = match n_queries {
                1 => None,
                _ => Some(mask(n_queries, n_keys, device)?),
            };
            blocks.push(Block { start, n_queries, n_keys, mask });
        }
        Ok(Self { angles: rope.angles(offset, n_tokens, dtype, device)?, blocks })
    }
}

fn mask(n_queries: usize, n_keys: usize, device: &Device) -> Result<Tensor> {
    let first = n_keys - n_queries;
    let values: Vec<f32> = (0..n_queries)
        .flat_map(|query| {
            (0..n_keys).map(move |key| if key <= first + query { 0.0 } else { f32::NEG_INFINITY })
        })
        .collect();
    Ok(Tensor::from_vec(values, (n_queries, n_keys), device)?) // (n_queries, n_keys)
}
