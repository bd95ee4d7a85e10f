//! What handlers may use of the program around them.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use sandbox::Options;

use crate::mcp::McpServers;

/// The program that functions run in: the only way in which they see its environment and folders.
#[derive(Clone)]
pub struct Host {
    environment: HashMap<OsString, OsString>,
    spill: PathBuf,
    workdir: PathBuf,
    python: Option<(PathBuf, Options)>,
    mcp: Option<Arc<dyn McpServers>>,
}

impl Host {
    /// A host that keeps outputs that are too long for the model in the folder `spill`, which is
    /// made when it is needed. Commands run in `workdir`.
    pub fn new(spill: impl Into<PathBuf>, workdir: impl Into<PathBuf>) -> Self {
        Self {
            environment: HashMap::new(),
            spill: spill.into(),
            workdir: workdir.into(),
            python: None,
            mcp: None,
        }
    }

    /// The variables from which `PATH`, the allow-lists of commands and `${NAME}` are filled.
    pub fn with_environment(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        self.environment = variables.into_iter().collect();
        self
    }

    /// The program that becomes a sandbox worker, for python handlers.
    pub fn with_python(mut self, program: impl Into<PathBuf>, options: impl Into<Options>) -> Self {
        self.python = Some((program.into(), options.into()));
        self
    }

    /// The servers that mcp handlers call.
    pub fn with_mcp(mut self, servers: Arc<dyn McpServers>) -> Self {
        self.mcp = Some(servers);
        self
    }

    pub(crate) fn variable(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.environment.get(name.as_ref()).map(OsString::as_os_str)
    }

    pub(crate) fn spill(&self) -> &Path {
        &self.spill
    }

    pub(crate) fn workdir(&self) -> &Path {
        &self.workdir
    }

    pub(crate) fn python(&self) -> Option<&(PathBuf, Options)> {
        self.python.as_ref()
    }

    pub(crate) fn mcp(&self) -> Option<&Arc<dyn McpServers>> {
        self.mcp.as_ref()
    }
}

/// Without the variables: some of them are secrets.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Host")
            .field("spill", &self.spill)
            .field("workdir", &self.workdir)
            .finish_non_exhaustive()
    }
}
