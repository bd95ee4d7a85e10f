//! Runs cells with a folder of packages and a work folder:
//! `cargo run -p gimlet-sandbox --example packages -- HOST PACKAGES WORK CODE…`.

#![allow(clippy::print_stdout, reason = "an example shows things")]

use std::{env, time::Instant};

use sandbox::{CancellationToken, Notebook, Options};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("name the host, the packages and the work folder");
    let (host, packages, work) = (next()?, next()?, next()?);
    let options =
        Options { packages: vec![packages.into()], work_folder: Some(work.into()), ..Options::default() };
    let mut notebook = Notebook::new(host, options);
    for code in arguments {
        let start = Instant::now();
        let outcome = notebook.run(&code, &CancellationToken::new()).await?;
        println!("{code}\n  {:?} {:?} {:?}", outcome.value, outcome.error, start.elapsed());
        println!("  {:?} {:?} {:?}", outcome.output, outcome.artifacts, outcome.notice(notebook.limits()));
    }
    Ok(())
}
