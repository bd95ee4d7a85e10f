//! The engines in their order, and what they found lately.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    Fault, Folder, Hit, Http, Query, Search, command::CommandEngine, duckduckgo::DuckDuckGo, remote::Remote,
};
use crate::{error::BrowserError, settings::Engine};

/// How long results are given again without asking.
const KEPT: Duration = Duration::from_secs(15 * 60);
const MAX_KEPT: usize = 50;
/// The longest that one engine may take while others wait behind it.
const ENGINE_TIMEOUT: Duration = Duration::from_secs(12);

/// The engines.
pub(crate) struct Chain {
    engines: Vec<Arc<dyn Search>>,
    /// The folders among them, whose pages are opened from disk.
    pub folders: Vec<Arc<Folder>>,
    kept: Mutex<VecDeque<(Query, Found, Instant)>>,
    /// Whether the settings name no engine.
    is_default: bool,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The results, perhaps none.
    pub hits: Vec<Hit>,
    /// The engine that answered.
    pub engine: String,
    /// Whether old results are among them although new ones were asked for.
    pub ignores_recency: bool,
}

impl Chain {
    /// The engines of the settings.
    ///
    /// # Errors
    /// An engine's address or folder is none.
    pub fn new(
        engines: &[Engine],
        variables: &BTreeMap<String, String>,
        http: &Arc<Http>,
    ) -> Result<Self, BrowserError> {
        let mut chain = Self {
            engines: Vec::new(),
            folders: Vec::new(),
            kept: Mutex::default(),
            is_default: engines.is_empty(),
        };
        let defaults = if engines.is_empty() { defaults(variables) } else { Vec::new() };
        for engine in engines.iter().chain(&defaults) {
            let made: Arc<dyn Search> = match engine {
                Engine::Folder { path } => {
                    let folder = Arc::new(Folder::new(path, chain.folders.len())?);
                    chain.folders.push(folder.clone());
                    folder
                }
                Engine::Command { command, env } => Arc::new(CommandEngine::new(command, env, variables)?),
                Engine::Duckduckgo { url } => Arc::new(DuckDuckGo::new(url.as_deref(), http.clone())?),
                other => Arc::new(Remote::new(other, variables, http.clone())?),
            };
            chain.engines.push(made);
        }
        Ok(chain)
    }

    /// The first engine's results that has any.
    ///
    /// # Errors
    /// No engine answered: what each of them said, and what to set up.
    pub async fn search(&self, query: &Query, deadline: Instant) -> Result<Found, String> {
        if let Some(found) = self.kept(query) {
            return Ok(found);
        }
        let mut faults = Vec::new();
        let mut empty = None;
        for engine in &self.engines {
            match ask(engine.as_ref(), query, deadline).await {
                Ok(hits) => {
                    let ignores_recency = query.recency_days.is_some() && !engine.honours_recency();
                    let found = Found { hits, engine: engine.name(), ignores_recency };
                    if !found.hits.is_empty() {
                        self.keep(query, &found);
                        return Ok(found);
                    }
                    empty = empty.or(Some(found));
                }
                Err(fault) => faults.push(format!("{}: {fault}", engine.name())),
            }
        }
        empty.ok_or_else(|| {
            format!(
                "no search engine answered ({}); the user can name one with its address under search in [tools.browser], or set BRAVE_API_KEY, TAVILY_API_KEY or SERPER_API_KEY",
                faults.join("; ")
            )
        })
    }

    /// Asks every engine, and says what each answers.
    pub async fn check(&self) -> Vec<(String, Result<String, String>)> {
        let query = Query { text: "weather".into(), recency_days: None, count: 3 };
        let deadline = Instant::now() + ENGINE_TIMEOUT;
        let asked = self.engines.iter().map(|engine| async {
            let answer = ask(engine.as_ref(), &query, deadline).await;
            let said =
                answer.map(|hits| format!("{} results", hits.len())).map_err(|fault| fault.to_string());
            let default = if self.is_default { ", as [tools.browser] names no engine" } else { "" };
            (format!("{}{default}", engine.name()), said)
        });
        futures::future::join_all(asked).await
    }

    fn kept(&self, query: &Query) -> Option<Found> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _, when)| known == query && when.elapsed() < KEPT);
        found.map(|(_, found, _)| found.clone())
    }

    fn keep(&self, query: &Query, found: &Found) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _, _)| known != query);
        if kept.len() == MAX_KEPT {
            kept.pop_front();
        }
        kept.push_back((query.clone(), found.clone(), Instant::now()));
    }
}

async fn ask(engine: &dyn Search, query: &Query, deadline: Instant) -> Result<Vec<Hit>, Fault> {
    let left = deadline.saturating_duration_since(Instant::now()).min(ENGINE_TIMEOUT);
    let answer = tokio::time::timeout(left, engine.search(query, deadline)).await;
    let mut hits = answer
        .unwrap_or_else(|_| Err(Fault::Failed(format!("it did not answer within {} s", left.as_secs()))))?;
    hits.truncate(query.count);
    Ok(hits)
}

/// The engines whose keys are there, and the one that needs none.
fn defaults(variables: &BTreeMap<String, String>) -> Vec<Engine> {
    let has = |name: &str| variables.get(name).is_some_and(|key| !key.trim().is_empty());
    let mut engines = Vec::new();
    if has("BRAVE_API_KEY") {
        engines.push(Engine::Brave { url: None, key_env: None });
    }
    if has("TAVILY_API_KEY") {
        engines.push(Engine::Tavily { url: None, key_env: None });
    }
    if has("SERPER_API_KEY") {
        engines.push(Engine::Serper { url: None, key_env: None });
    }
    engines.push(Engine::Duckduckgo { url: None });
    engines
}
