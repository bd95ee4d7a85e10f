//! The thread that computes.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;

use chat::{Delta, Finish, ModelError, Reply, Request, Usage};

use super::completion::{Completion, Written};
use super::{Job, Update};
use crate::grammar::{Grammars, Guide};
use crate::{Codec, Sampler, Sequence};

/// Owns the sequence that one request leaves to the next.
pub(super) struct Worker {
    codec: Arc<Codec>,
    grammars: Arc<Grammars>,
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
        Self { grammars: Grammars::new(Arc::clone(&codec)), codec, sequence }
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
        let pending = self.grammars.begin(&task.request.tools, &task.request.constraint);
        let mut lapse = None;
        let finish = match self.prefill(task, &prompt, &mut usage)? {
            Some(logits) => {
                let mut guide = pending.wait(task.is_cancelled);
                let finish = self.decode(task, logits, &mut guide, (&mut completion, &mut usage))?;
                lapse = guide.lapse().map(str::to_owned);
                finish
            }
            None => Finish::Cancelled,
        };
        let (completion, ids) = completion.finish(task.sink);
        Ok(Reply { completion, finish, usage, ids, lapse })
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

    /// Writes tokens until one of them, a limit or somebody ends it. Tokens that have to come next are
    /// written without asking the network, and read by it together.
    fn decode(
        &mut self,
        task: &mut Task,
        mut logits: Vec<f32>,
        guide: &mut Guide,
        (completion, usage): (&mut Completion, &mut Usage),
    ) -> Result<Finish, ModelError> {
        let mut sampler = Sampler::new(task.request.sampling);
        if task.request.max_tokens == 0 {
            return Ok(Finish::TokenLimit);
        }
        let start = Instant::now();
        let mut n_read = 0;
        let finish = loop {
            let mut run = guide.forced();
            if run.is_empty() {
                run.push(self.choose(&mut sampler, guide, &mut logits)?);
                run.extend(guide.forced());
            }
            run.iter().for_each(|&id| sampler.note(id));
            let (n_written, end) = self.write(task, &run, completion, usage);
            if let Some(finish) = end {
                break finish;
            }
            if (task.is_cancelled)() {
                break Finish::Cancelled;
            }
            logits = self.sequence.extend(&run[..n_written]).map_err(failed)?;
            n_read += n_written;
        };
        usage.decode_tok_s = rate(n_read, start);
        Ok(finish)
    }

    /// The next token of those that may come next.
    fn choose(
        &self,
        sampler: &mut Sampler,
        guide: &mut Guide,
        logits: &mut Vec<f32>,
    ) -> Result<u32, ModelError> {
        // Rows beyond the vocabulary are padding.
        logits.truncate(self.codec.tokenizer().vocab_size());
        guide.mask(logits);
        let id = sampler.next(logits).ok_or_else(no_token)?;
        guide.accept(id);
        Ok(id)
    }

    /// Writes tokens up to the one that ends the completion: a stop token, or the last that a limit
    /// has room for.
    fn write(
        &self,
        task: &mut Task,
        run: &[u32],
        completion: &mut Completion,
        usage: &mut Usage,
    ) -> (usize, Option<Finish>) {
        let room = self.sequence.context_tokens() - self.sequence.ids().len();
        for (n_before, &id) in run.iter().enumerate() {
            if usage.completion_tokens == 0 {
                usage.ttft_ms = task.received.elapsed().as_secs_f64() * 1e3;
            }
            usage.completion_tokens += 1;
            let n_written = n_before + 1;
            if completion.token(id, task.sink) == Written::Stop {
                return (n_written, Some(Finish::Stop));
            }
            if usage.completion_tokens >= task.request.max_tokens {
                return (n_written, Some(Finish::TokenLimit));
            }
            // It was the last: a token that could not be read any more.
            if n_written > room {
                return (n_written, Some(Finish::ContextFull));
            }
        }
        (run.len(), None)
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
