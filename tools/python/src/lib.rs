//! The `python` tool: a stateful notebook in a confined worker.
//!
//! One [`PythonTool`] is one notebook: names that one call defines are there for the next. What the
//! model reads of a call is what a person would see under a notebook's cell.

mod code;
mod observation;
mod tool;

pub use tool::PythonTool;
