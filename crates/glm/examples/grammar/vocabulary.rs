//! Vocabularies for the examples: GLM-4's own tokens with the special tokens of all its formats.

use std::sync::Arc;

use chat::{Special, wire::Format};
use glm::{Codec, GgufTokenizer, Tokenizer, tokenizer::TokenizerError};

/// The special tokens behind the ordinary ones, as GGUF files mark them.
const CONTROL: i64 = 3;
const NORMAL: i64 = 1;

/// A codec whose vocabulary is the first `n_tokens` of a `tokenizer.model`, which are its commonest, with
/// every special token behind them.
pub fn codec(format: Format, tiktoken: &[u8], n_tokens: usize) -> Result<Arc<Codec>, TokenizerError> {
    let whole = Tokenizer::from_tiktoken(tiktoken)?;
    let ids = 0..whole.vocab_size().min(n_tokens) as u32;
    let mut tokens: Vec<String> = ids.filter_map(|id| whole.token_bytes(id)).map(spell).collect();
    let mut token_types = vec![NORMAL; tokens.len()];
    tokens.extend(Special::ALL.map(|special| special.as_str().to_owned()));
    token_types.resize(tokens.len(), CONTROL);
    // A merge of three marks a vocabulary whose ids are its ranks.
    let merges = vec!["a b c".to_owned()];
    let gguf = GgufTokenizer { model: "gpt2".into(), pre: "glm4".into(), tokens, merges, token_types };
    Ok(Arc::new(Codec::from_parts(format, format.default_words(), Tokenizer::from_gguf(&gguf)?)))
}

/// Bytes in GPT-2's spelling: those that print stand for themselves, the others for letters from U+0100 on.
fn spell(bytes: &[u8]) -> String {
    let is_printable = |b: u8| matches!(b, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    let letter = |&b: &u8| match is_printable(b) {
        true => Some(char::from(b)),
        false => char::from_u32(0x100 + (0..b).filter(|&b| !is_printable(b)).count() as u32),
    };
    bytes.iter().filter_map(letter).collect()
}
