//! MCP both ways: the tools of MCP servers for the agent.

mod answer;
mod artifacts;
mod connection;
mod group;
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
