//! The vocabulary in a GGUF file's metadata.

use std::collections::HashMap;

use super::bpe::{Bpe, Merges};
use super::byte_level::ByteLevel;
use super::split::Splitter;
use super::vocabulary::{Token, Vocabulary};
use super::{Encoder, GLM4_PATTERN, Tokenizer, TokenizerError};
use crate::GgufTokenizer;

/// The values of `tokenizer.ggml.token_type` that are not ordinary text.
mod token_type {
    pub const UNKNOWN: i64 = 2;
    pub const CONTROL: i64 = 3;
    pub const USER_DEFINED: i64 = 4;
    pub const UNUSED: i64 = 5;
}

pub(super) fn read(source: &GgufTokenizer) -> Result<Tokenizer, TokenizerError> {
    if source.model != "gpt2" {
        return Err(TokenizerError::Unsupported(format!("its model is {:?}, not gpt2", source.model)));
    }
    let splitter = Splitter::new(pattern(&source.pre)?)?;
    let byte_level = ByteLevel::new();
    let mut tokens = Vec::with_capacity(source.tokens.len());
    for (id, spelling) in source.tokens.iter().enumerate() {
        tokens.push(match source.token_types.get(id) {
            Some(&(token_type::CONTROL | token_type::UNKNOWN)) => Token::Control(spelling.as_str().into()),
            Some(&token_type::UNUSED) => Token::Unused,
            Some(&token_type::USER_DEFINED) => Token::Added(spelling.as_bytes().into()),
            _ => Token::Text(byte_level.bytes_of(spelling).ok_or_else(|| {
                TokenizerError::Malformed(format!(
                    "token {id}, {spelling:?}, is not in the byte-level spelling"
                ))
            })?),
        });
    }
    let vocabulary = Vocabulary::new(tokens)?;
    let bpe = Box::new(Bpe::new(&vocabulary, read_merges(source, &vocabulary)?));
    Ok(Tokenizer { vocabulary, encoder: Encoder::Bpe { splitter, bpe } })
}

/// The split pattern of that name. `glm4` and `chatglm-bpe` are llama.cpp's two names for GLM-4's.
fn pattern(pre: &str) -> Result<&'static str, TokenizerError> {
    match pre {
        "glm4" | "chatglm-bpe" => Ok(GLM4_PATTERN),
        other => Err(TokenizerError::Unsupported(format!(
            "its split pattern is {other:?}, and only glm4 and chatglm-bpe are known"
        ))),
    }
}

/// A merge of three tokens or more is the mark of llama.cpp's conversion of a tiktoken file: such a
/// vocabulary's ids are its ranks, and they say more than the list of merges can.
fn read_merges(source: &GgufTokenizer, vocabulary: &Vocabulary) -> Result<Merges, TokenizerError> {
    if source.merges.iter().any(|merge| merge.split(' ').count() > 2) {
        return Ok(Merges::Ranks);
    }
    let ids: HashMap<&str, u32> = vocabulary
        .texts()
        .filter_map(|(id, _)| Some((source.tokens.get(id as usize)?.as_str(), id)))
        .collect();
    let mut pairs = HashMap::with_capacity(source.merges.len());
    for (rank, merge) in (0..).zip(&source.merges) {
        let found = merge.split_once(' ').and_then(|(left, right)| {
            let merged = ids.get(format!("{left}{right}").as_str())?;
            Some(((*ids.get(left)?, *ids.get(right)?), (rank, *merged)))
        });
        let (pair, made) = found.ok_or_else(|| {
            TokenizerError::Malformed(format!("merge {rank}, {merge:?}, is not two tokens that make a third"))
        })?;
        pairs.entry(pair).or_insert(made);
    }
    Ok(Merges::Pairs(pairs))
}
