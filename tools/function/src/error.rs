//! Why a manifest is refused.

use std::path::{Path, PathBuf};

/// A manifest that cannot be used: where it is wrong, and how.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{fault}", place(file, *line))]
pub struct ManifestError {
    /// The file or folder.
    pub file: PathBuf,
    /// The line, counted from 1, where there is one to point at.
    pub line: Option<usize>,
    /// What is wrong.
    pub fault: Fault,
}

fn place(file: &Path, line: Option<usize>) -> String {
    match line {
        Some(line) => format!("{}:{line}: ", file.display()),
        None => format!("{}: ", file.display()),
    }
}

/// What can be wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file system refused.
    #[error("cannot be read: {0}")]
    Unreadable(String),
    /// The ending of the file's name says nothing.
    #[error("a manifest is a .json or a .toml file, or a folder of them")]
    UnknownKind,
    /// More bytes than a manifest may have.
    #[error("has {bytes} bytes; a manifest has at most {limit}")]
    TooLarge {
        /// The file's size.
        bytes: u64,
        /// The most that is read.
        limit: u64,
    },
    /// A folder without a manifest.
    #[error("has no .json or .toml file in it")]
    Empty,
    /// Neither JSON nor TOML.
    #[error("not {language}: {message}")]
    Syntax {
        /// What the file's name promises.
        language: &'static str,
        /// What the parser says.
        message: String,
    },
    /// A key that means nothing here.
    #[error("unknown key \"{key}\" in {owner}; there are {known}")]
    UnknownKey {
        /// The key.
        key: String,
        /// What it stands in.
        owner: &'static str,
        /// The keys that mean something.
        known: String,
    },
    /// A key that must be there.
    #[error("\"{key}\" is missing in {owner}")]
    MissingKey {
        /// The key.
        key: &'static str,
        /// What it should stand in.
        owner: &'static str,
    },
    /// A value of the wrong kind, or out of its bounds.
    #[error("{what} must be {expected}")]
    Value {
        /// The key in quotes, or another name for the value.
        what: String,
        /// What it should be.
        expected: String,
    },
    /// A name that models and formats cannot carry.
    #[error(
        "\"{0}\" cannot be a function's name: it begins with a letter or _, and has at most 64 letters, digits, _ and -"
    )]
    Name(String),
    /// The name of a built-in tool.
    #[error("\"{0}\" is the name of a built-in tool: choose another")]
    Reserved(String),
    /// Two functions of one name.
    #[error("there is another function named \"{name}\" in {other}: rename one of them")]
    Clash {
        /// The name.
        name: String,
        /// Where the other one is.
        other: String,
    },
    /// `parameters` is no JSON Schema.
    #[error("\"parameters\" is not a valid JSON Schema: {0}")]
    Schema(String),
    /// A draft that is not supported.
    #[error("\"$schema\" is {0}: gimlet takes drafts 2020-12 and 07")]
    Draft(String),
    /// A schema whose top does not describe named arguments.
    #[error("the top of \"parameters\" must have \"type\": \"object\", because arguments have names")]
    NotAnObject,
    /// A reference that leaves the file.
    #[error(
        "\"$ref\" to {0}, which is not in this file: gimlet fetches no schemas, so put it under \"$defs\""
    )]
    RemoteRef(String),
    /// A program that is not there.
    #[error("there is no program {0}")]
    NoProgram(String),
    /// A file that is no program.
    #[error("{} is not executable: chmod +x makes it so", .0.display())]
    NotExecutable(PathBuf),
    /// A file that is not there.
    #[error("there is no file {}", .0.display())]
    NoFile(PathBuf),
    /// A python handler where no sandbox is.
    #[error("a python handler needs the sandbox, which this program does not host")]
    NoSandbox,
    /// An mcp handler whose server is not configured.
    #[error(
        "there is no MCP server \"{0}\": give --mcp {0}=COMMAND|URL, or configure it as [mcp.{0}] with a command or a url"
    )]
    NoServer(String),
}

/// A fault and the JSON Pointer of what it is about.
#[derive(Debug)]
pub(crate) struct Located {
    pub at: String,
    pub fault: Fault,
}

impl Located {
    pub fn new(at: impl Into<String>, fault: Fault) -> Self {
        Self { at: at.into(), fault }
    }
}
