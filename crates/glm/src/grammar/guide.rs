//! What keeps one completion to its grammar.

use std::sync::Arc;

use llguidance::Matcher;

use super::compile::{Compiled, Grammars, Plan};

/// Follows one completion and says which token may come next.
///
/// A grammar that fails, be it at a limit of its engine or by a fault, is let go: the completion goes
/// on unconstrained, and [`Guide::lapse`] says why. That loses least: what the model wrote so far
/// stands, the parser and the check of the arguments still follow, and a model that is asked for calls
/// mostly writes valid ones; to end the turn instead would throw all of it away.
pub struct Guide {
    hold: Hold,
    lapse: Option<String>,
}

enum Hold {
    Free,
    /// Only these tokens never come.
    Without(Arc<[u32]>),
    Grammar(Box<Grammar>),
}

struct Grammar {
    matcher: Matcher,
    grammars: Arc<Grammars>,
    plan: Arc<Plan>,
    ids: Vec<u32>,
    was_rebuilt: bool,
}

impl Guide {
    /// One that allows everything.
    pub(crate) fn free() -> Self {
        Self { hold: Hold::Free, lapse: None }
    }

    /// One that could not be made.
    pub(crate) fn lapsed(reason: String) -> Self {
        Self { hold: Hold::Free, lapse: Some(reason) }
    }

    /// One that only keeps some tokens away.
    pub(super) fn without(ids: Arc<[u32]>) -> Self {
        Self { hold: Hold::Without(ids), lapse: None }
    }

    pub(super) fn new(compiled: Compiled, grammars: Arc<Grammars>) -> Self {
        let Compiled { plan, matcher, lapse } = compiled;
        let grammar = Grammar { matcher, grammars, plan, ids: Vec::new(), was_rebuilt: false };
        Self { hold: Hold::Grammar(Box::new(grammar)), lapse: lapse.as_deref().map(str::to_owned) }
    }

    /// Why the constraint does not hold, if it does not.
    pub fn lapse(&self) -> Option<&str> {
        self.lapse.as_deref()
    }

    /// The tokens that have to come next, in the way that the tokenizer itself writes them; they are
    /// taken as written.
    pub fn forced(&mut self) -> Vec<u32> {
        self.try_to(|grammar| grammar.run(Grammar::forced)).unwrap_or_default()
    }

    /// Takes every token that may not come next out of the logits.
    pub fn mask(&mut self, logits: &mut [f32]) {
        if let Hold::Without(ids) = &self.hold {
            for &id in ids.iter() {
                if let Some(logit) = logits.get_mut(id as usize) {
                    *logit = f32::NEG_INFINITY;
                }
            }
        }
        if let Some(mask) =
            self.try_to(|grammar| grammar.run(|g| g.matcher.compute_mask().map_err(|e| e.to_string())))
        {
            let n_words = mask.as_slice().len();
            for (word, bits) in mask.as_slice().iter().enumerate() {
                let end = ((word + 1) * 32).min(logits.len());
                let Some(logits) = logits.get_mut(word * 32..end) else { break };
                match *bits {
                    u32::MAX => {}
                    0 => logits.fill(f32::NEG_INFINITY),
                    bits => {
                        for (bit, logit) in logits.iter_mut().enumerate() {
                            if bits & (1 << bit) == 0 {
                                *logit = f32::NEG_INFINITY;
                            }
                        }
                    }
                }
            }
            if let Some(rest) = logits.get_mut(n_words * 32..) {
                rest.fill(f32::NEG_INFINITY);
            }
        }
    }

    /// Takes a token as written.
    pub fn accept(&mut self, id: u32) {
        self.try_to(|grammar| grammar.run(|g| g.accept(&[id])));
    }

    /// Does something with the grammar, if there is one, and lets go of it if that fails.
    fn try_to<T>(&mut self, what: impl FnOnce(&mut Grammar) -> Result<T, String>) -> Option<T> {
        let Hold::Grammar(grammar) = &mut self.hold else { return None };
        match what(grammar) {
            Ok(done) => Some(done),
            Err(reason) => {
                let reason = reason.lines().next().unwrap_or_default();
                let n_tokens = grammar.ids.len();
                self.lapse = Some(format!("the grammar failed after {n_tokens} tokens: {reason}"));
                self.hold = Hold::Free;
                None
            }
        }
    }
}

impl Grammar {
    /// Does something, and if it fails does it again once with a matcher made anew: the lexer that
    /// completions share may have grown to its limit.
    fn run<T>(&mut self, what: impl Fn(&mut Self) -> Result<T, String>) -> Result<T, String> {
        let failed = match what(self) {
            Ok(done) => return Ok(done),
            Err(failed) if self.was_rebuilt => return Err(failed),
            Err(failed) => failed,
        };
        self.was_rebuilt = true;
        self.grammars.forget(&self.plan);
        self.matcher = self.grammars.compiled(&self.plan)?.matcher;
        let ids = std::mem::take(&mut self.ids);
        // If it cannot follow what is written, the first reason is the true one.
        self.accept(&ids).map_err(|_| failed)?;
        what(self)
    }

    fn accept(&mut self, ids: &[u32]) -> Result<(), String> {
        self.matcher.consume_tokens(ids).map_err(|error| error.to_string())?;
        self.ids.extend_from_slice(ids);
        Ok(())
    }

    fn forced(&mut self) -> Result<Vec<u32>, String> {
        if self.matcher.is_stopped() {
            return Ok(Vec::new());
        }
        let ids = self.matcher.compute_ff_tokens();
        if let Some(error) = self.matcher.get_error() {
            return Err(error);
        }
        self.accept(&ids)?;
        Ok(ids)
    }
}
