//! What the worker asks of the parent about files, and the answers.

use serde::{Deserialize, Serialize};

/// The most bytes of a file in one message.
pub(crate) const MAX_PART: usize = 64 << 10;

/// A request. Every one names its file anew: the parent keeps nothing open for a worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub(crate) enum FileRequest {
    Stat {
        path: String,
    },
    List {
        path: String,
    },
    Read {
        path: String,
        offset: u64,
        length: usize,
    },
    /// Writes base64's bytes; at the end of the file without an offset.
    Write {
        path: String,
        offset: Option<u64>,
        base64: String,
    },
    Create {
        path: String,
        exclusive: bool,
        truncate: bool,
    },
    Truncate {
        path: String,
        size: u64,
    },
    Remove {
        path: String,
    },
    MakeFolder {
        path: String,
    },
    RemoveFolder {
        path: String,
    },
    Rename {
        path: String,
        to: String,
    },
}

impl FileRequest {
    /// What it is about.
    pub fn path(&self) -> &str {
        match self {
            Self::Stat { path }
            | Self::List { path }
            | Self::Read { path, .. }
            | Self::Write { path, .. }
            | Self::Create { path, .. }
            | Self::Truncate { path, .. }
            | Self::Remove { path }
            | Self::MakeFolder { path }
            | Self::RemoveFolder { path }
            | Self::Rename { path, .. } => path,
        }
    }

    /// The name of what it does, as policy rules have it.
    pub fn op(&self) -> &'static str {
        match self {
            Self::Stat { .. } | Self::List { .. } | Self::Read { .. } => "read",
            Self::Remove { .. } | Self::RemoveFolder { .. } => "remove",
            _ => "write",
        }
    }
}

/// An answer.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub(crate) enum FileReply {
    Done,
    Stat {
        size: u64,
        is_folder: bool,
        modified_s: i64,
    },
    /// The names in a folder, and whether each is a folder.
    Names {
        names: Vec<(String, bool)>,
    },
    Bytes {
        base64: String,
    },
    Written {
        n: usize,
        offset: u64,
    },
    Failed {
        errno: i32,
        reason: String,
    },
}
