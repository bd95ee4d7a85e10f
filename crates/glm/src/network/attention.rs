//! Causal attention with shared key and value heads.

use candle_core::{DType, Tensor};

use super::{linear::Linear, step::Step};
use crate::{Config, KvCache, Result};

/// The attention of one block.
#[derive(Clone, Debug)]
pub(crate) struct Attention {
    /// Queries, keys and values in one matrix.
    pub(crate) qkv: Linear,
    pub(crate) output: Linear,
    pub(crate) n_heads: usize,
    pub(crate) n_kv_heads: usize,
    pub(crate) head_dim: usize,
}

impl Attention {
    pub(crate) fn new(config: &Config, qkv: Linear, output: Linear) -> Self {
        let Config { n_heads, n_kv_heads, head_dim, .. } = *config;
        Self { qkv, output, n_heads, n_kv_heads, head_dim }
    }

    /// # Shapes
    ///
    /// `(seq, hidden)` to the same.
    pub(crate) fn forward(&self, x: &Tensor, layer: usize, step: &Step, cache: &KvCache) -> Result<Tensor> {
        let n_tokens = x.dim(0)?;
        let (n_heads, n_kv_heads) = (self.n_heads, self.n_kv_heads);
        let qkv = self
            .qkv
            .forward(x)? // (seq, (heads + 2 * kv_heads) * head_dim)
            .reshape((n_tokens, n_heads + 2 * n_kv_heads, self.head_dim))?
            .transpose(0, 1)?; // (heads + 2 * kv_heads, seq, head_dim)
        let rotated = qkv.narrow(0, 0, n_heads + n_kv_heads)?.contiguous()?; // (heads + kv_heads, seq, head_dim)
        let rotated = step.angles.rotate(&rotated)?; // (heads + kv_heads, seq, head_dim)
        let keys = rotated.narrow(0, n_heads, n_kv_heads)?; // (kv_heads, seq, head_dim)
        let values = qkv.narrow(0, n_heads + n_kv_heads, n_kv_heads)?; // (kv_heads, seq, head_dim)
        let (keys, values) = cache.write(layer, &keys, &values)?; // (kv_heads, len + seq, head_dim), twice

        let scale = 1.0 / (self.head_dim as f64).sqrt();
        let queries = (rotated.narrow(0, 0, n_heads)? * scale)?; // (heads, seq, head_dim)
        let mut mixed = Vec::with_capacity(step.blocks.len());
        for block in &step.blocks {
            let queries = queries.narrow(1, block.start, block.n_queries)?; // (heads, block, head_dim)
            let keys = keys.narrow(1, 0, block.n_keys)?; // (kv_heads, keys, head_dim)
            let values = values.narrow(1, 0, block.n_keys)?; // (kv_heads, keys, head_dim)
            mixed.push(self.attend(&queries, &keys, &values, block.mask.as_ref())?); // (heads, block, head_dim)
        }
        let mixed = match mixed.as_slice() {
            [whole] => whole.clone(),
            blocks => Tensor::cat(blocks, 1)?, // (heads, seq, head_dim)
        };
        let mixed = mixed.transpose(0, 1)?.reshape((n_tokens, n_heads * self.head_dim))?; // (seq, heads * head_dim)
        self.output.forward(&mixed.to_dtype(x.dtype())?) // (seq, hidden)
    }

    /// Mixes the values that each query attends to. The query heads that share a key head are laid
    /// after each other as rows of one matrix, so that keys and values are multiplied where they
    /// lie instead of being copied once for each query head.
    ///
    /// # Shapes
    ///
    /// Queries `(heads, seq, head_dim)`, keys and values `(kv_heads, keys, head_dim)`, mask
    /// `(seq, keys)`; out `(heads, seq, head_dim)`.
    fn attend(
        &self,
        queries: &Tensor,
        keys: &Tensor,
        values: &Tensor,
        mask: Option<&Tensor>,
    ) -> Result<Tensor> {
        let (n_heads, n_queries, head_dim) = queries.dims3()?;
        let n_keys = keys.dim(1)?;
        let rows = n_heads / self.n_kv_heads * n_queries;
        let dtype = keys.dtype();
        let queries = queries.reshape((self.n_kv_heads, rows, head_dim))?.to_dtype(dtype)?; // (kv_heads, rows, head_dim)
        let scores = queries.matmul(&keys.t()?)?.to_dtype(DType::F32)?; // (kv_heads, rows, keys)
        let scores = match mask {
            Some(mask) => scores.reshape((n_heads, n_queries, n_keys))?.broadcast_add(mask)?.reshape((
                self.n_kv_heads,
                rows,
                n_keys,
            ))?, // (kv_heads, rows, keys)
            None => scores,
        };
        let weights = candle_nn::ops::softmax_last_dim(&scores)?.to_dtype(dtype)?; // (kv_heads, rows, keys)
        Ok(weights.matmul(values)?.reshape((n_heads, n_queries, head_dim))?) // (heads, seq, head_dim)
    }
}
