//! From a checkpoint's bytes to the network's matrices.

use std::borrow::Cow;

use candle_core::{
    DType, Device, Tensor,
    quantized::{GgmlDType, QStorage, QTensor},
};

use super::{
    linear::{Linear, Matrix},
    norm::Norm,
};
use crate::{
    Checkpoint, Config, Result,
    checkpoint::{Dialect, Slot, Weight, name, qkv_names},
};

/// Reads the tensors of one checkpoint for one device.
pub(crate) struct Weights<'a> {
    checkpoint: &'a Checkpoint,
    device: &'a Device,
    /// The type that the caller asked for instead of the stored one.
    requested: Option<DType>,
    /// The type between the layers.
    pub(crate) activations: DType,
}

impl<'a> Weights<'a> {
    pub(crate) fn new(
        checkpoint: &'a Checkpoint,
        device: &'a Device,
        requested: Option<DType>,
    ) -> Result<Self> {
        let config = checkpoint.config();
        let embedding = name(checkpoint.dialect(), Slot::Embedding);
        let embedding = checkpoint.table().weight(&embedding, &[config.vocab, config.hidden])?;
        let activations = match (device, requested, embedding.kind) {
            // Candle's CPU kernels for half precision are slower than its f32 ones, and bf16 has no
            // matrix product there at all.
            (Device::Cpu, ..) => DType::F32,
            (_, Some(dtype), _) => dtype,
            // Quantized products take and give f32, and any matrix of such a file may be quantized.
            _ if checkpoint.dialect() == Dialect::Gguf => DType::F32,
            (_, None, GgmlDType::F16) => DType::F16,
            (_, None, GgmlDType::BF16) => DType::BF16,
            (_, None, _) => DType::F32,
        };
        Ok(Self { checkpoint, device, requested, activations })
    }

    pub(crate) fn config(&self) -> &'a Config {
        self.checkpoint.config()
    }

    /// A matrix that is one tensor, `(out, in)`.
    pub(crate) fn matrix(&self, slot: Slot, out: usize, columns: usize) -> Result<Matrix> {
        let weight = self.weight(&self.name(slot), &[out, columns])?;
        self.place(weight.kind, weight.bytes, &[out, columns])
    }

    /// A linear layer without a bias.
    pub(crate) fn linear(&self, slot: Slot, out: usize, columns: usize) -> Result<Linear> {
        Ok(Linear { parts: vec![self.matrix(slot, out, columns)?], bias: None })
    }

    /// The query, key and value matrices of a block as one layer: one matrix if they are stored in
    /// one type, because rows of the same type can be laid after each other.
    pub(crate) fn qkv(&self, layer: usize) -> Result<Linear> {
        let config = self.config();
        let sizes = self.qkv_sizes(Slot::QkvWeight(layer));
        let mut weights = Vec::new();
        for (name, rows) in &sizes {
            weights.push((self.weight(name, &[*rows, config.hidden])?, *rows));
        }
        let same = weights.iter().all(|(weight, _)| weight.kind == weights[0].0.kind);
        let parts = if same {
            let rows: usize = weights.iter().map(|(_, rows)| rows).sum();
            let bytes = match weights.as_slice() {
                [(only, _)] => Cow::Borrowed(only.bytes),
                parts => Cow::Owned(parts.iter().flat_map(|(part, _)| part.bytes).copied().collect()),
            };
            vec![self.place(weights[0].0.kind, &bytes, &[rows, config.hidden])?]
        } else {
            let place = |(weight, rows): &(Weight, usize)| {
                self.place(weight.kind, weight.bytes, &[*rows, config.hidden])
            };
            weights.iter().map(place).collect::<Result<_>>()?
        };
        let bias = match config.qkv_bias {
            true => Some(self.qkv_bias(layer)?),
            false => None,
        };
        Ok(Linear { parts, bias })
    }

    /// A norm over the hidden state.
    pub(crate) fn norm(&self, slot: Slot) -> Result<Norm> {
        let weight = self.vector(&self.name(slot), self.config().hidden)?;
        Ok(Norm { weight, eps: self.config().norm_eps as f32 })
    }

    fn qkv_bias(&self, layer: usize) -> Result<Tensor> {
        let parts = self
            .qkv_sizes(Slot::QkvBias(layer))
            .iter()
            .map(|(name, size)| self.vector(name, *size))
            .collect::<Result<Vec<_>>>()?;
        Ok(Tensor::cat(&parts, 0)?.to_dtype(self.activations)?) // ((heads + 2 * kv_heads) * head_dim)
    }

    /// The names of a block's query, key and value tensors, with the rows of each.
    fn qkv_sizes(&self, slot: Slot) -> Vec<(String, usize)> {
        let Config { n_heads, n_kv_heads, head_dim, .. } = *self.config();
        let (queries, keys) = (n_heads * head_dim, n_kv_heads * head_dim);
        let names = qkv_names(self.checkpoint.dialect(), slot, self.checkpoint.table());
        let sizes = if names.len() == 1 { vec![queries + 2 * keys] } else { vec![queries, keys, keys] };
        names.into_iter().zip(sizes).collect()
    }

    fn name(&self, slot: Slot) -> String {
        name(self.checkpoint.dialect(), slot)
    }

    fn weight(&self, name: &str, shape: &[usize]) -> Result<Weight<'a>> {
        self.checkpoint.table().weight(name, shape)
    }

    /// A vector in f32, `(size)`.
    fn vector(&self, name: &str, size: usize) -> Result<Tensor> {
        let weight = self.weight(name, &[size])?;
        self.dense(weight.kind, weight.bytes, &[size], DType::F32)
    }

    /// Brings a matrix to the device in the form in which it is multiplied there.
    fn place(&self, kind: GgmlDType, bytes: &[u8], shape: &[usize]) -> Result<Matrix> {
        let on_cpu = matches!(self.device, Device::Cpu);
        let half = match self.requested {
            Some(DType::F16) => Some(GgmlDType::F16),
            Some(DType::BF16) => Some(GgmlDType::BF16),
            _ => None,
        };
        let is_float = matches!(kind, GgmlDType::F32 | GgmlDType::F16 | GgmlDType::BF16);
        Ok(match (self.requested, half) {
            (None, _) if on_cpu && kind == GgmlDType::F32 => {
                Matrix::Dense(self.dense(kind, bytes, shape, DType::F32)?)
            }
            (None, _) if on_cpu || !is_float => {
                Matrix::stored(self.stored(kind, bytes, shape, self.device)?)
            }
            (Some(_), Some(half)) if on_cpu && kind == half => {
                Matrix::stored(self.stored(kind, bytes, shape, self.device)?)
            }
            (Some(_), Some(half)) if on_cpu => {
                let full = self.dense(kind, bytes, shape, DType::F32)?;
                Matrix::stored(QTensor::quantize(&full, half)?)
            }
            _ => Matrix::Dense(self.dense(kind, bytes, shape, self.activations)?),
        })
    }

    /// Expands a tensor to a type that candle computes in.
    fn dense(&self, kind: GgmlDType, bytes: &[u8], shape: &[usize], dtype: DType) -> Result<Tensor> {
        let float = match kind {
            GgmlDType::F32 => Some(DType::F32),
            GgmlDType::F16 => Some(DType::F16),
            GgmlDType::BF16 => Some(DType::BF16),
            _ => None,
        };
        let tensor = match float {
            Some(float) => Tensor::from_raw_buffer(bytes, float, shape, &Device::Cpu)?,
            None => self.stored(kind, bytes, shape, &Device::Cpu)?.dequantize(&Device::Cpu)?,
        };
        Ok(tensor.to_dtype(dtype)?.to_device(self.device)?)
    }

    fn stored(&self, kind: GgmlDType, bytes: &[u8], shape: &[usize], device: &Device) -> Result<QTensor> {
        // Candle asserts that blocks are aligned; those of a file that is part of the program, or of
        // one with an odd alignment, need not be.
        const ALIGNMENT: usize = 8;
        let misaligned = |bytes: &[u8]| bytes.as_ptr().addr() % ALIGNMENT;
        let storage = if misaligned(bytes) == 0 {
            QStorage::from_data(Cow::Borrowed(bytes), device, kind)?
        } else {
            let mut padded = vec![0; bytes.len() + ALIGNMENT];
            let start = ALIGNMENT - misaligned(&padded);
            let copy = &mut padded[start..start + bytes.len()];
            copy.copy_from_slice(bytes);
            QStorage::from_data(Cow::Borrowed(copy), device, kind)?
        };
        Ok(QTensor::new(storage, shape)?)
    }
}
