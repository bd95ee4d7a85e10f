//! A program of the user's that searches.

use std::{collections::BTreeMap, process::Stdio, time::Instant};

use agent::ProcessGroup;
use futures::future::BoxFuture;
use serde_json::json;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
};

use super::{Fault, Hit, Query, Search, json as results};
use crate::error::BrowserError;

const MAX_OUTPUT_BYTES: u64 = 1 << 20;
const MAX_STDERR_BYTES: u64 = 4 << 10;

/// The program and its arguments.
pub(super) struct CommandEngine {
    program: String,
    arguments: Vec<String>,
    variables: BTreeMap<String, String>,
}

impl CommandEngine {
    /// A program that is run for every search. Of the variables it sees `PATH` and those of `names`.
    pub fn new(
        command: &[String],
        names: &[String],
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, BrowserError> {
        let (program, arguments) = command.split_first().ok_or(BrowserError::Command)?;
        if program.is_empty() {
            return Err(BrowserError::Command);
        }
        let names = ["PATH"].into_iter().chain(names.iter().map(String::as_str));
        let variables = names.filter_map(|name| Some((name.to_owned(), variables.get(name)?.clone())));
        Ok(Self { program: program.clone(), arguments: arguments.to_vec(), variables: variables.collect() })
    }

    async fn run(&self, query: &Query) -> Result<Vec<Hit>, Fault> {
        let failed =
            |what: &str, error: std::io::Error| Fault::Failed(format!("{} {what}: {error}", self.program));
        let mut command = Command::new(&self.program);
        ProcessGroup::lead(&mut command);
        let mut child = command
            .args(&self.arguments)
            .env_clear()
            .envs(&self.variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed("could not be started", error))?;
        // Whatever it started ends with the call, also when the future is dropped.
        let _group = ProcessGroup::of(&child);
        let asked = json!({ "query": query.text, "recency_days": query.recency_days, "count": query.count });
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let feed = async {
            if let Some(mut stdin) = stdin {
                // A program that does not read has no need to.
                let _ = stdin.write_all(asked.to_string().as_bytes()).await;
            }
        };
        let ((), out, err) =
            tokio::join!(feed, read(stdout, MAX_OUTPUT_BYTES), read(stderr, MAX_STDERR_BYTES));
        let out = out.map_err(|error| failed("could not be read", error))?;
        let status = child.wait().await.map_err(|error| failed("did not end", error))?;
        if !status.success() {
            let err = err.unwrap_or_default();
            let why: String =
                agent::clean(&String::from_utf8_lossy(&err)).replace('\n', " ").chars().take(300).collect();
            return Err(Fault::Failed(format!("{} ended with {status}: {}", self.program, why.trim())));
        }
        if out.len() as u64 > MAX_OUTPUT_BYTES {
            return Err(Fault::Failed(format!(
                "{} printed more than {MAX_OUTPUT_BYTES} bytes",
                self.program
            )));
        }
        Ok(results::hits(&results::parse(&out)?, &["/results", ""]))
    }
}

/// Up to one byte more than `limit`; what follows is read and dropped, so that the program can end.
async fn read(pipe: Option<impl AsyncRead + Unpin>, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut pipe) = pipe {
        (&mut pipe).take(limit + 1).read_to_end(&mut bytes).await?;
        tokio::io::copy(&mut pipe, &mut tokio::io::sink()).await?;
    }
    Ok(bytes)
}

impl Search for CommandEngine {
    fn name(&self) -> String {
        format!("command {}", self.program)
    }

    fn search<'a>(&'a self, query: &'a Query, _deadline: Instant) -> BoxFuture<'a, Result<Vec<Hit>, Fault>> {
        Box::pin(self.run(query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn run(script: &str) -> Result<Vec<Hit>, Fault> {
        let path = std::env::var("PATH").unwrap();
        let variables = [("PATH", path.as_str()), ("BRAVE_API_KEY", "secret"), ("GIVEN", "yes")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let command = ["sh", "-c", script].map(str::to_owned);
        let query = Query { text: "a \"b\"".into(), recency_days: Some(7), count: 3 };
        CommandEngine::new(&command, &["GIVEN".into()], &variables).unwrap().run(&query).await
    }

    #[tokio::test]
    async fn a_program_is_asked_and_its_faults_are_told() {
        let hits =
            run("q=$(cat); echo \"[{\\\"title\\\":\\\"T\\\",\\\"url\\\":\\\"https://a.example/${#q}\\\"}]\"")
                .await;
        let asked = json!({ "query": "a \"b\"", "recency_days": 7, "count": 3 }).to_string();
        assert_eq!(hits.unwrap()[0].url.path(), format!("/{}", asked.len()));
        for (script, expected) in [
            ("echo oops >&2; exit 3", "exit status: 3: oops"),
            ("echo \"$BRAVE_API_KEY,$GIVEN\" >&2; exit 1", "exit status: 1: ,yes"),
            ("echo nonsense", "not JSON"),
            ("yes | head -c 3000000", "more than"),
        ] {
            let fault = run(script).await.unwrap_err().to_string();
            assert!(fault.contains(expected), "{script}: {fault}");
        }
        assert_eq!(run("echo '{\"results\": []}'").await, Ok(vec![]));
        assert_eq!(CommandEngine::new(&[], &[], &BTreeMap::new()).err(), Some(BrowserError::Command));
    }
}
