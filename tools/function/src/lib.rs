//! Functions of the user's own: a JSON Schema for the model and a handler for the machine.
//!
//! A manifest describes a function, or several; [`load`] reads it and refuses it with the line and
//! the reason when something is wrong. A [`Function`] is an [`agent::Tool`]: it runs its
//! handler within its bounds of time and output. The [`agent::ToolRegistry`] that it is registered in
//! checks the arguments of each call against the schema and tells the model what is wrong with them.
//!
//! ```
//! use std::{path::Path, sync::Arc};
//! use tool_function::{Host, load};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let manifest = folder.path().join("line_count.json");
//! std::fs::write(&manifest, r#"{
//!     "name": "line_count",
//!     "description": "Counts lines of text",
//!     "parameters": { "type": "object", "properties": { "text": { "type": "string" } }, "required": ["text"] },
//!     "handler": { "type": "command", "command": ["wc", "-l"], "timeout_s": 5 }
//! }"#)?;
//!
//! let spill = folder.path().join("outputs");
//! let host = Host::new(spill, folder.path()).with_environment(std::env::vars_os());
//! let functions = load(&manifest, &Arc::new(host))?;
//! assert_eq!(functions[0].name(), "line_count");
//! assert_eq!(functions[0].check(&serde_json::json!({ "text": 3 }), 9)[0].path, "/text");
//! # Ok(())
//! # }
//! ```
//!
//! # Manifests
//!
//! A `.json` file holds one function or an array of them, a `.toml` file holds one. The keys:
//!
//! | key | meaning |
//! |---|---|
//! | `name` | a letter or `_`, then letters, digits, `_`, `-`; at most 64 |
//! | `description` | what it does, for the model |
//! | `parameters` | JSON Schema, draft 2020-12 or 07 (with `$schema`), `"type": "object"` at the top; no arguments if it is left out. References stay within the file |
//! | `handler` | what runs, see below |
//! | `approval` | `auto` (as if left out), `ask` or `deny` |
//! | `folder` | where relative paths begin; the manifest's folder if it is left out |
//!
//! OpenAI's `{"type": "function", "function": {…}}` is taken with `handler`, `approval` and
//! `folder` beside `function`.
//!
//! | handler | keys | what it does |
//! |---|---|---|
//! | `command` | `command`: a list, program first; `env`: names of variables; `cwd` | runs the program with the arguments as one line of JSON on standard input and shows standard output. `./program` begins in the manifest's folder. There is no shell, and no environment but `PATH` and the variables that `env` names. It runs in `cwd` (relative to the manifest's folder), else in the host's folder; all that it starts ends with it |
//! | `http` | `method`, `url`, `headers` | sends the arguments as JSON, with GET, HEAD and DELETE as the query. `${NAME}` in the address and in headers is a variable. Redirects are followed within the same host only |
//! | `python` | `file`, `function` | calls the function in the sandbox with the arguments as keywords and shows what it returns: text as it is, anything else as JSON; what it printed if it returns nothing |
//! | `mcp` | `server`, `tool` | calls a tool of a configured MCP server with the arguments, and shows its answer |
//!
//! Each handler also takes `timeout_s` (60) and `output_bytes` (16384): a longer output is shown in
//! part and kept whole, up to 64 MiB, in a file that the model is told of.

mod command;
mod error;
mod fields;
mod function;
mod host;
mod http;
mod load;
mod manifest;
mod mcp;
mod place;
mod program;
mod python;
mod registered;
mod run;
mod sample;
mod schema;
mod spool;
mod variables;

pub use agent::{Approval, Violation};
pub use error::{Fault, ManifestError};
pub use function::{Function, Origin};
pub use host::Host;
pub use load::{load, load_all};
pub use mcp::McpServers;
pub use registered::{RegisterError, Registered};
pub use sample::Broken;
