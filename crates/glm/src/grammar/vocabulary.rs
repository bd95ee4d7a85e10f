//! A checkpoint's vocabulary as llguidance sees it.

use std::sync::Arc;

use llguidance::toktrie::{INVALID_TOKEN, TokEnv, TokRxInfo, TokTrie, TokenizerEnv};

use crate::{Codec, codec::Piece};

/// What the trie holds: a token's bytes beyond this length, or a vocabulary's beyond this sum, are
/// more than its nodes can count.
const MAX_TOKEN_BYTES: usize = 1024;
const MAX_VOCABULARY_BYTES: usize = 4_000_000;

/// The token that has no bytes, so that no mask ever allows it.
const NEVER: Vec<u8> = Vec::new();

/// The trie of all tokens with our own tokenizer beside it.
struct Vocabulary {
    codec: Arc<Codec>,
    trie: TokTrie,
}

impl TokenizerEnv for Vocabulary {
    fn tok_trie(&self) -> &TokTrie {
        &self.trie
    }

    /// Forced bytes become the tokens that the tokenizer itself makes of them, which are those that
    /// the model was trained to write.
    fn tokenize_bytes(&self, bytes: &[u8]) -> Vec<u32> {
        self.trie.tokenize_with_greedy_fallback(bytes, |text| self.codec.tokenizer().encode_text(text))
    }
}

/// Builds the trie; at a vocabulary of 150,000 it takes some tenths of a second.
pub(super) fn environment(codec: &Arc<Codec>) -> Result<TokEnv, String> {
    let n_tokens = codec.tokenizer().vocab_size();
    let ids = 0..u32::try_from(n_tokens).map_err(|_| "the vocabulary has too many tokens")?;
    let words: Vec<Vec<u8>> = ids.map(|id| word(codec, id)).collect();
    let n_bytes: usize = words.iter().map(Vec::len).sum();
    if n_bytes > MAX_VOCABULARY_BYTES {
        return Err(format!(
            "the vocabulary's tokens have {n_bytes} bytes together and a grammar takes {MAX_VOCABULARY_BYTES}"
        ));
    }
    // Grammars name their stop tokens themselves, so none is allowed merely because the text could
    // end here.
    let info = TokRxInfo::new(words.len() as u32, INVALID_TOKEN);
    let trie = TokTrie::from(&info, &words);
    Ok(Arc::new(Vocabulary { codec: Arc::clone(codec), trie }))
}

/// What the wire format's parser is told about a token decides: a tag such as `<think>` is special
/// in the formats that are made of tags and text in the others, whatever the vocabulary calls it.
fn word(codec: &Codec, id: u32) -> Vec<u8> {
    match codec.piece(id) {
        // The byte 0xFF is in no UTF-8 and marks the special tokens here.
        Piece::Text(bytes) if bytes.len() > MAX_TOKEN_BYTES || bytes.contains(&0xFF) => NEVER,
        Piece::Text(bytes) => bytes.to_vec(),
        Piece::Special(_) => [&[TokTrie::SPECIAL_TOKEN_MARKER], format!("<t{id}>").as_bytes()].concat(),
        Piece::Nothing => NEVER,
    }
}
