//! `tokenizer.json`: a pipeline that the Hugging Face library runs.
//!
//! That library looks for added tokens in every text, special ones included, and has no switch for
//! the others. So the added tokens are taken out of the file before the pipeline is built: what it
//! does not know it cannot find.

use serde_json::{Map, Value};

use super::byte_level::ByteLevel;
use super::vocabulary::{Token, Vocabulary, place};
use super::{Encoder, Tokenizer, TokenizerError};

/// The argument that keeps the library from adding the file's own prefix and suffix.
pub(super) const NO_SPECIAL_TOKENS: bool = false;

pub(super) fn read(file: &[u8]) -> Result<Tokenizer, TokenizerError> {
    let mut json: Value = serde_json::from_slice(file).map_err(|error| malformed(&error.to_string()))?;
    require_byte_level(&json)?;
    let root = json.as_object_mut().ok_or_else(|| malformed("it is not an object"))?;
    let mut tokens = Vec::new();
    let added = take_added_tokens(root, &mut tokens)?;
    read_vocabulary(root, &added, &mut tokens)?;
    // These would cut or pad prompts.
    root.remove("truncation");
    root.remove("padding");
    let vocabulary = Vocabulary::new(tokens)?;
    let stripped = serde_json::to_vec(&json).map_err(|error| malformed(&error.to_string()))?;
    let pipeline =
        tokenizers::Tokenizer::from_bytes(stripped).map_err(|error| malformed(&error.to_string()))?;
    Ok(Tokenizer { vocabulary, encoder: Encoder::Pipeline(Box::new(pipeline)) })
}

/// Only byte-level vocabularies have their bytes written in the spelling that is read below.
fn require_byte_level(json: &Value) -> Result<(), TokenizerError> {
    let is_byte_level = |step: &Value| step["type"] == "ByteLevel";
    let decoder = &json["decoder"];
    let steps = decoder["decoders"].as_array();
    if is_byte_level(decoder) || steps.is_some_and(|steps| steps.iter().any(is_byte_level)) {
        return Ok(());
    }
    Err(TokenizerError::Unsupported(format!("its decoder is {}, not ByteLevel", decoder["type"])))
}

/// Takes the added tokens out of the file and places them; gives their spellings.
fn take_added_tokens(
    root: &mut Map<String, Value>,
    tokens: &mut Vec<Token>,
) -> Result<Vec<String>, TokenizerError> {
    let Some(added) = root.remove("added_tokens") else { return Ok(Vec::new()) };
    let added = added.as_array().ok_or_else(|| malformed("added_tokens is not an array"))?;
    let mut spellings = Vec::with_capacity(added.len());
    for entry in added {
        let (Some(id), Some(spelling)) = (entry["id"].as_u64(), entry["content"].as_str()) else {
            return Err(malformed("an added token lacks its id or content"));
        };
        let token = if entry["special"] == true {
            Token::Control(spelling.into())
        } else {
            Token::Added(spelling.as_bytes().into())
        };
        place(tokens, id as usize, token)?;
        spellings.push(spelling.to_owned());
    }
    Ok(spellings)
}

/// Places the model's tokens; those that are added tokens as well leave the model's vocabulary.
fn read_vocabulary(
    root: &mut Map<String, Value>,
    added: &[String],
    tokens: &mut Vec<Token>,
) -> Result<(), TokenizerError> {
    let vocabulary = root
        .get_mut("model")
        .and_then(|model| model.get_mut("vocab"))
        .and_then(Value::as_object_mut)
        .ok_or_else(|| TokenizerError::Unsupported("its model has no table of tokens and ids".into()))?;
    for spelling in added {
        vocabulary.swap_remove(spelling);
    }
    let byte_level = ByteLevel::new();
    for (spelling, id) in vocabulary.iter() {
        let id = id.as_u64().ok_or_else(|| malformed(&format!("the id of {spelling:?} is not a number")))?;
        let bytes = byte_level
            .bytes_of(spelling)
            .ok_or_else(|| malformed(&format!("token {spelling:?} is not in the byte-level spelling")))?;
        place(tokens, id as usize, Token::Text(bytes))?;
    }
    Ok(())
}

fn malformed(reason: &str) -> TokenizerError {
    TokenizerError::Malformed(reason.to_owned())
}
