//! Settings files: `config.toml` in `./.gimlet` over the one in the user's config folder.
//!
//! A folder may be a cloned repository, so its file only tightens until the user trusts it: see
//! [`trust`].

mod file;
pub mod show;
pub mod trust;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use agent::{Approval, Rule};
use anyhow::{Context, anyhow, bail};
use tool_mcp::ServerSettings;

pub use file::Profile;
use file::{File, Grant};

use crate::{args, folders};

/// The largest settings file.
const MAX_BYTES: u64 = 1 << 20;
/// The folder's file.
const FOLDERS_FILE: &str = "./.gimlet/config.toml";

/// A value with the file that it comes from.
pub type From<T> = (T, PathBuf);

/// What the settings files say, merged.
#[derive(Debug, Default)]
pub struct Config {
    /// Values of flags by the flag's name, as text.
    pub flags: BTreeMap<&'static str, From<String>>,
    /// Approval rules: the folder's before the user's.
    pub rules: Vec<From<Rule>>,
    /// MCP servers by their names.
    pub servers: BTreeMap<String, From<ServerSettings>>,
    /// Sandbox profiles by their names.
    pub profiles: BTreeMap<String, From<Profile>>,
    /// How the browser is set up.
    pub browser: Option<From<tool_browser::Settings>>,
    /// What the folder's file wants and does not get, because the user does not trust it.
    refused: Vec<Grant>,
}

impl Config {
    /// The flags that a file can set, each with its key there, in the order in which they are shown.
    pub const FLAGS: [(&'static str, &'static str); 18] = [
        ("model", "model"),
        ("tools", "tools.enabled"),
        ("browser", "tools.browser.browser"),
        ("approval", "approval.default"),
        ("sandbox", "sandbox.mode"),
        ("sandbox_profile", "sandbox.profile"),
        ("python", "sandbox.python"),
        ("cpython_path", "sandbox.cpython_path"),
        ("grammar", "grammar"),
        ("system", "system"),
        ("max_steps", "max_steps"),
        ("max_tokens", "max_tokens"),
        ("max_context", "max_context"),
        ("timeout", "timeout"),
        ("seed", "seed"),
        ("temperature", "temperature"),
        ("images", "terminal.images"),
        ("inline", "terminal.inline"),
    ];

    /// The file and the line that a flag's value comes from, for people.
    pub fn place(&self, flag: &str) -> Option<String> {
        let (_, file) = self.flags.get(flag)?;
        let (_, key) = Self::FLAGS.into_iter().find(|(name, _)| *name == flag)?;
        // A file that has gone since has no lines.
        let line = std::fs::read_to_string(file).ok().and_then(|text| line_of(&text, key));
        Some(match line {
            Some(line) => format!("{}, line {line}", file.display()),
            None => file.display().to_string(),
        })
    }

    /// Reads `given`, or without it the user's file and then the folder's, whose values win.
    ///
    /// # Errors
    /// A file that cannot be read, is no TOML, or says something unknown; `given` is missing.
    pub fn load(given: Option<&Path>) -> anyhow::Result<Self> {
        let mut config = Self::default();
        if let Some(path) = given {
            let text =
                read(path)?.with_context(|| format!("there is no settings file {}", path.display()))?;
            config.add(path, parse(path, &text)?);
            return Ok(config);
        }
        // Without a home folder there are no settings of the user's.
        if let Ok(folder) = folders::base("XDG_CONFIG_HOME", ".config") {
            let path = folder.join("gimlet/config.toml");
            if let Some(text) = read(&path)? {
                config.add(&path, parse(&path, &text)?);
            }
        }
        let path = Path::new(FOLDERS_FILE);
        if let Some(text) = read(path)? {
            config.add_folders(path, &text)?;
        }
        Ok(config)
    }

    /// What the folder's file wants and does not get, by its place and in words, with the file.
    pub fn refused(&self) -> impl Iterator<Item = (String, String, PathBuf)> {
        self.refused.iter().map(|grant| (grant.key(), grant.to_string(), FOLDERS_FILE.into()))
    }

    /// Refuses to go on where the folder's file wants what the user has not granted.
    ///
    /// # Errors
    /// It does: what it wants, and how to grant or avoid it.
    pub fn require_trust(&self) -> anyhow::Result<()> {
        if self.refused.is_empty() {
            return Ok(());
        }
        let wants = self.refused.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Err(anyhow!(
            "the settings file {FOLDERS_FILE} is not trusted and sets {wants}: read it, then `gimlet config trust` uses it; --config FILE uses other settings"
        ))
    }

    /// Adds the file of the current folder, as far as it is trusted.
    fn add_folders(&mut self, path: &Path, text: &str) -> anyhow::Result<()> {
        let mut file = parse(path, text)?;
        // Without a word of the user's the default is the least strict one.
        let users = self.flags.get("approval").and_then(|(value, _)| args::approval(value).ok());
        let users = users.unwrap_or(Approval::Auto);
        let tools = self.flags.get("tools").map_or(args::TOOLS, |(names, _)| names).to_owned();
        // A word that is none is not a grant: it is refused when the flag is read.
        let grants = file.grants(
            |value| args::approval(value).map_or(true, |approval| approval >= users),
            |name| tools.split(',').any(|tool| tool == name),
        );
        if !grants.is_empty() && !trust::is_trusted(path, text) {
            file.approval.default.take_if(|_| matches!(grants.first(), Some(Grant::Default(_))));
            file.approval.rules.retain(|rule| rule.action == agent::Action::Deny);
            file.tools.enabled.take_if(|_| grants.iter().any(|grant| matches!(grant, Grant::Tool(_))));
            file.mcp.clear();
            file.sandbox = Default::default();
            file.tools.browser = None;
            self.refused = grants;
        }
        self.add(path, file);
        Ok(())
    }

    fn add(&mut self, path: &Path, file: File) {
        let values = [
            file.model,
            file.tools.enabled.map(|names| names.join(",")),
            file.tools.browser.as_ref().map(|browser| browser.browser.name().to_owned()),
            file.approval.default,
            file.sandbox.mode,
            file.sandbox.profile,
            file.sandbox.python,
            file.sandbox.cpython_path,
            file.grammar,
            file.system,
            file.max_steps.map(|n| n.to_string()),
            file.max_tokens.map(|n| n.to_string()),
            file.max_context.map(|n| n.to_string()),
            file.timeout,
            file.seed.map(|n| n.to_string()),
            file.temperature.map(|t| t.to_string()),
            file.terminal.images,
            file.terminal.inline.map(|inline| inline.to_string()),
        ];
        let from = || path.to_owned();
        if let Some(browser) = file.tools.browser {
            self.browser = Some((browser, from()));
        }
        for ((name, _), value) in Self::FLAGS.into_iter().zip(values) {
            if let Some(value) = value {
                self.flags.insert(name, (value, from()));
            }
        }
        self.rules.splice(0..0, file.approval.rules.into_iter().map(|rule| (rule, from())));
        self.servers.extend(file.mcp.into_iter().map(|(name, server)| (name, (server, from()))));
        self.profiles.extend(file.sandbox.profiles.into_iter().map(|(name, p)| (name, (p, from()))));
    }
}

fn parse(path: &Path, text: &str) -> anyhow::Result<File> {
    let context = || format!("cannot use the settings file {}", path.display());
    let file: File = toml::from_str(text).with_context(context)?;
    let complaint =
        file.sandbox.profiles.iter().find_map(|(name, profile)| Some((name, profile.complaint()?)));
    if let Some((name, complaint)) = complaint {
        let line = line_of(text, &format!("sandbox.profiles.{name}"));
        let line = line.map_or_else(String::new, |line| format!("line {line}: "));
        return Err(anyhow!("{line}sandbox.profiles.{name}: {complaint}")).with_context(context);
    }
    if let Some(error) = file.mcp.keys().find_map(|name| ServerSettings::check_name(name).err()) {
        return Err(error).with_context(context);
    }
    Ok(file)
}

/// The line of a key in a settings file, or of the part of it that is there.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let table = toml::de::DeTable::parse(text).ok()?;
    let (mut here, mut place) = (table.get_ref(), None);
    for name in key.split('.') {
        let Some((found, value)) = here.iter().find(|(found, _)| found.get_ref() == name) else { break };
        place = Some(found.span().start);
        let Some(below) = value.get_ref().as_table() else { break };
        here = below;
    }
    Some(text[..place?].matches('\n').count() + 1)
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
