//! The web for the agent: searched, read and cited, with no way to a private address.
//!
//! One [`Browser`] is one conversation's. [`Browser::tool`] is `simple_browser` as GLM-4 was trained to
//! call it, [`Browser::functions`] the same as functions with schemas; [`Browser::cite`] holds the
//! citations of an answer against the pages that the conversation has seen.
//!
//! A PDF is read only by a confined worker: a browser without [`Browser::with_documents`] says so.
//!
//! With [`Renderer::Chromium`] the pages of HTML are run by the user's own Chromium, which has no network, no
//! file of the user's and none of the session; what it makes of a page is read as every page is. A page that
//! cannot be rendered is read as it was fetched, and says why.
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
