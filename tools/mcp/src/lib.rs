//! MCP both ways: the tools of MCP servers for the agent, and the agent's tools as an MCP server.
//!
//! [`Servers`] starts and reaches many servers at once, over standard input and output or over
//! streamable HTTP. Each of their tools is an [`agent::Tool`] named `server__tool`; a registry that
//! has the servers as a source follows them when their tools change. Its other direction is
//! [`serve`].
//!
//! ```
//! use std::sync::Arc;
//! use agent::ToolRegistry;
//! use tool_mcp::{Host, ServerSettings, Servers};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let host = Host::new(folder.path(), folder.path().join("artifacts")).with_environment(std::env::vars_os());
//! let settings = [ServerSettings::from_flag("files=no-such-server --root .")?];
//! let servers = Arc::new(Servers::connect(settings, host, &chat::CancellationToken::new()).await);
//! for failure in servers.failures() {
//!     assert_eq!(failure.to_string(), "the MCP server files cannot start: there is no program \"no-such-server\"");
//! }
//! let mut tools = ToolRegistry::default();
//! tools.register_source(servers.clone());
//! assert!(tools.names().is_empty());
//! servers.shut_down().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What a server can and cannot do
//!
//! All that a server says is untrusted. The bounds:
//!
//! | of | at most |
//! |---|---|
//! | one message | 16 MiB; a longer one ends the connection |
//! | its tools | 500, in 100 pages; a description 4 KiB, a schema 32 KiB, all together 1 MiB |
//! | one call | [`ServerSettings::timeout`] without a sign of life, [`ServerSettings::max_timeout`] in all |
//! | files of a call | 16, 64 MiB together; 8 links are followed, to the same server |
//! | messages that it does not read | 1024 |
//! | standard error | the last 4 KiB are kept |
//!
//! Descriptions and schemas lose their control sequences; what cannot be offered is left out and
//! said ([`Servers::notes`]). Names of files are ours. A server that is a process of ours has `PATH`,
//! `HOME` and the variables that its settings name, and a process group of its own; at the end its
//! input is closed, and what has not ended within three seconds is killed with all that it started.
//! Requests of a server's for a completion, for the person's input or for folders are refused.
//!
//! A server that ends by itself is started again with the next call, as often as
//! [`ServerSettings::restarts`] says; the call in which it ended is not made again, for nobody knows
//! how far it came.

mod answer;
mod artifacts;
mod connection;
mod handler;
mod host;
mod http;
mod lines;
mod name;
mod offer;
mod process;
mod serve;
mod server;
mod servers;
mod settings;
mod tool;

pub use host::Host;
pub use serve::{ServeError, ServeLimits, serve};
pub use servers::{Servers, StartError};
pub use settings::{ServerSettings, SettingsError, Transport};
