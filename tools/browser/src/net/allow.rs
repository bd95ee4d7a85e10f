//! The hosts that may be reached although their addresses are private.

use reqwest::Url;

/// Hosts by name, some with the one port that is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct AllowList(Vec<(String, Option<u16>)>);

/// An entry that is no host.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} in allow_hosts is not a host: write a name or an address, perhaps with a port, as in \"wiki.intranet:8080\""
)]
pub struct BadHost(String);

impl AllowList {
    /// Reads entries like `wiki.intranet`, `127.0.0.1:8080` and `[::1]`.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, BadHost> {
        let read = |entry: &'a str| entry_of(entry).ok_or_else(|| BadHost(entry.to_owned()));
        entries.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The host and port of one address.
    pub fn of(url: &Url) -> Self {
        let host = url.host_str().map(normal);
        Self(host.into_iter().map(|host| (host, url.port_or_known_default())).collect())
    }

    /// Both lists.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Whether this host may be reached at this port whatever its address is.
    pub fn has(&self, host: &str, port: Option<u16>) -> bool {
        let host = normal(host);
        self.0.iter().any(|(known, only)| *known == host && (only.is_none() || *only == port))
    }

    /// Whether the host may be reached at any port. The port was checked with the URL.
    pub fn has_host(&self, host: &str) -> bool {
        let host = normal(host);
        self.0.iter().any(|(known, _)| *known == host)
    }
}

/// The parser of URLs reads the host, so that both sides are spelt the same.
fn entry_of(entry: &str) -> Option<(String, Option<u16>)> {
    let is_bare_v6 = entry.parse::<std::net::Ipv6Addr>().is_ok();
    let text = if is_bare_v6 { format!("x://[{entry}]") } else { format!("x://{entry}") };
    let url = Url::parse(&text.replacen("x://", "http://", 1)).ok()?;
    let has_more = url.path() != "/" || url.query().is_some() || url.fragment().is_some();
    if has_more || entry.contains(['/', '@', '?', '#', '\\']) || !url.username().is_empty() {
        return None;
    }
    // The parser drops :80, which is then meant all the same.
    let port = url.port().or_else(|| entry.ends_with(":80").then_some(80));
    Some((normal(url.host_str()?), port))
}

/// A name with the root's dot is the same name.
fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_hosts_and_ports() {
        let list =
            AllowList::new(["Wiki.Intranet", "127.0.0.1:8080", "::1", "[fd00::2]:81", "a:80"]).unwrap();
        for (host, port, expected) in [
            ("wiki.intranet", 80, true),
            ("wiki.intranet.", 8443, true),
            ("x.wiki.intranet", 80, false),
            ("127.0.0.1", 8080, true),
            ("127.0.0.1", 80, false),
            ("[::1]", 9, true),
            ("[fd00::2]", 81, true),
            ("[fd00::2]", 82, false),
            ("a", 80, true),
            ("a", 81, false),
        ] {
            assert_eq!(list.has(host, Some(port)), expected, "{host}:{port}");
        }
        for bad in ["", "http://a", "a/b", "u@a", "a b", "a:99999", "*", "*.intranet"] {
            // A star is a valid character of a URL's host, and means nothing here.
            let read = AllowList::new([bad]);
            assert!(read.is_err() || bad.contains('*') && !read.unwrap().has_host("x.intranet"), "{bad}");
        }
    }
}
