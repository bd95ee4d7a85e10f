//! The way to the network: what may be reached, and what comes back.
//!
//! Nothing here follows a page's or a model's word to a private address. A URL is checked before it
//! is asked for, each redirect anew; a name is looked up by [`resolver::Pinned`], and a connection is
//! made only to the addresses that passed.

mod address;
mod allow;
mod body;
mod cache;
mod client;
mod cookies;
mod fetch;
mod resolver;
mod robots;
mod robots_cache;
mod target;
mod wait;

pub(crate) use allow::AllowList;
pub use allow::BadHost;
pub(crate) use body::read as read_body;
pub(crate) use cache::Disk;
pub(crate) use client::{Options, Proxies, build as build_client, certificates};
pub(crate) use fetch::{Ask, FetchError, Fetched, Fetcher, Part, PartAsk, of_content_type, reason};
pub(crate) use resolver::{Lookup, Pinned, SystemLookup};
pub(crate) use target::{check as check_url, parse as parse_url};
pub(crate) use wait::Patience;
