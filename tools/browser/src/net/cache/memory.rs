//! The pages of one session.

use std::collections::VecDeque;

use reqwest::Url;

use super::Kept;

const MAX_PAGES: usize = 64;
const MAX_BYTES: usize = 48 << 20;

/// The oldest first.
#[derive(Debug, Default)]
pub(super) struct Memory(VecDeque<Kept>);

impl Memory {
    /// The page at an address, fresh or not.
    pub fn find(&self, url: &Url) -> Option<&Kept> {
        self.0.iter().find(|kept| kept.page.url == *url)
    }

    /// Whether there is one.
    pub fn has(&self, url: &Url) -> bool {
        self.find(url).is_some()
    }

    /// Keeps a page in place of an earlier one.
    pub fn put(&mut self, kept: Kept) {
        self.forget(&kept.page.url);
        self.0.push_back(kept);
        while self.0.len() > MAX_PAGES || self.n_bytes() > MAX_BYTES {
            self.0.pop_front();
        }
    }

    /// Drops a page.
    pub fn forget(&mut self, url: &Url) {
        self.0.retain(|kept| kept.page.url != *url);
    }

    fn n_bytes(&self) -> usize {
        self.0.iter().map(|kept| kept.page.body.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Arc,
        time::{Duration, SystemTime},
    };

    use reqwest::header::HeaderMap;

    use super::*;
    use crate::net::{Fetched, cache::Asked};

    const ASKED: Asked = Asked { with_cookies: false, is_opened: false };

    fn kept(n: usize, n_bytes: usize, now: SystemTime) -> Kept {
        let url = Url::parse(&format!("http://a.example/{n}")).unwrap();
        let page = Fetched { url, mime: "text/html".into(), charset: None, body: vec![0; n_bytes] };
        Kept::new(&HeaderMap::new(), Arc::new(page), ASKED, now).unwrap()
    }

    #[test]
    fn it_is_bounded_and_the_oldest_go() {
        let now = SystemTime::now();
        let mut memory = Memory::default();
        (0..100).for_each(|n| memory.put(kept(n, 1, now)));
        assert_eq!(memory.0.len(), MAX_PAGES);
        assert!(!memory.has(&kept(0, 1, now).page.url) && memory.has(&kept(99, 1, now).page.url));
        memory.put(kept(200, MAX_BYTES, now));
        assert_eq!(memory.0.len(), 1);
    }

    #[test]
    fn pages_age_and_are_renewed() {
        let now = SystemTime::now();
        let mut kept = kept(0, 1, now);
        let late = now + Duration::from_secs(3600);
        let early = now - Duration::from_secs(1);
        assert_eq!([now, late, early].map(|when| kept.is_fresh(when)), [true, false, false]);
        kept.renew(&HeaderMap::new(), ASKED, late);
        assert!(kept.is_fresh(late) && !kept.is_private);
        kept.renew(&HeaderMap::new(), Asked { with_cookies: true, ..ASKED }, late);
        assert!(kept.is_private);
    }
}
