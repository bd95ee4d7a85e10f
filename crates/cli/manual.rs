//! What other programs are told of the command line: completions for a shell, pages for `man`.

use std::{
    io::{self, Write},
    path::Path,
};

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::{
    args::Args,
    exit::{Exit, Failure},
};

/// Prints a shell's completions.
///
/// # Errors
/// Output that cannot be written.
pub fn completions(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    // Into memory first: the generator panics when standard output is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "gimlet", &mut script);
    io::stdout().write_all(&script)?;
    Ok(Exit::Ok)
}

/// Prints the page of `gimlet`, or writes it and those of its commands into a folder.
///
/// # Errors
/// Output that cannot be written, a folder that is not there.
pub fn pages(folder: Option<&Path>) -> Result<Exit, Failure> {
    let mut root = Args::command();
    root.build(); // gives each command below its whole name
    match folder {
        None => io::stdout().write_all(&page(&root)?)?,
        Some(folder) => write_pages(&root, folder)?,
    }
    Ok(Exit::Ok)
}

/// Writes the page of a command and of every command below it.
fn write_pages(command: &Command, folder: &Path) -> Result<(), Failure> {
    let path = folder.join(format!("{}.1", file_name(command)));
    let written = std::fs::write(&path, page(command)?);
    let context = || format!("cannot write the manual page {}: name an existing folder", path.display());
    written.with_context(context).map_err(Failure::usage)?;
    // `help` repeats what is there.
    let below = command.get_subcommands().filter(|command| command.get_name() != "help");
    below.into_iter().try_for_each(|command| write_pages(command, folder))
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command.clone()).title(file_name(command)).render(&mut page)?;
    Ok(page)
}

/// `gimlet-sandbox-explain`.
fn file_name(command: &Command) -> String {
    command.get_bin_name().unwrap_or(command.get_name()).replace(' ', "-")
}
