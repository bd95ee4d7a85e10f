//! What the parent and the worker say to each other: JSON in frames.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Confinement, frame};

/// The longest cell, in bytes.
pub(crate) const MAX_CODE: usize = 4 << 20;

/// The longest payload to the worker: JSON may spell one byte of code with six.
pub(crate) const MAX_TO_WORKER: usize = 6 * MAX_CODE + 1024;

/// The most text in one [`FromWorker::Output`], in bytes.
pub(crate) const MAX_CHUNK: usize = 16 << 10;

/// From the parent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum ToWorker {
    /// Run a cell; the answer is any number of outputs and one done.
    Run { cell: u32, code: String },
    /// Raise `KeyboardInterrupt` in this cell, if it still runs.
    Interrupt { cell: u32 },
}

/// From the worker.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum FromWorker {
    /// The worker has confined itself and waits for cells.
    Ready { confinement: Confinement },
    /// The interpreter did not start, or panicked; the worker ends.
    Failed { reason: String },
    /// The running cell printed this.
    Output { cell: u32, text: String },
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
    },
}

/// The longest payload from a worker whose value and traceback have at most `output_bytes` each.
pub(crate) fn max_from_worker(output_bytes: usize) -> usize {
    6 * (2 * (output_bytes + 256)).max(MAX_CHUNK) + 1024
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
