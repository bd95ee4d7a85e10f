//! What an answer says of being kept.

use std::time::{Duration, SystemTime};

use reqwest::header::{AGE, CACHE_CONTROL, EXPIRES, HeaderMap, SET_COOKIE, VARY};

/// How long a page counts as fresh that says nothing of it: about as long as one task lasts.
const DEFAULT_FRESH: Duration = Duration::from_secs(120);
/// The longest that a page is believed to be fresh.
pub(super) const MAX_FRESH: Duration = Duration::from_secs(900);

/// How long an answer is fresh; nothing if it is not to be kept.
pub(super) fn freshness(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let directives = directives(headers);
    let find = |name: &str| directives.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    if find("no-store").is_some() {
        return None;
    }
    if find("no-cache").is_some() {
        return Some(Duration::ZERO);
    }
    let fresh = match find("max-age") {
        Some(seconds) => {
            let age = headers.get(AGE).and_then(|value| value.to_str().ok()?.trim().parse().ok());
            let seconds: u64 = seconds.trim_matches('"').parse().unwrap_or(0);
            Duration::from_secs(seconds.saturating_sub(age.unwrap_or(0)))
        }
        // A date that is none, as the usual `0`, is one that has passed.
        None => headers.get(EXPIRES).map_or(DEFAULT_FRESH, |value| {
            let end = value.to_str().ok().and_then(|text| httpdate::parse_http_date(text).ok());
            end.and_then(|end| end.duration_since(now).ok()).unwrap_or_default()
        }),
    };
    Some(fresh.min(MAX_FRESH))
}

/// Whether the server made it for the one who asked, as far as its headers tell.
pub(super) fn is_private(headers: &HeaderMap) -> bool {
    let is_owned = |(key, _): &(String, String)| matches!(key.as_str(), "private" | "no-store");
    let varies = headers.get_all(VARY).iter().any(|value| {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        text.split(',').any(|name| matches!(name.trim(), "*" | "cookie" | "authorization"))
    });
    headers.contains_key(SET_COOKIE) || varies || directives(headers).iter().any(is_owned)
}

/// The parts of `Cache-Control` in lower case, with their values.
fn directives(headers: &HeaderMap) -> Vec<(String, String)> {
    let values = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let parts = values.flat_map(|value| value.split(','));
    let read = |part: &str| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (key.trim().to_ascii_lowercase(), value.trim().to_owned())
    };
    parts.map(read).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderName;

    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn freshness_follows_the_headers() {
        let now = httpdate::parse_http_date("Tue, 24 Nov 2026 12:00:00 GMT").unwrap();
        for (pairs, expected) in [
            (&[][..], Some(120)),
            (&[("cache-control", "max-age=30")], Some(30)),
            (&[("cache-control", "public, MAX-AGE=30"), ("age", "10")], Some(20)),
            (&[("cache-control", "max-age=999999")], Some(900)),
            (&[("cache-control", "no-cache")], Some(0)),
            (&[("cache-control", "private, no-store")], None),
            (&[("cache-control", "max-age=-5")], Some(0)),
            (&[("expires", "Tue, 24 Nov 2026 12:01:00 GMT")], Some(60)),
            (&[("expires", "Tue, 24 Nov 2020 12:01:00 GMT")], Some(0)),
            (&[("expires", "0")], Some(0)),
            (&[("expires", "0"), ("cache-control", "max-age=5")], Some(5)),
        ] {
            assert_eq!(freshness(&headers(pairs), now).map(|d| d.as_secs()), expected, "{pairs:?}");
        }
    }

    #[test]
    fn what_was_made_for_one_is_private() {
        for (pairs, expected) in [
            (&[][..], false),
            (&[("cache-control", "public, max-age=5")], false),
            (&[("vary", "Accept-Encoding")], false),
            (&[("cache-control", "max-age=5, Private")], true),
            (&[("cache-control", "private=\"x\"")], true),
            (&[("cache-control", "no-store")], true),
            (&[("set-cookie", "a=1")], true),
            (&[("vary", "Accept, Cookie")], true),
            (&[("vary", "*")], true),
        ] {
            assert_eq!(is_private(&headers(pairs)), expected, "{pairs:?}");
        }
    }
}
