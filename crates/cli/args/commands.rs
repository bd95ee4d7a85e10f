//! The commands below a command.

use std::{path::PathBuf, time::Duration};

use clap::Subcommand;

use super::{
    FunctionArgs, KitArgs, ModelArgs, ResumeArgs, SandboxArgs, SeenArgs, TestArgs, WorkArgs, parts::duration,
};

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
        #[command(flatten)]
        sandbox: SandboxArgs,
        /// Print the rows as one JSON document
        #[arg(long)]
        json: bool,
    },
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
    /// Go on with a session in the terminal; `gimlet run --resume` does it without one
    Resume(Box<ResumeArgs>),
    /// Print a session in another form
    Export {
        /// The session's id, its beginning, or `last`
        session: String,
        /// The form
        #[arg(long, value_enum, default_value = "markdown", value_name = "F")]
        format: ExportFormat,
    },
    /// Print a session's steps again
    Replay {
        /// The session's id, its beginning, or `last`
        session: String,
        /// Have the model write them again, with what the tools said then: whether it writes the same
        /// tokens
        #[arg(long)]
        verify: bool,
        /// With --verify: this model instead of those that the log names
        // By a name of its own: no setting stands in for it.
        #[arg(id = "replayed_by", long = "model", value_name = "M", requires = "verify")]
        model: Option<String>,
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
    /// A line of GLM-4's fine-tuning data: the conversation with the tools on offer
    Jsonl,
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

#[derive(Subcommand)]
pub enum ConfigCommand {
    /// Let ./.gimlet/config.toml, as it is now, start MCP servers, allow calls and widen the sandbox
    Trust {
        /// Take that back
        #[arg(long)]
        revoke: bool,
    },
}
