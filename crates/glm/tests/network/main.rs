//! The network and its checkpoints, through the public interface.

#![allow(clippy::unwrap_used, reason = "clippy knows test functions, not the functions that they call")]

mod bad_input;
mod candle;
mod gguf;
mod golden;
mod random;
