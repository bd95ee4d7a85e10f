//! What holds a worker on each system, and what this program says of it there.

use serde::Serialize;

use crate::Layer;

/// A kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// The whole list of `sandbox/README.md`.
    Linux,
    /// Seatbelt, and what POSIX gives.
    MacOs,
    /// Nothing: no worker runs there.
    Windows,
}

impl Platform {
    /// The one that this program was built for.
    pub const HERE: Self = if cfg!(target_os = "linux") {
        Self::Linux
    } else if cfg!(target_os = "macos") {
        Self::MacOs
    } else {
        Self::Windows
    };

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::MacOs => "macOS",
            Self::Windows => "Windows",
        }
    }

    /// Whether code can run there at all, in a worker that confines itself as far as it can.
    pub fn has_worker(self) -> bool {
        self != Self::Windows
    }

    /// The list of restrictions, in the order in which a worker puts them in force. One that a system
    /// cannot have is in its list where the sandbox is partial without it.
    pub fn layers(self) -> &'static [Layer] {
        match self {
            Self::Linux => &Layer::ALL,
            Self::MacOs => &[
                Layer::Cgroup,
                Layer::ProtocolOnly,
                Layer::EmptyEnvironment,
                Layer::OwnSession,
                Layer::DiesWithParent,
                Layer::NotDumpable,
                Layer::ResourceLimits,
                Layer::CountedHeap,
                Layer::Seatbelt,
                Layer::SystemCalls,
            ],
            Self::Windows => &[],
        }
    }

    /// What is weaker there than on Linux: id, what, why.
    pub(crate) fn weaker(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Self::Linux | Self::Windows => &[],
            Self::MacOs => &[
                (
                    "kernel",
                    "system calls are not filtered: what Seatbelt has no operation for stays reachable",
                    "macOS lets a program forbid operations to itself, and not system calls",
                ),
                (
                    "processes",
                    "a worker whose code has broken out of the interpreter can outlive a parent that was killed",
                    "macOS has no signal at the parent's end; the end of its input ends a worker that still reads",
                ),
                (
                    "threads",
                    "code that has broken out can start threads, and load no program or library",
                    "macOS counts a user's processes, and not a process's threads",
                ),
                (
                    "memory",
                    "memory that does not come from the counted heap has no limit",
                    "macOS does not enforce a limit of address space",
                ),
                (
                    "tested",
                    "the program was type-checked for macOS, and nothing has been run on a Mac",
                    "there was none to run it on: gimlet sandbox selftest attacks it in Python",
                ),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::SandboxError;

    #[test]
    fn a_list_names_each_restriction_once_and_counts_as_the_document_does() {
        for platform in [Platform::Linux, Platform::MacOs, Platform::Windows] {
            let layers = platform.layers();
            assert_eq!(layers.iter().collect::<BTreeSet<_>>().len(), layers.len(), "{platform:?}");
            assert_eq!(platform.has_worker(), !layers.is_empty(), "{platform:?}");
        }
        let refusal = SandboxError::NoWorker { system: Platform::Windows.name() }.to_string();
        assert!(refusal.starts_with("Windows has no sandbox"), "{refusal}");
        // What is without a rule of Linux's has Seatbelt's, which comes when all else is in force.
        let order = |layer| Platform::MacOs.layers().iter().position(|other| *other == layer);
        assert!(order(Layer::Seatbelt) > order(Layer::CountedHeap));
        assert_eq!(order(Layer::Landlock), None);
        assert!(Platform::Linux.layers().iter().all(|layer| *layer != Layer::Seatbelt));
    }
}
