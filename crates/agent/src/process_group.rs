//! A process that a tool starts and all that it starts in turn, signalled as one.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Child;

/// The process group that a child leads. Dropping it kills what is left of the group; a process
/// that has made a group or session of its own is out of reach.
#[derive(Debug)]
pub struct ProcessGroup(Option<Pid>);

impl ProcessGroup {
    /// The group of a child that was started as the leader of one.
    pub fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
    }

    /// Asks every process of the group to end.
    pub fn terminate(&self) {
        if let Some(leader) = self.0 {
            // It fails when the group is gone already, which is what was wanted.
            let _ = kill_process_group(leader, Signal::TERM);
        }
    }

    /// Kills every process of the group, once: afterwards its number may be another's.
    pub fn kill(&mut self) {
        if let Some(leader) = self.0.take() {
            // As above.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}
