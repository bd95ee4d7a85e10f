//! The thread that computes.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use chat::{Delta, Finish, ModelError, Reply, Request, Usage};

use super::completion::{Completion, Written};
use super::{Job, Update};
use crate::{Codec, Sampler, Sequence};

/// Owns the sequence that one request leaves to the next.
pub(super) struct Worker {
    codec: Arc<Codec>,
    sequence: Sequence,
}

/// One request as the worker sees it: whoever asks, and however the deltas travel.
pub(super) struct Task<'a> {
    pub request: &'a Request,
    pub received: Instant,
    /// Whether nobody wants the rest.
    pub is_cancelled: &'a dyn Fn() -> bool,
    pub sink: &'a mut dyn FnMut(Delta),
}

impl Worker {
    pub fn new(codec: Arc<Codec>, sequence: Sequence) -> Self {
        Self { codec, sequence }
    }

    /// Answers requests until the engine is gone.
    pub fn run(mut self, jobs: Receiver<Job>) {
        for Job { request, received, cancel, updates } in jobs {
            // Sending fails when nobody waits any more, which counts as cancelling.
            let result = self.complete(&mut Task {
                request: &request,
                received,
                is_cancelled: &|| cancel.is_cancelled() || updates.is_closed(),
                sink: &mut |delta| drop(updates.send(Update::Delta(delta))),
            });
            let _ = updates.send(Update::Done(result));
        }
    }

    pub fn complete(&mut self, task: &mut Task) -> Result<Reply, ModelError> {
        let codec = Arc::clone(&self.codec);
        let prompt = codec.encode(&task.request.messages, &task.request.tools);
        let context_tokens = self.sequence.context_tokens();
        if prompt.len() >= context_tokens {
            return Err(ModelError::PromptTooLong { prompt_tokens: prompt.len(), context_tokens });
        }
        let mut usage = Usage { prompt_tokens: prompt.len(), ..Default::default() };
        let mut completion = Completion::new(&codec, &task.request.tools);
        let finish = match self.prefill(task, &prompt, &mut usage)? {
            Some(logits) => self.decode(task, logits, &mut completion, &mut usage)?,
            None => Finish::Cancelled,
        };
        Ok(Reply { completion: completion.finish(task.sink), finish, usage })
    }

    /// Reads the prompt; gives no logits if somebody cancelled.
    fn prefill(
        &mut self,
        task: &mut Task,
        prompt: &[u32],
        usage: &mut Usage,
    ) -> Result<Option<Vec<f32>>, ModelError> {
        if (task.is_cancelled)() {
            return Ok(None);
        }
        let start = Instant::now();
        let prefill = self.sequence.prefill(prompt, &mut |done, total| {
            (task.sink)(Delta::Prefill { done, total });
            if (task.is_cancelled)() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
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
        task: &mut Task,
        mut logits: Vec<f32>,
        completion: &mut Completion,
        usage: &mut Usage,
    ) -> Result<Finish, ModelError> {
        let mut sampler = Sampler::new(task.request.sampling);
        let n_named = self.codec.tokenizer().vocab_size();
        let max_tokens = task.request.max_tokens;
        if max_tokens == 0 {
            return Ok(Finish::TokenLimit);
        }
        let start = Instant::now();
        let mut n_steps = 0;
        let finish = loop {
            // Rows beyond the vocabulary are padding.
            logits.truncate(n_named);
            let id = sampler.next(&mut logits).ok_or_else(no_token)?;
            if usage.completion_tokens == 0 {
                usage.ttft_ms = task.received.elapsed().as_secs_f64() * 1e3;
            }
            usage.completion_tokens += 1;
            if completion.token(id, task.sink) == Written::Stop {
                break Finish::Stop;
            }
            if (task.is_cancelled)() {
                break Finish::Cancelled;
            }
            if usage.completion_tokens >= max_tokens {
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
