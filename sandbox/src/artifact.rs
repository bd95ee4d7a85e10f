//! What a call left in the work folder.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where Python finds the work folder: the name that GLM-4 was trained with.
pub const WORK_FOLDER: &str = "/mnt/data";

/// A file that a call created or changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Where it lies on this machine.
    pub path: PathBuf,
    /// Where Python sees it.
    pub name: String,
    /// Its media type, by its name.
    pub mime: String,
    /// The hash of its bytes, in hex.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}
