//! What the parent and the worker say to each other: JSON in frames.

use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    Confinement, Cpython, Layer, Limits,
    files::{FileReply, FileRequest, MAX_PART},
    frame,
    selftest::Target,
};

/// The longest cell, in bytes.
pub(crate) const MAX_CODE: usize = 4 << 20;

/// The longest payload to the worker: JSON may spell one byte of code with six.
pub(crate) const MAX_TO_WORKER: usize = 6 * MAX_CODE + 1024;

/// The most text in one [`FromWorker::Output`], in bytes.
pub(crate) const MAX_CHUNK: usize = 16 << 10;

/// The most notices of one call, and the most bytes of each.
pub(crate) const MAX_NOTICES: usize = 8;
pub(crate) const NOTICE_BYTES: usize = 400;

/// What a worker is started as; its one argument.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Start {
    pub limits: Limits,
    /// The control group that it joins before anything else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<PathBuf>,
    /// Where files can be.
    #[serde(default)]
    pub mounts: Vec<String>,
    /// What it does.
    #[serde(default)]
    pub task: Task,
    /// For the self-test only: no worker, but one attack in the worker's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
}

/// What a worker is for.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Task {
    /// It runs cells of Python, and speaks as this file says.
    #[default]
    Python,
    /// It becomes the user's interpreter, which speaks the same, in a confinement of its own.
    Cpython(CpythonStart),
    /// It reads one document, confined as Python is, and speaks as `document/message.rs` says.
    Document,
}

/// What a worker needs to become the user's interpreter.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CpythonStart {
    pub interpreter: Cpython,
    /// The folders that Python sees: where, from where, and whether it may write there.
    pub folders: Vec<SeenFolder>,
    /// The most bytes of one file in the work folder.
    pub file_bytes: u64,
}

/// A folder of the user's in the interpreter's sight.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SeenFolder {
    pub at: PathBuf,
    pub source: PathBuf,
    pub is_writable: bool,
}

/// A process that confines itself with these layers only, attacks once from there, and ends. It
/// never sees code: leaving a layer out is not a thing that a worker of Python can be asked for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Probe {
    pub attack: String,
    pub layers: Vec<Layer>,
    pub target: Target,
}

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToWorker {
    /// Run a cell; the answer is any number of outputs and one done.
    Run { cell: u32, code: String },
    /// Raise `KeyboardInterrupt` in this cell, if it still runs.
    Interrupt { cell: u32 },
    /// What became of the worker's last request.
    File { reply: FileReply },
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromWorker {
    /// The worker has confined itself and waits for cells.
    Ready {
        confinement: Confinement,
        /// Its number as the parent sees it, if it knows; for people, never to signal.
        #[serde(default)]
        process_id: Option<u32>,
    },
    /// How a probe's attack went: what it reached, or what stopped it.
    Probed { reached: Option<String>, stopped: Option<String> },
    /// The interpreter did not start, or panicked; the worker ends.
    Failed { reason: String },
    /// The running cell printed this.
    Output { cell: u32, text: String },
    /// The running cell asks about a file and waits for the answer.
    File { cell: u32, request: FileRequest },
    /// The interpreter refused something to the running cell.
    Denied { cell: u32, op: String, target: String },
    /// The cell has ended.
    Done {
        cell: u32,
        #[serde(default)]
        value: Option<String>,
        #[serde(default)]
        error: Option<String>,
        /// The worker cut a value or a traceback.
        #[serde(default)]
        truncated: bool,
        /// The worker's own clock stopped the cell.
        #[serde(default)]
        out_of_cpu: bool,
        /// What went wrong beside the code, in sentences.
        #[serde(default)]
        notices: Vec<String>,
        /// The code has broken what the worker itself needs: it cannot go on.
        #[serde(default)]
        is_spoilt: bool,
    },
}

/// The longest payload from a worker whose value and traceback have at most `output_bytes` each.
pub(crate) fn max_from_worker(output_bytes: usize) -> usize {
    let notices = MAX_NOTICES * (NOTICE_BYTES + 64);
    (6 * (2 * (output_bytes + 256) + notices).max(MAX_CHUNK) + 1024).max(3 * MAX_PART)
}

/// The frame of a message.
pub(crate) fn encode(message: &impl Serialize) -> Vec<u8> {
    frame::encode(&serde_json::to_vec(message).expect("messages have no maps and no failing types"))
}

/// The message of a payload.
///
/// # Errors
/// What is wrong with it, in words.
pub(crate) fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, String> {
    serde_json::from_slice(payload).map_err(|e| format!("a frame that is no message: {e}"))
}
