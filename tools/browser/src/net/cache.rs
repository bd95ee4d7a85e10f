//! Pages that came lately: those of this session in memory, those that are nobody's secret on disk too.

mod disk;
mod freshness;
mod memory;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use reqwest::{
    Url,
    header::{CACHE_CONTROL, ETAG, HeaderMap, HeaderName, HeaderValue, LAST_MODIFIED},
};

use super::fetch::Fetched;
pub(crate) use disk::Disk;
use freshness::{freshness, is_private};
use memory::Memory;

/// A page with what its server said of keeping it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    page: Arc<Fetched>,
    since: SystemTime,
    fresh: Duration,
    etag: Option<HeaderValue>,
    modified: Option<HeaderValue>,
    /// Whether it may differ from what somebody else would get.
    is_private: bool,
}

impl Kept {
    /// Nothing if the server forbids to keep it.
    fn new(headers: &HeaderMap, page: Arc<Fetched>, asked: Asked, now: SystemTime) -> Option<Self> {
        Some(Self {
            page,
            since: now,
            fresh: freshness(headers, now)?,
            etag: headers.get(ETAG).cloned(),
            modified: headers.get(LAST_MODIFIED).cloned(),
            is_private: asked.with_cookies || is_private(headers),
        })
    }

    /// A clock that was set back makes pages stale, never young.
    fn is_fresh(&self, now: SystemTime) -> bool {
        now.duration_since(self.since).is_ok_and(|age| age < self.fresh)
    }

    /// Begins anew after an answer that it has not changed.
    fn renew(&mut self, headers: &HeaderMap, asked: Asked, now: SystemTime) {
        // An answer that says nothing of it leaves what the page itself said.
        if headers.contains_key(CACHE_CONTROL) {
            self.fresh = freshness(headers, now).unwrap_or_default();
        }
        self.since = now;
        self.is_private |= asked.with_cookies || is_private(headers);
    }
}

/// How a page was asked for, as far as it decides who may be given the answer again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Cookies went with the request.
    pub with_cookies: bool,
    /// The settings open its host: where they no longer do, its pages are not given either.
    pub is_opened: bool,
}

/// Pages by their address.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    memory: Mutex<Memory>,
    disk: Option<Arc<Disk>>,
}

impl Cache {
    /// A cache whose pages outlast the session, if there is a place on disk.
    pub fn new(disk: Option<Disk>) -> Self {
        Self { memory: Mutex::default(), disk: disk.map(Arc::new) }
    }

    /// Takes up what earlier sessions have kept of a page.
    pub async fn recall(&self, url: &Url, asked: Asked) {
        let Some(disk) = self.disk.clone().filter(|_| !asked.with_cookies && !self.memory().has(url)) else {
            return;
        };
        let wanted = url.clone();
        let loaded = tokio::task::spawn_blocking(move || disk.load(&wanted, asked.is_opened));
        if let Ok(Some(kept)) = loaded.await {
            self.memory().put(kept);
        }
    }

    /// The page, if it is still fresh.
    pub fn fresh(&self, url: &Url, now: SystemTime) -> Option<Arc<Fetched>> {
        self.memory().find(url).filter(|kept| kept.is_fresh(now)).map(|kept| kept.page.clone())
    }

    /// The headers that ask whether the page has changed.
    pub fn conditions(&self, url: &Url) -> Vec<(HeaderName, HeaderValue)> {
        let memory = self.memory();
        let Some(kept) = memory.find(url) else { return Vec::new() };
        let etag = kept.etag.clone().map(|value| (reqwest::header::IF_NONE_MATCH, value));
        let modified = kept.modified.clone().map(|value| (reqwest::header::IF_MODIFIED_SINCE, value));
        etag.into_iter().chain(modified).collect()
    }

    /// The page, which the server says has not changed.
    pub async fn renew(
        &self,
        url: &Url,
        headers: &HeaderMap,
        asked: Asked,
        now: SystemTime,
    ) -> Option<Arc<Fetched>> {
        let mut kept = self.memory().find(url)?.clone();
        kept.renew(headers, asked, now);
        let page = kept.page.clone();
        self.memory().put(kept.clone());
        self.write(url.clone(), Some(kept), asked).await;
        Some(page)
    }

    /// Keeps a page unless its server forbids it.
    pub async fn keep(&self, headers: &HeaderMap, page: &Arc<Fetched>, asked: Asked, now: SystemTime) {
        let kept = Kept::new(headers, page.clone(), asked, now);
        match kept.clone() {
            Some(kept) => self.memory().put(kept),
            None => self.memory().forget(&page.url),
        }
        self.write(page.url.clone(), kept, asked).await;
    }

    /// Puts on disk what may be there, and takes away what may not or no longer.
    async fn write(&self, url: Url, kept: Option<Kept>, asked: Asked) {
        let Some(disk) = self.disk.clone() else { return };
        let writing = tokio::task::spawn_blocking(move || match kept.filter(Disk::takes) {
            Some(kept) => disk.store(&kept, asked.is_opened),
            None => disk.forget(&url, asked.is_opened),
        });
        // A disk that is full or closed costs a request the next time, and nobody an answer now.
        let _ = writing.await;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // What is guarded is whole after every statement.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
