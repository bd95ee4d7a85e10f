//! Between a conversation and the token ids of one checkpoint.

use chat::{Message, Prompt, ToolSpec, Words, wire::Format};

use crate::{Checkpoint, Error, Result, Tokenizer};

/// How one checkpoint writes conversations: its wire format, the words of its prompts and its
/// tokenizer. Needs no weights.
pub struct Codec {
    format: Format,
    words: Words,
    tokenizer: Tokenizer,
    end_ids: Vec<u32>,
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

    /// Whether the checkpoint lists this token among those that end a completion.
    pub fn is_end(&self, id: u32) -> bool {
        self.end_ids.contains(&id)
    }

    /// The prompt from which the model writes its next message.
    pub fn render(&self, messages: &[Message], tools: &[ToolSpec]) -> Prompt {
        self.format.render(&self.words, messages, tools)
    }

    /// That prompt's ids.
    pub fn encode(&self, messages: &[Message], tools: &[ToolSpec]) -> Vec<u32> {
        self.tokenizer.encode(&self.render(messages, tools))
    }
}
