//! Runs each file named on the command line as a cell of one notebook and shows the outcomes:
//! `cargo run -p gimlet-sandbox --example cells -- HOST_PROGRAM CELL.py …`

#![allow(clippy::print_stdout, reason = "an example shows things")]

use std::{env, fs, time::Instant};

use sandbox::{CancellationToken, Limits, Notebook};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let host = arguments.next().ok_or("name the program that hosts workers, then cells")?;
    let mut notebook =
        Notebook::new(host, Limits { wall: std::time::Duration::from_secs(3), ..Limits::default() });
    let start = Instant::now();
    notebook.warm_up().await?;
    println!("ready after {:?}: {:?}", start.elapsed(), notebook.confinement());
    for file in arguments {
        let code = fs::read_to_string(&file)?;
        let start = Instant::now();
        let outcome = notebook.run(&code, &CancellationToken::new()).await?;
        println!("--- {file} in {:?}", start.elapsed());
        print!("{}", outcome.output);
        for text in
            [outcome.value.as_ref(), outcome.error.as_ref(), outcome.notice(notebook.limits()).as_ref()]
        {
            text.iter().for_each(|text| println!("{text}"));
        }
    }
    Ok(())
}
