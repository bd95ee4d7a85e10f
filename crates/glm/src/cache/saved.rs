//! A cache as bytes.
//!
//! A header of fixed size (magic, version, layout, length), then for each layer its keys and its
//! values, `(kv_heads, len, head_dim)` in little-endian order, then the magic again. The file says
//! nothing of the weights: whoever keeps it keeps the checkpoint's hash beside it.

use std::io::{Read, Write};

use candle_core::{DType, Device, Tensor};
use half::{bf16, f16};

use super::{KvCache, Layout};
use crate::{Config, Error, Result};

const MAGIC: [u8; 8] = *b"gimletKV";
const VERSION: u32 = 1;

impl KvCache {
    /// Writes the tokens' keys and values.
    ///
    /// # Errors
    ///
    /// The writer fails.
    pub fn save(&self, writer: &mut impl Write) -> Result<()> {
        let mut write = |bytes: &[u8]| writer.write_all(bytes).map_err(|e| Error::Cache(e.to_string()));
        write(&MAGIC)?;
        for number in header(self.layout, self.len) {
            write(&number.to_le_bytes())?;
        }
        for layer in 0..self.layout.n_layers {
            if self.is_empty() {
                break;
            }
            let (keys, values) = self.view(layer, self.len)?;
            write(&to_bytes(&keys)?)?;
            write(&to_bytes(&values)?)?;
        }
        write(&MAGIC)
    }

    /// Reads what [`KvCache::save`] wrote for a model of the same layout.
    ///
    /// # Errors
    ///
    /// The bytes are of something else, of another layout or version, too long for the model's
    /// context, or not complete.
    pub fn load(reader: &mut impl Read, config: &Config, dtype: DType, device: &Device) -> Result<Self> {
        let mut cache = Self::new(config, dtype, device);
        let damaged = |what: &str| Error::Cache(what.to_owned());
        if read(reader, 8)? != MAGIC {
            return Err(damaged("it does not begin as one"));
        }
        let mut found = [0_u32; 6];
        for number in &mut found {
            let bytes = read(reader, 4)?;
            *number = u32::from_le_bytes(bytes.try_into().map_err(|_| damaged("it ends early"))?);
        }
        let len = found[5] as usize;
        if len > config.context_tokens {
            return Err(Error::Cache(format!(
                "it holds {len} tokens and the model's context {}",
                config.context_tokens
            )));
        }
        let expected = header(cache.layout, len);
        if found != expected {
            return Err(Error::Cache(format!(
                "its layout is {:?} and the model's is {:?} (version, layers, heads, head size, type)",
                &found[..5],
                &expected[..5]
            )));
        }
        if len > 0 {
            cache.reserve_and_fill(len, reader)?;
        }
        if read(reader, 8)? != MAGIC {
            return Err(damaged("it does not end as one"));
        }
        Ok(cache)
    }

    /// Reads each layer before memory for the next is taken, so that a false length ends early.
    fn reserve_and_fill(&mut self, len: usize, reader: &mut impl Read) -> Result<()> {
        let Layout { n_layers, n_kv_heads, head_dim, dtype } = self.layout;
        let shape = [n_kv_heads, len, head_dim];
        let n_bytes = n_kv_heads * len * head_dim * dtype.size_in_bytes();
        let mut layers = Vec::new();
        for _ in 0..n_layers {
            let keys = Tensor::from_raw_buffer(&read(reader, n_bytes)?, dtype, &shape, &self.device)?;
            let values = Tensor::from_raw_buffer(&read(reader, n_bytes)?, dtype, &shape, &self.device)?;
            layers.push((keys, values)); // (kv_heads, len, head_dim), twice
        }
        self.reserve(len)?;
        for (layer, (keys, values)) in layers.iter().enumerate() {
            self.write(layer, keys, values)?;
        }
        self.advance(len);
        Ok(())
    }
}

/// The numbers after the magic. All fit: sizes were checked with the configuration.
fn header(layout: Layout, len: usize) -> [u32; 6] {
    let dtype = match layout.dtype {
        DType::F32 => 0,
        DType::F16 => 1,
        DType::BF16 => 2,
        _ => u32::MAX,
    };
    let Layout { n_layers, n_kv_heads, head_dim, .. } = layout;
    [VERSION, n_layers as u32, n_kv_heads as u32, head_dim as u32, dtype, len as u32]
}

fn to_bytes(tensor: &Tensor) -> Result<Vec<u8>> {
    let flat = tensor.flatten_all()?; // (kv_heads * len * head_dim)
    Ok(match tensor.dtype() {
        DType::F16 => flat.to_vec1::<f16>()?.into_iter().flat_map(f16::to_le_bytes).collect(),
        DType::BF16 => flat.to_vec1::<bf16>()?.into_iter().flat_map(bf16::to_le_bytes).collect(),
        _ => flat.to_vec1::<f32>()?.into_iter().flat_map(f32::to_le_bytes).collect(),
    })
}

/// Reads exactly `n` bytes; memory grows with what is there, not with what is asked for.
fn read(reader: &mut impl Read, n: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(n as u64).read_to_end(&mut bytes).map_err(|e| Error::Cache(e.to_string()))?;
    if bytes.len() < n {
        return Err(Error::Cache("it ends early".to_owned()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{config, push, tokens};
    use super::*;

    fn saved() -> Vec<u8> {
        let mut cache = KvCache::new(&config(), DType::F32, &Device::Cpu);
        push(&mut cache, &[1.0, 2.0, 3.0]);
        cache.truncate(2);
        let mut bytes = Vec::new();
        cache.save(&mut bytes).unwrap();
        bytes
    }

    fn load(bytes: &[u8]) -> Result<KvCache> {
        KvCache::load(&mut &*bytes, &config(), DType::F32, &Device::Cpu)
    }

    #[test]
    fn what_is_saved_is_loaded() {
        let mut cache = load(&saved()).unwrap();
        assert_eq!(tokens(&cache), [1.0, 2.0]);
        push(&mut cache, &[7.0]);
        assert_eq!(tokens(&cache), [1.0, 2.0, 7.0]);

        let mut empty = Vec::new();
        KvCache::new(&config(), DType::F32, &Device::Cpu).save(&mut empty).unwrap();
        assert!(load(&empty).unwrap().is_empty());
    }

    #[test]
    fn what_is_damaged_is_refused() {
        let bytes = saved();
        for n in 0..bytes.len() {
            assert!(load(&bytes[..n]).is_err(), "{n} of {} bytes", bytes.len());
        }
        for i in 0..32 {
            let mut spoiled = bytes.clone();
            spoiled[i] ^= 0x55;
            assert!(load(&spoiled).is_err(), "byte {i}");
        }
        let half = KvCache::load(&mut &*bytes, &config(), DType::F16, &Device::Cpu).unwrap_err().to_string();
        assert!(half.contains("[1, 2, 2, 2, 0] and the model's is [1, 2, 2, 2, 1]"), "{half}");
    }
}
