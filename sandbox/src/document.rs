//! The text of a document that nobody vouches for: read in a confined worker of its own.
//!
//! The worker is one process for one document, and it is gone afterwards. It needs no file: the bytes
//! go in over its pipe and text comes out. Whatever the document does to its reader, the parent holds
//! the clock, takes no more than it asked for, and keeps the pages that came before.

#[cfg(unix)]
pub(crate) mod message;
#[cfg(unix)]
mod reader;

#[cfg(unix)]
pub use reader::DocumentReader;

use crate::SandboxError;

/// What a document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Its title on one line, by its own word; may be empty.
    pub title: String,
    /// The text of its pages, from the first on.
    pub pages: Vec<String>,
    /// How many pages it has; may be more than were read.
    pub n_pages: usize,
    /// Why the pages after those were not read.
    pub stopped: Option<String>,
}

/// Why there is no text, in words for the model.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// No worker: without one nothing is read.
    #[error("a PDF is only read in the sandbox, and {0}")]
    Sandbox(#[from] SandboxError),
    /// It is encrypted.
    #[error("the PDF is encrypted and opens only with {0}")]
    Encrypted(&'static str),
    /// It is none, or has no page.
    #[error("the PDF cannot be opened: {0}")]
    Broken(&'static str),
    /// There are pages, and nothing on them is text.
    #[error("the PDF has no text: its {n_pages} pages are pictures, as scanned paper is")]
    Pictures {
        /// How many.
        n_pages: usize,
    },
    /// Its letters are shapes.
    #[error("the PDF has no text that can be read: its fonts do not say which letters they draw")]
    Unmapped,
    /// Its reader ended before the first page was read.
    #[error("the PDF could not be read: {0}")]
    Stopped(String),
}
