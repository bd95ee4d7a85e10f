//! The `gimlet` command: the only place that prints, exits and reads arguments and the environment.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod args;
mod batch;
mod config;
mod desk;
mod doctor;
mod exit;
mod folders;
mod front;
mod function_test;
mod functions;
mod hashes;
mod input;
mod interrupt;
mod json_lines;
mod manual;
mod mcp;
mod model;
mod models;
mod plain;
mod progress;
mod replay;
mod run;
mod sandbox;
mod session;
mod settings;
mod show;
mod terminal;
mod tool;
mod toolbox;
mod turn;
mod work;
mod workshop;

use std::process::ExitCode;

use args::{Command, ConfigCommand};
use exit::Failure;
use settings::Settings;

#[global_allocator]
static ALLOCATOR: ::sandbox::CountingAllocator = ::sandbox::CountingAllocator::new();

fn main() -> ExitCode {
    // The worker confines itself before anything else runs, the async runtime above all.
    if std::env::args_os().nth(1).is_some_and(|arg| arg == ::sandbox::WORKER_ARG) {
        ::sandbox::worker_main();
    }
    let Settings { args, values } = match Settings::read() {
        Ok(settings) => settings,
        Err(failure) => return failure.report(),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::runtime(error.into()).report(),
    };
    let end = runtime.block_on(async {
        let Some(command) = args.command else {
            return terminal::open(args.terminal, args.resume.as_deref()).await;
        };
        match command {
            Command::Run(args) => run::run(args).await,
            Command::Batch(args) => batch::batch(args).await,
            Command::Tool { command } => tool::tool(command).await,
            Command::Mcp(args) => mcp::serve(args).await,
            Command::Session { command } => session::session(command).await,
            Command::Completions { shell } => manual::completions(shell),
            Command::Man { folder } => manual::pages(folder.as_deref()),
            Command::Model { command } => model::model(command).await,
            Command::Doctor(args) => doctor::doctor(args).await,
            Command::Sandbox { command } => sandbox::sandbox(command).await,
            Command::Config(args) => match args.command {
                Some(ConfigCommand::Trust { revoke }) => config::trust::trust(revoke),
                None => config::show::show(&values, args.json),
            },
        }
    });
    // A model that is still loading or thinking has nothing left to lose.
    runtime.shutdown_background();
    match end {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}
