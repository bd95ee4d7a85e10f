//! Results in JSON, whatever an engine calls its fields.

use reqwest::Url;
use serde_json::Value;

use super::{Fault, Hit};
use crate::html::{clean_text, full, without_ids};

const TITLES: [&str; 2] = ["title", "name"];
const ADDRESSES: [&str; 3] = ["url", "link", "href"];
const SNIPPETS: [&str; 4] = ["snippet", "content", "description", "body"];
const DATES: [&str; 5] = ["date", "publishedDate", "published_date", "datePublished", "age"];

const MAX_TITLE_CHARS: usize = 200;
const MAX_SNIPPET_CHARS: usize = 600;
/// Engines give far fewer; a hostile one may not.
const MAX_ITEMS: usize = 200;

/// An answer as a value.
pub(super) fn parse(body: &[u8]) -> Result<Value, Fault> {
    serde_json::from_slice(body).map_err(|error| Fault::Failed(format!("its answer is not JSON: {error}")))
}

/// The results in the list at one of these places. A list that is not there has no results.
pub(super) fn hits(value: &Value, places: &[&str]) -> Vec<Hit> {
    let list = places.iter().find_map(|place| value.pointer(place)?.as_array());
    list.into_iter().flatten().take(MAX_ITEMS).filter_map(hit).collect()
}

fn hit(item: &Value) -> Option<Hit> {
    let text = |names: &[&str]| names.iter().find_map(|name| item.get(*name)?.as_str()).unwrap_or_default();
    let date: String = text(&DATES).split('T').next().unwrap_or_default().chars().take(30).collect();
    made(text(&TITLES), text(&ADDRESSES), text(&SNIPPETS), &date)
}

/// A result with its words cleaned; nothing without an address that can be opened.
pub(super) fn made(title: &str, address: &str, snippet: &str, date: &str) -> Option<Hit> {
    let url = Url::parse(address.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
        return None;
    }
    let title = words(title, MAX_TITLE_CHARS);
    let snippet = words(snippet, MAX_SNIPPET_CHARS);
    let snippet = if date.is_empty() { snippet } else { format!("{} — {snippet}", words(date, 30)) };
    let title = if title.is_empty() { url.as_str().chars().take(MAX_TITLE_CHARS).collect() } else { title };
    Some(Hit { title, url, snippet })
}

/// Words on one line; engines mark what matches with tags.
fn words(text: &str, max_chars: usize) -> String {
    let cut = text.char_indices().nth(max_chars * 4).map_or(text.len(), |(place, _)| place);
    let text = &text[..cut];
    let plain = match text.contains(['<', '&']) {
        true => {
            // A base that nothing leads from: links in a snippet are only words.
            let base = Url::parse("http://snippet.invalid/").ok();
            base.map_or_else(|| text.to_owned(), |base| without_ids(&full(text, &base).body.text))
        }
        false => clean_text(text),
    };
    plain.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(max_chars).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn results_are_read_and_cleaned() {
        let value = json!({ "results": [
            { "title": "A <b>title</b> &amp; more", "url": "https://a.example/x", "content": "some <strong>words</strong>\nhere" },
            { "name": "B", "link": "https://b.example/", "snippet": "s", "date": "2026-11-20T10:00:00Z" },
            { "title": "script", "url": "javascript:alert(1)" },
            { "title": "no url" },
            { "title": "【7†source】 \u{1b}[31m", "url": "https://c.example/", "snippet": "" },
            "nonsense",
            { "title": 7, "url": "https://d.example/" },
        ] });
        let seen: Vec<_> = hits(&value, &["/web/results", "/results"])
            .into_iter()
            .map(|hit| (hit.title, hit.url.to_string(), hit.snippet))
            .collect();
        let expected = [
            ("A title & more", "https://a.example/x", "some words here"),
            ("B", "https://b.example/", "2026-11-20 — s"),
            ("【7+source】 [31m", "https://c.example/", ""),
            ("https://d.example/", "https://d.example/", ""),
        ]
        .map(|(title, url, snippet)| (title.to_owned(), url.to_owned(), snippet.to_owned()));
        assert_eq!(seen, expected);
        assert!(hits(&json!({ "results": "none" }), &["/results"]).is_empty());
    }
}
