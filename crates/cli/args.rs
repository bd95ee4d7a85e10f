//! The command line.

use std::{collections::BTreeMap, num::NonZeroU8, path::PathBuf, time::Duration};

use agent::{Approval, Rule};
use clap::{Args as ClapArgs, Parser, Subcommand};
use tool_mcp::ServerSettings;

use crate::{batch::Shard, config::Profile};

/// A terminal agent runtime with a local GLM-4.
#[derive(Parser)]
#[command(name = "gimlet", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub terminal: TerminalArgs,
    /// Read these settings instead of the user's and the folder's
    #[arg(long, global = true, env = "GIMLET_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Take one prompt to one answer
    Run(RunArgs),
    /// Take many prompts to one answer each, with one loaded model
    Batch(BatchArgs),
    /// List the tools, add your own functions, try and call them without a model
    Tool {
        #[command(subcommand)]
        command: ToolCommand,
    },
    /// Serve the tools to an MCP client on standard input and output
    Mcp(McpServeArgs),
    /// List, show, fork and export the sessions that are kept
    Session {
        #[command(subcommand)]
        command: SessionCommand,
    },
    /// Look into a model
    Model {
        #[command(subcommand)]
        command: ModelCommand,
    },
    /// Check that everything works on this machine
    Doctor(DoctorArgs),
    /// Print a script that completes gimlet's commands and flags in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Show what Python may do, and prove it on this machine
    Sandbox {
        #[command(subcommand)]
        command: SandboxCommand,
    },
    /// Show the settings and where each comes from
    Config(ConfigArgs),
}

/// A terminal session.
#[derive(ClapArgs)]
pub struct TerminalArgs {
    /// Open a terminal session that begins with this prompt
    pub prompt: Option<String>,
    #[command(flatten)]
    pub session: SessionArgs,
    #[command(flatten)]
    pub work: WorkArgs,
    /// Go on with this session: its id, the beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub resume: Option<String>,
}

#[derive(ClapArgs)]
pub struct RunArgs {
    /// The prompt; `-` reads it from standard input
    #[arg(required_unless_present = "events_schema")]
    pub prompt: Option<String>,
    /// Print the JSON Schema of the lines of --json, and do nothing else
    #[arg(long)]
    pub events_schema: bool,
    #[command(flatten)]
    pub session: SessionArgs,
    #[command(flatten)]
    pub work: WorkArgs,
    /// Print events as JSON lines instead of the answer
    #[arg(long)]
    pub json: bool,
    /// With --json: also print each piece as it is written
    #[arg(long, requires = "json")]
    pub stream_deltas: bool,
    /// Hold the answer to the JSON Schema in this file
    #[arg(long, value_name = "FILE")]
    pub output_schema: Option<PathBuf>,
    /// Go on with this session: its id, the beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub resume: Option<String>,
    /// Also write the answer to this file
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// End with exit code 6 if a tool call failed
    #[arg(long)]
    pub fail_on_tool_error: bool,
    /// Say more on standard error
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(ClapArgs)]
pub struct BatchArgs {
    /// A JSON object a line: prompt, and where wanted id, system, max_steps, max_tokens, timeout, seed,
    /// temperature, files
    pub tasks: PathBuf,
    #[command(flatten)]
    pub session: SessionArgs,
    /// Write the results to this file and go on where it ends; without it to standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Tasks that are taken at the same time; they share the model
    #[arg(long, default_value = "4", value_name = "N")]
    pub jobs: NonZeroU8,
    /// How often a task is taken again when the model failed
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub retries: usize,
    /// Take only the I-th of N parts of the file
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,
}

/// What a session is made of.
#[derive(Clone, ClapArgs)]
pub struct SessionArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// The tools to offer, as in `python,browser`; `none` offers only those of --tool and --mcp
    #[arg(long, env = "GIMLET_TOOLS", default_value = "python", value_name = "LIST")]
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
    /// The most time on the clock, like 90s or 2m
    #[arg(long, env = "GIMLET_TIMEOUT", default_value = "10m", value_parser = duration, value_name = "DURATION")]
    pub timeout: Duration,
    /// Where the random numbers begin
    #[arg(long, env = "GIMLET_SEED", default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// 0 is greedy and repeatable
    #[arg(long, env = "GIMLET_TEMPERATURE", default_value_t = 0.0, value_parser = temperature, value_name = "T")]
    pub temperature: f32,
}

#[derive(Subcommand)]
pub enum SessionCommand {
    /// List the sessions, the newest first
    List {
        /// Print a JSON object for each
        #[arg(long)]
        json: bool,
    },
    /// Print a session for reading
    Show {
        /// The session's id, its beginning, or `last`
        session: String,
    },
    /// Print a session in another form
    Export {
        /// The session's id, its beginning, or `last`
        session: String,
        /// The form
        #[arg(long, value_enum, default_value = "markdown", value_name = "F")]
        format: ExportFormat,
    },
    /// Copy a session under a new id, which is printed: `gimlet run --resume` goes on with it
    Fork {
        /// The session's id, its beginning, or `last`
        session: String,
        /// Only its first turns
        #[arg(long, value_name = "N")]
        turns: Option<usize>,
    },
}

/// The form of an export.
#[derive(Clone, Copy, clap::ValueEnum)]
pub enum ExportFormat {
    /// For reading
    Markdown,
    /// A page that opens alone
    Html,
    /// The log's entries as one array
    Json,
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
    /// The profiles of the settings files.
    #[arg(skip)]
    pub profiles: BTreeMap<String, Profile>,
}

/// The folder that Python works in.
#[derive(ClapArgs)]
pub struct WorkArgs {
    /// Put a copy of this file into Python's work folder, /mnt/data; can be repeated
    #[arg(long = "file", value_name = "FILE")]
    pub attached: Vec<PathBuf>,
    /// Use this folder as Python's work folder instead of one of the session's own
    #[arg(long, value_name = "DIR")]
    pub workdir: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum SandboxCommand {
    /// Print what Python is allowed and denied, its limits, and why
    Explain {
        #[command(flatten)]
        sandbox: SandboxArgs,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Attack a real worker on this machine in every way of a list, and print a row for each
    Selftest {
        /// Print the rows as one JSON document
        #[arg(long)]
        json: bool,
    },
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
    /// The browser's settings, of the settings files.
    #[arg(skip)]
    pub browser: tool_browser::Settings,
}

#[derive(ClapArgs)]
pub struct McpServeArgs {
    /// The tools to serve, as in `python,browser`; `none` serves only those of --tool
    #[arg(long, env = "GIMLET_TOOLS", default_value = "python", value_name = "LIST")]
    pub tools: String,
    #[command(flatten)]
    pub functions: FunctionArgs,
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    /// What the settings files say of the tools.
    #[arg(skip)]
    pub kit: KitArgs,
    /// The most time of one call, like 90s or 2m
    #[arg(long, default_value = "10m", value_parser = duration, value_name = "DURATION")]
    pub timeout: Duration,
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

#[derive(ClapArgs)]
pub struct TestArgs {
    /// A manifest, or a folder of them
    pub file: PathBuf,
    /// Call the function with these arguments instead of made ones
    #[arg(long = "args", value_name = "JSON")]
    pub arguments: Option<String>,
    /// Makes other arguments
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    #[command(flatten)]
    pub seen: SeenArgs,
    #[command(flatten)]
    pub kit: KitArgs,
}

#[derive(Clone, ClapArgs)]
pub struct ModelArgs {
    /// `nano`, a .gguf file, a checkpoint folder, or script:FILE
    #[arg(long, env = "GIMLET_MODEL", default_value = "nano", value_name = "M")]
    pub model: String,
}

#[derive(Subcommand)]
pub enum ToolCommand {
    /// List the tools
    List {
        #[command(flatten)]
        functions: FunctionArgs,
        #[command(flatten)]
        kit: KitArgs,
        /// Print the specifications as JSON
        #[arg(long)]
        json: bool,
    },
    /// Register the functions of a manifest for good
    Add {
        /// A manifest, or a folder of them; what it names stays where it is
        file: PathBuf,
        #[command(flatten)]
        kit: KitArgs,
    },
    /// Print what the model sees of a tool
    Show {
        /// The tool's name
        name: String,
        #[command(flatten)]
        functions: FunctionArgs,
        #[command(flatten)]
        kit: KitArgs,
        #[command(flatten)]
        seen: SeenArgs,
    },
    /// Check a manifest, show what the model sees and what the schema takes, and call the function
    Test(TestArgs),
    /// Take a registered function away
    Remove {
        /// The function's name
        name: String,
    },
    /// Call a tool and print its observation
    Call {
        /// The tool's name
        name: String,
        /// What it is called with; `-` reads it from standard input
        arguments: String,
        #[command(flatten)]
        functions: FunctionArgs,
        #[command(flatten)]
        kit: KitArgs,
        #[command(flatten)]
        sandbox: SandboxArgs,
        #[command(flatten)]
        work: WorkArgs,
        /// The most time, like 90s or 2m
        #[arg(long, default_value = "60s", value_parser = duration, value_name = "DURATION")]
        timeout: Duration,
        /// Print the observation as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum ModelCommand {
    /// Show what a model is
    Info {
        #[command(flatten)]
        model: ModelArgs,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the token ids of a text as JSON
    Tokenize {
        /// The text; `-` reads it from standard input
        text: String,
        #[command(flatten)]
        model: ModelArgs,
        /// A tokenizer.model or tokenizer.json instead of a model's
        #[arg(long, value_name = "FILE", conflicts_with = "model")]
        tokenizer: Option<PathBuf>,
    },
    /// Print the exact prompt for a conversation
    Render {
        /// A JSON file in the form that chat templates take; `-` is standard input
        file: PathBuf,
        /// glm4-chat or glm4-0414
        #[arg(long, value_name = "F")]
        format: String,
    },
    /// Print the last logits after some token ids as JSON
    Logits {
        #[command(flatten)]
        model: ModelArgs,
        /// The token ids, like 5,6,7
        #[arg(long, value_delimiter = ',', required = true)]
        ids: Vec<u32>,
        /// Also decode this many tokens greedily
        #[arg(long, default_value_t = 0, value_name = "N")]
        generate: usize,
    },
    /// Measure loading, prefill and decode
    Bench {
        #[command(flatten)]
        model: ModelArgs,
        /// Tokens of the prompt
        #[arg(short = 'p', long, default_value_t = 512, value_name = "N")]
        prompt: usize,
        /// Tokens to decode
        #[arg(short = 'n', long, default_value_t = 128, value_name = "N")]
        generate: usize,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(ClapArgs)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    /// The browser's settings, if the settings files have any.
    #[arg(skip)]
    pub browser: Option<tool_browser::Settings>,
}

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub command: Option<ConfigCommand>,
    #[command(flatten)]
    pub session: SessionArgs,
    /// Print them as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Let ./.gimlet/config.toml, as it is now, start MCP servers, allow calls and widen the sandbox
    Trust {
        /// Take that back
        #[arg(long)]
        revoke: bool,
    },
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

fn duration(text: &str) -> Result<Duration, String> {
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
