//! One page in Chromium, from an empty tab to the HTML of what a person would see.

mod requests;

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use futures::{StreamExt, future::BoxFuture, stream::FuturesUnordered};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    RenderError,
    paused::Paused,
    peer::{Incoming, Peer, PeerError},
};
use crate::net::{FetchError, Fetched, Fetcher, Part};

/// For Chromium to begin, and for a command that does no work.
const START_TIME: Duration = Duration::from_secs(15);
const COMMAND_TIME: Duration = Duration::from_secs(5);
/// For a page that does not answer because a script of it runs, before the script is ended.
const BUSY_TIME: Duration = Duration::from_millis(1500);
/// For the page to be looked through and written.
const WRITE_TIME: Duration = Duration::from_secs(8);
/// A page that asks for nothing for so long is done, and so is one that never loads for so long.
const QUIET: Duration = Duration::from_millis(500);
const QUIET_UNLOADED: Duration = Duration::from_secs(4);
/// The most time of a page's scripts.
const MAX_TIME: Duration = Duration::from_secs(15);

const VISIBLE: &str = include_str!("visible.js");

/// How a page is rendered.
#[derive(Clone, Copy)]
pub(crate) struct Manner<'a> {
    pub fetcher: &'a Fetcher,
    /// The fragment by which the page's scripts know what to show.
    pub route: Option<&'a str>,
    /// Whether robots.txt is heeded for the parts of the page. Where it leads, it always is.
    pub heed_robots: bool,
    /// When it must be there.
    pub deadline: Instant,
}

/// A page in a tab.
pub(super) struct Rendering<'a, W, R> {
    peer: Peer<W, R>,
    manner: Manner<'a>,
    page: &'a Fetched,
    /// The tab, its session, and the frame that is the page.
    tab: String,
    session: String,
    frame: String,
    asked: FuturesUnordered<BoxFuture<'a, Asked>>,
    waiting: VecDeque<Paused>,
    n_requests: usize,
    n_navigations: usize,
    n_part_bytes: usize,
    is_loaded: bool,
    last_seen: Instant,
    /// Documents that were given to the tab, and the one that it is at.
    given: Vec<Url>,
    url: Url,
}

/// What was asked for, and what came.
struct Asked {
    paused: Paused,
    came: Result<Part, FetchError>,
}

/// Something to deal with.
enum Next {
    Incoming(Incoming),
    Asked(Box<Asked>),
}

impl<'a, W: AsyncWrite + Unpin, R: AsyncRead + Unpin> Rendering<'a, W, R> {
    /// A page that was fetched, for a Chromium behind these pipes.
    pub fn new(peer: Peer<W, R>, page: &'a Fetched, manner: Manner<'a>) -> Self {
        Self {
            peer,
            manner,
            page,
            tab: String::new(),
            session: String::new(),
            frame: String::new(),
            asked: FuturesUnordered::new(),
            waiting: VecDeque::new(),
            n_requests: 0,
            n_navigations: 0,
            n_part_bytes: 0,
            is_loaded: false,
            last_seen: Instant::now(),
            given: Vec::new(),
            url: page.url.clone(),
        }
    }

    /// Runs the page and gives its HTML, by the deadline.
    pub async fn run(self) -> Result<Fetched, RenderError> {
        let deadline = self.manner.deadline.into();
        let run = tokio::time::timeout_at(deadline, self.run_on()).await;
        run.unwrap_or(Err(RenderError::Timeout))
    }

    async fn run_on(mut self) -> Result<Fetched, RenderError> {
        self.open().await?;
        self.go().await?;
        let html = self.written().await?;
        if self.url == self.page.url {
            self.url.set_fragment(self.manner.route);
        }
        let (mime, charset) = ("text/html".to_owned(), Some("utf-8".to_owned()));
        Ok(Fetched { url: self.url, mime, charset, body: html.into_bytes() })
    }

    /// Opens a tab in which every request is ours to answer.
    async fn open(&mut self) -> Result<(), RenderError> {
        self.call("Browser.setDownloadBehavior", json!({ "behavior": "deny" }), None, START_TIME).await?;
        let tab = self.call("Target.createTarget", json!({ "url": "about:blank" }), None, START_TIME).await?;
        self.tab = text(&tab["targetId"])?;
        let target = json!({ "targetId": self.tab, "flatten": true });
        let attached = self.call("Target.attachToTarget", target, None, COMMAND_TIME).await?;
        self.session = text(&attached["sessionId"])?;
        // What the page opens stands still from its beginning: windows are closed, workers do not run.
        let still = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        self.call("Target.setAutoAttach", still.clone(), None, COMMAND_TIME).await?;
        for (method, params) in [
            ("Fetch.enable", everything()),
            ("Target.setAutoAttach", still),
            ("Page.enable", json!({})),
            ("Network.enable", json!({ "maxTotalBufferSize": 0, "maxResourceBufferSize": 0 })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
            ("Inspector.enable", json!({})),
        ] {
            self.call_tab(method, params, COMMAND_TIME).await?;
        }
        let frames = self.call_tab("Page.getFrameTree", json!({}), COMMAND_TIME).await?;
        self.frame = text(&frames["frameTree"]["frame"]["id"])?;
        Ok(())
    }

    /// Lets the page load and its scripts run until it asks for nothing more, or time is over.
    async fn go(&mut self) -> Result<(), RenderError> {
        let begun = Instant::now();
        let left = self.manner.deadline.saturating_duration_since(begun);
        // As much is kept for the page to be written.
        let until = begun + (left / 2).min(MAX_TIME);
        let mut url = self.page.url.clone();
        url.set_fragment(self.manner.route);
        self.peer.send("Page.navigate", json!({ "url": url.as_str() }), Some(&self.session)).await?;
        self.last_seen = Instant::now();
        loop {
            let quiet = if self.is_loaded { QUIET } else { QUIET_UNLOADED };
            let is_idle = self.asked.is_empty() && self.waiting.is_empty();
            let end = if is_idle { until.min(self.last_seen + quiet) } else { until };
            match tokio::time::timeout_at(end.into(), self.next()).await {
                Ok(next) => {
                    self.deal_with(next?).await?;
                }
                Err(_) if self.given.is_empty() => return Err(RenderError::Slow("Page.navigate")),
                Err(_) => return Ok(()),
            }
        }
    }

    /// The page's HTML without what a person would not see.
    async fn written(&mut self) -> Result<String, RenderError> {
        let world = json!({ "frameId": self.frame, "worldName": "gimlet" });
        let mut is_ended = false;
        let made = match self.call_tab("Page.createIsolatedWorld", world.clone(), BUSY_TIME).await {
            Err(RenderError::Slow(_)) => {
                // A script that does not end is ended; what it did so far stays.
                self.peer.send("Runtime.terminateExecution", json!({}), Some(&self.session)).await?;
                is_ended = true;
                self.call_tab("Page.createIsolatedWorld", world, COMMAND_TIME).await?
            }
            made => made?,
        };
        let look = json!({
            "expression": VISIBLE,
            "contextId": made["executionContextId"],
            "returnByValue": true,
            "timeout": WRITE_TIME.as_millis() as u64,
        });
        let mut seen = self.call_tab("Runtime.evaluate", look.clone(), WRITE_TIME + COMMAND_TIME).await;
        if is_ended && matches!(seen, Err(RenderError::Peer(PeerError::Refused { .. }))) {
            // Where the page was only slow, it was this that was ended.
            seen = self.call_tab("Runtime.evaluate", look, WRITE_TIME + COMMAND_TIME).await;
        }
        match seen {
            Err(RenderError::Peer(PeerError::Refused { .. })) => Err(RenderError::Unwritten),
            seen => text(&seen?["result"]["value"]).map_err(|_| RenderError::Unwritten),
        }
    }

    /// Sends a command to the tab and waits for its answer.
    async fn call_tab(
        &mut self,
        method: &'static str,
        params: Value,
        within: Duration,
    ) -> Result<Value, RenderError> {
        let session = self.session.clone();
        self.call(method, params, Some(&session), within).await
    }

    /// Sends a command and waits for its answer. What happens meanwhile is dealt with.
    async fn call(
        &mut self,
        method: &'static str,
        params: Value,
        session: Option<&str>,
        within: Duration,
    ) -> Result<Value, RenderError> {
        let sent = self.peer.send(method, params, session).await?;
        let end = Instant::now() + within;
        loop {
            let next = tokio::time::timeout_at(end.into(), self.next()).await;
            let answer = self.deal_with(next.map_err(|_| RenderError::Slow(method))??).await?;
            match answer {
                Some((id, result)) if id == sent => {
                    return result.map_err(|message| RenderError::refused(method, message));
                }
                // Another's, which nobody waits for.
                _ => {}
            }
        }
    }

    /// Waits for something. Nothing is lost when the wait is given up.
    async fn next(&mut self) -> Result<Next, RenderError> {
        tokio::select! {
            Some(asked) = self.asked.next() => Ok(Next::Asked(Box::new(asked))),
            incoming = self.peer.next() => Ok(Next::Incoming(incoming?)),
        }
    }

    /// Deals with something; gives an answer back to who may wait for it.
    async fn deal_with(&mut self, next: Next) -> Result<Option<(u64, Result<Value, String>)>, RenderError> {
        match next {
            Next::Asked(asked) => self.give(*asked).await?,
            Next::Incoming(Incoming::Answer { id, result }) => return Ok(Some((id, result))),
            Next::Incoming(Incoming::Event { method, params, session }) => {
                self.happened(&method, &params, session).await?;
            }
        }
        Ok(None)
    }

    /// Closes a window that the page has opened. It may share the page's thread, which stands still until
    /// the window goes on: it does, with all its requests stopped as the page's are.
    async fn close(&mut self, window: &Value, session: Option<&str>) -> Result<(), RenderError> {
        self.peer.send("Fetch.enable", everything(), session).await?;
        self.peer.send("Target.closeTarget", json!({ "targetId": window }), None).await?;
        self.peer.send("Runtime.runIfWaitingForDebugger", json!({}), session).await?;
        Ok(())
    }

    async fn happened(
        &mut self,
        method: &str,
        params: &Value,
        session: Option<String>,
    ) -> Result<(), RenderError> {
        let is_ours = session.as_deref() == Some(self.session.as_str());
        match method {
            "Fetch.requestPaused" => {
                if let Some(paused) = Paused::read(params, session) {
                    self.paused(paused).await?;
                }
            }
            "Target.attachedToTarget" => {
                let target = &params["targetInfo"];
                let is_other = !self.tab.is_empty() && target["targetId"] != self.tab.as_str();
                if is_other && matches!(target["type"].as_str(), Some("page" | "tab")) {
                    self.close(&target["targetId"], params["sessionId"].as_str()).await?;
                }
            }
            "Page.javascriptDialogOpening" => {
                let no = json!({ "accept": false });
                self.peer.send("Page.handleJavaScriptDialog", no, session.as_deref()).await?;
            }
            "Page.frameNavigated" if is_ours && params["frame"]["parentId"].is_null() => {
                self.is_loaded = false;
                self.last_seen = Instant::now();
                let at = params["frame"]["url"].as_str().and_then(|url| Url::parse(url).ok());
                if let Some(at) = at.filter(|at| self.given.contains(at)) {
                    self.url = at;
                }
            }
            "Page.loadEventFired" if is_ours => {
                self.is_loaded = true;
                self.last_seen = Instant::now();
            }
            "Inspector.targetCrashed" if is_ours => return Err(RenderError::Crashed),
            "Target.detachedFromTarget" if params["sessionId"] == self.session.as_str() => {
                return Err(RenderError::Crashed);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Every request is stopped before it is made.
fn everything() -> Value {
    json!({ "patterns": [{ "urlPattern": "*", "requestStage": "Request" }] })
}

fn text(value: &Value) -> Result<String, RenderError> {
    value.as_str().map(str::to_owned).ok_or(RenderError::Nonsense)
}
