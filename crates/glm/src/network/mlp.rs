//! The gated MLP.

use candle_core::Tensor;

use super::linear::Linear;
use crate::Result;

/// SwiGLU: `down(silu(gate(x)) * up(x))`.
#[derive(Clone, Debug)]
pub(crate) struct Mlp {
    /// The gate's rows, then up's.
    pub(crate) gate_up: Linear,
    pub(crate) down: Linear,
}

impl Mlp {
    /// # Shapes
    ///
    /// `(seq, hidden)` to the same.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let gate_up = self.gate_up.forward(x)?; // (seq, 2 * ffn)
        let ffn = gate_up.dim(1)? / 2;
        let gate = gate_up.narrow(1, 0, ffn)?.contiguous()?.silu()?; // (seq, ffn)
        let up = gate_up.narrow(1, ffn, ffn)?.contiguous()?; // (seq, ffn)
        self.down.forward(&(gate * up)?) // (seq, hidden)
    }
}
