//! A prompt whose special tokens are values of a type and whose text is only text.

use std::fmt;

/// The special tokens of the GLM-4 family. Those from `<think>` on came with GLM-4.5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Special {
    /// `<|endoftext|>`
    EndOfText,
    /// `[MASK]`
    Mask,
    /// `[gMASK]`
    GMask,
    /// `[sMASK]`
    SMask,
    /// `<sop>`
    Sop,
    /// `<eop>`
    Eop,
    /// `<|system|>`
    System,
    /// `<|user|>`
    User,
    /// `<|assistant|>`
    Assistant,
    /// `<|observation|>`
    Observation,
    /// `<|begin_of_image|>`
    BeginOfImage,
    /// `<|end_of_image|>`
    EndOfImage,
    /// `<|begin_of_video|>`
    BeginOfVideo,
    /// `<|end_of_video|>`
    EndOfVideo,
    /// `<think>`
    Think,
    /// `</think>`
    EndThink,
    /// `<tool_call>`
    ToolCall,
    /// `</tool_call>`
    EndToolCall,
    /// `<tool_response>`
    ToolResponse,
    /// `</tool_response>`
    EndToolResponse,
    /// `<arg_key>`
    ArgKey,
    /// `</arg_key>`
    EndArgKey,
    /// `<arg_value>`
    ArgValue,
    /// `</arg_value>`
    EndArgValue,
    /// `/nothink`
    NoThink,
}

impl Special {
    /// Those of GLM-4, in the order of its vocabulary.
    pub const GLM4: [Self; 14] = *Self::ALL.first_chunk().expect("there are more than 14");

    /// All of them; [`Self::GLM4`] comes first.
    pub const ALL: [Self; 25] = [
        Self::EndOfText,
        Self::Mask,
        Self::GMask,
        Self::SMask,
        Self::Sop,
        Self::Eop,
        Self::System,
        Self::User,
        Self::Assistant,
        Self::Observation,
        Self::BeginOfImage,
        Self::EndOfImage,
        Self::BeginOfVideo,
        Self::EndOfVideo,
        Self::Think,
        Self::EndThink,
        Self::ToolCall,
        Self::EndToolCall,
        Self::ToolResponse,
        Self::EndToolResponse,
        Self::ArgKey,
        Self::EndArgKey,
        Self::ArgValue,
        Self::EndArgValue,
        Self::NoThink,
    ];

    /// How a vocabulary spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EndOfText => "<|endoftext|>",
            Self::Mask => "[MASK]",
            Self::GMask => "[gMASK]",
            Self::SMask => "[sMASK]",
            Self::Sop => "<sop>",
            Self::Eop => "<eop>",
            Self::System => "<|system|>",
            Self::User => "<|user|>",
            Self::Assistant => "<|assistant|>",
            Self::Observation => "<|observation|>",
            Self::BeginOfImage => "<|begin_of_image|>",
            Self::EndOfImage => "<|end_of_image|>",
            Self::BeginOfVideo => "<|begin_of_video|>",
            Self::EndOfVideo => "<|end_of_video|>",
            Self::Think => "<think>",
            Self::EndThink => "</think>",
            Self::ToolCall => "<tool_call>",
            Self::EndToolCall => "</tool_call>",
            Self::ToolResponse => "<tool_response>",
            Self::EndToolResponse => "</tool_response>",
            Self::ArgKey => "<arg_key>",
            Self::EndArgKey => "</arg_key>",
            Self::ArgValue => "<arg_value>",
            Self::EndArgValue => "</arg_value>",
            Self::NoThink => "/nothink",
        }
    }

    /// The special token that a vocabulary spells so.
    pub fn from_spelling(spelling: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == spelling)
    }
}

/// A stretch of a prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// One special token, encoded by id.
    Special(Special),
    /// Text, encoded as ordinary text whatever it spells.
    Text(String),
}

impl Segment {
    /// The special token, if it is one.
    pub fn special(&self) -> Option<Special> {
        match self {
            Self::Special(s) => Some(*s),
            Self::Text(_) => None,
        }
    }
}

/// What a model reads. Text between two special tokens is one segment, because tokenizers encode
/// it as one piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt(Vec<Segment>);

impl Prompt {
    /// Appends a special token.
    pub fn push_special(&mut self, special: Special) {
        self.0.push(Segment::Special(special));
    }

    /// Appends text.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Segment::Text(last)) => last.push_str(text),
            _ => self.0.push(Segment::Text(text.to_owned())),
        }
    }

    /// Its stretches in order; no two texts are neighbours.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }
}

/// For reading by people: in this form a text that spells a special token looks like one.
impl fmt::Display for Prompt {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.iter().try_for_each(|segment| match segment {
            Segment::Special(s) => f.write_str(s.as_str()),
            Segment::Text(t) => f.write_str(t),
        })
    }
}
