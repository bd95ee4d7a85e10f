//! A server as the session knows it: by name, with its tools, started again once if it ends.

use std::{
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{Mutex, Notify, watch},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    connection::Connection,
    host::Host,
    offer::{Offer, Offers},
    settings::ServerSettings,
};

/// Between two lists of tools that a server's notifications ask for.
const REFRESH_GAP: Duration = Duration::from_millis(500);

/// A server that has been reached at least once.
pub(crate) struct Server {
    pub name: String,
    pub settings: ServerSettings,
    pub host: Arc<Host>,
    restarts_left: AtomicU32,
    state: Mutex<State>,
    offers: RwLock<Arc<Offers>>,
    /// Counted up when the tools have changed.
    version: watch::Sender<u64>,
}

/// Whether it answers.
enum State {
    Up(Live),
    /// With the reason, as the end of a sentence about the server.
    Down(String),
}

/// A connection and the task that watches it.
struct Live {
    connection: Arc<Connection>,
    _watching: Watcher,
}

/// A task that ends with its owner.
struct Watcher(JoinHandle<()>);

impl Drop for Watcher {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Server {
    /// Starts or reaches a server.
    ///
    /// # Errors
    /// The reason, as the end of a sentence that begins with the server.
    pub async fn start(
        name: String,
        settings: ServerSettings,
        host: Arc<Host>,
        version: watch::Sender<u64>,
        cancel: &CancellationToken,
    ) -> Result<Arc<Self>, String> {
        let (connection, offers) = Connection::open(&name, &settings, &host, cancel).await?;
        let server = Arc::new_cyclic(|server| Self {
            name,
            restarts_left: AtomicU32::new(settings.restarts),
            settings,
            host,
            state: Mutex::new(State::Up(live(server.clone(), connection))),
            offers: RwLock::new(Arc::new(offers)),
            version,
        });
        Ok(server)
    }

    /// What it offers now.
    pub fn offers(&self) -> Arc<Offers> {
        self.offers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The offer of the server's own name.
    pub fn offer(&self, tool: &str) -> Option<Offer> {
        self.offers().offers.iter().find(|offer| offer.tool == tool).cloned()
    }

    /// Whether it will be started again if it ends.
    pub fn has_restarts_left(&self) -> bool {
        self.restarts_left.load(Ordering::Relaxed) > 0
    }

    /// The connection, which is made anew if the server has ended and may be started again.
    ///
    /// # Errors
    /// The reason why there is none, as the end of a sentence about the server.
    pub async fn connection(self: &Arc<Self>, cancel: &CancellationToken) -> Result<Arc<Connection>, String> {
        let mut state = tokio::select! {
            biased;
            () = cancel.cancelled() => return Err("was not asked".to_owned()),
            state = self.state.lock() => state,
        };
        let why = match &*state {
            State::Up(live) if !live.connection.is_closed() => return Ok(live.connection.clone()),
            State::Up(live) => live.connection.end().await,
            State::Down(why) => return Err(why.clone()),
        };
        if self.restarts_left.load(Ordering::Relaxed) == 0 {
            *state = State::Down(why.clone());
            return Err(why);
        }
        self.restarts_left.fetch_sub(1, Ordering::Relaxed);
        match Connection::open(&self.name, &self.settings, &self.host, cancel).await {
            Ok((connection, offers)) => {
                let live = live(Arc::downgrade(self), connection);
                let connection = live.connection.clone();
                *state = State::Up(live);
                self.set(offers);
                Ok(connection)
            }
            // The next call may try.
            Err(_) if cancel.is_cancelled() => {
                self.restarts_left.fetch_add(1, Ordering::Relaxed);
                Err(why)
            }
            Err(again) => {
                let why = format!("{why}. When it was started again it {again}");
                *state = State::Down(why.clone());
                Err(why)
            }
        }
    }

    /// Ends it for good.
    pub async fn shut_down(&self) {
        let mut state = self.state.lock().await;
        if let State::Up(live) = std::mem::replace(&mut *state, State::Down("was shut down".to_owned())) {
            live.connection.close().await;
        }
    }

    fn set(&self, offers: Offers) {
        let offers = Arc::new(offers);
        let mut held = self.offers.write().unwrap_or_else(PoisonError::into_inner);
        if **held != *offers {
            *held = offers;
            self.version.send_modify(|version| *version += 1);
        }
    }
}

fn live(server: Weak<Server>, connection: Connection) -> Live {
    let connection = Arc::new(connection);
    let watching = watch_tools(server, Arc::downgrade(&connection), connection.changed.clone());
    Live { connection, _watching: Watcher(tokio::spawn(watching)) }
}

/// Lists the tools anew whenever the server says that they have changed. However often it says so,
/// one list is asked for at a time.
async fn watch_tools(server: Weak<Server>, connection: Weak<Connection>, changed: Arc<Notify>) {
    loop {
        changed.notified().await;
        let (Some(server), Some(connection)) = (server.upgrade(), connection.upgrade()) else { return };
        let failed = match timeout(server.settings.timeout, connection.offers(&server.name)).await {
            Ok(Ok(offers)) => {
                server.set(offers);
                None
            }
            Ok(Err(why)) => Some(why),
            Err(_) => Some(format!("it did not answer within {} s", server.settings.timeout.as_secs_f64())),
        };
        if let Some(why) = failed.filter(|_| !connection.is_closed()) {
            let mut offers = (*server.offers()).clone();
            let note = format!("the tools of the MCP server {} have changed, but {why}", server.name);
            offers.notes.retain(|known| *known != note);
            offers.notes.push(note);
            server.set(offers);
        }
        drop((server, connection));
        tokio::time::sleep(REFRESH_GAP).await;
    }
}
