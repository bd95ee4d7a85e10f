//! What can be wrong with a model file, or with what it is asked to do.

use std::{fmt, io, path::PathBuf};

/// Why a model could not be opened, loaded or run. Each message is one sentence that names the
/// value, says why it will not do and, where there is something to do, what.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is there.
    #[error("there is no model at {}: give a checkpoint folder or a .gguf file", path.display())]
    Missing {
        /// Where it should have been.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is shorter than it says of itself.
    #[error(
        "{} is truncated: it has {found} bytes and needs at least {expected}: download it again",
        path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// The least it would have to hold.
        expected: u64,
        /// What it holds.
        found: u64,
    },
    /// The file does not follow its format.
    #[error("{} is not a usable model file: {reason}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A model of another family.
    #[error(
        "{} holds a model of architecture {found:?}, which gimlet does not run: it runs GlmForCausalLM, \
         Glm4ForCausalLM and ChatGLMModel folders, and GGUF files of architecture chatglm or glm4",
        path.display()
    )]
    Architecture {
        /// The file that says so.
        path: PathBuf,
        /// What it says.
        found: String,
    },
    /// A setting that is missing, has another type than it should, or an impossible value.
    #[error("{}: {key} is {found}, but {rule}", path.display())]
    Config {
        /// The file.
        path: PathBuf,
        /// The setting.
        key: String,
        /// Its value.
        found: String,
        /// What it has to be.
        rule: String,
    },
    /// One of the files that a checkpoint is divided into is not there.
    #[error("the checkpoint {} lacks its part {shard}: download it again", path.display())]
    MissingShard {
        /// The folder.
        path: PathBuf,
        /// The absent file's name.
        shard: String,
    },
    /// A tensor that the architecture needs is not there.
    #[error("{} has no tensor {name}, which its architecture needs", path.display())]
    MissingTensor {
        /// The checkpoint.
        path: PathBuf,
        /// The tensor's name.
        name: String,
    },
    /// A tensor does not have the shape that the configuration asks for.
    #[error("tensor {name} has the shape {found}, but the configuration asks for {expected}")]
    Shape {
        /// The tensor's name.
        name: String,
        /// The shape that follows from the configuration.
        expected: Shape,
        /// The shape in the file.
        found: Shape,
    },
    /// A tensor is stored in a type that cannot be computed with.
    #[error(
        "tensor {name} is stored as {found}, which gimlet does not read: use a checkpoint in f32, f16 or \
         bf16, or a GGUF file in Q4_0 to Q8_0 or Q2_K to Q6_K"
    )]
    Dtype {
        /// The tensor's name.
        name: String,
        /// The name of the type.
        found: String,
    },
    /// A sequence longer than the model was made for.
    #[error(
        "{n_tokens} tokens after the {n_cached} already read exceed the model's context of {context_tokens}: \
         shorten the conversation"
    )]
    ContextFull {
        /// Tokens to be read.
        n_tokens: usize,
        /// Tokens read before.
        n_cached: usize,
        /// The most that fit.
        context_tokens: usize,
    },
    /// A token that the model does not have.
    #[error(
        "token {id} is outside the model's vocabulary of {vocab}: the tokenizer belongs to another model"
    )]
    Token {
        /// The token.
        id: u32,
        /// How many there are.
        vocab: usize,
    },
    /// Nothing was given to read.
    #[error("the model was given no tokens to read")]
    NoTokens,
    /// A saved cache that does not fit the model, or is damaged.
    #[error("the saved cache cannot be used: {0}")]
    Cache(String),
    /// A vocabulary that cannot be used.
    #[error(transparent)]
    Tokenizer(#[from] crate::tokenizer::TokenizerError),
    /// The words that a checkpoint brings for its own prompts.
    #[error("the checkpoint's own words (gimlet.prompt) cannot be used: {0}")]
    Words(String),
    /// The operating system gave no thread.
    #[error("cannot start the engine's thread: {0}")]
    Thread(std::io::Error),
    /// The tensor library failed.
    #[error("the tensor library failed: {0}")]
    Tensor(#[from] candle_core::Error),
}

/// The result of everything here that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A tensor's dimensions, written as `(rows, columns)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape(pub Vec<usize>);

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> = self.0.iter().map(usize::to_string).collect();
        write!(f, "({})", dims.join(", "))
    }
}

impl From<&[usize]> for Shape {
    fn from(dims: &[usize]) -> Self {
        Self(dims.to_vec())
    }
}
