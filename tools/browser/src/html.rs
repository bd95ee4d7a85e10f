//! HTML as a tree of bounded size, and that tree as Markdown.
//!
//! Pages are hostile: tags a million deep, a tag with a million attributes, formatting that a browser
//! would copy into every paragraph. [`tokens`] and [`tree`] therefore read what pages write, not what
//! the standard builds from it: their time and memory grow with the page and no faster.

mod article;
mod build;
mod clean;
mod furniture;
mod hidden;
mod markdown;
mod meta;
mod quiet;
mod table;
mod tokens;
mod tree;
mod write;
mod writer;

pub(crate) use article::{Extracted, article, full};
pub(crate) use clean::clean_text;
pub(crate) use markdown::{Link, Rendered, without_ids};
pub(crate) use meta::declared_charset;
pub(crate) use tokens::Mode;
pub(crate) use tree::{NodeId, Tree};
