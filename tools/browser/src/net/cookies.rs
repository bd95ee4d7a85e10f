//! Cookies of one session, each sent only to the host that set it.
//!
//! A `Domain` attribute is not heeded: telling a site's own domain from one that anybody can register
//! under takes a list that is out of date when it ships.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use reqwest::{Url, header::HeaderMap, header::SET_COOKIE};

const MAX_HOSTS: usize = 100;
const MAX_PER_HOST: usize = 30;
const MAX_BYTES: usize = 4096;

/// What sites asked to be told again.
#[derive(Debug, Default)]
pub(crate) struct Jar(HashMap<String, Vec<Cookie>>);

#[derive(Debug, PartialEq, Eq)]
struct Cookie {
    name: String,
    value: String,
    path: String,
    is_secure: bool,
    end: Option<Instant>,
}

impl Jar {
    /// Keeps what the answer of `url` sets.
    pub fn keep(&mut self, url: &Url, headers: &HeaderMap, now: Instant) {
        let Some(host) = url.host_str() else { return };
        for value in headers.get_all(SET_COOKIE).iter().take(MAX_PER_HOST) {
            let Some(cookie) = value.to_str().ok().and_then(|text| read(text, url, now)) else { continue };
            if !self.0.contains_key(host) && self.0.len() == MAX_HOSTS {
                return;
            }
            let kept = self.0.entry(host.to_owned()).or_default();
            kept.retain(|old| (&old.name, &old.path) != (&cookie.name, &cookie.path));
            let is_over = cookie.end.is_some_and(|end| end <= now);
            if !is_over && kept.len() < MAX_PER_HOST {
                kept.push(cookie);
            }
        }
    }

    /// The header for a request.
    pub fn header(&self, url: &Url, now: Instant) -> Option<String> {
        let kept = self.0.get(url.host_str()?)?;
        let is_meant = |cookie: &&Cookie| {
            let below = url.path().strip_prefix(&cookie.path);
            let in_path = below
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || cookie.path.ends_with('/'));
            in_path
                && (!cookie.is_secure || url.scheme() == "https")
                && cookie.end.is_none_or(|end| end > now)
        };
        let pairs: Vec<String> =
            kept.iter().filter(is_meant).map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

fn read(text: &str, url: &Url, now: Instant) -> Option<Cookie> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut parts = text.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
    if name.is_empty() {
        return None;
    }
    let folder = url.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    let path = if folder.is_empty() { "/".to_owned() } else { folder.to_owned() };
    let mut cookie = Cookie { name, value, path, is_secure: false, end: None };
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        match key.trim().to_ascii_lowercase().as_str() {
            "path" if value.trim().starts_with('/') => cookie.path = value.trim().to_owned(),
            "secure" => cookie.is_secure = true,
            "max-age" => {
                let seconds: i64 = value.trim().parse().ok()?;
                let seconds = u64::try_from(seconds).unwrap_or(0).min(400 * 86_400);
                cookie.end = Some(now + Duration::from_secs(seconds));
            }
            _ => {}
        }
    }
    Some(cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn cookies_go_back_where_they_came_from() {
        let now = Instant::now();
        let mut jar = Jar::default();
        let mut headers = HeaderMap::new();
        for cookie in [
            "a=1; Path=/; HttpOnly",
            "deep=2",
            "safe=3; Secure; path=/",
            "wide=4; Domain=example.org; Path=/",
            "old=5; Max-Age=0; Path=/",
            "short=6; Max-Age=60; Path=/",
            "=7",
            "nothing",
        ] {
            headers.append(SET_COOKIE, cookie.parse().unwrap());
        }
        headers.append(SET_COOKIE, format!("big={}", "x".repeat(5000)).parse().unwrap());
        jar.keep(&url("http://www.example.org/shop/cart"), &headers, now);
        let late = now + Duration::from_secs(61);
        for (target, when, expected) in [
            ("http://www.example.org/", now, Some("a=1; wide=4; short=6")),
            ("http://www.example.org/shop/x", now, Some("a=1; deep=2; wide=4; short=6")),
            ("http://www.example.org/shopping", late, Some("a=1; wide=4")),
            ("https://www.example.org/", late, Some("a=1; safe=3; wide=4")),
            ("http://example.org/", now, None),
            ("http://evil.www.example.org/", now, None),
        ] {
            assert_eq!(jar.header(&url(target), when).as_deref(), expected, "{target}");
        }
        let mut gone = HeaderMap::new();
        gone.append(SET_COOKIE, "a=; Max-Age=-1; Path=/".parse().unwrap());
        jar.keep(&url("http://www.example.org/"), &gone, now);
        assert_eq!(jar.header(&url("http://www.example.org/"), late).as_deref(), Some("wide=4"));
    }

    #[test]
    fn a_site_cannot_fill_the_jar() {
        let now = Instant::now();
        let mut jar = Jar::default();
        for host in 0..200 {
            for round in 0..40 {
                let mut headers = HeaderMap::new();
                headers.append(SET_COOKIE, format!("c{round}=x; Path=/").parse().unwrap());
                jar.keep(&url(&format!("http://h{host}.example/")), &headers, now);
            }
        }
        assert_eq!(jar.0.len(), MAX_HOSTS);
        assert!(jar.0.values().all(|kept| kept.len() == MAX_PER_HOST));
    }
}
