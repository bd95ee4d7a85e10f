//! Token ids to the wire parser.

use chat::{Delta, ToolSpec, wire::Parser};

use crate::{Codec, TextStream, codec::Piece};

/// A completion while it is being written.
pub(super) struct Completion<'a> {
    codec: &'a Codec,
    parser: Parser,
    text: TextStream,
    ids: Vec<u32>,
}

/// What a token did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// More can follow.
    More,
    /// It was a stop token.
    Stop,
}

impl<'a> Completion<'a> {
    pub fn new(codec: &'a Codec, tools: &[ToolSpec]) -> Self {
        Self { codec, parser: codec.format().parser(tools), text: TextStream::default(), ids: Vec::new() }
    }

    /// Takes the next token. A character whose bytes are cut short by a special token ends as U+FFFD
    /// before it.
    pub fn token(&mut self, id: u32, sink: &mut dyn FnMut(Delta)) -> Written {
        self.ids.push(id);
        match self.codec.piece(id) {
            Piece::Text(bytes) => {
                let text = self.text.push(bytes);
                self.parser.text(&text, sink);
            }
            Piece::Special(special) => {
                self.flush(sink);
                if self.parser.special(special, sink).is_break() {
                    return Written::Stop;
                }
            }
            Piece::Nothing => {}
        }
        Written::More
    }

    /// What it came to, and its tokens.
    pub fn finish(mut self, sink: &mut dyn FnMut(Delta)) -> (chat::Completion, Vec<u32>) {
        self.flush(sink);
        (self.parser.finish(sink), self.ids)
    }

    fn flush(&mut self, sink: &mut dyn FnMut(Delta)) {
        let rest = self.text.finish();
        self.parser.text(&rest, sink);
    }
}
