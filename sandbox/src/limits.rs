//! How much one call may take.

use std::time::Duration;

use serde::{Deserialize, Serialize};

const MIB: usize = 1 << 20;

/// What one worker may use. Time and output are counted for each call anew, memory for the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// From the start of a call to its end; 60 s. The parent holds this clock.
    pub wall: Duration,
    /// Processor time of a call, all threads together; 60 s.
    pub cpu: Duration,
    /// Live heap of the interpreter; 512 MiB. Small steps over it raise `MemoryError`, one large
    /// step ends the worker.
    pub memory_bytes: usize,
    /// What the model is shown of a call's output, and of a value or a traceback; 64 KiB. The
    /// middle of longer text is left out.
    pub output_bytes: usize,
    /// What a call may print in all before `print` raises; 4 MiB.
    pub printed_bytes: usize,
    /// From the interrupt of an overdue call to the end of its worker; 300 ms. Code that unwinds in
    /// this time keeps its state.
    pub grace: Duration,
    /// Python frames on top of each other; 1000. Code can raise it with `sys.setrecursionlimit`;
    /// the interpreter then still stops before its stack ends.
    pub recursion_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wall: Duration::from_secs(60),
            cpu: Duration::from_secs(60),
            memory_bytes: 512 * MIB,
            output_bytes: 64 << 10,
            printed_bytes: 4 * MIB,
            grace: Duration::from_millis(300),
            recursion_depth: 1000,
        }
    }
}

#[cfg_attr(not(unix), allow(dead_code, reason = "a worker needs it"))]
impl Limits {
    /// The heap past which an allocation fails: the room in which `MemoryError` can unwind.
    pub(crate) fn hard_memory_bytes(&self) -> usize {
        self.memory_bytes + (self.memory_bytes / 8).max(16 * MIB)
    }

    /// The address space: a wall behind the counted heap, wide enough for stacks, the program
    /// itself and fragmentation.
    pub(crate) fn address_space_bytes(&self) -> usize {
        self.hard_memory_bytes() + self.memory_bytes / 2 + 512 * MIB
    }
}
