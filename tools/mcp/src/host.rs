//! What servers may use of the program around them.

use std::{
    collections::HashMap,
    ffi::{OsStr, OsString},
    fmt,
    path::{Path, PathBuf},
};

/// The program that talks to servers: the only way in which they see its environment and folders.
#[derive(Clone)]
pub struct Host {
    environment: HashMap<OsString, OsString>,
    workdir: PathBuf,
    artifacts: PathBuf,
}

impl Host {
    /// A host whose servers run in `workdir`, and which keeps what they send that is not text in the
    /// folder `artifacts`, which is made when it is needed.
    pub fn new(workdir: impl Into<PathBuf>, artifacts: impl Into<PathBuf>) -> Self {
        Self { environment: HashMap::new(), workdir: workdir.into(), artifacts: artifacts.into() }
    }

    /// The variables from which `PATH`, `HOME` and `${NAME}` in settings are filled.
    pub fn with_environment(mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        self.environment = variables.into_iter().collect();
        self
    }

    pub(crate) fn variable(&self, name: impl AsRef<OsStr>) -> Option<&OsStr> {
        self.environment.get(name.as_ref()).map(OsString::as_os_str)
    }

    pub(crate) fn workdir(&self) -> &Path {
        &self.workdir
    }

    pub(crate) fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    /// A text of the settings with each `${NAME}` replaced by its variable.
    ///
    /// # Errors
    /// A variable that is not set, or is not text.
    pub(crate) fn fill(&self, text: &str) -> Result<String, Unset> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else { break };
            let value = self.variable(name).and_then(OsStr::to_str).ok_or_else(|| Unset(name.to_owned()))?;
            filled.extend([before, value]);
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// A variable that the settings name and that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the variable {0} is not set, and its settings need it")]
pub(crate) struct Unset(String);

/// Without the variables: some of them are secrets.
impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Host")
            .field("workdir", &self.workdir)
            .field("artifacts", &self.artifacts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_in() {
        let host =
            Host::new("/", "/").with_environment([("A".into(), "1".into()), ("B".into(), "${A}".into())]);
        let check = |text, expected: Result<&str, &str>| {
            let expected = expected.map(str::to_owned).map_err(|name| Unset(name.to_owned()));
            assert_eq!(host.fill(text), expected, "{text}");
        };
        check("plain $A {A}", Ok("plain $A {A}"));
        check("Bearer ${A}-${A}", Ok("Bearer 1-1"));
        check("${B}", Ok("${A}"));
        check("${A", Ok("${A"));
        check("${}", Err(""));
        check("${C}", Err("C"));
    }
}
