//! What a page asks for, stopped before it is asked: by us, or by nobody.

use std::time::Instant;

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::header::CONTENT_TYPE;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Asked, Rendering};
use crate::{
    chromium::{
        RenderError,
        paused::{Paused, Verdict},
    },
    net::{Part, PartAsk, of_content_type},
    page::is_html_type,
};

/// The most requests of a page; those after it wait until the page is closed.
const MAX_REQUESTS: usize = 200;
/// How many times a page may lead on to another.
const MAX_NAVIGATIONS: usize = 5;
/// How many requests are made at the same time.
const MAX_AT_ONCE: usize = 6;
/// The most bytes of all that a page asks for.
const MAX_PART_BYTES: usize = 32 << 20;

impl<W: AsyncWrite + Unpin, R: AsyncRead + Unpin> Rendering<'_, W, R> {
    /// A request of the page waits for its answer.
    pub(super) async fn paused(&mut self, paused: Paused) -> Result<(), RenderError> {
        self.n_requests += 1;
        if self.n_requests > MAX_REQUESTS {
            return Ok(());
        }
        self.last_seen = Instant::now();
        let is_page = paused.is_document && paused.frame == self.frame;
        match paused.verdict(is_page) {
            Verdict::Refused => self.refuse(&paused).await,
            Verdict::Asked if is_page && self.given.is_empty() => self.give_page(&paused).await,
            Verdict::Asked if is_page && self.n_navigations == MAX_NAVIGATIONS => self.refuse(&paused).await,
            Verdict::Asked => {
                self.n_navigations += usize::from(is_page);
                self.waiting.push_back(paused);
                self.ask();
                Ok(())
            }
        }
    }

    /// Asks for as much as may be asked for at once.
    fn ask(&mut self) {
        while self.asked.len() < MAX_AT_ONCE {
            let Some(paused) = self.waiting.pop_front() else { return };
            let is_page = paused.is_document;
            let ask = PartAsk {
                heed_robots: self.manner.heed_robots || is_page,
                deadline: self.manner.deadline,
                accept: paused.accept.clone(),
                origin: paused.origin.clone(),
                page: self.url.clone(),
            };
            let fetcher = self.manner.fetcher;
            self.asked.push(Box::pin(async move {
                let came = fetcher.part(&paused.url, &ask).await;
                Asked { paused, came }
            }));
        }
    }

    /// Gives the tab what it asked for.
    pub(super) async fn give(&mut self, Asked { paused, came }: Asked) -> Result<(), RenderError> {
        self.ask();
        self.last_seen = Instant::now();
        let Ok(part) = came else { return self.refuse(&paused).await };
        self.n_part_bytes += part.body.len();
        // A page that leads to none stays where it is.
        let leads_nowhere = paused.is_document && !part.status.is_redirection() && !is_page(&part);
        if self.n_part_bytes > MAX_PART_BYTES || leads_nowhere {
            return self.refuse(&paused).await;
        }
        if paused.is_document && part.status.is_success() && !self.given.contains(&paused.url) {
            self.given.push(paused.url.clone());
        }
        let headers: Vec<_> =
            part.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.fulfil(&paused, part.status.as_u16(), &headers, &part.body).await
    }

    /// Gives the tab the page, which is here already.
    async fn give_page(&mut self, paused: &Paused) -> Result<(), RenderError> {
        self.given.push(paused.url.clone());
        let charset = self.page.charset.as_ref().map(|charset| format!("; charset={charset}"));
        let kind = format!("text/html{}", charset.unwrap_or_default());
        let page = self.page;
        self.fulfil(paused, 200, &[("content-type", &kind)], &page.body).await
    }

    async fn fulfil(
        &mut self,
        paused: &Paused,
        status: u16,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<(), RenderError> {
        let headers: Vec<_> =
            headers.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let params = json!({
            "requestId": paused.id,
            "responseCode": status,
            "responseHeaders": headers,
            "body": STANDARD.encode(body),
        });
        self.peer.send("Fetch.fulfillRequest", params, paused.session.as_deref()).await?;
        Ok(())
    }

    /// A request that is not made. A page that is led nowhere stays where it is.
    async fn refuse(&mut self, paused: &Paused) -> Result<(), RenderError> {
        let reason = if paused.is_document { "Aborted" } else { "BlockedByClient" };
        let params = json!({ "requestId": paused.id, "errorReason": reason });
        self.peer.send("Fetch.failRequest", params, paused.session.as_deref()).await?;
        Ok(())
    }
}

fn is_page(part: &Part) -> bool {
    let kind = part.headers.iter().find(|(name, _)| *name == CONTENT_TYPE).map_or("", |(_, kind)| kind);
    part.status.is_success() && is_html_type(&of_content_type(kind).0)
}
