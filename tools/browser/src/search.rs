//! Search engines, one after the other until one answers.

mod chain;
mod command;
mod duckduckgo;
mod folder;
mod http;
mod json;
mod remote;

use std::time::Instant;

use futures::future::BoxFuture;
use reqwest::Url;

pub(crate) use chain::{Chain, Found};
pub(crate) use folder::Folder;
pub(crate) use http::Http;

/// What is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Query {
    /// The words.
    pub text: String,
    /// How old a result may be, in days.
    pub recency_days: Option<u32>,
    /// The most results.
    pub count: usize,
}

/// One result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// The page's title on one line.
    pub title: String,
    /// Where it is.
    pub url: Url,
    /// What the engine quotes of it, on one line.
    pub snippet: String,
}

/// Why an engine gives no results. That it found none is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// A key or a setting is missing.
    #[error("{0}")]
    Unconfigured(String),
    /// The engine refuses: a ban, a quota, a wrong key.
    #[error("blocked: {0}")]
    Blocked(String),
    /// It cannot be reached or does not make sense.
    #[error("{0}")]
    Failed(String),
}

/// One search engine.
pub(crate) trait Search: Send + Sync {
    /// What the user calls it.
    fn name(&self) -> String;

    /// Whether results can be limited by their age.
    fn honours_recency(&self) -> bool {
        true
    }

    /// Its results, the best first.
    fn search<'a>(&'a self, query: &'a Query, deadline: Instant) -> BoxFuture<'a, Result<Vec<Hit>, Fault>>;
}

#[cfg(test)]
mod tests;
