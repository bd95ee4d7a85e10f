//! A request that the page made and that waits for our answer.

use reqwest::Url;
use serde_json::Value;

use crate::net::parse_url;

/// The longest header of a page's that is sent on, in bytes.
const MAX_HEADER_BYTES: usize = 500;

/// What is asked for, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Paused {
    /// By what the answer is given.
    pub id: String,
    /// The session that it came in.
    pub session: Option<String>,
    /// The frame that asks.
    pub frame: String,
    /// Where to.
    pub url: Url,
    /// Whether it is a page, in whatever frame.
    pub is_document: bool,
    /// The media types that are wanted.
    pub accept: Option<String>,
    /// The origin that asks, where the server is to decide about it.
    pub origin: Option<String>,
    is_get: bool,
    is_text: bool,
    is_web: bool,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is made, if its address passes.
    Asked,
    /// It is not.
    Refused,
}

impl Paused {
    /// Reads the event; nothing if there is no request in it that could be answered.
    pub fn read(params: &Value, session: Option<String>) -> Option<Self> {
        let request = &params["request"];
        let kind = params["resourceType"].as_str().unwrap_or_default();
        let text = request["url"].as_str().unwrap_or_default();
        let header = |name: &str| {
            let headers = request["headers"].as_object()?;
            let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1.as_str()?;
            let is_plain =
                found.len() <= MAX_HEADER_BYTES && found.bytes().all(|b| (b' '..=b'~').contains(&b));
            is_plain.then(|| found.to_owned())
        };
        let web = parse_url(text).ok();
        Some(Self {
            id: params["requestId"].as_str()?.to_owned(),
            session,
            frame: params["frameId"].as_str().unwrap_or_default().to_owned(),
            is_web: web.is_some(),
            // What is no address of the web is refused whatever it is.
            url: web.or_else(|| Url::parse("about:invalid").ok())?,
            is_document: kind == "Document",
            is_get: request["method"] == "GET",
            is_text: matches!(kind, "Document" | "Stylesheet" | "Script" | "XHR" | "Fetch"),
            accept: header("accept"),
            origin: header("origin"),
        })
    }

    /// Only what can change a page's text is asked for, by `GET`, and no page within the page.
    pub fn verdict(&self, is_page: bool) -> Verdict {
        let is_wanted = self.is_web && self.is_get && self.is_text && (is_page || !self.is_document);
        if is_wanted { Verdict::Asked } else { Verdict::Refused }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(kind: &str, method: &str, url: &str, is_page: bool, expected: Verdict) {
        let request =
            json!({ "url": url, "method": method, "headers": { "Accept": "*/*", "Origin": "a\nb" } });
        let params = json!({ "requestId": "r", "frameId": "f", "resourceType": kind, "request": request });
        let paused = Paused::read(&params, None).unwrap();
        assert_eq!(paused.verdict(is_page), expected, "{kind} {method} {url}");
        assert_eq!((paused.accept.as_deref(), paused.origin), (Some("*/*"), None));
    }

    #[test]
    fn only_text_of_the_web_is_asked_for() {
        for kind in ["Document", "Stylesheet", "Script", "XHR", "Fetch"] {
            check(kind, "GET", "https://a.example/x", true, Verdict::Asked);
            check(kind, "POST", "https://a.example/x", true, Verdict::Refused);
            for url in
                ["file:///etc/passwd", "chrome://settings", "ftp://a.example/", "ws://a.example/", "", "x"]
            {
                check(kind, "GET", url, true, Verdict::Refused);
            }
        }
        check("Document", "GET", "https://a.example/frame", false, Verdict::Refused);
        for kind in ["Image", "Media", "Font", "Ping", "WebSocket", "EventSource", "Preflight", "Other", ""] {
            check(kind, "GET", "https://a.example/x", true, Verdict::Refused);
        }
    }

    #[test]
    fn an_event_without_a_request_is_none() {
        for params in [json!(null), json!([]), json!({}), json!({ "requestId": 3 })] {
            assert_eq!(Paused::read(&params, None), None, "{params}");
        }
        let bare = Paused::read(&json!({ "requestId": "r" }), None).unwrap();
        assert_eq!(bare.verdict(true), Verdict::Refused);
    }
}
