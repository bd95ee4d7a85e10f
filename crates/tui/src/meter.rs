//! What the status line counts.

use std::time::Duration;

use chat::{ModelInfo, Usage};

/// Figures of the session and of the completion that is being written.
#[derive(Debug, Default)]
pub struct Meter {
    /// The model.
    pub model: Option<ModelInfo>,
    /// Tokens that the conversation takes up, as far as the turns' figures tell.
    pub context_tokens: usize,
    /// Whether they were summed up and not counted.
    pub is_estimate: bool,
    /// Whether the steps of this turn told it exactly.
    is_told: bool,
    /// The last turn's cost.
    pub last: Option<Usage>,
    /// Pieces of the completion that is being written, and when the first came.
    pieces: usize,
    since: Option<Duration>,
}

impl Meter {
    /// One more piece has come.
    pub fn piece(&mut self, now: Duration) {
        self.since.get_or_insert(now);
        self.pieces += 1;
    }

    /// A completion is over or begins.
    pub fn rest(&mut self) {
        (self.pieces, self.since) = (0, None);
    }

    /// A step is over: its prompt and what it wrote are all that the context holds.
    pub fn step(&mut self, usage: Usage) {
        self.rest();
        self.context_tokens = usage.prompt_tokens + usage.completion_tokens;
        (self.is_estimate, self.is_told) = (false, true);
    }

    /// A turn is over.
    pub fn turn(&mut self, steps: usize, usage: Usage) {
        self.rest();
        if std::mem::take(&mut self.is_told) {
            self.last = Some(usage);
            return;
        }
        self.is_estimate = steps != 1;
        self.context_tokens = match steps {
            1 => usage.prompt_tokens + usage.completion_tokens,
            // The sum over steps counts the conversation once for each; what was read and written
            // anew is what it grew by.
            _ => {
                let grown = self.context_tokens + usage.prefill_tokens + usage.completion_tokens;
                grown.min(usage.prompt_tokens + usage.completion_tokens)
            }
        };
        self.last = Some(usage);
    }

    /// Tokens a second: now while one writes, otherwise the last turn's.
    pub fn rate(&self, now: Duration) -> Option<f64> {
        let seconds = now.saturating_sub(self.since.unwrap_or(now)).as_secs_f64();
        if self.pieces > 4 && seconds > 0.1 {
            return Some(self.pieces as f64 / seconds);
        }
        self.last.map(|usage| usage.decode_tok_s).filter(|rate| *rate > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_of_what_is_being_written() {
        let mut meter = Meter::default();
        assert_eq!(meter.rate(Duration::ZERO), None);
        for n in 0..20 {
            meter.piece(Duration::from_millis(n * 50));
        }
        assert_eq!(meter.rate(Duration::from_secs(1)), Some(20.0));
        meter.turn(1, Usage { decode_tok_s: 7.0, ..Usage::default() });
        assert_eq!(meter.rate(Duration::from_secs(2)), Some(7.0));
    }

    #[test]
    fn the_context_is_what_the_last_step_says() {
        let mut meter = Meter::default();
        let step = Usage { prompt_tokens: 300, completion_tokens: 20, ..Usage::default() };
        meter.step(step);
        meter.turn(2, Usage { prompt_tokens: 500, ..step });
        assert_eq!((meter.context_tokens, meter.is_estimate), (320, false));
    }

    #[test]
    fn the_context_grows_by_what_is_new() {
        let mut meter = Meter::default();
        meter.turn(
            1,
            Usage { prompt_tokens: 100, prefill_tokens: 100, completion_tokens: 20, ..Usage::default() },
        );
        assert_eq!(meter.context_tokens, 120);
        let two = Usage {
            prompt_tokens: 290,
            prefill_tokens: 40,
            completion_tokens: 30,
            reused_tokens: 250,
            ..Usage::default()
        };
        meter.turn(2, two);
        assert_eq!(meter.context_tokens, 190);
    }
}
