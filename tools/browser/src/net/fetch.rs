//! One page over HTTP: redirects followed by hand, retries, one deadline for the whole.

use std::{
    error::Error,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use reqwest::{
    Client, Method, Response, StatusCode, Url,
    header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION},
};

use super::{
    body::{self, BodyError},
    cache::{Asked, Cache, Disk},
    client,
    cookies::Jar,
    resolver::{Failed, Pinned},
    robots::Robots,
    robots_cache::RobotsCache,
    target::{self, Refusal},
    wait::Patience,
};

mod part;

pub(crate) use part::{Part, PartAsk};

const MAX_REDIRECTS: usize = 8;
const ACCEPTED: &str = "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.8, application/json;q=0.8, application/pdf;q=0.7, application/xml;q=0.7, */*;q=0.1";
/// How long a robots.txt may take: it stands before the page.
const ROBOTS_TIMEOUT: Duration = Duration::from_secs(5);

/// What came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    /// Where it was in the end.
    pub url: Url,
    /// Its media type, in lower case and without parameters; empty if the server gave none.
    pub mime: String,
    /// The charset of the header.
    pub charset: Option<String>,
    /// Its bytes, unpacked.
    pub body: Vec<u8>,
}

/// Why nothing came, in words for the model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// It may not be asked for.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The host is not there, or may not be reached.
    #[error(transparent)]
    Host(#[from] Failed),
    /// The body is not usable.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// The site asks robots to stay away.
    #[error("the robots.txt of {0} asks not to read this page; open_url opens it if the user asked for it")]
    Robots(String),
    /// Another status than success.
    #[error("the server answers {0}")]
    Status(StatusCode),
    /// The server wants a longer wait than there is time.
    #[error("the server answers {status} and asks to wait for {} s", .wait.as_secs())]
    Wait {
        /// The status.
        status: StatusCode,
        /// What it asks for.
        wait: Duration,
    },
    /// A redirect without end or without a target.
    #[error("the page redirects {0}")]
    Redirects(&'static str),
    /// A redirect to a place that is not opened.
    #[error("the page redirects to a place that is not opened: {0}")]
    Redirected(Refusal),
    /// What the page is cannot be shown.
    #[error("{0}")]
    Kind(String),
    /// Time is over.
    #[error("the page did not come within {} s", .0.as_secs())]
    Timeout(Duration),
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Network(String),
}

/// How a page is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// Whether robots.txt is heeded: for all that the user or the model did not name by its URL.
    pub heed_robots: bool,
    /// When it must be there.
    pub deadline: Instant,
    /// Whether a media type is of use, told before the body is read.
    pub accepts: fn(&str) -> Result<(), String>,
}

/// Fetches pages for one session.
pub(crate) struct Fetcher {
    client: Client,
    pinned: Pinned,
    language: Option<String>,
    /// Through a proxy names are not looked up for the connection, so they are before it.
    has_proxy: bool,
    patience: Patience,
    jar: Mutex<Jar>,
    cache: Cache,
    robots: RobotsCache,
}

impl Fetcher {
    /// A fetcher that reaches what `pinned` lets through, and keeps pages for other sessions on `disk`.
    ///
    /// # Errors
    /// The proxy's address is none, or the system has no certificates.
    pub fn new(
        pinned: Pinned,
        options: client::Options,
        patience: Patience,
        disk: Option<Disk>,
    ) -> Result<Self, String> {
        let has_proxy = options.proxies.is_some();
        let language = options.language.clone();
        let client = client::build(&pinned, options)?;
        Ok(Self {
            client,
            pinned,
            language,
            has_proxy,
            patience,
            jar: Mutex::default(),
            cache: Cache::new(disk),
            robots: RobotsCache::default(),
        })
    }

    /// Fetches a page.
    pub async fn get(&self, url: &Url, ask: &Ask) -> Result<Arc<Fetched>, FetchError> {
        let begun = Instant::now();
        let left = ask.deadline.saturating_duration_since(begun);
        let got = tokio::time::timeout(left, self.follow(url, ask)).await;
        got.unwrap_or(Err(FetchError::Timeout(left)))
    }

    /// Follows redirects; each target passes the same checks as the first.
    async fn follow(&self, url: &Url, ask: &Ask) -> Result<Arc<Fetched>, FetchError> {
        let mut url = url.clone();
        url.set_fragment(None);
        for hop in 0..=MAX_REDIRECTS {
            self.check(&url, hop > 0).await?;
            let mut asked = self.asked(&url);
            self.cache.recall(&url, asked).await;
            if let Some(page) = self.cache.fresh(&url, SystemTime::now()) {
                return Ok(page);
            }
            if ask.heed_robots && !self.robots_allow(&url).await {
                return Err(FetchError::Robots(url.host_str().unwrap_or_default().to_owned()));
            }
            let Answer { response, with_cookies } = self.send(&url, ask).await?;
            asked.with_cookies = with_cookies;
            let (status, headers) = (response.status(), response.headers());
            if status == StatusCode::NOT_MODIFIED
                && let Some(page) = self.cache.renew(&url, headers, asked, SystemTime::now()).await
            {
                return Ok(page);
            }
            if !status.is_redirection() {
                return self.finish(&url, response, ask, asked).await;
            }
            url = redirect(&url, headers)?;
        }
        Err(FetchError::Redirects("too many times"))
    }

    /// How a URL would be asked for now.
    fn asked(&self, url: &Url) -> Asked {
        let host = url.host_str().unwrap_or_default();
        Asked {
            with_cookies: lock(&self.jar).header(url, Instant::now()).is_some(),
            is_opened: self.pinned.allowed.has(host, url.port_or_known_default()),
        }
    }

    /// Whether a URL may be asked for, whoever named it.
    async fn check(&self, url: &Url, is_redirect: bool) -> Result<(), FetchError> {
        let mapped = |refusal| match is_redirect {
            true => FetchError::Redirected(refusal),
            false => FetchError::Refused(refusal),
        };
        target::check(url, &self.pinned.allowed).map_err(mapped)?;
        if self.has_proxy
            && let Some(host) = url.domain()
            // A name that only the proxy knows is the proxy's to judge.
            && let Err(Failed::Refused(refusal)) = self.pinned.addresses(host).await
        {
            return Err(mapped(refusal));
        }
        Ok(())
    }

    /// Asks once, and again where that may help.
    async fn send(&self, url: &Url, ask: &Ask) -> Result<Answer, FetchError> {
        let mut n_tries = 0;
        loop {
            n_tries += 1;
            let left = ask.deadline.saturating_duration_since(Instant::now());
            let answer = self.send_once(url).await;
            let seen = answer.as_ref().map(|answer| &answer.response);
            let Some(wait) = self.patience.wait(seen, n_tries, left)? else { return answer };
            tokio::time::sleep(wait).await;
        }
    }

    async fn send_once(&self, url: &Url) -> Result<Answer, FetchError> {
        let mut request = self
            .client
            .request(Method::GET, url.clone())
            .header(ACCEPT, ACCEPTED)
            .header(ACCEPT_ENCODING, body::ACCEPTED);
        if let Some(language) = &self.language {
            request = request.header(ACCEPT_LANGUAGE, language);
        }
        let cookies = lock(&self.jar).header(url, Instant::now());
        let with_cookies = cookies.is_some();
        if let Some(cookies) = cookies {
            request = request.header(COOKIE, cookies);
        }
        for (name, value) in self.cache.conditions(url) {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| network(&error))?;
        lock(&self.jar).keep(url, response.headers(), Instant::now());
        Ok(Answer { response, with_cookies })
    }

    async fn finish(
        &self,
        url: &Url,
        response: Response,
        ask: &Ask,
        asked: Asked,
    ) -> Result<Arc<Fetched>, FetchError> {
        let status = response.status();
        if !status.is_success() {
            return Err(FetchError::Status(status));
        }
        let headers = response.headers().clone();
        let (mime, charset) = kind(&headers);
        (ask.accepts)(&mime).map_err(FetchError::Kind)?;
        let body = body::read(response).await?;
        let page = Arc::new(Fetched { url: url.clone(), mime, charset, body });
        self.cache.keep(&headers, &page, asked, SystemTime::now()).await;
        Ok(page)
    }

    /// Whether the site lets robots read this. What cannot be asked forbids nothing, as the standard
    /// has it, but a server in trouble is left alone.
    async fn robots_allow(&self, url: &Url) -> bool {
        let Ok(mut place) = url.join("/robots.txt") else { return true };
        place.set_query(None);
        let path = url.query().map_or(url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        if let Some(known) = self.robots.get(&place) {
            return known.allows(&path);
        }
        let got = tokio::time::timeout(ROBOTS_TIMEOUT, self.fetch_robots(&place)).await;
        let robots = Arc::new(got.unwrap_or_default());
        self.robots.put(place, robots.clone());
        robots.allows(&path)
    }

    async fn fetch_robots(&self, place: &Url) -> Robots {
        let mut place = place.clone();
        for _ in 0..=MAX_REDIRECTS {
            if self.check(&place, true).await.is_err() {
                return Robots::default();
            }
            let Ok(answer) = self.send_once(&place).await else { return Robots::default() };
            let response = answer.response;
            let status = response.status();
            if status.is_server_error() {
                return Robots::closed();
            }
            if status.is_redirection() {
                match redirect(&place, response.headers()) {
                    Ok(next) => place = next,
                    Err(_) => return Robots::default(),
                }
                continue;
            }
            return match body::read(response).await {
                Ok(bytes) if status.is_success() => Robots::parse(&String::from_utf8_lossy(&bytes)),
                _ => Robots::default(),
            };
        }
        Robots::default()
    }
}

/// An answer, and whether cookies were sent for it.
struct Answer {
    response: Response,
    with_cookies: bool,
}

/// Where an answer sends us, checked as far as its text goes.
fn redirect(from: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let location = headers.get(LOCATION).ok_or(FetchError::Redirects("without saying where"))?;
    let text = std::str::from_utf8(location.as_bytes()).map_err(|_| FetchError::Redirects("to no URL"))?;
    let joined = from.join(text).map_err(|_| FetchError::Redirects("to no URL"))?;
    let mut url = target::parse(joined.as_str()).map_err(FetchError::Redirected)?;
    url.set_fragment(None);
    Ok(url)
}

/// The media type and the charset of a header.
fn kind(headers: &HeaderMap) -> (String, Option<String>) {
    let text = headers.get(CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    of_content_type(&text.unwrap_or_default())
}

/// The media type and the charset of a header's text.
pub(crate) fn of_content_type(text: &str) -> (String, Option<String>) {
    let text: String = text.chars().take(200).collect();
    let mut parts = text.split(';');
    let mime = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    (mime, charset)
}

/// The client's error; a refused address comes back as what it is.
fn network(error: &reqwest::Error) -> FetchError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(failed) = inner.downcast_ref::<Failed>() {
            return FetchError::Host(failed.clone());
        }
        cause = inner.source();
    }
    FetchError::Network(reason(error))
}

/// An error with its causes as one bounded line.
pub(crate) fn reason(error: &dyn Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next.filter(|_| parts.len() < 8) {
        let text = error.to_string();
        // Some errors repeat their cause in their own words, and the first one has the whole URL.
        if !parts.iter().any(|known| known.contains(&text)) && !text.contains("for url (") {
            parts.push(text);
        }
        next = error.source();
    }
    agent::clean(&parts.join(": ")).replace('\n', " ").chars().take(300).collect()
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // What is guarded is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tls_tests;
