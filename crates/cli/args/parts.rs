//! Groups of flags that several commands share, and how their values read.

use std::{collections::BTreeMap, ffi::OsString, path::PathBuf, time::Duration};

use agent::{Approval, Rule};
use clap::Args as ClapArgs;
use tool_browser::Renderer;
use tool_mcp::ServerSettings;

use crate::{config::Profile, models::EMBEDDED};

/// The tools that are offered without a word. Where Python has no worker the rest goes on without it.
pub const TOOLS: &str = if cfg!(unix) { "python" } else { "" };

/// What a session is made of.
#[derive(Clone, ClapArgs)]
pub struct SessionArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// The tools to offer, as in `python,browser`; `none` offers only those of --tool and --mcp
    #[arg(long, env = "GIMLET_TOOLS", default_value = TOOLS, value_name = "LIST")]
    pub tools: String,
    #[command(flatten)]
    pub functions: FunctionArgs,
    #[command(flatten)]
    pub kit: KitArgs,
    /// What becomes of tool calls: auto makes them, ask asks a person, deny makes none
    #[arg(long, env = "GIMLET_APPROVAL", default_value = "auto", value_parser = approval, value_name = "A")]
    pub approval: Approval,
    /// The rules of the settings files.
    #[arg(skip)]
    pub rules: Vec<Rule>,
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    /// off lets a local model write any token; what it writes is checked all the same
    #[arg(long, env = "GIMLET_GRAMMAR", default_value = "on", value_parser = ["on", "off"], value_name = "ON|OFF")]
    pub grammar: String,
    /// Instructions in front of the prompt
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// The most completions
    #[arg(long, env = "GIMLET_MAX_STEPS", default_value_t = 20, value_name = "N")]
    pub max_steps: usize,
    /// The most tokens written in all completions together
    #[arg(long, env = "GIMLET_MAX_TOKENS", default_value_t = 16_384, value_name = "N")]
    pub max_tokens: usize,
    /// The most tokens of the conversation with the answer; an older part of a longer one becomes a
    /// summary. Without it as many as the model takes
    #[arg(long, env = "GIMLET_MAX_CONTEXT", value_name = "N")]
    pub max_context: Option<usize>,
    /// The most time on the clock, like 90s or 2m
    #[arg(long, env = "GIMLET_TIMEOUT", default_value = "10m", value_parser = duration, value_name = "DURATION")]
    pub timeout: Duration,
    /// Where the random numbers begin
    #[arg(long, env = "GIMLET_SEED", default_value_t = 0, allow_hyphen_values = true, value_name = "N")]
    pub seed: u64,
    /// 0 is greedy and repeatable
    #[arg(
        long,
        env = "GIMLET_TEMPERATURE",
        default_value_t = 0.0,
        allow_hyphen_values = true,
        value_parser = temperature,
        value_name = "T"
    )]
    pub temperature: f32,
}

/// How Python is confined.
#[derive(Clone, ClapArgs)]
pub struct SandboxArgs {
    /// full refuses to run Python where this system cannot enforce the whole sandbox; degraded runs it
    /// all the same, and says what is missing
    #[arg(id = "sandbox", long, env = "GIMLET_SANDBOX", default_value = "full", value_parser = ["full", "degraded"], value_name = "MODE")]
    pub mode: String,
    /// Grant Python what this profile of the settings names
    #[arg(long = "sandbox-profile", env = "GIMLET_SANDBOX_PROFILE", value_name = "NAME")]
    pub sandbox_profile: Option<String>,
    /// rustpython is the Python in this program; cpython is your own, with the packages that it has, held
    /// by fewer walls: `gimlet sandbox explain --python cpython` shows which
    #[arg(long, env = "GIMLET_PYTHON", default_value = "rustpython", value_parser = ["rustpython", "cpython"], value_name = "ENGINE")]
    pub python: String,
    /// The interpreter of --python cpython: a path, or a name on the PATH
    #[arg(
        id = "cpython_path",
        long = "cpython-path",
        env = "GIMLET_CPYTHON",
        default_value = "python3",
        value_name = "PROGRAM"
    )]
    pub cpython: OsString,
    /// The profiles of the settings files.
    #[arg(skip)]
    pub profiles: BTreeMap<String, Profile>,
}

/// The folder that Python works in.
#[derive(Clone, ClapArgs)]
pub struct WorkArgs {
    /// Put a copy of this file into Python's work folder, /mnt/data; can be repeated
    #[arg(long = "file", value_name = "FILE")]
    pub attached: Vec<PathBuf>,
    /// Use this folder as Python's work folder instead of one of the session's own
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
}

#[derive(Clone, ClapArgs)]
pub struct FunctionArgs {
    /// Offer the functions of this manifest, or of each in this folder; can be repeated
    #[arg(long = "tool", value_name = "FILE|DIR")]
    pub files: Vec<PathBuf>,
}

/// What tools are made with.
#[derive(Clone, ClapArgs, Default)]
pub struct KitArgs {
    /// Use the tools of this MCP server: a command that starts it, or its address; can be repeated
    #[arg(long = "mcp", value_name = "NAME=COMMAND|URL", value_parser = ServerSettings::from_flag)]
    pub servers: Vec<(String, ServerSettings)>,
    #[command(flatten)]
    pub renderer: RendererArgs,
    /// The browser's settings, of the settings files.
    #[arg(skip)]
    pub browser: tool_browser::Settings,
}

/// What reads pages.
#[derive(Clone, ClapArgs, Default)]
pub struct RendererArgs {
    /// What the browser reads pages of HTML with: fetch takes them as they come; chromium runs their
    /// scripts in your own Chromium, which has no network and none of your files
    #[arg(id = "browser", long = "browser", env = "GIMLET_BROWSER", default_value = "fetch", value_parser = renderer, value_name = "B")]
    pub renderer: Renderer,
}

/// How a terminal session looks.
#[derive(Clone, ClapArgs)]
pub struct ScreenArgs {
    /// How pictures are shown in a terminal session: auto goes by the terminal's name
    #[arg(long, env = "GIMLET_IMAGES", default_value = "auto", value_parser = ["auto", "kitty", "sixel", "iterm2", "halfblocks", "off"], value_name = "HOW")]
    pub images: String,
    /// Let the conversation go into the terminal's own scrollback instead of a screen of its own
    #[arg(long, env = "GIMLET_INLINE", num_args = 0..=1, require_equals = true, default_value = "false", default_missing_value = "true", action = clap::ArgAction::Set, value_parser = clap::builder::BoolishValueParser::new(), value_name = "BOOL")]
    pub inline: bool,
}

/// Whose prompt is shown.
#[derive(ClapArgs)]
pub struct SeenArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// Show it as the models of this wire format see it: glm4-chat or glm4-0414
    #[arg(long, value_name = "F", conflicts_with = "model")]
    pub format: Option<String>,
}

#[derive(Clone, ClapArgs)]
pub struct ModelArgs {
    /// `nano`, a .gguf file, a checkpoint folder, or script:FILE
    #[arg(long, env = "GIMLET_MODEL", default_value = EMBEDDED, value_name = "M")]
    pub model: String,
    /// Whether a flag, a variable or a settings file names it.
    #[arg(skip)]
    pub is_given: bool,
}

/// The value of `--approval`.
///
/// # Errors
/// It is none.
pub fn approval(text: &str) -> Result<Approval, String> {
    match text {
        "auto" => Ok(Approval::Auto),
        "ask" => Ok(Approval::Ask),
        "deny" => Ok(Approval::Deny),
        _ => Err("write auto, ask or deny".into()),
    }
}

fn renderer(text: &str) -> Result<Renderer, String> {
    let known = Renderer::ALL.into_iter().find(|renderer| renderer.name() == text);
    known.ok_or_else(|| format!("write {}", Renderer::ALL.map(Renderer::name).join(" or ")))
}

pub fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("it must be longer than 0".into()),
        Ok(duration) => Ok(duration),
        Err(_) => Err("write a number with its unit, like 90s or 2m".into()),
    }
}

fn temperature(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(t) if (0.0..=10.0).contains(&t) => Ok(t),
        _ => Err("write a number from 0 to 10".into()),
    }
}
