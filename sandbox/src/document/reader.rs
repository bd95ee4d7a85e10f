//! The parent's side of a document's worker.

use std::{path::PathBuf, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{io::AsyncWriteExt, time::timeout};

use super::{
    Document, DocumentError,
    message::{
        Fault, FromReader, MAX_FROM_READER, MAX_PAGE_BYTES, MAX_PAGES, MAX_TEXT_BYTES, MAX_TITLE_BYTES,
        PART_BYTES, ToReader,
    },
};
use crate::{
    Confinement, Death, End, Options,
    clean::clean,
    excerpt::excerpt,
    message::{self as wire, Start, Task},
    process::{Process, START_TIME},
};

/// Of a panic's message.
const PANIC_BYTES: usize = 200;

/// Reads documents, each in a worker of its own.
#[derive(Clone, Debug)]
pub struct DocumentReader {
    program: PathBuf,
    options: Options,
}

impl DocumentReader {
    /// A reader whose workers are `program`, which calls [`crate::worker_main`]. Of the options the
    /// memory, the processor time and [`Options::allow_degraded`] count.
    pub fn new(program: impl Into<PathBuf>, options: impl Into<Options>) -> Self {
        Self { program: program.into(), options: options.into() }
    }

    /// Reads a PDF for at most `wall`. A document whose later pages cannot be read, or not in time,
    /// gives those before them and says why.
    ///
    /// # Errors
    /// There is no text, or no worker.
    pub async fn read_pdf(&self, pdf: &[u8], wall: Duration) -> Result<Document, DocumentError> {
        let limits = self.options.limits.clone();
        let start = Start { limits, task: Task::Document, ..Start::default() };
        let mut process = Process::start(&self.program, start, MAX_FROM_READER).await?;
        let whom = (self.program.as_path(), self.options.allow_degraded);
        process.confined(whom, START_TIME.min(wall), ready).await?;
        let mut reading = Reading { process, document: Document::default(), n_bytes: 0 };
        let end = timeout(wall, reading.go_through(pdf)).await.unwrap_or(Ended::Overdue);
        self.judge(end, reading, wall).await
    }

    /// What a reading came to.
    async fn judge(
        &self,
        end: Ended,
        Reading { mut process, document, .. }: Reading,
        wall: Duration,
    ) -> Result<Document, DocumentError> {
        let end = match end {
            Ended::Closed => Ended::Gone(process.how_it_died().await),
            end => {
                process.kill().await;
                end
            }
        };
        let why = match end {
            Ended::Done { n_unknown } => return finished(document, n_unknown),
            Ended::Refused(fault) => return Err(refusal(fault)),
            Ended::Overdue => format!("it takes longer than {} s", wall.as_secs_f32().ceil()),
            Ended::Gone(End::Memory) => {
                format!("it needs more memory than {} MiB", self.options.limits.memory_bytes >> 20)
            }
            Ended::Gone(End::Cpu) => format!(
                "it takes more than {} s of processor time",
                self.options.limits.cpu.as_secs_f32().ceil()
            ),
            Ended::Gone(End::Died(Death::Signal(signal))) => {
                format!("its reader crashed on it (signal {signal})")
            }
            Ended::Gone(_) | Ended::Closed => "its reader ended".to_owned(),
            Ended::Failed(reason) => {
                format!("its reader failed on it ({})", excerpt(&clean(&reason), PANIC_BYTES).0)
            }
            Ended::Broke(what) => format!("its reader was ended, because it sent {what}"),
        };
        match document.pages.iter().any(|page| !page.is_empty()) {
            true => Ok(Document { stopped: Some(why), ..document }),
            false => Err(DocumentError::Stopped(why)),
        }
    }
}

/// How a worker says that it has confined itself.
fn ready(message: FromReader) -> Result<Confinement, String> {
    match message {
        FromReader::Ready { confinement } => Ok(confinement),
        FromReader::Failed { reason } => Err(excerpt(&clean(&reason), PANIC_BYTES).0),
        _ => Err("it began with another message".to_owned()),
    }
}

fn refusal(fault: Fault) -> DocumentError {
    match fault {
        Fault::Password => DocumentError::Encrypted("a password"),
        Fault::Encryption => DocumentError::Encrypted("a method that is not supported"),
        Fault::Broken => DocumentError::Broken("it is no PDF, or damaged"),
        Fault::Empty => DocumentError::Broken("it has no pages"),
    }
}

/// What a document is whose every page was read.
fn finished(mut document: Document, n_unknown: usize) -> Result<Document, DocumentError> {
    if document.pages.iter().all(String::is_empty) {
        return Err(match n_unknown {
            0 => DocumentError::Pictures { n_pages: document.n_pages },
            _ => DocumentError::Unmapped,
        });
    }
    if document.pages.len() < document.n_pages {
        document.stopped = Some("it is longer than what is read of a document".to_owned());
    }
    Ok(document)
}

/// How a reading ended.
enum Ended {
    Done {
        n_unknown: usize,
    },
    Refused(Fault),
    Failed(String),
    /// What came is not the protocol.
    Broke(String),
    Overdue,
    /// The pipe closed.
    Closed,
    Gone(End),
}

/// One document under way.
struct Reading {
    process: Process,
    document: Document,
    /// Of all pages.
    n_bytes: usize,
}

impl Reading {
    /// Sends the document and takes its pages. Until the document is sent, the worker has nothing to
    /// say, so that neither waits for the other.
    async fn go_through(&mut self, pdf: &[u8]) -> Ended {
        for part in pdf.chunks(PART_BYTES) {
            let part = wire::encode(&ToReader::Part { base64: BASE64_STANDARD.encode(part) });
            if self.process.input.write_all(&part).await.is_err() {
                return Ended::Closed;
            }
        }
        if self.process.input.write_all(&wire::encode(&ToReader::Read)).await.is_err() {
            return Ended::Closed;
        }
        loop {
            match self.process.answers.next().await {
                Ok(Some(message)) => match self.take(message) {
                    None => {}
                    Some(end) => return end,
                },
                Ok(None) => return Ended::Closed,
                Err(what) => return Ended::Broke(what),
            }
        }
    }

    /// Takes a message, which may be the last.
    fn take(&mut self, message: FromReader) -> Option<Ended> {
        let is_open = self.document.n_pages > 0;
        match message {
            FromReader::Opened { title, n_pages } if !is_open && n_pages > 0 => {
                self.document.n_pages = n_pages;
                let title = excerpt(&clean(&title), MAX_TITLE_BYTES).0;
                self.document.title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                None
            }
            FromReader::Page { text } if is_open => {
                self.n_bytes += text.len();
                let n_read = self.document.pages.len() + 1;
                let most = MAX_PAGES.min(self.document.n_pages);
                if text.len() > MAX_PAGE_BYTES || self.n_bytes > MAX_TEXT_BYTES || n_read > most {
                    return Some(Ended::Broke("more text than it may".to_owned()));
                }
                self.document.pages.push(clean(&text).trim().to_owned());
                None
            }
            FromReader::Done { n_unknown } if is_open => Some(Ended::Done { n_unknown }),
            FromReader::Refused { fault } if !is_open => Some(Ended::Refused(fault)),
            FromReader::Failed { reason } => Some(Ended::Failed(reason)),
            _ => Some(Ended::Broke("a message that was not its turn".to_owned())),
        }
    }
}
