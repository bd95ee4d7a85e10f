//! PDF files. Nothing here reads one: a confined worker does, and gives text.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sandbox::{Document, DocumentError, DocumentReader, SandboxError};

use crate::{
    net::Fetched,
    page::{Page, bounded},
};

/// What every PDF file begins with.
const MAGIC: &[u8] = b"%PDF-";

/// Whether a PDF was fetched, by its media type or its first bytes.
pub(crate) fn is_pdf(mime: &str, body: &[u8]) -> bool {
    matches!(mime, "application/pdf" | "application/x-pdf") || body.starts_with(MAGIC)
}

/// Reads a PDF by the deadline.
///
/// # Errors
/// Why it has no text to show, in words for the model.
pub(crate) async fn read(
    reader: Option<&DocumentReader>,
    fetched: &Arc<Fetched>,
    deadline: Instant,
) -> Result<Page, String> {
    let reader =
        reader.ok_or("it is a PDF, which only a confined worker may read, and this browser has none")?;
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    let read = reader.read_pdf(&fetched.body, left).await;
    let document = read.map_err(|error| match error {
        // Where there is no worker there is nothing to choose.
        DocumentError::Sandbox(SandboxError::NoWorker { .. }) => error.to_string(),
        DocumentError::Sandbox(_) => {
            format!("{error}; gimlet doctor says what is missing, and --sandbox degraded goes on without it")
        }
        error => error.to_string(),
    })?;
    let text = bounded(&written(&document));
    Ok(Page { url: fetched.url.clone(), title: bounded(&document.title), text, links: Vec::new() })
}

/// The pages one after the other, each under its number, and what is missing after them.
fn written(document: &Document) -> String {
    let n_pages = document.n_pages;
    let mut parts: Vec<String> = Vec::new();
    for (index, page) in document.pages.iter().enumerate() {
        let number = index + 1;
        parts.push(match page.is_empty() {
            true => format!("(Page {number} of {n_pages} has no text.)"),
            false => format!("(Page {number} of {n_pages})\n\n{page}"),
        });
    }
    if let Some(why) = &document.stopped {
        parts.push(format!("(The text ends after page {} of {n_pages}: {}.)", document.pages.len(), why));
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pages: &[&str], n_pages: usize, stopped: Option<&str>, expected: &str) {
        let document = Document {
            pages: pages.iter().map(|page| page.to_string()).collect(),
            n_pages,
            stopped: stopped.map(str::to_owned),
            ..Document::default()
        };
        assert_eq!(written(&document), expected);
    }

    #[test]
    fn page_breaks_are_kept() {
        check(
            &["a", "", "b\nc"],
            3,
            None,
            "(Page 1 of 3)\n\na\n\n(Page 2 of 3 has no text.)\n\n(Page 3 of 3)\n\nb\nc",
        );
        check(
            &["a"],
            9,
            Some("it is long"),
            "(Page 1 of 9)\n\na\n\n(The text ends after page 1 of 9: it is long.)",
        );
    }

    #[test]
    fn a_pdf_is_known_by_its_type_or_its_first_bytes() {
        for (mime, body, expected) in [
            ("application/pdf", &b"x"[..], true),
            ("application/x-pdf", b"", true),
            ("application/octet-stream", b"%PDF-1.7", true),
            ("text/html", b"%PDF-1.7", true),
            ("text/html", b"<p>%PDF-1.7", false),
            ("", b"%PDF", false),
        ] {
            assert_eq!(is_pdf(mime, body), expected, "{mime} {body:?}");
        }
    }
}
