//! The browser of one conversation.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use agent::{CallContext, Citation};
use chat::{Observation, Status};
use reqwest::Url;
use sandbox::DocumentReader;

use crate::{
    call::{Action, CallError, MAX_CLICKS},
    chromium::{Chromium, Manner},
    cite::cite,
    error::BrowserError,
    net::{
        AllowList, Ask, Disk, FetchError, Fetched, Fetcher, Lookup, Options, Patience, Pinned, Proxies,
        SystemLookup, certificates, parse_url,
    },
    page::{self, Page},
    pdf::{self, is_pdf},
    recall, render,
    search::{Chain, Http, Query},
    session::Session,
    settings::{Engine, Renderer, Settings},
};

/// What stands before an observation's text, as GLM-4 was trained.
const BROWSER_RESULT: &str = "browser_result";
const QUOTE_RESULT: &str = "quote_result";
const SYSTEM_ERROR: &str = "system_error";
/// The least of a page that is shown however many come at once, in bytes.
const MIN_PART_BYTES: usize = 1000;

/// For a page to be read after it was rendered.
const READ_TIME: Duration = Duration::from_secs(2);

/// Searches, reads and cites the web for one conversation.
pub struct Browser {
    settings: Settings,
    fetcher: Fetcher,
    chain: Chain,
    documents: Option<DocumentReader>,
    chromium: Option<Chromium>,
    session: Mutex<Session>,
}

impl Browser {
    /// A browser with these settings; `environment` has the keys of search engines and the proxies.
    ///
    /// # Errors
    /// A setting that cannot be used.
    pub fn new(
        settings: Settings,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, BrowserError> {
        Self::with_lookup(settings, environment, Arc::new(SystemLookup), Patience::default())
    }

    pub(crate) fn with_lookup(
        settings: Settings,
        environment: impl IntoIterator<Item = (String, String)>,
        lookup: Arc<dyn Lookup>,
        patience: Patience,
    ) -> Result<Self, BrowserError> {
        let variables: BTreeMap<String, String> = environment.into_iter().collect();
        let options = Options {
            user_agent: settings.user_agent.clone(),
            language: settings.language.clone(),
            certificates: authorities(&settings)?,
            proxies: settings.proxy.as_deref().map(|proxy| match proxy {
                "environment" => Proxies::from_environment(&variables),
                address => Proxies::all(address),
            }),
        };
        let allowed = AllowList::new(settings.allow_hosts.iter().map(String::as_str))?;
        let pages = Pinned { lookup: lookup.clone(), allowed: allowed.clone() };
        // The user named the engines' addresses, so they may be private; pages may not lead there.
        let engines = engine_hosts(&settings.search).into_iter().fold(allowed, AllowList::and);
        let http =
            Http::new(&Pinned { lookup, allowed: engines }, options.clone()).map_err(BrowserError::Client)?;
        let chain = Chain::new(&settings.search, &variables, &Arc::new(http))?;
        let disk = disk(&settings, &variables, &options);
        let fetcher = Fetcher::new(pages, options, patience, disk).map_err(BrowserError::Client)?;
        let chromium = match settings.browser {
            Renderer::Fetch => None,
            Renderer::Chromium => {
                let found = Chromium::find(settings.chromium_path.as_deref(), &variables);
                Some(found.map_err(|why| BrowserError::Chromium { why })?)
            }
        };
        Ok(Self { settings, fetcher, chain, documents: None, chromium, session: Mutex::default() })
    }

    /// The same browser, which reads PDF files with the confined workers of `documents`.
    pub fn with_documents(self, documents: DocumentReader) -> Self {
        Self { documents: Some(documents), ..self }
    }

    /// The citations of an answer, each held against the page that it names. Marks with an id that no
    /// page has come back without an address.
    pub fn cite(&self, answer: &str) -> Vec<Citation> {
        cite(answer, &self.session())
    }

    /// Takes up a conversation that goes on after a restart: `observation` is the text of one that this
    /// tool gave in it. Its pages keep their ids, and new ones get others.
    pub fn recall(&self, observation: &str) {
        let mut session = self.session();
        recall::sources(observation).into_iter().for_each(|(id, source)| session.recall(id, source));
    }

    /// Asks every search engine once: its name, and what it answers or why it does not.
    pub async fn check(&self) -> Vec<(String, Result<String, String>)> {
        self.chain.check().await
    }

    /// Carries out what a message asks for.
    pub(crate) async fn carry_out(
        &self,
        actions: Result<Vec<Action>, CallError>,
        context: &CallContext,
    ) -> Observation {
        let actions = match actions {
            Ok(actions) => actions,
            Err(error) => return failure(Status::Error, format!("{}.", capital(&error.to_string()))),
        };
        let mut all: Option<Observation> = None;
        for action in actions {
            let next = tokio::select! {
                biased;
                () = context.cancel.cancelled() => failure(Status::Timeout, "The call was stopped.".into()),
                done = self.act(action, context) => done,
            };
            let is_over = next.status != Status::Ok;
            all = Some(match all {
                None => next,
                Some(before) => Observation { text: format!("{}\n\n{}", before.text, next.text), ..next },
            });
            if is_over {
                break;
            }
        }
        all.unwrap_or_else(|| failure(Status::Error, "There is nothing to do.".into()))
    }

    async fn act(&self, action: Action, context: &CallContext) -> Observation {
        let deadline = context.deadline.min(Instant::now() + self.settings.timeout());
        match action {
            Action::Search { query, recency_days } => self.search(query, recency_days, deadline).await,
            Action::Click { ids } => self.click(&ids, deadline).await,
            Action::Open { url } => self.open(&url, deadline).await,
        }
    }

    async fn search(&self, text: String, recency_days: Option<u32>, deadline: Instant) -> Observation {
        let query = Query { text, recency_days, count: self.settings.n_results() };
        match self.chain.search(&query, deadline).await {
            Ok(found) => {
                self.session().show_results(&found.hits);
                shown(BROWSER_RESULT, render::results(&found, &query.text))
            }
            Err(why) => failure(Status::Error, format!("The search failed: {why}.")),
        }
    }

    async fn open(&self, text: &str, deadline: Instant) -> Observation {
        let url = match parse_url(text) {
            Ok(url) => url,
            Err(refusal) => return failure(Status::Error, format!("{}.", capital(&refusal.to_string()))),
        };
        // Nobody but the model or its user named this page, so robots.txt is not asked.
        match self.read(&url, deadline, Named::ByUrl).await {
            Ok(page) => {
                let from = render::from_of(&url);
                let id = {
                    let mut session = self.session();
                    session.show_page(&page);
                    session.cite_as(&page)
                };
                let (text, part) = render::page(id, &page, from, self.part_bytes(1), true);
                Observation { truncated: part.has_more(), ..shown(BROWSER_RESULT, text) }
            }
            Err(fault) => failure(fault.status(), format!("{url} could not be opened: {fault}.")),
        }
    }

    /// Reads several pages at once. Those that fail are told beside those that do not.
    async fn click(&self, ids: &[usize], deadline: Instant) -> Observation {
        let (targets, n_targets): (Vec<_>, usize) = {
            let session = self.session();
            let targets =
                ids.iter().take(MAX_CLICKS).map(|id| (*id, session.target(*id).map(|link| link.url.clone())));
            (targets.collect(), session.n_targets())
        };
        let pages = targets.iter().map(|(id, url)| async move {
            match url {
                Some(url) => self
                    .read(url, deadline, Named::ById)
                    .await
                    .map_err(|fault| format!("{id} ({url}): {fault}")),
                None if n_targets == 0 => Err(format!("{id}: nothing has been shown yet, so search first")),
                None => Err(format!("{id}: the ids that were shown last are 0 to {}", n_targets - 1)),
            }
        });
        let pages = futures::future::join_all(pages).await;
        let max_bytes = self.part_bytes(pages.iter().filter(|page| page.is_ok()).count());
        let (mut parts, mut faults, mut truncated) = (Vec::new(), Vec::new(), false);
        for page in pages {
            match page {
                Ok(page) => {
                    let id = self.session().cite_as(&page);
                    let (text, part) = render::page(id, &page, 0, max_bytes, false);
                    truncated |= part.has_more();
                    parts.push(text);
                }
                Err(fault) => faults.push(format!("Could not open {fault}.")),
            }
        }
        if ids.len() > MAX_CLICKS {
            faults.push(format!("Only the first {MAX_CLICKS} of {} pages were opened.", ids.len()));
        }
        if parts.is_empty() {
            return failure(Status::Error, faults.join("\n"));
        }
        parts.extend((!faults.is_empty()).then(|| faults.join("\n")));
        Observation { truncated, ..shown(QUOTE_RESULT, parts.join("\n\n")) }
    }

    /// Fetches a page and reads it.
    async fn read(&self, url: &Url, deadline: Instant, named: Named) -> Result<Page, FetchError> {
        let local = self.chain.folders.iter().find_map(|folder| folder.open(url));
        let is_local = local.is_some();
        let fetched: Arc<Fetched> = match local {
            Some(read) => Arc::new(read.map_err(FetchError::Kind)?),
            None => {
                let ask = Ask { heed_robots: named == Named::ById, deadline, accepts: page::accepts };
                self.fetcher.get(url, &ask).await?
            }
        };
        if is_pdf(&fetched.mime, &fetched.body) {
            let page = pdf::read(self.documents.as_ref(), &fetched, deadline).await;
            return page.map_err(FetchError::Kind);
        }
        let (fetched, note) = match self.chromium.as_ref().filter(|_| !is_local && page::is_html(&fetched)) {
            Some(chromium) => {
                // What it makes of the page is still to be read.
                let manner = Manner {
                    fetcher: &self.fetcher,
                    route: render::route_of(url),
                    heed_robots: named == Named::ById,
                    deadline: deadline.checked_sub(READ_TIME).unwrap_or(deadline),
                };
                chromium.render_or_say(fetched, manner).await
            }
            None => (fetched, None),
        };
        let reading = tokio::task::spawn_blocking(move || page::read(&fetched));
        let left = deadline.saturating_duration_since(Instant::now());
        let mut page = match tokio::time::timeout(left, reading).await {
            Ok(Ok(page)) => page.map_err(FetchError::Kind)?,
            // A page on which the reader fails is one that cannot be shown.
            Ok(Err(_)) => return Err(FetchError::Kind("it could not be read".into())),
            Err(_) => return Err(FetchError::Timeout(self.settings.timeout())),
        };
        if let Some(note) = note {
            page.text = format!("{note}\n\n{}", page.text);
        }
        Ok(page)
    }

    /// The Chromium that pages are rendered with, if the settings ask for one: its program, and its
    /// version or why it does not start here.
    pub async fn check_renderer(&self) -> Option<(PathBuf, Result<String, String>)> {
        let chromium = self.chromium.as_ref()?;
        let version = chromium.version().await.map_err(|why| why.to_string());
        Some((chromium.program().to_owned(), version))
    }

    /// What each of so many pages may show.
    fn part_bytes(&self, n_pages: usize) -> usize {
        // Headers and hints take a little more.
        let all = self.settings.observation_bytes.saturating_sub(400 * n_pages);
        (all / n_pages.max(1)).max(MIN_PART_BYTES)
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        // What is guarded is whole after every statement.
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the model came to a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Named {
    ByUrl,
    ById,
}

/// The certificates that the settings name.
fn authorities(settings: &Settings) -> Result<Vec<reqwest::Certificate>, BrowserError> {
    let read = |path: &PathBuf| {
        let path_text = path.display().to_string();
        certificates(path).map_err(|why| BrowserError::CaFile { path: path_text, why })
    };
    settings.ca_file.as_ref().map_or(Ok(Vec::new()), read)
}

/// Where pages outlast the session: `gimlet/pages` in `$XDG_CACHE_HOME`, or in its default.
fn disk(settings: &Settings, variables: &BTreeMap<String, String>, options: &Options) -> Option<Disk> {
    let folder = |name: &str| variables.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache")))?;
    let max_bytes = settings.cache_mib.saturating_mul(1 << 20);
    // Another language, another proxy or other authorities may lead to other pages.
    let manner = format!("{options:?} {:?}", settings.ca_file);
    (max_bytes > 0).then(|| Disk::new(cache.join("gimlet/pages"), max_bytes, manner))
}

fn engine_hosts(engines: &[Engine]) -> Vec<AllowList> {
    let address = |engine: &Engine| match engine {
        Engine::Searxng { url } | Engine::Bing { url, .. } | Engine::Url { url } => Some(url.clone()),
        Engine::Brave { url, .. }
        | Engine::Tavily { url, .. }
        | Engine::Serper { url, .. }
        | Engine::Duckduckgo { url } => url.clone(),
        Engine::Folder { .. } | Engine::Command { .. } => None,
    };
    let read = |engine: &Engine| Some(AllowList::of(&Url::parse(&address(engine)?).ok()?));
    engines.iter().filter_map(read).collect()
}

impl FetchError {
    fn status(&self) -> Status {
        match self {
            Self::Timeout(_) => Status::Timeout,
            _ => Status::Error,
        }
    }
}

fn shown(source: &str, text: String) -> Observation {
    Observation { source: source.to_owned(), ..Observation::ok(text) }
}

fn failure(status: Status, text: String) -> Observation {
    Observation { source: SYSTEM_ERROR.to_owned(), ..Observation::new(status, text) }
}

/// A sentence with its first letter in capital.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests;
