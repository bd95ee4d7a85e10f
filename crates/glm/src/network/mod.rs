//! The dense GLM-4 network: token ids in, logits out, the KV cache an argument.
//!
//! # Source
//!
//! `modeling_glm.py` and `modeling_glm4.py` of `transformers`, `modeling_chatglm.py` of
//! glm-4-9b-chat; the tests compare with the logits of the first two.

mod attention;
mod linear;
mod mlp;
mod norm;
mod rope;
mod step;
mod weights;

use candle_core::{DType, Device, Tensor};

use self::{
    attention::Attention,
    linear::{Linear, Matrix},
    mlp::Mlp,
    norm::Norm,
    rope::Rope,
    step::Step,
    weights::Weights,
};
use crate::{Architecture, Checkpoint, Config, Error, KvCache, Result, checkpoint::Slot};

/// A network with its weights. It never changes: all that a conversation changes is in its
/// [`KvCache`], so one network serves any number of them, also from several threads.
#[derive(Clone, Debug)]
pub struct Network {
    config: Config,
    device: Device,
    activations: DType,
    embedding: Matrix,
    layers: Vec<Layer>,
    norm: Norm,
    output: Linear,
    rope: Rope,
}

/// One block.
#[derive(Clone, Debug)]
struct Layer {
    attention_norm: Norm,
    attention: Attention,
    mlp_norm: Norm,
    mlp: Mlp,
    /// The norms after attention and after the MLP, in [`Architecture::Glm4`].
    sandwich: Option<(Norm, Norm)>,
}

impl Network {
    /// Reads the weights onto a device, in the type that they are stored in or in `dtype`.
    ///
    /// On the CPU activations are always f32, whatever the weights' type.
    ///
    /// # Errors
    ///
    /// A tensor is absent, has another shape than the configuration asks for, or is stored in a
    /// type that cannot be read; the error names it.
    pub fn load(checkpoint: &Checkpoint, device: &Device, dtype: Option<DType>) -> Result<Self> {
        let weights = Weights::new(checkpoint, device, dtype)?;
        let config = checkpoint.config().clone();
        let embedding = weights.matrix(Slot::Embedding, config.vocab, config.hidden)?;
        let layers = (0..config.n_layers).map(|layer| Layer::load(&weights, layer)).collect::<Result<_>>()?;
        let norm = weights.norm(Slot::FinalNorm)?;
        let output = match config.tied {
            true => Linear { parts: vec![embedding.clone()], bias: None },
            false => weights.linear(Slot::Output, config.vocab, config.hidden)?,
        };
        let rope = Rope::new(&config);
        let activations = weights.activations;
        Ok(Self { config, device: device.clone(), activations, embedding, layers, norm, output, rope })
    }

    /// The type in which a checkpoint is fastest on a device, if not the stored one.
    ///
    /// Candle's quantized products meet at a spinning barrier, one for each matrix. A small model
    /// spends more time there than on the products, and on a busy machine ten times as much: on the
    /// CPU it is faster as f32.
    pub fn fastest_dtype(checkpoint: &Checkpoint, device: &Device) -> Option<DType> {
        const SMALL_BYTES: u64 = 32 << 20;
        let is_small = matches!(device, Device::Cpu) && checkpoint.n_bytes() <= SMALL_BYTES;
        is_small.then_some(DType::F32)
    }

    /// The network's sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Where it runs.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// The type of the activations, and of the keys and values in [`Network::new_cache`].
    pub fn dtype(&self) -> DType {
        self.activations
    }

    /// An empty cache for this network.
    pub fn new_cache(&self) -> KvCache {
        KvCache::new(&self.config, self.activations, &self.device)
    }

    /// Reads `ids` after what is in the cache, and gives the logits of the token that follows the
    /// last of them, in f32. Takes any length; memory grows with it, so long prompts are better
    /// read in pieces of some hundred tokens.
    ///
    /// # Shapes
    ///
    /// Out `(vocab)`.
    ///
    /// # Errors
    ///
    /// There are no ids, one is outside the vocabulary, or the context is full; the cache's tokens
    /// are then what they were.
    pub fn forward(&self, ids: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        let hidden = self.read(ids, cache)?; // (seq, hidden)
        let last = hidden.narrow(0, ids.len() - 1, 1)?; // (1, hidden)
        Ok(self.logits(&last)?.squeeze(0)?) // (vocab)
    }

    /// As [`Network::forward`], with the logits after each of the tokens.
    ///
    /// # Shapes
    ///
    /// Out `(seq, vocab)`.
    ///
    /// # Errors
    ///
    /// As [`Network::forward`].
    pub fn forward_all(&self, ids: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        let hidden = self.read(ids, cache)?; // (seq, hidden)
        self.logits(&hidden) // (seq, vocab)
    }

    /// Reads `ids` into the cache and computes no logits.
    ///
    /// # Errors
    ///
    /// As [`Network::forward`].
    pub fn prefill(&self, ids: &[u32], cache: &mut KvCache) -> Result<()> {
        self.read(ids, cache).map(drop)
    }

    /// # Shapes
    ///
    /// Out `(seq, hidden)`.
    fn read(&self, ids: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        if ids.is_empty() {
            return Err(Error::NoTokens);
        }
        if let Some(id) = ids.iter().copied().find(|id| *id as usize >= self.config.vocab) {
            return Err(Error::Token { id, vocab: self.config.vocab });
        }
        cache.reserve(ids.len())?;
        let span = (cache.len(), ids.len());
        let step = Step::new(&self.config, &self.rope, span, self.activations, &self.device)?;
        let ids = Tensor::new(ids, &self.device)?; // (seq)
        let mut x = self.embedding.rows(&ids)?.to_dtype(self.activations)?; // (seq, hidden)
        for (index, layer) in self.layers.iter().enumerate() {
            x = layer.forward(&x, index, &step, cache)?; // (seq, hidden)
        }
        cache.advance(span.1);
        Ok(x)
    }

    /// # Shapes
    ///
    /// `(seq, hidden)` to `(seq, vocab)`.
    fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        let normed = self.norm.forward(&hidden.contiguous()?)?; // (seq, hidden)
        Ok(self.output.forward(&normed)?.to_dtype(DType::F32)?) // (seq, vocab)
    }
}

impl Layer {
    fn load(weights: &Weights, layer: usize) -> Result<Self> {
        let config = weights.config();
        let (hidden, ffn) = (config.hidden, config.ffn);
        let mixed = config.n_heads * config.head_dim;
        let output = weights.linear(Slot::AttentionOutput(layer), hidden, mixed)?;
        let sandwich = match config.architecture {
            Architecture::Glm => None,
            Architecture::Glm4 => {
                Some((weights.norm(Slot::PostAttentionNorm(layer))?, weights.norm(Slot::PostMlpNorm(layer))?))
            }
        };
        Ok(Self {
            attention_norm: weights.norm(Slot::AttentionNorm(layer))?,
            attention: Attention::new(config, weights.qkv(layer)?, output),
            mlp_norm: weights.norm(Slot::MlpNorm(layer))?,
            mlp: Mlp {
                gate_up: weights.linear(Slot::GateUp(layer), 2 * ffn, hidden)?,
                down: weights.linear(Slot::Down(layer), hidden, ffn)?,
            },
            sandwich,
        })
    }

    /// # Shapes
    ///
    /// `(seq, hidden)` to the same.
    fn forward(&self, x: &Tensor, index: usize, step: &Step, cache: &KvCache) -> Result<Tensor> {
        let mut attended = self.attention.forward(&self.attention_norm.forward(x)?, index, step, cache)?;
        if let Some((after_attention, _)) = &self.sandwich {
            attended = after_attention.forward(&attended)?; // (seq, hidden)
        }
        let x = (x + attended)?; // (seq, hidden)
        let mut transformed = self.mlp.forward(&self.mlp_norm.forward(&x)?)?; // (seq, hidden)
        if let Some((_, after_mlp)) = &self.sandwich {
            transformed = after_mlp.forward(&transformed)?; // (seq, hidden)
        }
        Ok((x + transformed)?) // (seq, hidden)
    }
}
