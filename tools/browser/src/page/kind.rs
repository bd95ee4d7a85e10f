//! What can be shown as text.

use crate::pdf::is_pdf;

/// The first bytes that are looked at.
const SNIFFED_BYTES: usize = 512;

/// How a body is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Html,
    Xml,
    Json,
    Text,
}

/// Whether bytes of this media type are worth reading.
///
/// # Errors
/// What they are instead, for the model.
pub(crate) fn accepts(mime: &str) -> Result<(), String> {
    let what = match mime.split('/').next().unwrap_or_default() {
        _ if is_pdf(mime, &[]) => return Ok(()),
        "image" => format!("an image ({}), which the browser cannot look at", short(mime)),
        kind @ ("audio" | "video" | "font" | "model") => format!("a file of {kind} ({})", short(mime)),
        "application" if by_name(mime).is_none() && mime != "application/octet-stream" => {
            format!("a file of the type {}, which cannot be read as text", short(mime))
        }
        _ => return Ok(()),
    };
    Err(format!("it is {what}"))
}

fn short(mime: &str) -> String {
    agent::clean(mime).chars().take(60).collect()
}

/// Whether this media type is that of pages.
pub(crate) fn is_html(mime: &str) -> bool {
    by_name(mime) == Some(Kind::Html)
}

fn by_name(mime: &str) -> Option<Kind> {
    match mime {
        "text/html" | "application/xhtml+xml" => Some(Kind::Html),
        "application/json" | "text/json" => Some(Kind::Json),
        "application/xml" | "text/xml" => Some(Kind::Xml),
        "application/javascript"
        | "application/x-javascript"
        | "application/yaml"
        | "application/toml"
        | "application/x-sh"
        | "application/sql"
        | "application/x-yaml"
        | "application/x-ndjson" => Some(Kind::Text),
        mime if mime.ends_with("+json") => Some(Kind::Json),
        mime if mime.ends_with("+xml") && !mime.starts_with("image/") => Some(Kind::Xml),
        mime if mime.starts_with("text/") => Some(Kind::Text),
        _ => None,
    }
}

impl Kind {
    /// What the header says, checked against the first bytes.
    pub fn of(mime: &str, body: &[u8]) -> Result<Self, String> {
        accepts(mime)?;
        let head = &body[..body.len().min(SNIFFED_BYTES)];
        let has_mark =
            [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"].iter().any(|mark| head.starts_with(mark));
        if !has_mark && head.contains(&0) {
            return Err("it is a file of bytes, which cannot be read as text".into());
        }
        let start = String::from_utf8_lossy(head).trim_start().to_ascii_lowercase();
        let looks_like_html = start.starts_with("<!doctype html") || start.starts_with("<html");
        Ok(match by_name(mime) {
            Some(kind) => kind,
            None if looks_like_html => Self::Html,
            None if start.starts_with("<?xml") => Self::Xml,
            None => Self::Text,
        })
    }
}
