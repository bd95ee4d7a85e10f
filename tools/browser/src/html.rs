//! HTML as a tree of bounded size, and that tree as Markdown.
//!
//! Pages are hostile: tags a million deep, a tag with a million attributes, formatting that a browser
//! would copy into every paragraph. [`tokens`] and [`tree`] therefore read what pages write, not what
//! the standard builds from it: their time and memory grow with the page and no faster.
//!
//! The article of a page is found on the same tree: [`outline`] counts in one pass how much text and
//! how much of a link each node has, [`names`] reads what classes and ids say, [`prune`] leaves out
//! what stands around and in articles, and [`container`] picks the element that holds the text. Each
//! goes over the nodes once or looks at a bounded number of them around each.

mod article;
mod build;
mod clean;
mod container;
mod hidden;
mod markdown;
mod meta;
mod names;
mod outline;
mod phrases;
mod prune;
mod table;
mod tokens;
mod tree;
mod unmarked;
mod writer;

pub(crate) use article::{Extracted, article, full};
pub(crate) use clean::clean_text;
pub(crate) use markdown::{Link, Rendered};
pub(crate) use meta::declared_charset;
pub(crate) use tokens::Mode;
pub(crate) use tree::{NodeId, Tree};
pub(crate) use unmarked::without_ids;
