//! Servers that are reached by streamable HTTP.

use std::{collections::BTreeMap, error::Error, time::Duration};

use reqwest::{
    Client, Url,
    header::{HeaderName, HeaderValue},
    redirect::Policy,
};
use rmcp::transport::{
    StreamableHttpClientTransport, streamable_http_client::StreamableHttpClientTransportConfig,
};

use crate::{host::Host, lines::MAX_LINE_BYTES, offer::short};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest reason for a failure, in bytes: a server's page may be in it.
const MAX_REASON_BYTES: usize = 600;

/// What a server at `url` speaks through.
///
/// # Errors
/// A header is not one or names a variable that is not set; there are no certificates.
pub(crate) fn transport(
    url: &Url,
    headers: &BTreeMap<String, String>,
    host: &Host,
) -> Result<StreamableHttpClientTransport<Client>, String> {
    let mut filled = std::collections::HashMap::new();
    for (name, text) in headers {
        let value = host.fill(text).map_err(|unset| unset.to_string())?;
        let name = HeaderName::try_from(name).map_err(|_| format!("{name:?} is not the name of a header"))?;
        let mut value = HeaderValue::try_from(value)
            .map_err(|_| format!("the value of the header {name} is not valid"))?;
        value.set_sensitive(true);
        filled.insert(name, value);
    }
    let config = StreamableHttpClientTransportConfig::with_uri(url.as_str())
        .custom_headers(filled)
        .max_sse_event_size(MAX_LINE_BYTES)
        .max_json_response_size(MAX_LINE_BYTES);
    let client = client(url).map_err(|error| format!("there is no HTTP client: {}", reason(&error)))?;
    Ok(StreamableHttpClientTransport::with_client(client, config))
}

fn client(url: &Url) -> reqwest::Result<Client> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails when another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut builder = Client::builder()
        .user_agent(concat!("gimlet/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        // A redirect would take the headers, which may be secrets, to a place that nobody named.
        .redirect(Policy::none());
    if url.host_str().is_some_and(|host| matches!(host, "localhost" | "127.0.0.1" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build()
}

/// An error with its causes as one bounded line.
pub(crate) fn reason(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        // Some errors repeat their cause in their own words.
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    short(&agent::clean(&text).replace('\n', " "), MAX_REASON_BYTES)
}
