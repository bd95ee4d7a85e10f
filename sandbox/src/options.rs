//! What a caller chooses about a sandbox.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Engine, Limits};

/// What the work folder may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// Of all files together; 256 MiB.
    pub bytes: u64,
    /// Files and folders; 1000.
    pub n_files: u64,
}

impl Default for Quota {
    fn default() -> Self {
        Self { bytes: 256 << 20, n_files: 1000 }
    }
}

/// How a notebook's workers are made. `Limits` alone become options with everything else as it is
/// by default.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What runs the cells.
    pub engine: Engine,
    /// What a call may use.
    pub limits: Limits,
    /// Whether a worker may run although the system could not enforce every required restriction.
    /// Only the person may choose this; [`crate::Notebook::confinement`] then says what is missing.
    pub allow_degraded: bool,
    /// The session's folder, which Python sees as [`crate::WORK_FOLDER`]; without one it has no files.
    pub work_folder: Option<PathBuf>,
    /// What the work folder may hold.
    pub quota: Quota,
    /// Folders with pure-Python packages that can be imported.
    pub packages: Vec<PathBuf>,
    /// Folders that Python can read, by the name under `/mnt` that it finds them at.
    pub readable: Vec<(String, PathBuf)>,
}

impl From<Limits> for Options {
    fn from(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }
}
