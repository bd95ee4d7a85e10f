//! What one settings file can say.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use agent::{Action, Rule};
use sandbox::Options;
use serde::{Deserialize, Serialize};
use tool_mcp::ServerSettings;

/// One file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub model: Option<String>,
    pub system: Option<String>,
    pub max_steps: Option<u64>,
    pub max_tokens: Option<u64>,
    pub max_context: Option<u64>,
    pub timeout: Option<String>,
    pub seed: Option<u64>,
    pub temperature: Option<f64>,
    pub grammar: Option<String>,
    #[serde(default)]
    pub terminal: Terminal,
    #[serde(default)]
    pub tools: Tools,
    #[serde(default)]
    pub approval: Approval,
    #[serde(default)]
    pub sandbox: Sandbox,
    #[serde(default)]
    pub mcp: BTreeMap<String, ServerSettings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terminal {
    pub images: Option<String>,
    pub inline: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub default: Option<String>,
    #[serde(default)]
    pub rules: Vec<Rule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    pub enabled: Option<Vec<String>>,
    pub browser: Option<tool_browser::Settings>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sandbox {
    pub mode: Option<String>,
    pub profile: Option<String>,
    pub python: Option<String>,
    pub cpython_path: Option<String>,
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// What the user grants to Python beyond the defaults, under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The memory of a session's interpreter, in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_mb: Option<u32>,
    /// The most time of a call, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_s: Option<u32>,
    /// Folders that Python can read, by the name under `/mnt` at which it finds them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub readable: BTreeMap<String, PathBuf>,
    /// Folders of pure-Python packages that can be imported.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packages: Vec<PathBuf>,
}

impl Profile {
    /// Widens the options of a sandbox.
    pub fn widen(&self, options: &mut Options) {
        if let Some(memory) = self.memory_mb {
            options.limits.memory_bytes = (memory as usize) << 20;
        }
        if let Some(seconds) = self.time_s {
            options.limits.wall = Duration::from_secs(seconds.into());
            options.limits.cpu = options.limits.wall;
        }
        options.packages.extend(self.packages.iter().cloned());
        let readable = self.readable.iter().map(|(name, folder)| (name.clone(), folder.clone()));
        options.readable.extend(readable);
    }

    /// What is wrong with it.
    pub fn complaint(&self) -> Option<String> {
        let wrong_name = |name: &&String| {
            name.is_empty()
                || *name == "data"
                || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        if self.memory_mb.is_some_and(|memory| !(64..=1 << 20).contains(&memory)) {
            return Some("memory_mb is a number from 64 to 1048576".into());
        }
        if self.time_s == Some(0) {
            return Some("time_s is at least 1".into());
        }
        if let Some(name) = self.readable.keys().find(wrong_name) {
            return Some(format!(
                "\"{name}\" cannot be a name under /mnt: write letters, digits and _, not data"
            ));
        }
        let folders = self.readable.values().chain(&self.packages);
        let relative = folders.into_iter().find(|folder| !folder.is_absolute());
        relative.map(|folder| format!("the folder {} has to be absolute", folder.display()))
    }
}

/// Something of a folder's file that needs the user's trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grant {
    /// `approval.default` is not as strict as the user's own.
    Default(String),
    /// A rule makes calls without asking, or asks where calls may be forbidden.
    Rule(Action, String),
    /// A tool that the user has not enabled.
    Tool(String),
    /// A program is started or an address reached.
    Server(String),
    /// Python gets more than by default.
    Sandbox(&'static str),
    /// The browser asks other engines, or reaches private addresses.
    Browser,
}

impl Grant {
    /// Where it stands in the file.
    pub fn key(&self) -> String {
        match self {
            Self::Default(_) => "approval.default".into(),
            Self::Rule(..) => "approval.rules".into(),
            Self::Tool(_) => "tools.enabled".into(),
            Self::Server(name) => format!("mcp.{name}"),
            Self::Sandbox(key) => format!("sandbox.{key}"),
            Self::Browser => "tools.browser".into(),
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Default(value) => write!(f, "approval.default = {value:?}"),
            Self::Rule(Action::Allow, tool) => write!(f, "a rule that allows calls of {tool}"),
            Self::Rule(_, tool) => write!(f, "a rule about calls of {tool}"),
            Self::Tool(name) => write!(f, "the tool {name}"),
            Self::Server(name) => write!(f, "the MCP server {name}"),
            Self::Sandbox(key) => write!(f, "sandbox.{key}"),
            Self::Browser => write!(f, "tools.browser"),
        }
    }
}

impl File {
    /// What of it a cloned repository must not decide by itself. `is_stricter` says whether its
    /// `approval.default` only tightens what holds without it, `is_enabled` which tools there are
    /// without it.
    pub fn grants(
        &self,
        is_stricter: impl Fn(&str) -> bool,
        is_enabled: impl Fn(&str) -> bool,
    ) -> Vec<Grant> {
        let default = self.approval.default.iter().filter(|value| !is_stricter(value));
        // An `ask` goes before what a manifest or the default forbids.
        let rules = self.approval.rules.iter().filter(|rule| rule.action != Action::Deny);
        let tools = self.tools.enabled.iter().flatten().filter(|name| !is_enabled(name));
        let sandbox = [
            ("mode", self.sandbox.mode.as_deref().is_some_and(|mode| mode != "full")),
            ("profile", self.sandbox.profile.is_some()),
            ("python", self.sandbox.python.as_deref().is_some_and(|engine| engine != "rustpython")),
            ("cpython_path", self.sandbox.cpython_path.is_some()),
            ("profiles", !self.sandbox.profiles.is_empty()),
        ];
        let defaults = default.map(|value| Grant::Default(value.clone()));
        defaults
            .chain(rules.map(|rule| Grant::Rule(rule.action, rule.tool.to_string())))
            .chain(tools.map(|name| Grant::Tool(name.clone())))
            .chain(self.mcp.keys().map(|name| Grant::Server(name.clone())))
            .chain(self.tools.browser.iter().map(|_| Grant::Browser))
            .chain(sandbox.into_iter().filter(|(_, wants)| *wants).map(|(key, _)| Grant::Sandbox(key)))
            .collect()
    }
}
