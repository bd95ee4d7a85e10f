//! The command line.

mod commands;
mod parts;

use std::{num::NonZeroU8, path::PathBuf, time::Duration};

use clap::{Args as ClapArgs, Parser, Subcommand};

pub use commands::{ConfigCommand, ExportFormat, ModelCommand, SandboxCommand, SessionCommand, ToolCommand};
use parts::duration;
pub use parts::{
    FunctionArgs, KitArgs, ModelArgs, RendererArgs, SandboxArgs, ScreenArgs, SeenArgs, SessionArgs, TOOLS,
    WorkArgs, approval,
};

use crate::batch::Shard;

/// A terminal agent runtime with a local GLM-4.
#[derive(Parser)]
#[command(name = "gimlet", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub terminal: TerminalArgs,
    /// Go on with this session: its id, the beginning of it, or `last`
    #[arg(long, value_name = "ID")]
    pub resume: Option<String>,
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
    /// List, show, go on with, replay, fork and export the sessions that are kept
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
    /// Print the manual page, or write one for each command into a folder
    Man {
        /// An existing folder, such as ~/.local/share/man/man1
        folder: Option<PathBuf>,
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
    #[command(flatten)]
    pub screen: ScreenArgs,
}

/// A terminal session that goes on.
#[derive(ClapArgs)]
pub struct ResumeArgs {
    /// The session's id, its beginning, or `last`
    #[arg(id = "ID")]
    pub id: String,
    #[command(flatten)]
    pub terminal: TerminalArgs,
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

#[derive(ClapArgs)]
pub struct McpServeArgs {
    /// The tools to serve, as in `python,browser`; `none` serves only those of --tool
    #[arg(long, env = "GIMLET_TOOLS", default_value = TOOLS, value_name = "LIST")]
    pub tools: String,
    #[command(flatten)]
    pub functions: FunctionArgs,
    #[command(flatten)]
    pub sandbox: SandboxArgs,
    #[command(flatten)]
    pub renderer: RendererArgs,
    /// What the settings files say of the tools.
    #[arg(skip)]
    pub kit: KitArgs,
    /// The most time of one call, like 90s or 2m
    #[arg(long, default_value = "10m", value_parser = duration, value_name = "DURATION")]
    pub timeout: Duration,
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

#[derive(ClapArgs)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub model: ModelArgs,
    #[command(flatten)]
    pub renderer: RendererArgs,
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
    #[command(flatten)]
    pub screen: ScreenArgs,
    /// Print them as JSON
    #[arg(long)]
    pub json: bool,
}
