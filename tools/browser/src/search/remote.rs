//! Engines that answer JSON over HTTP.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use futures::future::BoxFuture;
use reqwest::{RequestBuilder, Url};
use serde_json::{Value, json};

use super::{Fault, Hit, Http, Query, Search, json};
use crate::{error::BrowserError, settings::Engine};

/// Which engine it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Searxng,
    Brave,
    Tavily,
    Serper,
    Bing,
    Url,
}

/// An engine behind an address.
pub(super) struct Remote {
    kind: Kind,
    /// With the placeholders of a user's own address in it.
    url: String,
    /// The key, or the name of the variable that should hold it.
    key: Result<String, String>,
    http: Arc<Http>,
}

impl Remote {
    /// The engine of a setting, with its key from the environment.
    pub fn new(
        engine: &Engine,
        variables: &BTreeMap<String, String>,
        http: Arc<Http>,
    ) -> Result<Self, BrowserError> {
        let (kind, url, usual, key_env, default) = match engine {
            Engine::Searxng { url } => (Kind::Searxng, Some(url), "", &None, ""),
            Engine::Brave { url, key_env } => (
                Kind::Brave,
                url.as_ref(),
                "BRAVE_API_KEY",
                key_env,
                "https://api.search.brave.com/res/v1/web/search",
            ),
            Engine::Tavily { url, key_env } => {
                (Kind::Tavily, url.as_ref(), "TAVILY_API_KEY", key_env, "https://api.tavily.com/search")
            }
            Engine::Serper { url, key_env } => {
                (Kind::Serper, url.as_ref(), "SERPER_API_KEY", key_env, "https://google.serper.dev/search")
            }
            Engine::Bing { url, key_env } => (Kind::Bing, Some(url), "BING_API_KEY", key_env, ""),
            Engine::Url { url } => (Kind::Url, Some(url), "", &None, ""),
            Engine::Duckduckgo { .. } | Engine::Folder { .. } | Engine::Command { .. } => {
                unreachable!("the chain makes these itself")
            }
        };
        let url = url.cloned().unwrap_or_else(|| default.to_owned());
        let name = key_env.clone().unwrap_or_else(|| usual.to_owned());
        let key = variables.get(&name).map(|key| key.trim().to_owned()).filter(|key| !key.is_empty());
        let remote = Self { kind, url, key: key.ok_or(name), http };
        let probe = Query { text: "x".into(), recency_days: None, count: 1 };
        match remote.address(&probe) {
            Some(_) => Ok(remote),
            None => Err(BrowserError::EngineUrl { engine: remote.name(), url: remote.url }),
        }
    }

    /// Where the query goes.
    fn address(&self, query: &Query) -> Option<Url> {
        let mut text = self.url.clone();
        if self.kind == Kind::Url {
            let encoded: String =
                reqwest::Url::parse_with_params("http://x/", [("q", &query.text)]).ok()?.query()?[2..].into();
            let days = query.recency_days.map(|days| days.to_string()).unwrap_or_default();
            text = text.replace("{query}", &encoded).replace("{recency_days}", &days);
        }
        let mut url = Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if self.kind == Kind::Searxng && url.path() == "/" {
            url.set_path("/search");
        }
        Some(url)
    }

    fn key(&self) -> Result<&str, Fault> {
        self.key.as_deref().map_err(|name| Fault::Unconfigured(format!("the variable {name} is not set")))
    }

    fn request(&self, query: &Query) -> Result<RequestBuilder, Fault> {
        let mut url = self.address(query).ok_or_else(|| Fault::Failed("its address is none".into()))?;
        let (text, count) = (query.text.as_str(), query.count.to_string());
        let age = query.recency_days.map(Age::of);
        Ok(match self.kind {
            Kind::Searxng => {
                url.query_pairs_mut().append_pair("q", text).append_pair("format", "json");
                if let Some(age) = age {
                    url.query_pairs_mut().append_pair("time_range", age.word());
                }
                self.http.get(url)
            }
            Kind::Brave => {
                url.query_pairs_mut().append_pair("q", text).append_pair("count", &count);
                if let Some(age) = age {
                    url.query_pairs_mut().append_pair("freshness", &format!("p{}", age.letter()));
                }
                self.http.get(url).header("x-subscription-token", self.key()?)
            }
            Kind::Bing => {
                url.query_pairs_mut().append_pair("q", text).append_pair("count", &count);
                if let Some(freshness) = age.and_then(Age::bing) {
                    url.query_pairs_mut().append_pair("freshness", freshness);
                }
                self.http.get(url).header("ocp-apim-subscription-key", self.key()?)
            }
            Kind::Tavily => {
                let mut body = json!({ "query": text, "max_results": query.count.min(20) });
                if let Some(age) = age {
                    body["time_range"] = json!(age.word());
                }
                self.http.post(url, &body).bearer_auth(self.key()?)
            }
            Kind::Serper => {
                let mut body = json!({ "q": text, "num": query.count });
                if let Some(age) = age {
                    body["tbs"] = json!(format!("qdr:{}", age.letter()));
                }
                self.http.post(url, &body).header("x-api-key", self.key()?)
            }
            Kind::Url => self.http.get(url),
        })
    }

    async fn ask(&self, query: &Query, deadline: Instant) -> Result<Vec<Hit>, Fault> {
        let answer = self.http.send(self.request(query)?, deadline).await;
        let (_, body) = answer.map_err(|fault| match (self.kind, fault) {
            (Kind::Searxng, Fault::Blocked(why)) => {
                Fault::Blocked(format!("{why}; SearXNG answers so when search.formats lacks json"))
            }
            (_, fault) => fault,
        })?;
        let value = json::parse(&body)?;
        let hits = json::hits(&value, self.places());
        match (hits.is_empty(), silence(&value)) {
            (true, Some(why)) => Err(Fault::Blocked(why)),
            _ => Ok(hits),
        }
    }

    /// Where an answer has its results.
    fn places(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Searxng | Kind::Tavily => &["/results"],
            Kind::Brave => &["/web/results"],
            Kind::Serper => &["/organic"],
            Kind::Bing => &["/webPages/value"],
            Kind::Url => &["/results", "/items", ""],
        }
    }
}

/// A SearXNG without results says which of its own engines are banned.
fn silence(value: &Value) -> Option<String> {
    let engines = value.get("unresponsive_engines")?.as_array().filter(|engines| !engines.is_empty())?;
    let name = |engine: &Value| {
        let parts = engine.as_array()?.iter().filter_map(Value::as_str);
        Some(parts.collect::<Vec<_>>().join(": "))
    };
    let names: Vec<String> = engines.iter().take(5).filter_map(name).collect();
    Some(
        agent::clean(&format!("its engines do not answer ({})", names.join(", ")))
            .chars()
            .take(300)
            .collect(),
    )
}

impl Search for Remote {
    fn name(&self) -> String {
        match self.kind {
            Kind::Searxng => "searxng",
            Kind::Brave => "brave",
            Kind::Tavily => "tavily",
            Kind::Serper => "serper",
            Kind::Bing => "bing",
            Kind::Url => "url",
        }
        .to_owned()
    }

    fn honours_recency(&self) -> bool {
        self.kind != Kind::Url || self.url.contains("{recency_days}")
    }

    fn search<'a>(&'a self, query: &'a Query, deadline: Instant) -> BoxFuture<'a, Result<Vec<Hit>, Fault>> {
        Box::pin(self.ask(query, deadline))
    }
}

/// Engines know four ages; the next longer one is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Day,
    Week,
    Month,
    Year,
}

impl Age {
    /// The shortest that has all of these days.
    pub fn of(days: u32) -> Self {
        match days {
            0..=1 => Self::Day,
            2..=7 => Self::Week,
            8..=31 => Self::Month,
            _ => Self::Year,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The first letter of its name.
    pub fn letter(self) -> &'static str {
        &self.word()[..1]
    }

    fn bing(self) -> Option<&'static str> {
        match self {
            Self::Day => Some("Day"),
            Self::Week => Some("Week"),
            Self::Month => Some("Month"),
            Self::Year => None,
        }
    }
}
