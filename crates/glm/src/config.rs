//! The sizes and constants of one model, checked.

use std::path::Path;

use crate::{Error, Result};

/// Which of the two block layouts the family has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Architecture {
    /// One norm before attention and one before the MLP: glm-4-9b-chat, CodeGeeX4, GLM-Edge.
    Glm,
    /// A norm before and after each ("sandwich"): GLM-4-0414, GLM-Z1.
    Glm4,
}

impl Architecture {
    /// The wire format that models of this layout were trained on, by the name that
    /// `chat::wire` gives it.
    pub fn format_name(self) -> &'static str {
        match self {
            Self::Glm => "glm4-chat",
            Self::Glm4 => "glm4-0414",
        }
    }
}

/// Everything about a network that is not a weight. A value of this type has passed
/// [`Config::check`], so sizes derived from it cannot overflow.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The block layout.
    pub architecture: Architecture,
    /// Blocks.
    pub n_layers: usize,
    /// The width of the residual stream.
    pub hidden: usize,
    /// Query heads; a multiple of `n_kv_heads`.
    pub n_heads: usize,
    /// Key and value heads.
    pub n_kv_heads: usize,
    /// The width of a head; even.
    pub head_dim: usize,
    /// The inner width of the MLP.
    pub ffn: usize,
    /// Rows of the embedding, padding included.
    pub vocab: usize,
    /// What RMSNorm adds to the mean square.
    pub norm_eps: f64,
    /// The base of the rotary frequencies.
    pub rope_theta: f64,
    /// How many dimensions at the start of each head are rotated; even.
    pub rotary_dim: usize,
    /// The longest sequence.
    pub context_tokens: usize,
    /// Whether queries, keys and values have a bias.
    pub qkv_bias: bool,
    /// Whether the output matrix is the embedding.
    pub tied: bool,
    /// Tokens that end a completion, as the checkpoint lists them.
    pub eos_ids: Vec<u32>,
}

impl Config {
    /// Refuses sizes that no model of the family has, before anything is computed from them.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] names the first value that will not do; `path` is the file that it came
    /// from.
    pub fn check(&self, path: &Path) -> Result<()> {
        for (key, value, most) in [
            ("the number of layers", self.n_layers, 1 << 10),
            ("the hidden size", self.hidden, 1 << 16),
            ("the number of attention heads", self.n_heads, 1 << 10),
            ("the number of key and value heads", self.n_kv_heads, 1 << 10),
            ("the head size", self.head_dim, 1 << 10),
            ("the MLP size", self.ffn, 1 << 20),
            ("the vocabulary size", self.vocab, 1 << 22),
            ("the context length", self.context_tokens, 1 << 24),
        ] {
            if !(1..=most).contains(&value) {
                return Err(bad(path, key, value, format!("has to be 1 to {most}")));
            }
        }
        if !self.n_heads.is_multiple_of(self.n_kv_heads) {
            let rule = format!("has to be a multiple of the {} key and value heads", self.n_kv_heads);
            return Err(bad(path, "the number of attention heads", self.n_heads, rule));
        }
        if !self.head_dim.is_multiple_of(2) {
            return Err(bad(path, "the head size", self.head_dim, "has to be even"));
        }
        if !self.rotary_dim.is_multiple_of(2) || self.rotary_dim > self.head_dim {
            let rule = format!("has to be even and at most the head size {}", self.head_dim);
            return Err(bad(path, "the number of rotated dimensions", self.rotary_dim, rule));
        }
        if !(self.norm_eps > 0.0 && self.norm_eps < 0.1) {
            return Err(bad(path, "the norm's epsilon", self.norm_eps, "has to be above 0 and below 0.1"));
        }
        if !(1.0..=1e12).contains(&self.rope_theta) {
            return Err(bad(path, "the rotary base", self.rope_theta, "has to be 1 to 1e12"));
        }
        Ok(())
    }

    /// Query heads to each key and value head.
    pub fn group(&self) -> usize {
        self.n_heads / self.n_kv_heads
    }
}

/// The error for a value that cannot be.
pub(crate) fn bad(path: &Path, key: &str, found: impl ToString, rule: impl Into<String>) -> Error {
    Error::Config {
        path: path.to_path_buf(),
        key: key.to_owned(),
        found: found.to_string(),
        rule: format!("it {}", rule.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> Config {
        Config {
            architecture: Architecture::Glm,
            n_layers: 2,
            hidden: 32,
            n_heads: 4,
            n_kv_heads: 2,
            head_dim: 8,
            ffn: 64,
            vocab: 100,
            norm_eps: 1e-5,
            rope_theta: 10_000.0,
            rotary_dim: 4,
            context_tokens: 128,
            qkv_bias: true,
            tied: false,
            eos_ids: vec![],
        }
    }

    fn check(change: fn(&mut Config), expected: &str) {
        let mut config = tiny();
        change(&mut config);
        let message = config.check(Path::new("c.json")).unwrap_err().to_string();
        assert_eq!(message, expected);
    }

    #[test]
    fn absurd_values_are_named() {
        tiny().check(Path::new("c.json")).unwrap();
        check(|c| c.n_layers = 0, "c.json: the number of layers is 0, but it has to be 1 to 1024");
        check(
            |c| c.hidden = usize::MAX,
            &format!("c.json: the hidden size is {}, but it has to be 1 to 65536", usize::MAX),
        );
        check(
            |c| c.n_kv_heads = 3,
            "c.json: the number of attention heads is 4, but it has to be a multiple of the 3 key and value heads",
        );
        check(|c| c.head_dim = 7, "c.json: the head size is 7, but it has to be even");
        check(
            |c| c.rotary_dim = 10,
            "c.json: the number of rotated dimensions is 10, but it has to be even and at most the head size 8",
        );
        check(
            |c| c.norm_eps = f64::NAN,
            "c.json: the norm's epsilon is NaN, but it has to be above 0 and below 0.1",
        );
        check(|c| c.rope_theta = -1.0, "c.json: the rotary base is -1, but it has to be 1 to 1e12");
    }
}
