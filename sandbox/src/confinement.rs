//! What a worker's restrictions came to.

use std::io;

use serde::{Deserialize, Serialize};

use crate::Platform;

/// One restriction of the list in `sandbox/README.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "`Layer::name` says what each is")]
pub enum Layer {
    Cgroup,
    ProtocolOnly,
    EmptyEnvironment,
    OwnSession,
    NoRoot,
    Namespaces,
    OwnProcessTree,
    EmptyRoot,
    DiesWithParent,
    NotDumpable,
    NoNewPrivileges,
    NoCapabilities,
    Landlock,
    ResourceLimits,
    CountedHeap,
    SystemCalls,
    Seatbelt,
}

impl Layer {
    /// Every layer of Linux, in the order of the list; [`Platform::layers`] has those of other systems.
    pub const ALL: [Self; 16] = [
        Self::Cgroup,
        Self::ProtocolOnly,
        Self::EmptyEnvironment,
        Self::OwnSession,
        Self::NoRoot,
        Self::Namespaces,
        Self::OwnProcessTree,
        Self::EmptyRoot,
        Self::DiesWithParent,
        Self::NotDumpable,
        Self::NoNewPrivileges,
        Self::NoCapabilities,
        Self::Landlock,
        Self::ResourceLimits,
        Self::CountedHeap,
        Self::SystemCalls,
    ];

    /// Its number in the list.
    pub fn number(self) -> usize {
        let place = Platform::HERE.layers().iter().position(|layer| *layer == self);
        place.unwrap_or(self as usize)
    }

    /// Its name in the list.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cgroup => "cgroup",
            Self::ProtocolOnly => "protocol only",
            Self::EmptyEnvironment => "empty environment",
            Self::OwnSession => "own session",
            Self::NoRoot => "not root",
            Self::Namespaces => "namespaces",
            Self::OwnProcessTree => "own process tree",
            Self::EmptyRoot => "empty root",
            Self::DiesWithParent => "dies with its parent",
            Self::NotDumpable => "not dumpable",
            Self::NoNewPrivileges => "no new privileges",
            Self::NoCapabilities => "no capabilities",
            Self::ResourceLimits => "resource limits",
            Self::Landlock => "Landlock",
            Self::CountedHeap => "counted heap",
            Self::SystemCalls => "system calls",
            Self::Seatbelt => "Seatbelt",
        }
    }

    /// Whether the sandbox is partial without it. The others depend on what the kernel, a container
    /// or an administrator gives, and stand behind [`Layer::SystemCalls`], which refuses on its own
    /// all that they would contain.
    pub fn is_required(self) -> bool {
        !matches!(
            self,
            Self::Cgroup | Self::NoRoot | Self::Namespaces | Self::OwnProcessTree | Self::EmptyRoot
        )
    }
}

/// The result of confinement, reported by the worker before it runs anything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// The restrictions in force, by the names of `sandbox/README.md`.
    pub enforced: Vec<String>,
    /// The required restrictions that this system could not enforce, each with the reason.
    pub missing: Vec<String>,
    /// Restrictions that not every system has, and this one does not, each with the reason.
    #[serde(default)]
    pub absent: Vec<String>,
}

/// Whether the sandbox is what `sandbox/README.md` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "level", rename_all = "snake_case")]
pub enum Enforcement {
    /// Every required restriction is in force.
    Full,
    /// These are not.
    Partial {
        /// Each with the reason.
        missing: Vec<String>,
    },
}

impl Confinement {
    /// Takes down how putting a restriction in force went; `Ok` may add a detail.
    #[cfg_attr(not(unix), allow(dead_code, reason = "a worker needs it"))]
    pub(crate) fn note(&mut self, layer: Layer, result: io::Result<String>) {
        let name = format!("{} {}", layer.number(), layer.name());
        match result {
            Ok(detail) if detail.is_empty() => self.enforced.push(name),
            Ok(detail) => self.enforced.push(format!("{name} ({detail})")),
            Err(e) if layer.is_required() => self.missing.push(format!("{name}: {e}")),
            Err(e) => self.absent.push(format!("{name}: {e}")),
        }
    }

    /// Takes down that a restriction does not apply to the engine that was chosen.
    #[cfg(target_os = "linux")]
    pub(crate) fn note_absent(&mut self, layer: Layer, why: &io::Error) {
        self.absent.push(format!("{} {}: {why}", layer.number(), layer.name()));
    }

    /// Whether this system does not give a restriction.
    pub(crate) fn lacks(&self, layer: Layer) -> bool {
        let name = format!("{} {}:", layer.number(), layer.name());
        self.absent.iter().chain(&self.missing).any(|told| told.starts_with(&name))
    }

    /// The result as one value.
    pub fn enforcement(&self) -> Enforcement {
        if self.missing.is_empty() {
            Enforcement::Full
        } else {
            Enforcement::Partial { missing: self.missing.clone() }
        }
    }

    /// Whether every required restriction is in force.
    pub fn is_full(&self) -> bool {
        self.missing.is_empty()
    }
}
