//! Notices a model that repeats itself.

use chat::ToolCall;

/// Counts equal calls in a row within a turn.
#[derive(Debug, Default)]
pub struct Breaker {
    last: Option<ToolCall>,
    count: usize,
}

impl Breaker {
    /// How often `call` has now been made in a row.
    pub fn count(&mut self, call: &ToolCall) -> usize {
        if self.last.as_ref() != Some(call) {
            self.last = Some(call.clone());
            self.count = 0;
        }
        self.count += 1;
        self.count
    }
}

#[cfg(test)]
mod tests {
    use chat::Arguments;

    use super::*;

    #[test]
    fn only_equal_calls_in_a_row_count() {
        let call = |code: &str| ToolCall { tool: "python".into(), arguments: Arguments::Text(code.into()) };
        let mut breaker = Breaker::default();
        let counts: Vec<_> = ["1", "1", "2", "1", "1", "1"].iter().map(|c| breaker.count(&call(c))).collect();
        assert_eq!(counts, [1, 2, 1, 1, 2, 3]);
    }
}
