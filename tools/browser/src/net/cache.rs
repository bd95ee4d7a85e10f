//! Pages that came lately, so that a later part of one or a second look costs nothing.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Url,
    header::{AGE, CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED},
};

use super::fetch::Fetched;

const MAX_PAGES: usize = 64;
const MAX_BYTES: usize = 48 << 20;
/// How long a page counts as fresh that says nothing of it: about as long as one task lasts.
const DEFAULT_FRESH: Duration = Duration::from_secs(120);
/// The longest that a page is believed to be fresh.
const MAX_FRESH: Duration = Duration::from_secs(900);

/// Pages by their address.
#[derive(Debug, Default)]
pub(crate) struct Cache(VecDeque<Kept>);

#[derive(Clone, Debug)]
struct Kept {
    url: Url,
    page: Arc<Fetched>,
    fresh: Duration,
    fresh_until: Instant,
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
}

impl Cache {
    /// The page, if it is still fresh.
    pub fn fresh(&self, url: &Url, now: Instant) -> Option<Arc<Fetched>> {
        self.find(url).filter(|kept| kept.fresh_until > now).map(|kept| kept.page.clone())
    }

    /// The headers that ask whether the page has changed.
    pub fn conditions(&self, url: &Url) -> Vec<(HeaderName, HeaderValue)> {
        let Some(kept) = self.find(url) else { return Vec::new() };
        let etag = kept.etag.clone().map(|value| (reqwest::header::IF_NONE_MATCH, value));
        let modified = kept.modified.clone().map(|value| (reqwest::header::IF_MODIFIED_SINCE, value));
        etag.into_iter().chain(modified).collect()
    }

    /// The page, which the server says has not changed.
    pub fn renew(&mut self, url: &Url, headers: &HeaderMap, now: Instant) -> Option<Arc<Fetched>> {
        let place = self.0.iter().position(|kept| kept.url == *url)?;
        let kept = self.0.get_mut(place)?;
        // An answer that says nothing of it leaves what the page itself said.
        if headers.contains_key(CACHE_CONTROL) {
            kept.fresh = freshness(headers).unwrap_or_default();
        }
        kept.fresh_until = now + kept.fresh;
        Some(kept.page.clone())
    }

    /// Keeps a page unless its server forbids it.
    pub fn keep(&mut self, url: &Url, headers: &HeaderMap, page: Arc<Fetched>, now: Instant) {
        self.0.retain(|kept| kept.url != *url);
        let Some(fresh) = freshness(headers) else { return };
        self.0.push_back(Kept {
            url: url.clone(),
            page,
            fresh,
            fresh_until: now + fresh,
            etag: headers.get(ETAG).cloned(),
            modified: headers.get(LAST_MODIFIED).cloned(),
        });
        while self.0.len() > MAX_PAGES || self.n_bytes() > MAX_BYTES {
            self.0.pop_front();
        }
    }

    fn find(&self, url: &Url) -> Option<&Kept> {
        self.0.iter().find(|kept| kept.url == *url)
    }

    fn n_bytes(&self) -> usize {
        self.0.iter().map(|kept| kept.page.body.len()).sum()
    }
}

/// How long an answer is fresh; nothing if it is not to be kept.
fn freshness(headers: &HeaderMap) -> Option<Duration> {
    let all = headers.get_all(CACHE_CONTROL);
    let text = all.iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(",");
    let mut fresh = DEFAULT_FRESH;
    for part in text.to_ascii_lowercase().split(',').map(str::trim) {
        match part.split_once('=') {
            None if part == "no-store" => return None,
            None if part == "no-cache" => return Some(Duration::ZERO),
            Some(("max-age", seconds)) => {
                let age = headers.get(AGE).and_then(|value| value.to_str().ok()?.trim().parse().ok());
                let seconds: u64 = seconds.trim_matches('"').parse().unwrap_or(0);
                fresh = Duration::from_secs(seconds.saturating_sub(age.unwrap_or(0)));
            }
            _ => {}
        }
    }
    Some(fresh.min(MAX_FRESH))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn freshness_follows_the_header() {
        for (pairs, expected) in [
            (&[][..], Some(120)),
            (&[("cache-control", "max-age=30")], Some(30)),
            (&[("cache-control", "public, MAX-AGE=30"), ("age", "10")], Some(20)),
            (&[("cache-control", "max-age=999999")], Some(900)),
            (&[("cache-control", "no-cache")], Some(0)),
            (&[("cache-control", "private, no-store")], None),
            (&[("cache-control", "max-age=-5")], Some(0)),
        ] {
            assert_eq!(freshness(&headers(pairs)).map(|d| d.as_secs()), expected, "{pairs:?}");
        }
    }

    #[test]
    fn the_cache_is_bounded_and_asks_again_with_the_tag() {
        let now = Instant::now();
        let mut cache = Cache::default();
        let url = |n: usize| Url::parse(&format!("http://a.example/{n}")).unwrap();
        let page = |n: usize, bytes: usize| {
            Arc::new(Fetched { url: url(n), mime: "text/html".into(), charset: None, body: vec![0; bytes] })
        };
        for n in 0..100 {
            cache.keep(&url(n), &headers(&[("etag", "\"x\"")]), page(n, 1), now);
        }
        assert_eq!(cache.0.len(), MAX_PAGES);
        assert!(cache.fresh(&url(0), now).is_none());
        assert!(cache.fresh(&url(99), now).is_some());
        let late = now + MAX_FRESH;
        assert!(cache.fresh(&url(99), late).is_none());
        assert_eq!(cache.conditions(&url(99)).len(), 1);
        assert!(cache.renew(&url(99), &headers(&[]), late).is_some());
        assert!(cache.fresh(&url(99), late).is_some());
        cache.keep(&url(200), &headers(&[]), page(200, MAX_BYTES), now);
        assert_eq!(cache.0.len(), 1);
    }
}
