//! DuckDuckGo's page for browsers without scripts.

use std::{sync::Arc, time::Instant};

use futures::future::BoxFuture;
use reqwest::{StatusCode, Url};

use super::{Fault, Hit, Http, Query, Search, json, remote::Age};
use crate::{
    error::BrowserError,
    html::{Mode, NodeId, Tree},
};

const ADDRESS: &str = "https://html.duckduckgo.com/html/";

/// The engine.
pub(super) struct DuckDuckGo {
    url: Url,
    http: Arc<Http>,
}

impl DuckDuckGo {
    /// The engine at this address.
    pub fn new(url: Option<&str>, http: Arc<Http>) -> Result<Self, BrowserError> {
        let text = url.unwrap_or(ADDRESS);
        let bad = || BrowserError::EngineUrl { engine: "duckduckgo".into(), url: text.to_owned() };
        Ok(Self { url: Url::parse(text).map_err(|_| bad())?, http })
    }

    async fn ask(&self, query: &Query, deadline: Instant) -> Result<Vec<Hit>, Fault> {
        let mut url = self.url.clone();
        url.query_pairs_mut().append_pair("q", &query.text);
        if let Some(days) = query.recency_days {
            url.query_pairs_mut().append_pair("df", Age::of(days).letter());
        }
        let (status, body) = self.http.send(self.http.get(url), deadline).await?;
        if status == StatusCode::ACCEPTED {
            return Err(Fault::Blocked(
                "it asks whether a person is searching; wait, or use another engine".into(),
            ));
        }
        // Reading a page takes time.
        let read = tokio::task::spawn_blocking(move || read(&String::from_utf8_lossy(&body)));
        read.await.unwrap_or_else(|error| Err(Fault::Failed(error.to_string())))
    }
}

impl Search for DuckDuckGo {
    fn name(&self) -> String {
        "duckduckgo".into()
    }

    fn search<'a>(&'a self, query: &'a Query, deadline: Instant) -> BoxFuture<'a, Result<Vec<Hit>, Fault>> {
        Box::pin(self.ask(query, deadline))
    }
}

/// The results of a page. One without results must say so: any other page is a ban or a change.
fn read(html: &str) -> Result<Vec<Hit>, Fault> {
    let tree = Tree::parse(html, Mode::Html);
    let all = tree.elements(Tree::ROOT);
    let with = |class: &str| all.iter().copied().filter(|id| tree.has_class(*id, class)).collect::<Vec<_>>();
    let results = with("result");
    let hits: Vec<Hit> = results
        .iter()
        .filter(|id| !tree.has_class(**id, "result--ad"))
        .filter_map(|id| hit(&tree, *id))
        .collect();
    if !hits.is_empty() || !with("no-results").is_empty() || html.contains("No results.") {
        return Ok(hits);
    }
    Err(Fault::Blocked("its page has neither results nor says that there are none".into()))
}

fn hit(tree: &Tree, result: NodeId) -> Option<Hit> {
    let all = tree.elements(result);
    let find = |class: &str| all.iter().copied().find(|id| tree.has_class(*id, class));
    let link = find("result__a")?;
    let snippet = find("result__snippet").map(|id| tree.line(id)).unwrap_or_default();
    let address = target(tree.attribute(link, "href")?)?;
    json::made(&tree.line(link), &address, &snippet, "")
}

/// The address behind a link, which leads over the engine's own counter.
fn target(href: &str) -> Option<String> {
    let base = Url::parse(ADDRESS).ok()?;
    let url = base.join(href).ok()?;
    let is_counter = url.domain().is_some_and(|host| host.ends_with("duckduckgo.com"));
    match is_counter {
        // Advertisements lead over another page of the engine.
        true => url.query_pairs().find(|(key, _)| key == "uddg").map(|(_, value)| value.into_owned()),
        false => Some(url.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_bans_and_nothing_are_told_apart() {
        let page = "<div class='result results_links web-result'><h2><a class='result__a' \
            href='//duckduckgo.com/l/?uddg=https%3A%2F%2Fa.example%2Fx%3Fb%3D1&amp;rut=9'>A <b>title</b></a></h2>\
            <a class='result__snippet' href='x'>Some <b>words</b></a></div>\
            <div class='result result--ad'><a class='result__a' href='//duckduckgo.com/y.js?ad=1'>Ad</a></div>\
            <div class='result'><a class='result__a' href='https://b.example/'>B</a></div>";
        let hits = read(page).unwrap();
        let seen: Vec<_> =
            hits.iter().map(|hit| (hit.title.as_str(), hit.url.as_str(), hit.snippet.as_str())).collect();
        assert_eq!(
            seen,
            [("A title", "https://a.example/x?b=1", "Some words"), ("B", "https://b.example/", "")]
        );
        assert_eq!(read("<div class='no-results'>No results</div>"), Ok(vec![]));
        assert!(matches!(read("<form id=challenge>Select all squares</form>"), Err(Fault::Blocked(_))));
    }
}
