//! A model that completes conversations: `chat::ChatModel` on this machine.
//!
//! Networks block, so each engine owns one thread with the network and the cache. Requests wait in a
//! channel and are answered one after the other; deltas come back through another channel, which also
//! tells the thread when nobody listens any more.

mod completion;
mod worker;

use std::sync::Arc;
use std::sync::mpsc;
use std::time::Instant;

use chat::{
    CancellationToken, ChatModel, Delta, Message, ModelError, ModelInfo, Provenance, Reply, Request, ToolSpec,
};
use futures::future::BoxFuture;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::{Checkpoint, Codec, DType, Device, Error, Network, Result, Sequence};

/// How to load an engine. The number of threads is not here: the tensor library's pools belong to the
/// whole process and follow `RAYON_NUM_THREADS`.
pub struct EngineOptions {
    /// Where to compute.
    pub device: Device,
    /// The type to compute in; without it [`Network::fastest_dtype`].
    pub dtype: Option<DType>,
    /// Hears what loading is at.
    pub progress: Option<Box<dyn FnMut(LoadStage)>>,
}

impl Default for EngineOptions {
    /// On the CPU, in the fastest type, silently.
    fn default() -> Self {
        Self { device: Device::Cpu, dtype: None, progress: None }
    }
}

/// What loading is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadStage {
    /// Reading the vocabulary and the words.
    Tokenizer,
    /// Hashing the weights, unless the hash is known.
    Hash,
    /// Reading the weights.
    Weights,
    /// Done.
    Ready,
}

/// A loaded model. The cache lives as long as the engine: of each prompt only what differs from the
/// one before is computed.
pub struct Engine {
    info: ModelInfo,
    provenance: Provenance,
    codec: Arc<Codec>,
    network: Arc<Network>,
    jobs: mpsc::Sender<Job>,
}

/// One request on its way to the thread.
struct Job {
    request: Request,
    received: Instant,
    cancel: CancellationToken,
    updates: UnboundedSender<Update>,
}

/// What comes back.
enum Update {
    Delta(Delta),
    Done(Result<Reply, ModelError>),
}

impl Engine {
    /// Loads a checkpoint and starts the engine's thread. It blocks while files are read.
    ///
    /// # Errors
    /// The tokenizer, words or weights cannot be used, or there is no thread to be had.
    pub fn load(checkpoint: Checkpoint, options: EngineOptions) -> Result<Self> {
        let EngineOptions { device, dtype, mut progress } = options;
        let mut report = |stage| {
            if let Some(progress) = &mut progress {
                progress(stage);
            }
        };
        report(LoadStage::Tokenizer);
        let codec = Arc::new(Codec::new(&checkpoint)?);
        report(LoadStage::Hash);
        let sha256 = Some(checkpoint.sha256().to_owned());
        report(LoadStage::Weights);
        let dtype = dtype.or_else(|| Network::fastest_dtype(&checkpoint, &device));
        let network = Arc::new(Network::load(&checkpoint, &device, dtype)?);
        let info = ModelInfo {
            name: checkpoint.name().to_owned(),
            format: codec.format().name().to_owned(),
            sha256,
            context_tokens: Some(network.config().context_tokens),
        };
        let provenance = Provenance {
            build: build(),
            device: format!("{device:?}").to_lowercase(),
            threads: rayon_threads(),
            tokenizer_sha256: codec.tokenizer().sha256(),
            weights: checkpoint.path().and_then(|path| path.to_str()).map(str::to_owned),
        };
        let (jobs, waiting) = mpsc::channel();
        let sequence = Sequence::new(Arc::clone(&network));
        let worker = worker::Worker::new(Arc::clone(&codec), sequence);
        let builder = std::thread::Builder::new().name("gimlet-engine".into());
        builder.spawn(move || worker.run(waiting)).map_err(Error::Thread)?;
        report(LoadStage::Ready);
        Ok(Self { info, provenance, codec, network, jobs })
    }

    /// The checkpoint's format, words and tokenizer.
    pub fn codec(&self) -> &Codec {
        &self.codec
    }

    /// The network, for [`crate::greedy`] and [`crate::last_logits`].
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }
}

impl ChatModel for Engine {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn provenance(&self) -> Option<Provenance> {
        Some(self.provenance.clone())
    }

    fn count(&self, messages: &[Message], tools: &[ToolSpec]) -> Option<usize> {
        Some(self.codec.encode(messages, tools).len())
    }

    fn decode(&self, ids: &[u32]) -> Option<String> {
        Some(self.codec.tokenizer().decode(ids))
    }

    fn complete<'a>(
        &'a self,
        request: Request,
        sink: &'a mut (dyn FnMut(Delta) + Send),
        cancel: &'a CancellationToken,
    ) -> BoxFuture<'a, Result<Reply, ModelError>> {
        let (updates, mut received) = unbounded_channel();
        let job = Job { request, received: Instant::now(), cancel: cancel.clone(), updates };
        let sent = self.jobs.send(job);
        Box::pin(async move {
            let gone = || ModelError::Failed("the engine's thread has ended: restart gimlet".into());
            sent.map_err(|_| gone())?;
            while let Some(update) = received.recv().await {
                match update {
                    Update::Delta(delta) => sink(delta),
                    Update::Done(result) => return result,
                }
            }
            Err(gone())
        })
    }
}

/// The version, the machine it was built for, and how: each changes how numbers are rounded.
fn build() -> String {
    let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
    let wide = if cfg!(target_feature = "avx2") { " avx2" } else { "" };
    let (version, arch, os) = (env!("CARGO_PKG_VERSION"), std::env::consts::ARCH, std::env::consts::OS);
    format!("{version} {arch}-{os}{wide} {profile}")
}

/// The threads of the tensor library's pools, as it counts them.
fn rayon_threads() -> usize {
    let asked = std::env::var("RAYON_NUM_THREADS").ok().and_then(|n| n.parse().ok());
    asked.filter(|n| *n > 0).unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

#[cfg(test)]
mod tests;
