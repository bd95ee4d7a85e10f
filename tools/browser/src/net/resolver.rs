//! Names looked up by us, so that a connection goes only to an address that was checked.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::{address::special, allow::AllowList, target::Refusal};

/// The longest wait for a name's addresses.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);
/// The most addresses of one name that are tried.
const MAX_ADDRESSES: usize = 16;

/// Finds the addresses of a name. Tests answer with what an attacker's server would.
pub(crate) trait Lookup: Send + Sync {
    /// The addresses, in the order in which they are tried.
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The system's resolver.
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::time::timeout(LOOKUP_TIMEOUT, tokio::net::lookup_host((host, 0)));
            Ok(found.await??.map(|address| address.ip()).collect())
        })
    }
}

/// Gives the HTTP client only addresses that may be reached. The client connects to exactly these, so
/// a name whose answer changes between check and use has nothing to win.
#[derive(Clone)]
pub(crate) struct Pinned {
    pub lookup: Arc<dyn Lookup>,
    pub allowed: AllowList,
}

impl Pinned {
    /// The addresses of a host that may be reached.
    pub async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, Failed> {
        let found = self
            .lookup
            .lookup(host.to_owned())
            .await
            .map_err(|error| Failed::Unknown { host: host.to_owned(), why: error.to_string() })?;
        if found.is_empty() {
            return Err(Failed::Unknown { host: host.to_owned(), why: "it has no address".into() });
        }
        let is_open = self.allowed.has_host(host);
        let passes = |address: &&IpAddr| is_open || special(**address).is_none();
        let passed: Vec<IpAddr> = found.iter().filter(passes).copied().take(MAX_ADDRESSES).collect();
        match (passed.is_empty(), found.iter().find_map(|address| special(*address))) {
            (true, kind) => Err(Failed::Refused(Refusal::Private {
                host: host.to_owned(),
                kind: kind.unwrap_or("no public"),
            })),
            (false, _) => Ok(passed),
        }
    }
}

/// Why a name leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failed {
    /// Its addresses may not be reached.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It has none.
    #[error("the host {host} was not found: {why}")]
    Unknown {
        /// The name.
        host: String,
        /// The resolver's word.
        why: String,
    },
}

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let addresses = this.addresses(name.as_str()).await?;
            // Port 0 stands for the URL's.
            let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Answer(&'static [&'static str]);

    impl Lookup for Answer {
        fn lookup(&self, _: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
            let addresses = self.0.iter().map(|text| text.parse().unwrap()).collect();
            Box::pin(async move { Ok(addresses) })
        }
    }

    #[tokio::test]
    async fn hostile_answers_leave_only_public_addresses() {
        for (answer, expected) in [
            (&["93.184.215.14"][..], Some(&["93.184.215.14"][..])),
            (&["127.0.0.1"], None),
            (&["10.0.0.1", "192.168.0.1"], None),
            (&["169.254.169.254"], None),
            (&["::1"], None),
            (&["::ffff:10.0.0.1"], None),
            (&["fd00::1"], None),
            (&["64:ff9b::a00:1"], None),
            (&["2002:a00:1::"], None),
            (&["0.0.0.0"], None),
            (&["127.0.0.1", "93.184.215.14", "::1"], Some(&["93.184.215.14"])),
            (&["2606:4700::1111", "10.0.0.1"], Some(&["2606:4700::1111"])),
            (&[], None),
        ] {
            let pinned = Pinned { lookup: Arc::new(Answer(answer)), allowed: AllowList::default() };
            let seen = pinned.addresses("rebind.example.org").await.ok();
            let expected = expected.map(|list| list.iter().map(|text| text.parse().unwrap()).collect());
            assert_eq!(seen, expected, "{answer:?}");
        }
    }

    #[tokio::test]
    async fn an_allowed_host_keeps_its_private_address() {
        let allowed = AllowList::new(["wiki.intranet"]).unwrap();
        let pinned = Pinned { lookup: Arc::new(Answer(&["10.1.2.3"])), allowed };
        assert!(pinned.addresses("wiki.intranet").await.is_ok());
        let refused = pinned.addresses("other.example.org").await.unwrap_err();
        assert!(refused.to_string().contains("a private address"), "{refused}");
    }
}
