//! When to ask again, and how long to wait before.

use std::time::{Duration, SystemTime};

use reqwest::{Response, StatusCode, header::RETRY_AFTER};

use super::fetch::FetchError;

/// How long a fetcher tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Patience {
    /// The most times that it asks.
    pub max_tries: u32,
    /// The wait after the first try, which doubles.
    pub first: Duration,
    /// The longest wait that a server may ask for.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { max_tries: 3, first: Duration::from_millis(500), longest: Duration::from_secs(10) }
    }
}

impl Patience {
    /// How long to wait before the next try; nothing if this answer stands.
    ///
    /// # Errors
    /// The server asks for a longer wait than there is.
    pub fn wait(
        &self,
        answer: Result<&Response, &FetchError>,
        n_tries: u32,
        left: Duration,
    ) -> Result<Option<Duration>, FetchError> {
        let asked = match answer {
            Ok(response) if is_passing(response.status()) => {
                let header = response.headers().get(RETRY_AFTER);
                let wait = header.and_then(|value| asked_for(value.to_str().ok()?, SystemTime::now()));
                wait.map(|wait| (response.status(), wait))
            }
            Err(FetchError::Network(_)) => None,
            _ => return Ok(None),
        };
        if let Some((status, wait)) = asked.filter(|(_, wait)| *wait > self.longest.min(left / 2)) {
            return Err(FetchError::Wait { status, wait });
        }
        let own = self.first * 2u32.saturating_pow(n_tries.saturating_sub(1));
        let wait = asked.map_or(own, |(_, wait)| wait.max(own));
        Ok((n_tries < self.max_tries && wait <= left / 2).then_some(wait))
    }
}

fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 502 | 503 | 504)
}

/// The wait that a header asks for: a number of seconds, or a date. One that has passed is no wait;
/// of what is neither, the own wait counts.
fn asked_for(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_seconds_or_dates() {
        let now = httpdate::parse_http_date("Tue, 24 Nov 2026 12:00:00 GMT").unwrap();
        for (text, expected) in [
            ("7", Some(7)),
            (" 0 ", Some(0)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Tue, 24 Nov 2026 12:00:05 GMT", Some(5)),
            // The two older forms of the standard.
            ("Tuesday, 24-Nov-26 12:01:00 GMT", Some(60)),
            ("Tue Nov 24 12:00:09 2026", Some(9)),
            ("Fri, 31 Dec 1999 23:59:59 GMT", Some(0)),
            ("Tue, 24 Nov 2026 25:00:05 GMT", None),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(asked_for(text, now).map(|wait| wait.as_secs()), expected, "{text:?}");
        }
    }
}
