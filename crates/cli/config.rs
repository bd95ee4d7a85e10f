//! Settings files: `config.toml` in `./.gimlet` over the one in the user's config folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::folders;

/// The largest settings file.
const MAX_BYTES: u64 = 1 << 20;

/// What the settings files say, merged.
#[derive(Debug, Default)]
pub struct Config {
    /// Values of flags by the flag's name, as text, with the file that each comes from.
    pub flags: BTreeMap<&'static str, (String, PathBuf)>,
}

/// One file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    model: Option<String>,
    system: Option<String>,
    max_steps: Option<u64>,
    max_tokens: Option<u64>,
    timeout: Option<String>,
    seed: Option<u64>,
    temperature: Option<f64>,
    #[serde(default)]
    tools: Tools,
    #[serde(default)]
    approval: Approval,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approval {
    default: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tools {
    enabled: Option<Vec<String>>,
}

impl Config {
    /// The flags that a file can set, in the order in which they are shown.
    pub const FLAGS: [&'static str; 9] =
        ["model", "tools", "approval", "system", "max_steps", "max_tokens", "timeout", "seed", "temperature"];

    /// Reads `given`, or without it the user's file and then the folder's, whose values win.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or says something unknown; `given` is missing.
    pub fn load(given: Option<&Path>) -> anyhow::Result<Self> {
        let mut config = Self::default();
        if let Some(file) = given {
            let text =
                read(file)?.with_context(|| format!("there is no settings file {}", file.display()))?;
            config.add(file, &text)?;
            return Ok(config);
        }
        // Without a home folder there are no settings of the user's.
        let user =
            folders::base("XDG_CONFIG_HOME", ".config").map(|folder| folder.join("gimlet/config.toml"));
        for file in user.into_iter().chain([PathBuf::from("./.gimlet/config.toml")]) {
            if let Some(text) = read(&file)? {
                config.add(&file, &text)?;
            }
        }
        Ok(config)
    }

    fn add(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let file: File = toml::from_str(text)
            .with_context(|| format!("cannot use the settings file {}", path.display()))?;
        let values = [
            file.model,
            file.tools.enabled.map(|names| names.join(",")),
            file.approval.default,
            file.system,
            file.max_steps.map(|n| n.to_string()),
            file.max_tokens.map(|n| n.to_string()),
            file.timeout,
            file.seed.map(|n| n.to_string()),
            file.temperature.map(|t| t.to_string()),
        ];
        for (name, value) in Self::FLAGS.into_iter().zip(values) {
            if let Some(value) = value {
                self.flags.insert(name, (value, path.to_owned()));
            }
        }
        Ok(())
    }
}

/// The text of a file, if there is one.
fn read(file: &Path) -> anyhow::Result<Option<String>> {
    let context = || format!("cannot read the settings file {}", file.display());
    match std::fs::metadata(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(context),
        Ok(metadata) if metadata.len() > MAX_BYTES => {
            bail!("the settings file {} is larger than {MAX_BYTES} bytes", file.display())
        }
        Ok(_) => {}
    }
    std::fs::read_to_string(file).map(Some).with_context(context)
}
