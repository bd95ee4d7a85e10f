//! What was fetched, as text that a model can read.

mod charset;
mod feed;
mod kind;

use reqwest::Url;

use crate::{
    html::{self, Link, clean_text},
    net::Fetched,
};
use kind::Kind;
pub(crate) use kind::{accepts, is_html as is_html_type};

/// The longest text of a page that is kept, in bytes.
const MAX_TEXT_BYTES: usize = 1 << 20;

/// A page as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Where it is.
    pub url: Url,
    /// Its title on one line; may be empty.
    pub title: String,
    /// Its text as Markdown with the ids of links.
    pub text: String,
    /// The links by their ids.
    pub links: Vec<Link>,
}

/// Reads what was fetched. Takes time: it runs beside the async tasks.
///
/// # Errors
/// It is nothing that can be shown as text, in words for the model.
pub(crate) fn read(fetched: &Fetched) -> Result<Page, String> {
    let kind = Kind::of(&fetched.mime, &fetched.body)?;
    let text = charset::decode(&fetched.body, fetched.charset.as_deref());
    let url = fetched.url.clone();
    let plain = |text: String| Page {
        url: url.clone(),
        title: String::new(),
        text: bounded(&text),
        links: Vec::new(),
    };
    Ok(match kind {
        Kind::Html => {
            let read = html::article(&text, &url);
            Page { title: read.title, text: read.body.text, links: read.body.links, url: url.clone() }
        }
        Kind::Xml => match feed::read(&text, &url) {
            Some(feed) => {
                Page { title: feed.title, text: feed.body.text, links: feed.body.links, url: url.clone() }
            }
            None => plain(text),
        },
        Kind::Json => plain(pretty(&text)),
        Kind::Text => plain(text),
    })
}

/// Whether what was fetched is a page of HTML.
pub(crate) fn is_html(fetched: &Fetched) -> bool {
    matches!(Kind::of(&fetched.mime, &fetched.body), Ok(Kind::Html))
}

/// The title of a page of HTML and its main text as Markdown, without ids of links; nothing if `url` is
/// no URL. Takes milliseconds, which is long beside async tasks.
pub fn extract(html: &[u8], url: &str) -> Option<(String, String)> {
    let text = charset::decode(html, None);
    let read = html::article(&text, &Url::parse(url).ok()?);
    Some((read.title, html::without_ids(&read.body.text)))
}

/// JSON laid out in lines; what is none stays as it is.
fn pretty(text: &str) -> String {
    let value: Option<serde_json::Value> = serde_json::from_str(text).ok();
    let pretty = value.and_then(|value| serde_json::to_string_pretty(&value).ok());
    pretty.map_or_else(|| text.to_owned(), |pretty| format!("```json\n{pretty}\n```"))
}

/// Text of any origin, cleaned and not too long.
pub(crate) fn bounded(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let cut = text.floor_char_boundary(MAX_TEXT_BYTES);
    clean_text(text[..cut].trim_matches('\n')).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetched(mime: &str, body: &[u8]) -> Fetched {
        Fetched {
            url: Url::parse("https://a.example/x").unwrap(),
            mime: mime.into(),
            charset: None,
            body: body.to_vec(),
        }
    }

    fn check(mime: &str, body: &[u8], expected: Result<&str, &str>) {
        let seen = read(&fetched(mime, body)).map(|page| page.text);
        match expected {
            Ok(text) => assert_eq!(seen.as_deref(), Ok(text)),
            Err(part) => assert!(seen.as_ref().is_err_and(|why| why.contains(part)), "{mime}: {seen:?}"),
        }
    }

    #[test]
    fn each_kind_becomes_text() {
        check("text/plain", b"a\r\nb\x1b[31m <b>", Ok("a\nb[31m <b>"));
        check("application/json", b"{\"a\":[1]}", Ok("```json\n{\n  \"a\": [\n    1\n  ]\n}\n```"));
        check("application/json", b"{broken", Ok("{broken"));
        check("text/html", b"<p>a<p>b", Ok("a\n\nb"));
        check("", b"  <!DOCTYPE html><p>a", Ok("a"));
        check("", b"just text", Ok("just text"));
        check("application/octet-stream", b"\0\x01\x02", Err("cannot be read as text"));
        check("image/png", b"", Err("an image"));
        check("video/mp4", b"", Err("video"));
        check("text/html", b"\x89PNG\r\n\x1a\n\0\0", Err("cannot be read as text"));
        check("application/xml", b"<a>x</a>", Ok("<a>x</a>"));
        let deep = "[".repeat(100_000);
        check("application/json", deep.as_bytes(), Ok(&deep));
    }
}
