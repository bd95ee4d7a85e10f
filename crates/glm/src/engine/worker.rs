//! The thread that computes.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use chat::{Delta, Finish, ModelError, Reply, Usage};

use super::completion::{Completion, Written};
use super::{Job, Update};
use crate::{Codec, Sampler, Sequence};

/// Owns the sequence that one request leaves to the next.
pub(super) struct Worker {
    codec: Arc<Codec>,
    sequence: Sequence,
}

impl Worker {
    pub fn new(codec: Arc<Codec>, sequence: Sequence) -> Self {
        Self { codec, sequence }
    }

    /// Answers requests until the engine is gone.
    pub fn run(mut self, jobs: Receiver<Job>) {
        for job in jobs {
            let result = self.complete(&job);
            // Nobody waits for it if the send fails.
            let _ = job.updates.send(Update::Done(result));
        }
    }

    fn complete(&mut self, job: &Job) -> Result<Reply, ModelError> {
        let request = &job.request;
        let prompt = self.codec.encode(&request.messages, &request.tools);
        let context_tokens = self.sequence.context_tokens();
        if prompt.len() >= context_tokens {
            return Err(ModelError::PromptTooLong { prompt_tokens: prompt.len(), context_tokens });
        }
        let mut usage = Usage { prompt_tokens: prompt.len(), ..Default::default() };
        let codec = Arc::clone(&self.codec);
        let mut completion = Completion::new(&codec, &request.tools);
        let mut sink = |delta| drop(job.updates.send(Update::Delta(delta)));
        let finish = match self.prefill(job, &prompt, &mut usage)? {
            Some(logits) => self.decode(job, logits, &mut completion, &mut usage)?,
            None => Finish::Cancelled,
        };
        Ok(Reply { completion: completion.finish(&mut sink), finish, usage })
    }

    /// Reads the prompt; gives no logits if there is nothing to write or somebody cancelled.
    fn prefill(
        &mut self,
        job: &Job,
        prompt: &[u32],
        usage: &mut Usage,
    ) -> Result<Option<Vec<f32>>, ModelError> {
        if is_cancelled(job) {
            return Ok(None);
        }
        let start = Instant::now();
        let prefill = self.sequence.prefill(prompt, &mut |done, total| {
            let _ = job.updates.send(Update::Delta(Delta::Prefill { done, total }));
            if is_cancelled(job) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let prefill = prefill.map_err(failed)?;
        usage.reused_tokens = prefill.reused_tokens;
        usage.prefill_tokens = prefill.read_tokens;
        usage.prefill_tok_s = rate(prefill.read_tokens, start);
        Ok(prefill.logits)
    }

    /// Writes tokens until one of them, a limit or somebody ends it.
    fn decode(
        &mut self,
        job: &Job,
        mut logits: Vec<f32>,
        completion: &mut Completion,
        usage: &mut Usage,
    ) -> Result<Finish, ModelError> {
        let mut sampler = Sampler::new(job.request.sampling);
        let mut sink = |delta| drop(job.updates.send(Update::Delta(delta)));
        let n_named = self.codec.tokenizer().vocab_size();
        let start = Instant::now();
        let mut n_steps = 0;
        let finish = loop {
            if usage.completion_tokens >= job.request.max_tokens {
                break Finish::TokenLimit;
            }
            // Rows beyond the vocabulary are padding.
            logits.truncate(n_named);
            let id = sampler.next(&mut logits).ok_or_else(no_token)?;
            if usage.completion_tokens == 0 {
                usage.ttft_ms = job.received.elapsed().as_secs_f64() * 1e3;
            }
            usage.completion_tokens += 1;
            if completion.token(id, &mut sink) == Written::Stop {
                break Finish::Stop;
            }
            if is_cancelled(job) {
                break Finish::Cancelled;
            }
            if usage.completion_tokens >= job.request.max_tokens {
                break Finish::TokenLimit;
            }
            if self.sequence.is_full() {
                break Finish::ContextFull;
            }
            logits = self.sequence.step(id).map_err(failed)?;
            n_steps += 1;
        };
        usage.decode_tok_s = rate(n_steps, start);
        Ok(finish)
    }
}

/// Whether nobody wants the rest: it was cancelled, or nobody listens.
fn is_cancelled(job: &Job) -> bool {
    job.cancel.is_cancelled() || job.updates.is_closed()
}

fn rate(n_tokens: usize, since: Instant) -> f64 {
    let seconds = since.elapsed().as_secs_f64();
    if n_tokens > 0 && seconds > 0.0 { n_tokens as f64 / seconds } else { 0.0 }
}

fn failed(error: crate::Error) -> ModelError {
    ModelError::Failed(error.to_string())
}

fn no_token() -> ModelError {
    ModelError::Failed("it gave no number for any token: the weights are damaged".into())
}
