//! What the parent and a worker that reads a document say to each other, in frames as in
//! `message.rs`.

use serde::{Deserialize, Serialize};

use crate::Confinement;

/// How much of the document is in one [`ToReader::Part`], in bytes.
pub(crate) const PART_BYTES: usize = 256 << 10;
/// The longest payload to the worker: a part in base64.
pub(crate) const MAX_TO_READER: usize = PART_BYTES / 3 * 4 + 1024;
/// The most text of one page, in bytes; the rest of it is left out.
pub(crate) const MAX_PAGE_BYTES: usize = 128 << 10;
/// The most text of all pages, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 900 << 10;
/// The most pages that are read.
pub(crate) const MAX_PAGES: usize = 2000;
/// The longest title, in bytes.
pub(crate) const MAX_TITLE_BYTES: usize = 1000;
/// The longest payload from the worker: JSON may spell one byte of text with six.
pub(crate) const MAX_FROM_READER: usize = 6 * MAX_PAGE_BYTES + 1024;

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToReader {
    /// The next bytes of the document.
    Part { base64: String },
    /// There are no more: read it.
    Read,
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromReader {
    /// It has confined itself and waits for the document.
    Ready { confinement: Confinement },
    /// The document was opened.
    Opened { title: String, n_pages: usize },
    /// The next page's text.
    Page { text: String },
    /// Every page that may be read was.
    Done {
        /// How many letters were met that say nothing about what they stand for.
        n_unknown: usize,
    },
    /// It cannot be opened.
    Refused { fault: Fault },
    /// The reader panicked; the worker ends.
    Failed { reason: String },
}

/// Why a document cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fault {
    /// Without a password it says nothing.
    Password,
    /// It is encrypted in a way that is not known.
    Encryption,
    /// It is no PDF, or broken past repair.
    Broken,
    /// It has no page.
    Empty,
}
