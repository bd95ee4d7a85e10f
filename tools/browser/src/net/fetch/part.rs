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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        loopback::{Answer, HASTE, Names, Request, Server, deadline},
        net::{AllowList, Options, Pinned},
    };

    fn answer(request: &Request) -> Answer {
        let open = "content-type: text/css\r\naccess-control-allow-origin: *\r\nset-cookie: a=1; path=/\r\nlink: </x>; rel=preload\r\n";
        match request.path.as_str() {
            "/style" => Answer::new("200 OK", open, "p {}"),
            "/cookies" => {
                Answer::html(if request.head.contains("cookie: a=1") { "told" } else { "not told" })
            }
            "/origin" => {
                Answer::html(if request.head.contains("origin: https://a.example") { "told" } else { "" })
            }
            "/away" => Answer::to("http://10.0.0.1/x#y"),
            "/file" => Answer::to("file:///etc/passwd"),
            "/large" => Answer::raw("HTTP/1.1 200 OK\r\ncontent-length: 9000000\r\n\r\n"),
            "/robots.txt" => Answer::new("200 OK", "", "User-agent: *\nDisallow: /style\n"),
            _ => Answer::new("404 Not Found", "content-type: application/json\r\n", "{}"),
        }
    }

    struct Bench {
        server: Server,
        fetcher: Fetcher,
    }

    impl Bench {
        async fn new() -> Self {
            let server = Server::start(answer).await;
            let allowed = AllowList::new([format!("127.0.0.1:{}", server.port).as_str()]).unwrap();
            let pinned = Pinned { lookup: Names::new(&[&["10.0.0.1"]]), allowed };
            Self { fetcher: Fetcher::new(pinned, Options::default(), HASTE, None).unwrap(), server }
        }

        async fn part(&self, url: &str, page: &str, heed_robots: bool) -> Result<Part, String> {
            let url = if url.starts_with('/') { self.server.url(url) } else { url.to_owned() };
            let ask = PartAsk {
                heed_robots,
                deadline: deadline(),
                accept: Some("*/*".into()),
                origin: Some("https://a.example".into()),
                page: Url::parse(page).unwrap(),
            };
            let part = self.fetcher.part(&Url::parse(&url).unwrap(), &ask).await;
            part.map_err(|error| error.to_string())
        }

        async fn check(&self, url: &str, page: &str, expected: Result<(u16, &[&str], &str), &str>) {
            match (self.part(url, page, false).await, expected) {
                (Ok(part), Ok((status, headers, body))) => {
                    let shown: Vec<String> =
                        part.headers.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                    let body_text = String::from_utf8(part.body).unwrap();
                    assert_eq!((part.status.as_u16(), body_text.as_str()), (status, body), "{url}");
                    assert_eq!(shown, headers, "{url}");
                }
                (Err(why), Err(part)) => assert!(why.contains(part), "{url}: {why}"),
                (seen, expected) => panic!("{url}: {seen:?} is not {expected:?}"),
            }
        }
    }

    const OWN: &str = "http://127.0.0.1/";
    const OTHER: &str = "https://a.example/";
    const HTML: &[&str] = &["content-type: text/html; charset=utf-8"];

    #[tokio::test]
    async fn answers_pass_as_they_are_with_the_headers_that_a_page_needs() {
        let bench = Bench::new().await;
        let style: &[&str] = &["content-type: text/css", "access-control-allow-origin: *"];
        bench.check("/style", OTHER, Ok((200, style, "p {}"))).await;
        bench.check("/missing", OTHER, Ok((404, &["content-type: application/json"], "{}"))).await;
        bench.check("/origin", OTHER, Ok((200, HTML, "told"))).await;
        // Where it leads is asked for anew, and refused then.
        bench.check("/away", OTHER, Ok((302, &["location: http://10.0.0.1/x"], ""))).await;
        bench.check("http://10.0.0.1/x", OTHER, Err("a private address")).await;
        bench.check("http://rebind.example.org/", OTHER, Err("a private address")).await;
        bench.check("/file", OTHER, Err("file: URLs are not opened")).await;
        bench.check("/large", OTHER, Err("larger than 8 MiB")).await;
        let refused = bench.part("/style", OTHER, true).await.unwrap_err();
        assert!(refused.contains("robots.txt"), "{refused}");
    }

    #[tokio::test]
    async fn cookies_are_kept_and_told_only_for_the_page_of_their_own_host() {
        let bench = Bench::new().await;
        bench.part("/style", OTHER, false).await.unwrap();
        bench.check("/cookies", OWN, Ok((200, HTML, "not told"))).await;
        bench.part("/style", OWN, false).await.unwrap();
        bench.check("/cookies", OWN, Ok((200, HTML, "told"))).await;
        bench.check("/cookies", OTHER, Ok((200, HTML, "not told"))).await;
    }
}
