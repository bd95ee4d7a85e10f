//! Whether a URL may be asked for at all.

use std::net::IpAddr;

use reqwest::Url;

use super::{address::special, allow::AllowList};

/// The longest URL, in bytes.
const MAX_BYTES: usize = 4096;

/// Ports of services that are not the web, where a request could be taken for something else.
///
/// # Source
/// The bad ports of the WHATWG's Fetch standard.
const BAD_PORTS: [u16; 82] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6379, 6566, 6665, 6667, 6669, 6679, 6697, 11211,
];

/// Why a URL is not asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// It is none.
    #[error("{0:?} is not a URL: write one that begins with https://")]
    NotUrl(String),
    /// Neither http nor https.
    #[error("{0}: URLs are not opened, only http:// and https:// ones")]
    Scheme(String),
    /// A name or a password stands in it.
    #[error("a URL with a user name in it is not opened: leave out what stands before the @")]
    UserInfo,
    /// It is long.
    #[error("a URL of more than {MAX_BYTES} bytes is not opened")]
    Long,
    /// A mail server or the like.
    #[error("port {0} is not one of the web and is not opened")]
    Port(u16),
    /// An address that is not public.
    #[error("{host} is not opened: it has {kind} address; the user can open it with allow_hosts")]
    Private {
        /// The host as it was asked for.
        host: String,
        /// As "a loopback".
        kind: &'static str,
    },
}

/// The URL that a model or a page means.
///
/// # Errors
/// It is none that is ever opened.
pub(crate) fn parse(text: &str) -> Result<Url, Refusal> {
    let text = text.trim();
    if text.len() > MAX_BYTES {
        return Err(Refusal::Long);
    }
    let looks_like_host = !text.contains("://")
        && text
            .split(['/', '?', '#', ':'])
            .next()
            .is_some_and(|host| host.contains('.') && !host.contains(' '));
    // A model often leaves out the scheme.
    let with_scheme = if looks_like_host { format!("https://{text}") } else { text.to_owned() };
    let url = Url::parse(&with_scheme).map_err(|_| Refusal::NotUrl(excerpt(text)))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refusal::Scheme(excerpt(url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::UserInfo);
    }
    match url.host_str() {
        None | Some("") => Err(Refusal::NotUrl(excerpt(text))),
        Some(_) if url.as_str().len() > MAX_BYTES => Err(Refusal::Long),
        Some(_) => Ok(url),
    }
}

/// Checks all of a URL but the addresses of a name, which are known when it is looked up.
///
/// # Errors
/// Its host or port may not be reached.
pub(crate) fn check(url: &Url, allowed: &AllowList) -> Result<(), Refusal> {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default();
    if allowed.has(host, port) {
        return Ok(());
    }
    if let Some(port) = port.filter(|port| BAD_PORTS.contains(port)) {
        return Err(Refusal::Port(port));
    }
    let private = |kind| Err(Refusal::Private { host: excerpt(host), kind });
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return special(address).map_or(Ok(()), private);
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    match name.as_str() {
        "" => Err(Refusal::NotUrl(excerpt(url.as_str()))),
        "localhost" => private("a loopback"),
        name if name.ends_with(".localhost") => private("a loopback"),
        // Names that only a local network gives out; public names have a dot.
        name if !name.contains('.') => private("a local"),
        name if [".local", ".internal", ".home.arpa", ".lan", ".intranet", ".corp", ".home"]
            .iter()
            .any(|ending| name.ends_with(ending)) =>
        {
            private("a local")
        }
        // An allowed host at another port than the one that is named.
        name if allowed.has_host(name) => private("a port that is not allowed at its"),
        _ => Ok(()),
    }
}

/// The beginning of a text from outside, for a message.
fn excerpt(text: &str) -> String {
    let short: String = agent::clean(text).chars().take(100).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(url: &str) -> Result<(), Refusal> {
        let allowed = AllowList::new(["wiki.intranet:8080", "10.0.0.7"]).unwrap();
        parse(url).and_then(|url| check(&url, &allowed))
    }

    #[test]
    fn public_and_allowed_urls_pass() {
        for url in [
            "https://example.org/",
            "http://example.org:8080/a?b#c",
            "example.org/path",
            "HTTPS://EXAMPLE.ORG",
            "https://8.8.8.8/",
            "https://[2606:4700::1111]/",
            "https://bücher.example/",
            "https://例え.jp/",
            "http://wiki.intranet:8080/",
            "http://WIKI.intranet.:8080/",
            "http://10.0.0.7:3000/",
            "http://0xa000007/",
        ] {
            assert_eq!(judge(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn hostile_urls_are_refused_in_every_spelling() {
        let (private, scheme, not_url, user, port) =
            ("allow_hosts", "only http", "not a URL", "user name", "port");
        for (url, expected) in [
            ("http://127.0.0.1/", private),
            ("http://127.1/", private),
            ("http://127.0.1/", private),
            ("http://2130706433/", private),
            ("http://0x7f000001/", private),
            ("http://0x7f.0.0.1/", private),
            ("http://0177.0.0.1/", private),
            ("http://017700000001/", private),
            ("http://0x7F.1/", private),
            ("http://127.0.0.1./", private),
            ("http://①②⑦.0.0.1/", private),
            ("http://127。0。0。1/", private),
            ("http://%31%32%37.0.0.1/", private),
            ("http://127.0.0.1:80\\@example.org/", private),
            ("http:127.0.0.1/", private),
            ("http:/127.0.0.1/", private),
            ("http:\\\\127.0.0.1\\", private),
            ("ht\ntp://127.0.0.1/", private),
            ("http://127.0.\t0.1/", private),
            ("http://0/", private),
            ("http://0.0.0.0/", private),
            ("http://[::]/", private),
            ("http://[::1]/", private),
            ("http://[0:0:0:0:0:0:0:1]/", private),
            ("http://[::ffff:127.0.0.1]/", private),
            ("http://[::ffff:7f00:1]/", private),
            ("http://[::127.0.0.1]/", private),
            ("http://[64:ff9b::127.0.0.1]/", private),
            ("http://[64:ff9b:1::7f00:1]/", private),
            ("http://[2002:7f00:1::]/", private),
            ("http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", private),
            ("http://[fe80::1]/", private),
            ("http://[fd00:ec2::254]/latest/meta-data/", private),
            ("http://[ff02::1]/", private),
            ("http://[fe80::1%25eth0]/", not_url),
            ("http://169.254.169.254/latest/meta-data/", private),
            ("http://0xA9FEA9FE/", private),
            ("http://2852039166/", private),
            ("http://metadata.google.internal/", private),
            ("http://metadata/", private),
            ("http://168.63.129.16/", private),
            ("http://192.0.0.192/", private),
            ("http://100.100.100.200/", private),
            ("http://10.0.0.8/", private),
            ("http://172.31.0.1/", private),
            ("http://192.168.0.1/", private),
            ("http://3232235521/", private),
            ("http://100.64.0.1/", private),
            ("http://224.0.0.1/", private),
            ("http://255.255.255.255/", private),
            ("http://198.18.0.1/", private),
            ("http://localhost/", private),
            ("http://localhost./", private),
            ("http://LOCALHOST:8080/", private),
            ("http://ⓛocalhost/", private),
            ("http://foo.localhost/", private),
            ("http://printer.local/", private),
            ("http://intranet/", private),
            ("http://wiki.intranet/", private),
            ("http://wiki.intranet:8081/", private),
            ("http://x.wiki.intranet:8080/", private),
            ("https://user@example.org/", user),
            ("https://user:secret@example.org/", user),
            ("http://example.org@127.0.0.1/", user),
            ("http://example.org:80@127.0.0.1/", user),
            ("file:///etc/passwd", scheme),
            ("ftp://example.org/", scheme),
            ("gopher://127.0.0.1:6379/_INFO", scheme),
            ("javascript:alert(1)", scheme),
            ("data:text/html,hi", scheme),
            ("blob:https://example.org/x", scheme),
            ("view-source:http://example.org/", scheme),
            ("ws://example.org/", scheme),
            ("unix:///var/run/docker.sock", scheme),
            ("http://example.org:25/", port),
            ("http://example.org:6379/", port),
            ("http://example.org:22/", port),
            ("http://example.org:99999/", not_url),
            ("http:///", not_url),
            ("http://", not_url),
            ("", not_url),
            ("who won", not_url),
            ("//127.0.0.1/", not_url),
            ("http://exa mple.org/", not_url),
            ("http://256.256.256.256/", not_url),
            ("http://[::1", not_url),
            ("http://./", not_url),
        ] {
            let refusal = judge(url).map_err(|refusal| refusal.to_string());
            assert!(refusal.as_ref().is_err_and(|why| why.contains(expected)), "{url}: {refusal:?}");
        }
        assert_eq!(judge(&format!("https://example.org/{}", "a".repeat(5000))), Err(Refusal::Long));
    }
}
