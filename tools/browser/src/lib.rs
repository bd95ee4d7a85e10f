//! The web for the agent: searched, read and cited, with no way to a private address.
//!
//! One [`Browser`] is one conversation's. [`Browser::tool`] is `simple_browser` as GLM-4 was trained to
//! call it, [`Browser::functions`] the same as functions with schemas; [`Browser::cite`] holds the
//! citations of an answer against the pages that the conversation has seen.
//!
//! A PDF is read only by a confined worker: a browser without [`Browser::with_documents`] says so.
//!
//! What a page says is text: it cannot name a private address to be fetched, stand for another page,
//! or reach a terminal or a model's special tokens. What it costs is bounded, in time and in memory.
//!
//! ```
//! use std::sync::Arc;
//! use tool_browser::{Browser, Settings};
//!
//! let browser = Arc::new(Browser::new(Settings::default(), std::env::vars())?);
//! let mut registry = agent::ToolRegistry::default();
//! registry.register(browser.tool())?;
//! assert!(browser.cite("Nothing is cited here.").is_empty());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Chromium
//!
//! With [`Renderer::Chromium`] the scripts of a page of HTML are run by the user's own Chromium, and what they
//! make of it is read as every page is, without what a person would not see of it. A page that cannot be
//! rendered is read as it was fetched, and says why. These layers hold Chromium, from the innermost:
//!
//! 1. **Interception**: each request of a page is stopped before it is made. What may be asked for is asked
//!    for by the fetcher of every page, with its checks of addresses, sizes and time: only by `GET`, only http
//!    and https, only what can change a text, no page within the page. A page makes at most 200 requests,
//!    of 32 MiB in all, leads on 5 times, and runs for half of the call's time and at most 15 s. Windows that it
//!    opens are closed, its workers do not run, its questions are answered with no, downloads are denied.
//! 2. **Flags**: no name is resolved, every connection goes to a proxy that is not there, and what speaks for
//!    itself (updates, reports, sync, prefetching, QUIC) is off.
//! 3. **Chromium's own sandbox** stays on, also where root starts gimlet.
//! 4. **[`sandbox::Cage`]**: no network at all, so that WebSocket, WebRTC and a renderer that was taken over lead
//!    nowhere either; none of the user's files; a profile in memory, which goes with the process; a tree of
//!    processes that ends with the page, and dies with gimlet.
//!
//! The last is required: where the kernel does not give it, as in a container without user namespaces,
//! Chromium does not start. The pipe that it is driven by is the only one; no port is open. What is not
//! limited: the memory that a page takes outside of its scripts' heap, until its time is over.

mod browser;
mod call;
mod chromium;
mod cite;
mod error;
mod html;
#[cfg(test)]
mod loopback;
mod net;
mod page;
mod part;
mod pdf;
mod recall;
mod render;
mod search;
mod session;
mod settings;
mod tool;

pub use agent::Citation;
pub use browser::Browser;
pub use call::specs;
pub use error::BrowserError;
pub use net::BadHost;
pub use page::extract;
pub use settings::{Engine, Renderer, Settings};
