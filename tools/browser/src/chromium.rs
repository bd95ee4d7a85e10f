//! Pages whose text their scripts write, by the user's own Chromium.
//!
//! What holds it is listed in the crate's documentation. Each page has a Chromium of its own, which ends
//! with it: pages share nothing but the session's cookies, which are sent only to the page's own host.

mod frames;
mod paused;
mod peer;
mod program;
mod rendering;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use sandbox::{Cage, CageInput, CageOutput, Caged};
use serde_json::json;
use tokio::sync::Semaphore;

use crate::net::Fetched;
use peer::{Incoming, Peer, PeerError};
pub(crate) use rendering::Manner;
use rendering::Rendering;

/// How many pages are rendered at the same time: each takes some hundred MiB.
const MAX_PAGES: usize = 2;
/// For it to start and say its version.
const VERSION_TIME: Duration = Duration::from_secs(20);

/// Why a page was not rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RenderError {
    /// It is not held, so it does not run.
    #[error(
        "{program} cannot be started in its cage: {why}; it needs user, network, process and mount namespaces"
    )]
    Start {
        /// The program.
        program: String,
        /// The system's word.
        why: String,
    },
    /// The conversation broke.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// A command was not answered.
    #[error("Chromium does not answer {0}")]
    Slow(&'static str),
    /// The page ended its process, or its memory.
    #[error("the page crashed")]
    Crashed,
    /// The page is too large to be looked through.
    #[error("what became of the page could not be written in time")]
    Unwritten,
    /// An answer without what it should hold.
    #[error("Chromium answers something else than was asked")]
    Nonsense,
    /// Time is over.
    #[error("there was no time left")]
    Timeout,
}

impl RenderError {
    fn refused(method: &'static str, message: String) -> Self {
        Self::Peer(PeerError::Refused { method, message })
    }
}

/// The user's Chromium. Nothing runs until a page is rendered.
#[derive(Debug)]
pub(crate) struct Chromium {
    program: PathBuf,
    pages: Semaphore,
}

impl Chromium {
    /// The one that the user named, or the first on the `PATH` of these variables.
    ///
    /// # Errors
    /// There is none: what was looked for.
    pub fn find(named: Option<&Path>, variables: &BTreeMap<String, String>) -> Result<Self, String> {
        Ok(Self { program: program::find(named, variables)?, pages: Semaphore::new(MAX_PAGES) })
    }

    /// Its program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Starts it as for a page, and asks for its name and version.
    ///
    /// # Errors
    /// It does not start here, or does not answer.
    pub async fn version(&self) -> Result<String, RenderError> {
        let (caged, mut peer) = self.start().await?;
        let asking = async {
            let sent = peer.send("Browser.getVersion", json!({}), None).await?;
            loop {
                if let Incoming::Answer { id, result } = peer.next().await?
                    && id == sent
                {
                    let version = result.ok().and_then(|result| Some(result["product"].as_str()?.to_owned()));
                    return version.ok_or(RenderError::Nonsense);
                }
            }
        };
        let version = tokio::time::timeout(VERSION_TIME, asking).await;
        caged.end().await;
        version.unwrap_or(Err(RenderError::Slow("Browser.getVersion")))
    }

    /// The page that a page's scripts make of it, or the page as it was fetched and why, in words for the
    /// model.
    pub async fn render_or_say(
        &self,
        page: Arc<Fetched>,
        manner: Manner<'_>,
    ) -> (Arc<Fetched>, Option<String>) {
        match self.render(&page, manner).await {
            Ok(rendered) => (Arc::new(rendered), None),
            Err(why) => {
                let note = format!(
                    "(The scripts of this page could not be run, so it is shown without them: {why}.)"
                );
                (page, Some(note))
            }
        }
    }

    /// Runs the scripts of a page that was fetched, and gives the page that they make of it.
    ///
    /// # Errors
    /// Chromium does not start, breaks, or is not ready by the deadline. It is gone in any case.
    pub async fn render(&self, page: &Fetched, manner: Manner<'_>) -> Result<Fetched, RenderError> {
        let permit = tokio::time::timeout_at(manner.deadline.into(), self.pages.acquire()).await;
        // It is never closed, so a permit comes or time is over.
        let Ok(Ok(_permit)) = permit else { return Err(RenderError::Timeout) };
        let (caged, peer) = self.start().await?;
        let rendered = Rendering::new(peer, page, manner).run().await;
        caged.end().await;
        rendered
    }

    async fn start(&self) -> Result<(Caged, Peer<CageInput, CageOutput>), RenderError> {
        let cage = Cage::new(&self.program).args(program::arguments());
        let cage = program::environment().into_iter().fold(cage, |cage, (name, value)| cage.env(name, value));
        let (caged, input, output) = cage.start().await.map_err(|error| RenderError::Start {
            program: self.program.display().to_string(),
            why: error.to_string(),
        })?;
        Ok((caged, Peer::new(input, output)))
    }
}

#[cfg(test)]
mod fake;
#[cfg(test)]
#[cfg(unix)]
mod tests;
