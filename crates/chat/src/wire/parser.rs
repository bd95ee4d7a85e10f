//! The model's tokens to a completion, while they stream.

use std::ops::ControlFlow;

use super::{Format, plain::PlainParser, xml::XmlParser};
use crate::{Completion, Delta, Special, ToolSpec};

/// Reads one completion, from behind `<|assistant|>` on. It takes any stream of text and special
/// tokens, never fails, and decides only at the stop token: `<|observation|>` ends a call, `<|user|>`
/// and `<|endoftext|>` end an answer. Deltas are for showing; [`Parser::finish`] is the truth.
#[derive(Debug)]
pub struct Parser(Kind);

#[derive(Debug)]
enum Kind {
    Plain(PlainParser),
    Xml(Box<XmlParser>),
}

impl Parser {
    pub(super) fn new(format: Format, tools: &[ToolSpec]) -> Self {
        Self(match format.is_xml() {
            true => Kind::Xml(Box::new(XmlParser::new(format, tools))),
            false => Kind::Plain(PlainParser::new(format)),
        })
    }

    /// Takes text that the model wrote.
    pub fn text(&mut self, text: &str, sink: &mut dyn FnMut(Delta)) {
        match &mut self.0 {
            Kind::Plain(parser) => parser.text(text, sink),
            Kind::Xml(parser) => parser.text(text, sink),
        }
    }

    /// Takes a special token that the model wrote. `Break` means that the completion is over.
    pub fn special(&mut self, special: Special, sink: &mut dyn FnMut(Delta)) -> ControlFlow<()> {
        match &mut self.0 {
            Kind::Plain(parser) => parser.special(special, sink),
            Kind::Xml(parser) => parser.special(special, sink),
        }
    }

    /// What the completion came to, if nothing more is written.
    pub fn finish(self, sink: &mut dyn FnMut(Delta)) -> Completion {
        match self.0 {
            Kind::Plain(parser) => parser.finish(sink),
            Kind::Xml(parser) => parser.finish(),
        }
    }
}
