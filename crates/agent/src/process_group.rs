//! A process that a tool starts and all that it starts in turn, ended as one.

use std::process::ExitStatus;

use tokio::process::{Child, Command};

/// What a child leads and what it starts in turn. Dropping it kills what is left of them.
///
/// On Unix it is a process group: a process that has made a group or session of its own is out of
/// reach. On Windows it is a job: what the child starts before [`ProcessGroup::of`] is out of reach.
#[derive(Debug)]
pub struct ProcessGroup(system::Group);

impl ProcessGroup {
    /// Makes the child of a command that is not yet started the leader of a group, so that an interrupt
    /// of the terminal does not reach it.
    pub fn lead(command: &mut Command) {
        system::lead(command);
    }

    /// The group of a child that was started as the leader of one.
    pub fn of(child: &Child) -> Self {
        Self(system::Group::of(child))
    }

    /// Asks every process of the group to end. Windows has no such request: there it does nothing, and
    /// whoever asked kills after the time that was given.
    pub fn terminate(&self) {
        self.0.terminate();
    }

    /// Kills every process of the group, once: afterwards its number may be another's.
    pub fn kill(&mut self) {
        self.0.kill();
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The number of the signal that ended a process; on Windows there is none.
pub fn ending_signal(status: ExitStatus) -> Option<i32> {
    system::ending_signal(status)
}

#[cfg(unix)]
mod system {
    use std::{os::unix::process::ExitStatusExt, process::ExitStatus};

    use rustix::process::{Pid, Signal, kill_process_group};
    use tokio::process::{Child, Command};

    /// Its leader's number.
    #[derive(Debug)]
    pub(super) struct Group(Option<Pid>);

    pub(super) fn lead(command: &mut Command) {
        command.process_group(0);
    }

    pub(super) fn ending_signal(status: ExitStatus) -> Option<i32> {
        status.signal()
    }

    impl Group {
        pub fn of(child: &Child) -> Self {
            Self(child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)))
        }

        pub fn terminate(&self) {
            if let Some(leader) = self.0 {
                // It fails when the group is gone already, which is what was wanted.
                let _ = kill_process_group(leader, Signal::TERM);
            }
        }

        pub fn kill(&mut self) {
            if let Some(leader) = self.0.take() {
                // As above.
                let _ = kill_process_group(leader, Signal::KILL);
            }
        }
    }
}

#[cfg(windows)]
mod system {
    use std::process::ExitStatus;

    use tokio::process::{Child, Command};
    use win32job::{ExtendedLimitInfo, Job};

    /// The flag of `CreateProcess` for a console that sends its interrupts to others.
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x200;

    /// A job that ends its processes when its only handle is closed.
    #[derive(Debug)]
    pub(super) struct Group(Option<Job>);

    pub(super) fn lead(command: &mut Command) {
        command.creation_flags(CREATE_NEW_PROCESS_GROUP);
    }

    pub(super) fn ending_signal(_: ExitStatus) -> Option<i32> {
        None
    }

    impl Group {
        pub fn of(child: &Child) -> Self {
            let mut limits = ExtendedLimitInfo::new();
            limits.limit_kill_on_job_close();
            // Without a job the child alone is ended, which its starter does.
            let job = Job::create_with_limit_info(&limits).ok();
            let handle = child.raw_handle().map(|handle| handle as isize);
            Self(job.zip(handle).and_then(|(job, handle)| job.assign_process(handle).ok().map(|()| job)))
        }

        pub fn terminate(&self) {}

        pub fn kill(&mut self) {
            self.0 = None;
        }
    }
}
