//! Text to token ids and back.
//!
//! A GLM checkpoint carries its vocabulary in one of three shapes: `tokenizer.model` (tiktoken),
//! `tokenizer.json` (Hugging Face) or the metadata of a GGUF file. All three give the same ids.
//!
//! Special tokens enter by id only. No spelling is ever searched for in text, so `<|system|>` in a
//! user's words is six ordinary tokens, and the other way round a special token has no bytes.

mod bpe;
mod byte_level;
mod gguf;
mod json;
mod split;
mod tiktoken;
mod vocabulary;

use chat::{Prompt, Segment, Special};
use sha2::{Digest, Sha256};

pub use vocabulary::{Token, TokenizerError};

use bpe::Bpe;
use split::Splitter;
use vocabulary::Vocabulary;

use crate::{GgufTokenizer, TokenizerSource};

/// GLM-4's split pattern: merges never cross the boundary between two of its matches.
pub const GLM4_PATTERN: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// A checkpoint's vocabulary, in both directions.
///
/// ```
/// use glm::tokenizer::{GLM4_PATTERN, Tokenizer};
///
/// // The smallest vocabulary there is: every byte, in tiktoken's layout.
/// let ranks: String = (0..=255u8).map(|byte| format!("{} {byte}\n", base64(byte))).collect();
/// let tokenizer = Tokenizer::from_tiktoken(ranks.as_bytes())?;
/// assert_eq!(tokenizer.encode_text("hi"), [104, 105]);
/// assert_eq!(tokenizer.id_of(chat::Special::User), Some(256 + 7));
/// # fn base64(byte: u8) -> String {
/// #     const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// #     let digit = |n: u8| DIGITS[n as usize & 63] as char;
/// #     format!("{}{}==", digit(byte >> 2), digit(byte << 4))
/// # }
/// # Ok::<(), glm::tokenizer::TokenizerError>(())
/// ```
pub struct Tokenizer {
    vocabulary: Vocabulary,
    encoder: Encoder,
}

/// Who cuts text into tokens.
enum Encoder {
    /// Our own byte-pair merges.
    Bpe { splitter: Splitter, bpe: Box<Bpe> },
    /// The pipeline that a `tokenizer.json` describes.
    Pipeline(Box<tokenizers::Tokenizer>),
}

impl Tokenizer {
    /// Reads a checkpoint's tokenizer, whichever shape it has.
    ///
    /// # Errors
    /// As the reader of that shape.
    pub fn new(source: &TokenizerSource) -> Result<Self, TokenizerError> {
        match source {
            TokenizerSource::Json(file) => Self::from_json(file),
            TokenizerSource::Tiktoken(file) => Self::from_tiktoken(file),
            TokenizerSource::Gguf(gguf) => Self::from_gguf(gguf),
        }
    }

    /// Reads GLM's `tokenizer.model`: lines of a base64 token and its rank. The file does not hold
    /// the special tokens; they follow the last rank in the order of [`Special::GLM4`].
    ///
    /// # Errors
    /// A line of another shape, a rank twice, or a byte without a token.
    pub fn from_tiktoken(file: &[u8]) -> Result<Self, TokenizerError> {
        tiktoken::read(file)
    }

    /// Reads a byte-level `tokenizer.json`.
    ///
    /// # Errors
    /// JSON that is not a tokenizer, a model that is not byte-level BPE, or a byte without a token.
    pub fn from_json(file: &[u8]) -> Result<Self, TokenizerError> {
        json::read(file)
    }

    /// Takes the vocabulary that a GGUF file's metadata holds.
    ///
    /// # Errors
    /// A split pattern that is not known, a token or merge of another shape, or a byte without a
    /// token.
    pub fn from_gguf(source: &GgufTokenizer) -> Result<Self, TokenizerError> {
        gguf::read(source)
    }

    /// The prompt's ids: special segments by id, each text by itself and as ordinary text. A special
    /// token that the vocabulary lacks is written out, as the models' own tokenizers do.
    pub fn encode(&self, prompt: &Prompt) -> Vec<u32> {
        let mut ids = Vec::new();
        for segment in prompt.segments() {
            match segment {
                Segment::Special(special) => match self.id_of(*special) {
                    Some(id) => ids.push(id),
                    None => self.encode_into(special.as_str(), &mut ids),
                },
                Segment::Text(text) => self.encode_into(text, &mut ids),
            }
        }
        ids
    }

    /// The ids of ordinary text, whatever it spells.
    pub fn encode_text(&self, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        self.encode_into(text, &mut ids);
        ids
    }

    /// The text that the ids stand for. Control tokens appear in their spelling, unknown ids not at
    /// all, and bytes that are no UTF-8 as U+FFFD.
    pub fn decode(&self, ids: &[u32]) -> String {
        let mut bytes = Vec::new();
        for &id in ids {
            match self.vocabulary.token(id) {
                Token::Text(text) | Token::Added(text) => bytes.extend_from_slice(text),
                Token::Control(spelling) => bytes.extend_from_slice(spelling.as_bytes()),
                Token::Unused => {}
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The id of a special token, if the vocabulary has it.
    pub fn id_of(&self, special: Special) -> Option<u32> {
        self.vocabulary.id_of(special)
    }

    /// The special token of this id, if it is one of GLM-4's.
    pub fn special_of(&self, id: u32) -> Option<Special> {
        Special::ALL.into_iter().find(|&special| self.id_of(special) == Some(id))
    }

    /// Whether the id is a control token: one of GLM-4's or another that is not text.
    pub fn is_special(&self, id: u32) -> bool {
        matches!(self.vocabulary.token(id), Token::Control(_))
    }

    /// What the id stands for.
    pub fn token(&self, id: u32) -> &Token {
        self.vocabulary.token(id)
    }

    /// The bytes of a text token, which need not be whole characters; nothing for control tokens
    /// and ids without a token.
    pub fn token_bytes(&self, id: u32) -> Option<&[u8]> {
        match self.vocabulary.token(id) {
            Token::Text(bytes) | Token::Added(bytes) => Some(bytes),
            Token::Control(_) | Token::Unused => None,
        }
    }

    /// The hash of all tokens in the order of their ids, in hex.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for id in 0..self.vocabulary.len() as u32 {
            let (kind, bytes): (u8, &[u8]) = match self.vocabulary.token(id) {
                Token::Text(bytes) => (0, bytes),
                Token::Added(bytes) => (1, bytes),
                Token::Control(spelling) => (2, spelling.as_bytes()),
                Token::Unused => (3, &[]),
            };
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        }
        format!("{:x}", hash.finalize())
    }

    /// One more than the largest id. A network's output is often padded beyond it.
    pub fn vocab_size(&self) -> usize {
        self.vocabulary.len()
    }

    fn encode_into(&self, text: &str, ids: &mut Vec<u32>) {
        match &self.encoder {
            Encoder::Bpe { splitter, bpe } => {
                for piece in splitter.pieces(text) {
                    bpe.encode_into(piece.as_bytes(), ids);
                }
            }
            Encoder::Pipeline(pipeline) => match pipeline.encode_fast(text, json::NO_SPECIAL_TOKENS) {
                Ok(encoding) => ids.extend_from_slice(encoding.get_ids()),
                // A pipeline step may refuse a text; its bytes are always in the vocabulary.
                Err(_) => ids.extend(text.bytes().map(|byte| self.vocabulary.id_of_byte(byte))),
            },
        }
    }
}

#[cfg(test)]
mod tests;
