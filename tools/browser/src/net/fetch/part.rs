//! What a page asks for when its scripts run: one answer as it is, for a browser to judge.

use std::time::Instant;

use reqwest::{
    Method, StatusCode, Url,
    header::{
        ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_CREDENTIALS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONTENT_TYPE, COOKIE, HeaderName,
        LOCATION, ORIGIN, X_CONTENT_TYPE_OPTIONS,
    },
};

use super::{FetchError, Fetcher, body, lock, network, redirect};

/// What a browser needs to know of an answer. Cookies, policies and hints to load more are not passed on.
const PASSED: [HeaderName; 5] = [
    CONTENT_TYPE,
    X_CONTENT_TYPE_OPTIONS,
    ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_ALLOW_CREDENTIALS,
    ACCESS_CONTROL_EXPOSE_HEADERS,
];

/// How a part is asked for.
#[derive(Clone, Debug)]
pub(crate) struct PartAsk {
    /// Whether robots.txt is heeded.
    pub heed_robots: bool,
    /// When it must be there.
    pub deadline: Instant,
    /// The media types that are wanted.
    pub accept: Option<String>,
    /// The origin that asks, where the server is to decide about it.
    pub origin: Option<String>,
    /// The page that it is for. Cookies are sent and kept only at its own host: a page cannot have
    /// others' answers for the user.
    pub page: Url,
}

/// An answer, whatever its status, with the headers that are passed on. A redirect is one too: its
/// target is asked for anew, with every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Vec<u8>,
}

impl Fetcher {
    /// Asks once for a part of a page, with the same checks as for a page.
    pub async fn part(&self, url: &Url, ask: &PartAsk) -> Result<Part, FetchError> {
        let left = ask.deadline.saturating_duration_since(Instant::now());
        let got = tokio::time::timeout(left, self.part_now(url, ask)).await;
        got.unwrap_or(Err(FetchError::Timeout(left)))
    }

    async fn part_now(&self, url: &Url, ask: &PartAsk) -> Result<Part, FetchError> {
        self.check(url, false).await?;
        if ask.heed_robots && !self.robots_allow(url).await {
            return Err(FetchError::Robots(url.host_str().unwrap_or_default().to_owned()));
        }
        let is_own = url.host_str() == ask.page.host_str();
        let cookies = lock(&self.jar).header(url, Instant::now()).filter(|_| is_own);
        let headers = [
            (ACCEPT, ask.accept.clone()),
            (ACCEPT_LANGUAGE, self.language.clone()),
            (ORIGIN, ask.origin.clone()),
            (COOKIE, cookies),
        ];
        let request = self.client.request(Method::GET, url.clone()).header(ACCEPT_ENCODING, body::ACCEPTED);
        let given = headers.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let request = given.fold(request, |request, (name, value)| request.header(name, value));
        let response = request.send().await.map_err(|error| network(&error))?;
        if is_own {
            lock(&self.jar).keep(url, response.headers(), Instant::now());
        }
        let (status, headers) = (response.status(), response.headers());
        let text = |name: &HeaderName| Some(headers.get(name)?.to_str().ok()?.to_owned());
        let mut passed: Vec<_> =
            PASSED.into_iter().filter_map(|name| Some((name.clone(), text(&name)?))).collect();
        if status.is_redirection() {
            passed.push((LOCATION, redirect(url, headers)?.into()));
            return Ok(Part { status, headers: passed, body: Vec::new() });
        }
        let body = body::read(response).await?;
        Ok(Part { status, headers: passed, body })
    }
}
