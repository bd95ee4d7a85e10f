//! Flags over environment over settings files over defaults.
//!
//! A value from a settings file stands in for a flag that was not given, so that both are checked by
//! the same rules and every command sees only its arguments.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use agent::Rule;
use anyhow::anyhow;
use clap::{ArgMatches, CommandFactory, FromArgMatches, parser::ValueSource};
use serde_json::{Value, json};

use crate::{
    args::{
        Args, Command, KitArgs, SandboxArgs, SandboxCommand, SessionArgs, SessionCommand, TestArgs,
        ToolCommand,
    },
    config::Config,
    exit::Failure,
};

/// Flags that exclude `--model`, whose value then comes from nowhere.
const INSTEAD_OF_MODEL: [&str; 2] = ["format", "tokenizer"];

/// What was asked, and how.
pub struct Settings {
    /// The arguments, completed from the settings files.
    pub args: Args,
    /// The values of flags, for showing.
    pub values: Vec<Setting>,
}

/// One value with where it comes from.
pub struct Setting {
    /// The flag's name, as settings files write it, or the path in the file.
    pub name: String,
    /// The value as it would be written.
    pub value: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag.
    Flag,
    /// A `GIMLET_*` variable.
    Environment,
    /// A settings file.
    File(PathBuf),
    /// A settings file that is not trusted: it does not hold.
    Untrusted(PathBuf),
    /// Built in.
    Default,
}

impl Settings {
    /// Reads the command line and the settings files. Help and wrong flags end the process.
    ///
    /// # Errors
    /// A settings file that cannot be used.
    pub fn read() -> Result<Self, Failure> {
        let given: Vec<OsString> = std::env::args_os().collect();
        let first = Args::command().get_matches_from(&given);
        let file = first.get_one::<PathBuf>("config").map(PathBuf::as_path);
        let config = Config::load(file).map_err(Failure::usage)?;
        let (completed, filled) = complete(&given, deepest(&first), &config);
        // Where no file fills anything in, the first reading stands.
        let second = match filled.is_empty() {
            true => None,
            false => Some(
                Args::command()
                    .try_get_matches_from(&completed)
                    .map_err(|error| Failure::usage(blame(&error, &config)))?,
            ),
        };
        let matches = second.as_ref().unwrap_or(&first);
        let mut args =
            Args::from_arg_matches(matches).map_err(|error| Failure::usage(blame(&error, &config)))?;
        let mut values = values(deepest(&first), deepest(matches), &filled, &config);
        values.extend(structured(&config));
        if let Some(session) = session_of(&mut args) {
            session.model.is_given = deepest(matches)
                .value_source("model")
                .is_some_and(|source| source != ValueSource::DefaultValue);
        }
        fill(&mut args, &config).map_err(Failure::usage)?;
        Ok(Self { args, values })
    }
}

/// The matches of the command itself, below the commands that only group.
fn deepest(matches: &ArgMatches) -> &ArgMatches {
    let mut deepest = matches;
    while let Some((_, below)) = deepest.subcommand() {
        deepest = below;
    }
    deepest
}

/// The command line with the flags that the settings files fill in, and their names.
fn complete(given: &[OsString], matches: &ArgMatches, config: &Config) -> (Vec<OsString>, Vec<&'static str>) {
    let is_given = |name: &str| {
        matches.try_contains_id(name).is_ok()
            && matches.value_source(name).is_some_and(|source| source != ValueSource::DefaultValue)
    };
    let (mut flags, mut filled) = (Vec::new(), Vec::new());
    for (&name, (value, _)) in &config.flags {
        let is_known = matches.try_contains_id(name).is_ok();
        let is_excluded = name == "model" && INSTEAD_OF_MODEL.into_iter().any(is_given);
        if is_known && !is_given(name) && !is_excluded {
            flags.push(OsString::from(format!("--{}={value}", name.replace('_', "-"))));
            filled.push(name);
        }
    }
    let end = given.iter().position(|arg| arg == "--").unwrap_or(given.len());
    let completed = given[..end].iter().cloned().chain(flags).chain(given[end..].iter().cloned());
    (completed.collect(), filled)
}

/// The command line alone was fine, so a settings file is to blame: the one whose value is named.
fn blame(error: &clap::Error, config: &Config) -> anyhow::Error {
    let text = error.to_string();
    let sentence = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let is_named = |name: &&&str| sentence.contains(&format!("--{} ", name.replace('_', "-")));
    let file = config.flags.keys().find(is_named).and_then(|name| config.place(name));
    anyhow!("{sentence}").context(format!("the settings file {}", file.unwrap_or_default()))
}

fn values(first: &ArgMatches, all: &ArgMatches, filled: &[&'static str], config: &Config) -> Vec<Setting> {
    let setting = |name: &'static str| {
        let value = all.get_raw(name)?.map(|value| value.to_string_lossy().into_owned());
        let origin = match first.value_source(name) {
            _ if filled.contains(&name) => Origin::File(config.flags[name].1.clone()),
            Some(ValueSource::CommandLine) => Origin::Flag,
            Some(ValueSource::EnvVariable) => Origin::Environment,
            _ => Origin::Default,
        };
        Some(Setting { name: name.to_owned(), value: value.collect::<Vec<_>>().join(","), origin })
    };
    let is_known = |name: &&str| all.try_contains_id(name).is_ok();
    Config::FLAGS.into_iter().map(|(name, _)| name).filter(is_known).filter_map(setting).collect()
}

/// What no flag can say, as one line of JSON each.
fn structured(config: &Config) -> Vec<Setting> {
    let setting = |name: String, value: Value, file: &Path| Setting {
        name,
        value: value.to_string(),
        origin: Origin::File(file.to_owned()),
    };
    let rules = config.rules.iter().enumerate();
    let rules = rules.map(|(i, (rule, file))| setting(format!("approval.rules.{i}"), json!(rule), file));
    let profiles = config.profiles.iter();
    let profiles = profiles
        .map(|(name, (profile, file))| setting(format!("sandbox.profiles.{name}"), json!(profile), file));
    let servers = config.servers.iter();
    let servers =
        servers.map(|(name, (server, file))| setting(format!("mcp.{name}"), server.without_secrets(), file));
    let browser = config.browser.iter();
    let browser = browser.map(|(browser, file)| setting("tools.browser".to_owned(), json!(browser), file));
    let refused =
        config.refused().map(|(name, value, file)| Setting { name, value, origin: Origin::Untrusted(file) });
    rules.chain(browser).chain(profiles).chain(servers).chain(refused).collect()
}

/// Gives a command what the settings files say beside the values of flags. A server of a flag
/// stands before one of the same name.
fn fill(args: &mut Args, config: &Config) -> anyhow::Result<()> {
    if let Some(SessionArgs { kit, sandbox, rules, .. }) = session_of(args) {
        return fill_parts((Some(kit), Some(sandbox), Some(rules)), config);
    }
    let Some(command) = &mut args.command else { return Ok(()) };
    let parts = match command {
        Command::Tool { command } => match command {
            ToolCommand::Call { kit, sandbox, .. } => (Some(kit), Some(sandbox), None),
            ToolCommand::List { kit, .. }
            | ToolCommand::Show { kit, .. }
            | ToolCommand::Add { kit, .. }
            | ToolCommand::Test(TestArgs { kit, .. }) => (Some(kit), None, None),
            ToolCommand::Remove { .. } => return Ok(()),
        },
        Command::Mcp(args) => (Some(&mut args.kit), Some(&mut args.sandbox), None),
        Command::Sandbox { command } => match command {
            SandboxCommand::Explain { sandbox, .. } | SandboxCommand::Selftest { sandbox, .. } => {
                (None, Some(sandbox), None)
            }
        },
        Command::Run(_)
        | Command::Batch(_)
        | Command::Session { .. }
        | Command::Completions { .. }
        | Command::Man { .. }
        | Command::Model { .. }
        | Command::Config(_) => return Ok(()),
        Command::Doctor(args) => {
            args.browser = config.browser.as_ref().map(|(browser, _)| browser.clone());
            return Ok(());
        }
    };
    fill_parts(parts, config)
}

/// What of a command's arguments the files can fill in.
type Parts<'a> = (Option<&'a mut KitArgs>, Option<&'a mut SandboxArgs>, Option<&'a mut Vec<Rule>>);

/// The arguments of a command that takes turns.
fn session_of(args: &mut Args) -> Option<&mut SessionArgs> {
    match &mut args.command {
        None => Some(&mut args.terminal.session),
        Some(Command::Run(args)) => Some(&mut args.session),
        Some(Command::Batch(args)) => Some(&mut args.session),
        Some(Command::Session { command: SessionCommand::Resume(args) }) => Some(&mut args.terminal.session),
        Some(_) => None,
    }
}

fn fill_parts((kit, sandbox, rules): Parts, config: &Config) -> anyhow::Result<()> {
    config.require_trust()?;
    if let Some(kit) = kit {
        if let Some((browser, _)) = &config.browser {
            kit.browser = browser.clone();
        }
        let given: Vec<String> = kit.servers.iter().map(|(name, _)| name.clone()).collect();
        let others = config.servers.iter().filter(|(name, _)| !given.contains(name));
        kit.servers.extend(others.map(|(name, (server, _))| (name.clone(), server.clone())));
    }
    if let Some(sandbox) = sandbox {
        sandbox.profiles.extend(config.profiles.iter().map(|(name, (p, _))| (name.clone(), p.clone())));
    }
    if let Some(rules) = rules {
        rules.extend(config.rules.iter().map(|(rule, _)| rule.clone()));
    }
    Ok(())
}
