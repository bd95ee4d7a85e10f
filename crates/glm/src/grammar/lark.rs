//! Pieces of grammars in llguidance's dialect of Lark.

use chat::Special;

use crate::{Codec, codec::Piece};

/// A literal.
pub(super) fn literal(text: &str) -> String {
    match text.contains('\u{7f}') {
        // The one character that JSON leaves bare and Lark's strings do not take.
        true => regex(&escape(text)),
        false => serde_json::Value::from(text).to_string(),
    }
}

/// A regular expression that matches a whole lexeme.
pub(super) fn regex(pattern: &str) -> String {
    format!("/{}/", llguidance::regex_to_lark(pattern, ""))
}

/// A pattern that matches exactly this text.
pub(super) fn escape(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | ' ' | '_' => pattern.push(c),
            _ => pattern.push_str(&format!("\\x{{{:x}}}", c as u32)),
        }
    }
    pattern
}

/// Every id that the parser takes for one of these special tokens, or nothing if the vocabulary
/// lacks them all.
pub(super) fn specials(codec: &Codec, specials: &[Special]) -> Option<String> {
    let n_tokens = codec.tokenizer().vocab_size() as u32; // Ids are 32 bits wide.
    let is_one =
        |id: &u32| matches!(codec.piece(*id), Piece::Special(special) if specials.contains(&special));
    let ids: Vec<String> = (0..n_tokens).filter(is_one).map(|id| id.to_string()).collect();
    (!ids.is_empty()).then(|| format!("<[{}]>", ids.join(",")))
}

/// Alternatives in parentheses.
pub(super) fn either<T: AsRef<str>>(alternatives: &[T]) -> String {
    let alternatives: Vec<&str> = alternatives.iter().map(AsRef::as_ref).collect();
    format!("({})", alternatives.join(" | "))
}
