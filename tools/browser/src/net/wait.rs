//! When to ask again, and how long to wait before.

use std::time::Duration;

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
        answer: &Result<Response, FetchError>,
        n_tries: u32,
        left: Duration,
    ) -> Result<Option<Duration>, FetchError> {
        let asked = match answer {
            Ok(response) if is_passing(response.status()) => {
                let header = response.headers().get(RETRY_AFTER);
                let wait = header.and_then(|value| seconds(value.to_str().ok()?));
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

/// A number of seconds; a date is not read, and then the own wait counts.
fn seconds(text: &str) -> Option<Duration> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| Duration::from_secs(text.parse().unwrap_or(u64::MAX)))
}
