//! Local inference for the dense GLM-4 family.
//!
//! A [`Checkpoint`] is a model on disk, opened and checked: a folder of safetensors files as
//! published on the hub, or a GGUF file. A [`Network`] is its weights on a device. A [`KvCache`] is
//! what a conversation adds to them; it is an argument of [`Network::forward`] and can be truncated,
//! forked and saved.
//!
//! ```no_run
//! use glm::{Checkpoint, Device, Network};
//!
//! let checkpoint = Checkpoint::open("glm-4-9b-chat".as_ref())?;
//! let network = Network::load(&checkpoint, &Device::Cpu, None)?;
//! let mut cache = network.new_cache();
//! let logits = network.forward(&[151_331, 151_333, 151_336], &mut cache)?; // (vocab)
//! let next = logits.argmax(0)?.to_scalar::<u32>()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bench;
mod cache;
mod checkpoint;
mod codec;
mod config;
mod engine;
mod error;
mod generate;
pub mod grammar;
mod network;
mod sampler;
mod sequence;
mod text;
pub mod tokenizer;

pub use bench::{Bench, bench};
pub use cache::KvCache;
pub use candle_core::{DType, Device, Tensor};
pub use checkpoint::{Checkpoint, GgufTokenizer, TokenizerSource};
pub use codec::Codec;
pub use config::{Architecture, Config};
pub use engine::{Engine, EngineOptions, LoadStage};
pub use error::{Error, Result, Shape};
pub use generate::{greedy, last_logits};
pub use network::Network;
pub use sampler::Sampler;
pub use sequence::{Prefill, Sequence};
pub use text::TextStream;
pub use tokenizer::Tokenizer;
