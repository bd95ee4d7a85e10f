//! Completions that are held to a grammar.
//!
//! With tools on offer a completion is an answer or a call of one of them; a function's arguments are
//! JSON that satisfies its schema, the browser gets one of its three functions, and code and prompts
//! are free text up to the stop token. [`chat::Constraint`] says what a request asks for:
//!
//! | constraint | an answer is | calls are |
//! |---|---|---|
//! | `Off` | anything | anything |
//! | `Calls` | any words | of tools on offer, with valid arguments |
//! | `Answer(schema)` | JSON that satisfies the schema | the same |
//!
//! What is written under a grammar parses with the wire format's own parser to an answer or to such
//! calls. Text never holds a special token but the one that ends it.
//!
//! llguidance turns a grammar and the bytes written so far into a mask over the vocabulary, which the
//! engine writes into the logits. Where only one text can follow, its tokens are taken without
//! asking the model. A schema's keywords that no grammar follows are left out, never refused:
//! [`check`] lists them.

mod compile;
mod guide;
mod lark;
mod plain;
mod schema;
mod sketch;
mod support;
mod vocabulary;
mod xml;

pub use compile::Grammars;
pub use guide::Guide;
pub use schema::Unenforced;
pub use support::{Support, check};

#[cfg(test)]
mod tests;
