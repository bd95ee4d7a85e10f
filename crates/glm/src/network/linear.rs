//! Matrices as the checkpoint stores them, multiplied.

use std::sync::Arc;

use candle_core::{
    Device, Tensor,
    quantized::{GgmlDType, QTensor},
};

use crate::Result;

/// From this many rows of input on, expanding a whole matrix to f32 once costs less than
/// multiplying by its blocks row by row.
const DENSE_FROM_ROWS: usize = 32;

/// A weight matrix `(out, in)`.
#[derive(Clone, Debug)]
pub(crate) enum Matrix {
    /// In a type that candle multiplies.
    Dense(Tensor),
    /// In the bytes of the file: blocks of a quantized type or, on the CPU, half precision, which
    /// candle multiplies there only in this form (bf16) or slowly (f16).
    Stored { weight: Arc<QTensor>, expand: bool },
}

impl Matrix {
    /// Keeps a matrix as it is stored.
    pub(crate) fn stored(weight: QTensor) -> Self {
        let expand = matches!(weight.device(), Device::Cpu) && !has_tiles(&weight);
        Self::Stored { weight: Arc::new(weight), expand }
    }

    /// # Shapes
    ///
    /// `(seq, in)` to `(seq, out)`.
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        Ok(match self {
            Self::Dense(weight) => x.matmul(&weight.t()?)?, // (seq, out)
            Self::Stored { weight, expand: true } if x.dim(0)? >= DENSE_FROM_ROWS => {
                let weight = weight.dequantize(x.device())?; // (out, in)
                x.matmul(&weight.t()?)? // (seq, out)
            }
            Self::Stored { weight, .. } => x.apply_op1_no_bwd(weight.as_ref())?, // (seq, out)
        })
    }

    /// The rows of some ids; of a quantized matrix only these are expanded.
    ///
    /// # Shapes
    ///
    /// `(seq)` to `(seq, in)`.
    pub(crate) fn rows(&self, ids: &Tensor) -> Result<Tensor> {
        Ok(match self {
            Self::Dense(weight) => weight.index_select(ids, 0)?, // (seq, in)
            Self::Stored { weight, .. } => weight.embedding(ids)?, // (seq, in)
        })
    }
}

/// Whether candle multiplies many rows at a time by this matrix without expanding it.
///
/// # Source
///
/// `select` in candle-core 0.11.1's `quantized/repack_x86.rs`: the types and sizes for which it
/// interleaves rows. All others go through one dot product for each output value, which for 128
/// rows of Q4_0 was measured at an eighth of the speed of f32.
fn has_tiles(weight: &QTensor) -> bool {
    let Ok((out, columns)) = weight.shape().dims2() else { return false };
    matches!(weight.dtype(), GgmlDType::Q4K | GgmlDType::Q6K | GgmlDType::Q8_0)
        && out.is_multiple_of(16)
        && columns.is_multiple_of(256)
}

/// A linear layer whose matrix may lie in several pieces, because a file may store the rows for
/// queries, keys and values in different types.
#[derive(Clone, Debug)]
pub(crate) struct Linear {
    /// The pieces, from the first output to the last.
    pub(crate) parts: Vec<Matrix>,
    /// `(out)`.
    pub(crate) bias: Option<Tensor>,
}

impl Linear {
    /// # Shapes
    ///
    /// `(seq, in)` to `(seq, out)`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = match self.parts.as_slice() {
            [whole] => whole.forward(x)?,
            parts => {
                let parts = parts.iter().map(|part| part.forward(x)).collect::<Result<Vec<_>>>()?;
                Tensor::cat(&parts, 1)? // (seq, out)
            }
        };
        Ok(match &self.bias {
            Some(bias) => y.broadcast_add(bias)?, // (seq, out)
            None => y,
        })
    }
}
