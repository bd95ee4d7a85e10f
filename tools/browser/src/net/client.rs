//! The HTTP client, with everything off that would go behind our back.

use std::{collections::BTreeMap, fs::File, io::Read, path::Path, time::Duration};

use reqwest::{Certificate, Client, NoProxy, Proxy, Url, redirect::Policy};

use super::{allow::AllowList, resolver::Pinned};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest silence of a server.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
const MAX_HEADER_BYTES: u32 = 64 << 10;
/// The largest file of certificates.
const MAX_CERTIFICATE_BYTES: u64 = 1 << 20;

/// How the client speaks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    /// What it calls itself, if not gimlet.
    pub user_agent: Option<String>,
    /// The languages that it asks for.
    pub language: Option<String>,
    /// Authorities that are believed besides the system's.
    pub certificates: Vec<Certificate>,
    /// The proxies, if any are to be used.
    pub proxies: Option<Proxies>,
}

/// Proxies by the scheme of what is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    except: Option<String>,
}

impl Proxies {
    /// One for everything.
    pub fn all(url: &str) -> Self {
        Self { http: Some(url.to_owned()), https: Some(url.to_owned()), except: None }
    }

    /// Those that the environment names by the usual variables.
    pub fn from_environment(variables: &BTreeMap<String, String>) -> Self {
        let find = |names: &[&str]| {
            let set = names.iter().filter_map(|name| variables.get(*name));
            set.map(|value| value.trim()).find(|value| !value.is_empty()).map(str::to_owned)
        };
        Self {
            // HTTP_PROXY in capitals can be set by a request's header where a program runs under CGI.
            http: find(&["http_proxy", "all_proxy", "ALL_PROXY"]),
            https: find(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            except: find(&["no_proxy", "NO_PROXY"]),
        }
    }
}

/// The certificates of a PEM file.
///
/// # Errors
/// There is no such file, or none in it.
pub(crate) fn certificates(path: &Path) -> Result<Vec<Certificate>, String> {
    let mut pem = Vec::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_CERTIFICATE_BYTES).read_to_end(&mut pem).map_err(|error| error.to_string())?;
    let found = Certificate::from_pem_bundle(&pem).map_err(|error| super::fetch::reason(&error))?;
    match found.is_empty() {
        true => Err("there is no certificate in it".into()),
        false => Ok(found),
    }
}

/// A client that looks names up through `pinned`.
pub(crate) fn build(pinned: &Pinned, options: Options) -> Result<Client, String> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails when another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let mut pinned = pinned.clone();
    let agent = options.user_agent.unwrap_or_else(|| concat!("gimlet/", env!("CARGO_PKG_VERSION")).into());
    let mut builder = Client::builder()
        .user_agent(agent)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .redirect(Policy::none())
        .tls_certs_merge(options.certificates)
        .referer(false)
        // Bodies are unpacked by us, which counts both sizes.
        .no_gzip()
        .no_brotli()
        .no_zstd()
        .no_deflate()
        .no_proxy();
    for (scheme, address) in options.proxies.iter().flat_map(|p| [("http", &p.http), ("https", &p.https)]) {
        let Some(address) = address else { continue };
        let with_scheme = if address.contains("://") { address.clone() } else { format!("http://{address}") };
        let bad = || format!("the proxy {address:?} is not an address like http://proxy.example:3128");
        let url = Url::parse(&with_scheme).map_err(|_| bad())?;
        pinned.allowed = pinned.allowed.and(AllowList::of(&url));
        let proxy = match scheme {
            "http" => Proxy::http(url),
            _ => Proxy::https(url),
        };
        let except = options.proxies.as_ref().and_then(|proxies| proxies.except.as_deref());
        builder = builder.proxy(proxy.map_err(|_| bad())?.no_proxy(except.and_then(NoProxy::from_string)));
    }
    let client = builder.dns_resolver(pinned).build();
    client.map_err(|error| format!("there is no HTTP client: {}", super::fetch::reason(&error)))
}
