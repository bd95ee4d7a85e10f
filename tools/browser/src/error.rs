//! Why there is no browser.

use crate::net::BadHost;

/// Settings that cannot be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrowserError {
    /// An entry of `allow_hosts` that is no host.
    #[error(transparent)]
    Host(#[from] BadHost),
    /// The address of an engine is none.
    #[error("the url {url:?} of the search engine {engine} is not an http:// or https:// address")]
    EngineUrl {
        /// The engine.
        engine: String,
        /// What stands there.
        url: String,
    },
    /// A folder to search that is not there.
    #[error("the folder {path:?} to search cannot be used: {why}")]
    Folder {
        /// Where it should be.
        path: String,
        /// The system's word.
        why: String,
    },
    /// A file of certificates that is none.
    #[error("the ca_file {path:?} cannot be used: {why}; it needs certificates in PEM form")]
    CaFile {
        /// Where it should be.
        path: String,
        /// The system's word.
        why: String,
    },
    /// A Chromium is asked for and there is none.
    #[error(
        "there is no Chromium to render pages with: {why}; install it, name it with chromium_path, or use --browser fetch"
    )]
    Chromium {
        /// What was looked for.
        why: String,
    },
    /// A command without a program.
    #[error("the search engine command has no program: write command = [\"./search.sh\"]")]
    Command,
    /// The HTTP client cannot be made.
    #[error("{0}")]
    Client(String),
}
