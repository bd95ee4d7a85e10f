//! What the model asks of the browser.

mod literal;
mod parse;
mod specs;

pub(crate) use parse::{CallError, from_json, parse};
pub use specs::specs;

/// The most pages that one `mclick` opens.
pub(crate) const MAX_CLICKS: usize = 10;

/// One thing that the browser can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Asks a search engine.
    Search {
        /// What for.
        query: String,
        /// How old a result may be, in days.
        recency_days: Option<u32>,
    },
    /// Reads pages by their ids in what was shown last.
    Click {
        /// The ids, in the order in which they are wanted.
        ids: Vec<usize>,
    },
    /// Reads a page by its address.
    Open {
        /// The address; its fragment `from=N` names a later part.
        url: String,
    },
}
