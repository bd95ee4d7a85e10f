//! Requests to engines: no redirects, no cookies, bounded answers.

use std::time::Instant;

use reqwest::{Client, RequestBuilder, StatusCode, Url, header::ACCEPT_ENCODING};

use super::Fault;
use crate::net::{AllowList, Options, Pinned, build_client, check_url, read_body, reason};

/// The client for engines. Their addresses are the user's own words, so they may be private.
pub(crate) struct Http {
    client: Client,
    allowed: AllowList,
}

impl Http {
    /// A client that reaches what `pinned` lets through.
    ///
    /// # Errors
    /// The proxy's address is none, or the system has no certificates.
    pub fn new(pinned: &Pinned, options: Options) -> Result<Self, String> {
        Ok(Self { client: build_client(pinned, options)?, allowed: pinned.allowed.clone() })
    }

    /// A request.
    pub fn get(&self, url: Url) -> RequestBuilder {
        self.client.get(url)
    }

    /// A request with a JSON body.
    pub fn post(&self, url: Url, body: &serde_json::Value) -> RequestBuilder {
        self.client.post(url).header("content-type", "application/json").body(body.to_string())
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// There is none, or its status says why.
    pub async fn send(
        &self,
        request: RequestBuilder,
        deadline: Instant,
    ) -> Result<(StatusCode, Vec<u8>), Fault> {
        let left = deadline.saturating_duration_since(Instant::now());
        let failed = |error: reqwest::Error| Fault::Failed(reason(&error.without_url()));
        let request =
            request.timeout(left).header(ACCEPT_ENCODING, "gzip, br, zstd").build().map_err(failed)?;
        check_url(request.url(), &self.allowed)
            .map_err(|refusal| Fault::Unconfigured(refusal.to_string()))?;
        let response = self.client.execute(request).await.map_err(failed)?;
        let status = response.status();
        let body = read_body(response).await.map_err(|error| Fault::Failed(error.to_string()))?;
        match status.as_u16() {
            200..300 => Ok((status, body)),
            401 | 403 => {
                Err(Fault::Blocked(format!("it answers {status}: the key or this address is refused")))
            }
            402 | 432 | 433 => Err(Fault::Blocked(format!("it answers {status}: the quota is used up"))),
            429 => Err(Fault::Blocked(format!(
                "it answers {status}: too many requests, or the quota is used up"
            ))),
            _ => Err(Fault::Failed(format!("it answers {status}"))),
        }
    }
}
