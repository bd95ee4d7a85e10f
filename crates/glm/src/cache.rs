//! The keys and values of the tokens read so far: all the state that a conversation has.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use candle_core::{DType, Device, Tensor};

use crate::{Config, Error, Result};

mod saved;

/// The buffers grow to a multiple of this many tokens.
const BLOCK_TOKENS: usize = 256;

/// A conversation's state in the network. It is an argument of [`crate::Network::forward`], not a
/// part of the network, so that many conversations can share one network and one conversation can
/// be taken back ([`KvCache::truncate`]), continued in two ways ([`KvCache::fork`]) and kept on disk
/// ([`KvCache::save`]).
///
/// A fork shares memory with its origin until both go on from the same token; the second to do so
/// copies.
#[derive(Debug)]
pub struct KvCache {
    layout: Layout,
    device: Device,
    context_tokens: usize,
    len: usize,
    buffer: Arc<Buffer>,
}

/// What two caches must agree on to be exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    n_layers: usize,
    n_kv_heads: usize,
    head_dim: usize,
    dtype: DType,
}

#[derive(Debug)]
struct Buffer {
    /// Keys and values of each layer, both `(n_kv_heads, capacity, head_dim)`; none while the
    /// capacity is 0.
    layers: Vec<(Tensor, Tensor)>,
    capacity: usize,
    /// How many tokens have been written by any of the caches that share this buffer. A cache whose
    /// length this is may write behind it in place: nobody else reads there.
    filled: Mutex<usize>,
}

impl Buffer {
    fn filled(&self) -> MutexGuard<'_, usize> {
        // The number is valid even if a thread panicked while it held the lock.
        self.filled.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KvCache {
    /// An empty cache, which takes no memory yet. [`crate::Network::new_cache`] knows the type and
    /// device.
    pub fn new(config: &Config, dtype: DType, device: &Device) -> Self {
        Self {
            layout: Layout {
                n_layers: config.n_layers,
                n_kv_heads: config.n_kv_heads,
                head_dim: config.head_dim,
                dtype,
            },
            device: device.clone(),
            context_tokens: config.context_tokens,
            len: 0,
            buffer: Arc::new(Buffer { layers: Vec::new(), capacity: 0, filled: Mutex::new(0) }),
        }
    }

    /// How many tokens have been read.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has been read.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The type that keys and values are kept in.
    pub fn dtype(&self) -> DType {
        self.layout.dtype
    }

    /// How much memory the buffers take, shared ones included.
    pub fn n_bytes(&self) -> usize {
        let Layout { n_layers, n_kv_heads, head_dim, dtype } = self.layout;
        2 * n_layers * n_kv_heads * head_dim * dtype.size_in_bytes() * self.buffer.capacity
    }

    /// Forgets all tokens but the first `len`; does nothing if there are fewer. Reading other
    /// tokens afterwards gives what a new cache would.
    pub fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }

    /// A second cache with the same tokens, in constant time. What is done to one does not change
    /// the other.
    pub fn fork(&self) -> Self {
        Self { buffer: Arc::clone(&self.buffer), device: self.device.clone(), ..*self }
    }

    /// Makes room for `n_tokens` more, which then belongs to this cache alone.
    pub(crate) fn reserve(&mut self, n_tokens: usize) -> Result<()> {
        let needed = self.len.saturating_add(n_tokens);
        if needed > self.context_tokens {
            return Err(Error::ContextFull {
                n_tokens,
                n_cached: self.len,
                context_tokens: self.context_tokens,
            });
        }
        let alone = Arc::strong_count(&self.buffer) == 1;
        if needed <= self.buffer.capacity {
            let mut filled = self.buffer.filled();
            if alone || *filled == self.len {
                *filled = needed;
                return Ok(());
            }
        }
        // Growing by half keeps the copies to a constant share of the work, the block keeps the
        // first of them rare.
        let grown = if needed > self.buffer.capacity { self.buffer.capacity * 3 / 2 } else { 0 };
        self.move_to(needed.max(grown), needed)
    }

    /// Replaces the buffer by one of at least `capacity` tokens that holds this cache's tokens.
    fn move_to(&mut self, capacity: usize, filled: usize) -> Result<()> {
        let capacity = capacity.next_multiple_of(BLOCK_TOKENS);
        let Layout { n_layers, n_kv_heads, head_dim, dtype } = self.layout;
        let mut layers = Vec::with_capacity(n_layers);
        for layer in 0..n_layers {
            let shape = (n_kv_heads, capacity, head_dim);
            let keys = Tensor::zeros(shape, dtype, &self.device)?; // (kv_heads, capacity, head_dim)
            let values = Tensor::zeros(shape, dtype, &self.device)?; // (kv_heads, capacity, head_dim)
            if self.len > 0 {
                let (old_keys, old_values) = self.view(layer, self.len)?;
                keys.slice_set(&old_keys.contiguous()?, 1, 0)?;
                values.slice_set(&old_values.contiguous()?, 1, 0)?;
            }
            layers.push((keys, values));
        }
        self.buffer = Arc::new(Buffer { layers, capacity, filled: Mutex::new(filled) });
        Ok(())
    }

    /// Writes a layer's new keys and values behind its old ones and returns them all. Only after
    /// [`KvCache::reserve`].
    ///
    /// # Shapes
    ///
    /// In `(kv_heads, seq, head_dim)`, out `(kv_heads, len + seq, head_dim)`.
    pub(crate) fn write(&self, layer: usize, keys: &Tensor, values: &Tensor) -> Result<(Tensor, Tensor)> {
        let n_tokens = keys.dim(1)?;
        let (all_keys, all_values) = &self.buffer.layers[layer];
        all_keys.slice_set(&keys.to_dtype(self.layout.dtype)?.contiguous()?, 1, self.len)?;
        all_values.slice_set(&values.to_dtype(self.layout.dtype)?.contiguous()?, 1, self.len)?;
        self.view(layer, self.len + n_tokens)
    }

    /// Counts tokens that have been written in all layers.
    pub(crate) fn advance(&mut self, n_tokens: usize) {
        self.len += n_tokens;
    }

    /// A layer's first `len` keys and values, without copying them.
    fn view(&self, layer: usize, len: usize) -> Result<(Tensor, Tensor)> {
        let (keys, values) = &self.buffer.layers[layer];
        Ok((keys.narrow(1, 0, len)?, values.narrow(1, 0, len)?)) // (kv_heads, len, head_dim), twice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Architecture;

    pub(super) fn config() -> Config {
        Config {
            architecture: Architecture::Glm,
            n_layers: 2,
            hidden: 8,
            n_heads: 2,
            n_kv_heads: 2,
            head_dim: 2,
            ffn: 8,
            vocab: 8,
            norm_eps: 1e-5,
            rope_theta: 1e4,
            rotary_dim: 2,
            context_tokens: 1000,
            qkv_bias: false,
            tied: true,
            eos_ids: vec![],
        }
    }

    /// Appends tokens whose keys are their values in all places.
    pub(super) fn push(cache: &mut KvCache, tokens: &[f32]) {
        cache.reserve(tokens.len()).unwrap();
        let data: Vec<f32> = (0..2).flat_map(|_| tokens.iter().flat_map(|t| [*t; 2])).collect();
        let data = Tensor::from_vec(data, (2, tokens.len(), 2), &Device::Cpu).unwrap();
        for layer in 0..2 {
            cache.write(layer, &data, &(&data * 2.0).unwrap()).unwrap();
        }
        cache.advance(tokens.len());
    }

    pub(super) fn tokens(cache: &KvCache) -> Vec<f32> {
        if cache.is_empty() {
            return vec![];
        }
        let (keys, values) = cache.view(1, cache.len()).unwrap();
        let keys = keys.to_vec3::<f32>().unwrap();
        let values = values.to_vec3::<f32>().unwrap();
        for head in 0..2 {
            for (key, value) in keys[head].iter().zip(&values[head]) {
                assert_eq!((key[0], 2.0 * key[0]), (key[1], value[0]));
            }
        }
        keys[1].iter().map(|key| key[0]).collect()
    }

    #[test]
    fn a_fork_and_its_origin_do_not_disturb_each_other() {
        let mut first = KvCache::new(&config(), DType::F32, &Device::Cpu);
        push(&mut first, &[1.0, 2.0, 3.0]);
        let mut second = first.fork();
        push(&mut first, &[4.0]);
        push(&mut second, &[5.0, 6.0]);
        assert_eq!(tokens(&first), [1.0, 2.0, 3.0, 4.0]);
        assert_eq!(tokens(&second), [1.0, 2.0, 3.0, 5.0, 6.0]);
        let mut third = first.fork();
        third.truncate(1);
        push(&mut third, &[9.0]);
        assert_eq!(tokens(&third), [1.0, 9.0]);
        assert_eq!(tokens(&first), [1.0, 2.0, 3.0, 4.0]);
    }

    #[test]
    fn a_fork_shares_until_both_go_on() {
        let mut first = KvCache::new(&config(), DType::F32, &Device::Cpu);
        push(&mut first, &[1.0, 2.0]);
        let mut second = first.fork();
        push(&mut first, &[3.0]);
        assert!(Arc::ptr_eq(&first.buffer, &second.buffer));
        push(&mut second, &[4.0]);
        assert!(!Arc::ptr_eq(&first.buffer, &second.buffer));
    }

    #[test]
    fn it_grows_and_ends_at_the_context() {
        let mut cache = KvCache::new(&config(), DType::F32, &Device::Cpu);
        assert_eq!(cache.n_bytes(), 0);
        let all: Vec<f32> = (0..900).map(|n| n as f32).collect();
        for chunk in all.chunks(7) {
            push(&mut cache, chunk);
        }
        assert_eq!(tokens(&cache), all);
        cache.truncate(300);
        assert_eq!(tokens(&cache), all[..300]);
        let message = cache.reserve(701).unwrap_err().to_string();
        assert!(
            message.starts_with("701 tokens after the 300 already read exceed the model's context of 1000")
        );
        assert!(cache.reserve(usize::MAX).is_err());
    }
}
