//! RMSNorm.

use candle_core::{DType, Tensor};

use crate::Result;

/// Scales each row to a mean square of 1, then by a learned weight.
#[derive(Clone, Debug)]
pub(crate) struct Norm {
    /// `(hidden)`, in f32.
    pub(crate) weight: Tensor,
    pub(crate) eps: f32,
}

impl Norm {
    /// Computes in f32 whatever the input's type: a sum of thousands of squares in half precision
    /// loses most of its digits.
    ///
    /// # Shapes
    ///
    /// `(seq, hidden)` to the same.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let normed = candle_nn::ops::rms_norm(&x.to_dtype(DType::F32)?, &self.weight, self.eps)?;
        Ok(normed.to_dtype(x.dtype())?)
    }
}
