//! Between a conversation and the token ids of one checkpoint.

use chat::{Message, Prompt, Special, ToolSpec, Words, wire::Format};

use crate::{Checkpoint, Error, Result, Tokenizer, tokenizer::Token};

/// How one checkpoint writes conversations: its wire format, the words of its prompts and its
/// tokenizer. Needs no weights.
pub struct Codec {
    format: Format,
    words: Words,
    tokenizer: Tokenizer,
    end_ids: Vec<u32>,
}

/// What a token that the model wrote is to the wire format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// Bytes of text.
    Text(&'a [u8]),
    /// A special token.
    Special(Special),
    /// Nothing that the format knows.
    Nothing,
}

impl Codec {
    /// Reads what the checkpoint says about its prompts; without words of its own it gets those of
    /// the models that its format is named after.
    ///
    /// # Errors
    /// The tokenizer cannot be read, or the words are of another shape or format.
    pub fn new(checkpoint: &Checkpoint) -> Result<Self> {
        let tokenizer = Tokenizer::new(&checkpoint.tokenizer_source()?)?;
        let own = checkpoint.words_json().map(Words::from_json).transpose();
        let own = own.map_err(|error| Error::Words(error.to_string()))?;
        let name = own.as_ref().map_or(checkpoint.format_name(), |words| &words.format);
        let format = Format::from_name(name)
            .ok_or_else(|| Error::Words(format!("the format {name:?} is not known")))?;
        Ok(Self {
            format,
            words: own.unwrap_or_else(|| format.default_words()),
            tokenizer,
            end_ids: checkpoint.config().eos_ids.clone(),
        })
    }

    /// A codec of these parts, for a tokenizer without a checkpoint.
    pub fn from_parts(format: Format, words: Words, tokenizer: Tokenizer) -> Self {
        Self { format, words, tokenizer, end_ids: Vec::new() }
    }

    /// The wire format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The words of the prompts.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The prompt from which the model writes its next message.
    pub fn render(&self, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        self.format.render(&self.words, messages, tools)
    }

    /// That prompt's ids.
    pub fn encode(&self, messages: &[Message], tools: &[ToolSpec]) -> Vec<u32> {
        self.tokenizer.encode(&self.render(messages, tools))
    }

    /// What the wire format's parser is told about a token. A tag such as `<think>` is a special
    /// token only in the formats that are made of them; in the others it is text, even where the
    /// vocabulary has it as one token. A control token that no format knows ends the answer if the
    /// checkpoint lists it as an end.
    pub(crate) fn piece(&self, id: u32) -> Piece<'_> {
        match self.tokenizer.token(id) {
            Token::Text(bytes) | Token::Added(bytes) => Piece::Text(bytes),
            Token::Control(spelling) => match Special::from_spelling(spelling) {
                Some(special) if self.has_tags() || Special::GLM4.contains(&special) => {
                    Piece::Special(special)
                }
                Some(tag) => Piece::Text(tag.as_str().as_bytes()),
                None if self.end_ids.contains(&id) => Piece::Special(Special::EndOfText),
                None => Piece::Nothing,
            },
            Token::Unused => Piece::Nothing,
        }
    }

    fn has_tags(&self) -> bool {
        match self.format {
            Format::Glm4Chat | Format::Glm40414 => false,
            Format::Glm45 | Format::Glm47 => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GgufTokenizer;

    fn check(format: Format, expected: [Piece; 5]) {
        let tokens = (0x100..0x100 + 256).filter_map(char::from_u32);
        let printable =
            (0..=255u8).map(|byte| byte as char).filter(|c| matches!(c, '!'..='~' | '¡'..='¬' | '®'..='ÿ'));
        let mut tokens: Vec<String> = printable.chain(tokens.take(68)).map(String::from).collect();
        tokens.extend(["<think>", "<|user|>", "[PAD]", "[END]"].map(String::from));
        let mut token_types = vec![1; 256];
        token_types.extend([4, 3, 3, 3]);
        let gguf =
            GgufTokenizer { model: "gpt2".into(), pre: "glm4".into(), tokens, merges: vec![], token_types };
        let tokenizer = Tokenizer::from_gguf(&gguf).unwrap();
        let codec = Codec { format, words: format.default_words(), tokenizer, end_ids: vec![259] };
        assert_eq!([0, 256, 257, 258, 259].map(|id| codec.piece(id)), expected);
    }

    #[test]
    fn tags_are_special_where_the_format_is_made_of_them() {
        let [user, end] = [Special::User, Special::EndOfText].map(Piece::Special);
        let think = Piece::Text(b"<think>");
        check(Format::Glm40414, [Piece::Text(b"!"), think, user, Piece::Nothing, end]);
        let think = Piece::Special(Special::Think);
        check(Format::Glm45, [Piece::Text(b"!"), think, user, Piece::Nothing, end]);
    }
}
