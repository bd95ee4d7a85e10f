//! What a conversation has seen: what the ids of the last page stand for, and the pages to cite.

use std::collections::BTreeMap;

use reqwest::Url;

use crate::{
    html::{Link, without_ids},
    page::Page,
    search::Hit,
};

/// The id of the first page, as GLM-4 was trained.
const FIRST_ID: usize = 7;
/// The most text of pages that is kept to check citations against, in bytes.
const MAX_TEXT_BYTES: usize = 32 << 20;
/// The most pages that are kept; an id is never given twice.
const MAX_SOURCES: usize = 1000;

/// The state of one conversation.
#[derive(Debug)]
pub(crate) struct Session {
    /// What ids of the last page lead to.
    shown: Vec<Link>,
    /// The results of the last search, which can be cited before they are opened.
    results: Vec<Hit>,
    sources: BTreeMap<usize, Source>,
    next_id: usize,
}

/// A page that can be cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// Where it is.
    pub url: Url,
    /// Its title.
    pub title: String,
    /// Its text without the ids of links; empty when it was let go to save memory.
    pub text: String,
}

impl Default for Session {
    fn default() -> Self {
        Self { shown: Vec::new(), results: Vec::new(), sources: BTreeMap::new(), next_id: FIRST_ID }
    }
}

impl Session {
    /// What an id of the last page leads to.
    pub fn target(&self, id: usize) -> Option<&Link> {
        self.shown.get(id)
    }

    /// How many ids there are.
    pub fn n_targets(&self) -> usize {
        self.shown.len()
    }

    /// A search's results are shown.
    pub fn show_results(&mut self, hits: &[Hit]) {
        self.shown = hits.iter().map(|hit| Link { url: hit.url.clone(), text: hit.title.clone() }).collect();
        self.results = hits.to_vec();
    }

    /// A page is shown, whose links the ids now stand for.
    pub fn show_page(&mut self, page: &Page) {
        self.shown = page.links.clone();
    }

    /// The id by which a page is cited; the same address keeps its id.
    pub fn cite_as(&mut self, page: &Page) -> usize {
        let known = self.sources.iter().find(|(_, source)| source.url == page.url).map(|(id, _)| *id);
        let id = known.unwrap_or(self.next_id);
        self.next_id = self.next_id.max(id + 1);
        let source =
            Source { url: page.url.clone(), title: page.title.clone(), text: without_ids(&page.text) };
        self.sources.insert(id, source);
        self.bound(id);
        id
    }

    /// A page of an earlier conversation is known by its id.
    pub fn recall(&mut self, id: usize, source: Source) {
        self.next_id = self.next_id.max(id.saturating_add(1));
        self.sources.insert(id, source);
        self.bound(id);
    }

    /// The page or, for small ids, the result that an id cites.
    pub fn source(&self, id: usize) -> Option<Source> {
        if let Some(source) = self.sources.get(&id) {
            return Some(source.clone());
        }
        let hit = self.results.get(id).filter(|_| id < FIRST_ID)?;
        Some(Source { url: hit.url.clone(), title: hit.title.clone(), text: hit.snippet.clone() })
    }

    /// Lets the oldest pages go, but not the one that just came.
    fn bound(&mut self, newest: usize) {
        while self.sources.len() > MAX_SOURCES {
            self.sources.pop_first();
        }
        let mut n_bytes: usize = self.sources.values().map(|source| source.text.len()).sum();
        for (_, source) in self.sources.iter_mut().filter(|(id, _)| **id != newest) {
            if n_bytes <= MAX_TEXT_BYTES {
                return;
            }
            n_bytes -= source.text.len();
            source.text = String::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str, text: String) -> Page {
        Page {
            url: Url::parse(&format!("https://a.example/{name}")).unwrap(),
            title: name.into(),
            text,
            links: vec![],
        }
    }

    #[test]
    fn ids_begin_at_seven_and_stay() {
        let mut session = Session::default();
        assert_eq!(session.cite_as(&page("a", "x".into())), 7);
        assert_eq!(session.cite_as(&page("b", "see 【0†it】".into())), 8);
        assert_eq!(session.cite_as(&page("a", "new".into())), 7);
        assert_eq!(session.source(7).unwrap().text, "new");
        assert_eq!(session.source(8).unwrap().text, "see it");
        assert_eq!(session.source(9), None);
        let hit =
            Hit { title: "T".into(), url: Url::parse("https://b.example/").unwrap(), snippet: "S".into() };
        session.show_results(&vec![hit; 10]);
        assert_eq!(session.source(6).unwrap().text, "S");
        assert_eq!(session.source(8).unwrap().title, "b");
        assert_eq!(session.source(9), None);
    }

    #[test]
    fn old_pages_are_let_go() {
        let mut session = Session::default();
        for n in 0..40 {
            session.cite_as(&page(&n.to_string(), "x".repeat(1 << 20)));
        }
        assert_eq!(session.source(7).unwrap().text, "");
        assert_eq!(session.source(46).unwrap().text.len(), 1 << 20);
    }
}
