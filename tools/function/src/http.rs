//! The http handler: a request whose answer is the observation.

use std::{sync::OnceLock, time::Duration};

use chat::{Observation, Status};
use reqwest::{
    Client, Method, Request, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION},
    redirect::{Attempt, Policy},
};
use serde_json::Value;

use crate::{error::Located, fields::Fields, host::Host, run::Run, spool::TooMuch, variables::Template};

const MAX_REDIRECTS: usize = 5;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const KEYS: [&str; 6] = ["type", "method", "url", "headers", "timeout_s", "output_bytes"];

/// A request that is filled with the arguments.
#[derive(Debug)]
pub(crate) struct HttpHandler {
    method: Method,
    url: Template,
    headers: Vec<(HeaderName, Template)>,
    client: OnceLock<Client>,
}

/// Why there is no answer.
enum Failure {
    Failed(String),
    TooMuch(TooMuch),
}

impl HttpHandler {
    /// Reads the handler of a manifest.
    pub fn new(fields: Fields) -> Result<Self, Located> {
        let fields = fields.only(&KEYS)?;
        let method = match fields.text("method")? {
            "GET" => Method::GET,
            "HEAD" => Method::HEAD,
            "DELETE" => Method::DELETE,
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "PATCH" => Method::PATCH,
            _ => return Err(fields.bad("method", "GET, HEAD, DELETE, POST, PUT or PATCH")),
        };
        let bad_url = || fields.bad("url", "an http:// or https:// address, perhaps with ${NAME} in it");
        let text = fields.text("url")?;
        let url = Template::parse(text).ok_or_else(bad_url)?;
        if url.is_plain() {
            parse_url(text).map_err(|_| bad_url())?;
        }
        let mut headers = Vec::new();
        if let Some(value) = fields.get("headers") {
            let map = value.as_object().ok_or_else(|| fields.bad("headers", "an object of texts"))?;
            for (name, value) in map {
                let header = HeaderName::try_from(name).ok().zip(value.as_str().and_then(Template::parse));
                headers.push(header.ok_or_else(|| {
                    fields
                        .bad("headers", format!("an object of header names and texts, which {name:?} is not"))
                })?);
            }
        }
        Ok(Self { method, url, headers, client: OnceLock::new() })
    }

    /// Sends the request once.
    pub async fn run(&self, arguments: &Value, run: &Run<'_>) -> Observation {
        let request = match self.request(arguments, run.host) {
            Ok(request) => request,
            Err(reason) => return Observation::error(reason),
        };
        let mut spool = run.spool();
        let answer = run.until_stopped(async {
            let client = self.client(request.url())?;
            let mut response =
                client.execute(request).await.map_err(|error| failed("The request failed", error))?;
            let headers = response.headers();
            let text_of = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
            let target = text_of(LOCATION).map(str::to_owned);
            if let Some(mime) = text_of(CONTENT_TYPE).and_then(|kind| kind.split(';').next()) {
                spool.set_mime(&mime.trim().to_ascii_lowercase());
            }
            while let Some(bytes) =
                response.chunk().await.map_err(|error| failed("The answer broke off", error))?
            {
                spool.push(&bytes).map_err(Failure::TooMuch)?;
            }
            Ok((response.status(), target))
        });
        let answer = answer.await;
        let kept = spool.finish();
        match answer {
            Ok(Ok((status, _))) if status.is_success() => run.observe(Status::Ok, kept, ""),
            Ok(Ok((status, target))) => {
                let mut why = format!("The answer has status {status}.");
                if let Some(target) = target.filter(|_| status.is_redirection()) {
                    why.push_str(&format!(" It redirects to {target}, which is not followed."));
                }
                run.observe(Status::Error, kept, &why)
            }
            Ok(Err(Failure::Failed(why))) => run.observe(Status::Error, kept, &why),
            Ok(Err(Failure::TooMuch(too_much))) => {
                run.observe(Status::Error, kept, &format!("The request was stopped because {too_much}."))
            }
            Err(stop) => run.observe(Status::Timeout, kept, &stop.sentence("The request")),
        }
    }

    fn request(&self, arguments: &Value, host: &Host) -> Result<Request, String> {
        let unset = |name: String| format!("the variable {name} is not set, and this function needs it");
        let mut url = parse_url(&self.url.fill(host).map_err(unset)?)?;
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        let has_query = matches!(self.method, Method::GET | Method::HEAD | Method::DELETE);
        if !has_query {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, template) in &self.headers {
            let text = template.fill(host).map_err(unset)?;
            let mut value = HeaderValue::try_from(text)
                .map_err(|_| format!("the value of the header {name} is not valid"))?;
            value.set_sensitive(!template.is_plain());
            headers.insert(name, value);
        }
        if has_query && let Some(map) = arguments.as_object().filter(|map| !map.is_empty()) {
            let mut pairs = Vec::new();
            map.iter().for_each(|(name, value)| add_to_query(&mut pairs, name, value));
            url.query_pairs_mut().extend_pairs(pairs);
        }
        let mut request = Request::new(self.method.clone(), url);
        *request.headers_mut() = headers;
        if !has_query {
            *request.body_mut() = Some(arguments.to_string().into());
        }
        Ok(request)
    }

    /// The client, made at the first call: it reads the system's certificates.
    fn client(&self, url: &Url) -> Result<&Client, Failure> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // It fails when another thread was faster, which is as good.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut builder = Client::builder()
            .user_agent(concat!("gimlet/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::custom(stay_at_home));
        if is_loopback(url) {
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| failed("There is no HTTP client", error))?;
        Ok(self.client.get_or_init(|| client))
    }
}

/// Follows a redirect only within the host that the manifest names, and never out of TLS: the
/// headers may hold secrets.
fn stay_at_home(attempt: Attempt) -> reqwest::redirect::Action {
    let Some(from) = attempt.previous().last() else { return attempt.stop() };
    let to = attempt.url();
    let same_origin = from.origin() == to.origin();
    let to_tls =
        from.host() == to.host() && from.port().is_none() && to.port().is_none() && to.scheme() == "https";
    match (same_origin || to_tls) && attempt.previous().len() <= MAX_REDIRECTS {
        true => attempt.follow(),
        false => attempt.stop(),
    }
}

fn parse_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| "the address of this function is not an http:// or https:// one".to_owned())
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]"))
}

/// A list repeats its name, an object is written as JSON, nothing is left out.
fn add_to_query(pairs: &mut Vec<(String, String)>, name: &str, value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| add_to_query(pairs, name, item)),
        Value::String(text) => pairs.push((name.to_owned(), text.clone())),
        other => pairs.push((name.to_owned(), other.to_string())),
    }
}

/// What went wrong, without the address, which may hold a secret.
fn failed(what: &str, error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut text = format!("{what}: {error}");
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    Failure::Failed(text + ".")
}
