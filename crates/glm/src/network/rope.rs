//! Rotary position embedding, interleaved and over the first part of each head.

use candle_core::{DType, Device, Tensor};

use crate::{Config, Result};

/// The rotary frequencies of a model.
#[derive(Clone, Debug)]
pub(crate) struct Rope {
    /// One for each pair of rotated dimensions.
    frequencies: Vec<f32>,
    /// Pairs in a head, rotated or not.
    n_pairs: usize,
}

/// The cosines and sines of some positions, both `(seq, head_dim / 2)`.
#[derive(Debug)]
pub(crate) struct Angles {
    cos: Tensor,
    sin: Tensor,
}

impl Rope {
    pub(crate) fn new(config: &Config) -> Self {
        let frequencies = (0..config.rotary_dim)
            .step_by(2)
            .map(|i| 1.0 / config.rope_theta.powf(i as f64 / config.rotary_dim as f64) as f32)
            .collect();
        Self { frequencies, n_pairs: config.head_dim / 2 }
    }

    /// The angles of the positions from `offset` on. Computed for each step, because a table for a
    /// context of a million tokens would take half a gigabyte.
    ///
    /// The angle is a product in f32, as it is where these models are trained, although f64 would be
    /// nearer to the formula.
    pub(crate) fn angles(
        &self,
        offset: usize,
        n_tokens: usize,
        dtype: DType,
        device: &Device,
    ) -> Result<Angles> {
        let size = n_tokens * self.n_pairs;
        let (mut cos, mut sin) = (Vec::with_capacity(size), Vec::with_capacity(size));
        for position in offset..offset + n_tokens {
            for pair in 0..self.n_pairs {
                // The rest of the head passes through: it is turned by no angle, which costs less
                // than taking heads apart and joining them again.
                let frequency = self.frequencies.get(pair).copied().unwrap_or(0.0);
                let angle = position as f32 * frequency;
                cos.push(angle.cos());
                sin.push(angle.sin());
            }
        }
        let tensor = |values| -> Result<Tensor> {
            Ok(Tensor::from_vec(values, (n_tokens, self.n_pairs), device)?.to_dtype(dtype)?)
        };
        Ok(Angles { cos: tensor(cos)?, sin: tensor(sin)? }) // (seq, head_dim / 2), twice
    }
}

impl Angles {
    /// # Shapes
    ///
    /// `(heads, seq, head_dim)`, contiguous, to the same.
    pub(crate) fn rotate(&self, heads: &Tensor) -> Result<Tensor> {
        let heads = heads.unsqueeze(0)?; // (1, heads, seq, head_dim)
        Ok(candle_nn::rotary_emb::rope_i(&heads, &self.cos, &self.sin)?.squeeze(0)?) // (heads, seq, head_dim)
    }
}
