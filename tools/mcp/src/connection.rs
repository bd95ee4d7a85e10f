//! One connection to a server: from its start to its orderly end.

use std::{sync::Arc, time::Duration};

use rmcp::{
    RoleClient,
    model::{ListToolsResult, PaginatedRequestParams, ProtocolVersion, SubscriptionFilter, Tool},
    service::{
        ClientInitializeError, ClientLifecycleMode, ClientServiceExt, Peer, RunningService, ServiceError,
    },
};
use tokio::{
    process::Command,
    sync::{Mutex, Notify},
    task::JoinHandle,
    time::{Instant, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    handler::Handler,
    host::Host,
    http::{self, reason},
    offer::{MAX_TOOLS, Offers, offers, short},
    process::{self, Process},
    settings::{ServerSettings, Transport},
};

/// The most pages of a list of tools.
const MAX_PAGES: usize = 100;
/// For the orderly end of a connection.
const CLOSE: Duration = Duration::from_secs(8);
/// Between a subscription that the server has ended and the next.
const LISTEN_AGAIN: Duration = Duration::from_secs(5);

/// A server that answers.
pub(crate) struct Connection {
    pub peer: Peer<RoleClient>,
    /// Told when the server says that its tools have changed.
    pub changed: Arc<Notify>,
    process: Option<Process>,
    service: Mutex<RunningService<RoleClient, Handler>>,
    listening: Option<JoinHandle<()>>,
}

/// Why there is no connection.
enum Failure {
    /// The server answers, and does not want to begin in this way.
    Refused(String),
    Failed(String),
}

impl Connection {
    /// Starts or reaches a server and lists its tools. When `cancel` fires, a process is ended first.
    ///
    /// # Errors
    /// The reason, as the end of a sentence that begins with the server.
    pub async fn open(
        name: &str,
        settings: &ServerSettings,
        host: &Host,
        cancel: &CancellationToken,
    ) -> Result<(Self, Offers), String> {
        let newest = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::LATEST] };
        // Nearly every server knows the first; some new ones know only the second.
        let refused = match Self::begin(name, settings, host, ClientLifecycleMode::Initialize, cancel).await {
            Ok(opened) => return Ok(opened),
            Err(Failure::Failed(why)) => return Err(why),
            Err(Failure::Refused(why)) => why,
        };
        match Self::begin(name, settings, host, newest, cancel).await {
            Ok(opened) => Ok(opened),
            Err(_) => Err(refused),
        }
    }

    async fn begin(
        name: &str,
        settings: &ServerSettings,
        host: &Host,
        mode: ClientLifecycleMode,
        cancel: &CancellationToken,
    ) -> Result<(Self, Offers), Failure> {
        let changed = Arc::new(Notify::new());
        let handler = Handler { changed: changed.clone() };
        let patience = Patience { startup: settings.startup_timeout, began: Instant::now(), cancel };
        let mut process = None;
        let began = match &settings.transport {
            Transport::Stdio { .. } => {
                let (transport, started) = start(settings, host).map_err(Failure::Failed)?;
                process = Some(started);
                patience.wait(handler.serve_with_lifecycle(transport, mode)).await
            }
            Transport::Http { url, headers } => {
                let transport = http::transport(url, headers, host).map_err(Failure::Failed)?;
                patience.wait(handler.serve_with_lifecycle(transport, mode)).await
            }
        };
        let service = match began {
            Ok(Ok(service)) => service,
            Ok(Err(error)) => return Err(failure(error, process.as_ref()).await),
            Err(why) => return Err(Failure::Failed(with_tail(why, process.as_ref()).await)),
        };
        let connection = Self::new(service, changed, process);
        let why = match patience.wait(connection.offers(name)).await {
            Ok(Ok(offers)) => return Ok((connection, offers)),
            Ok(Err(why)) => format!("did not list its tools: {why}"),
            Err(why) => format!("{why}: it did not list its tools"),
        };
        connection.close().await;
        Err(Failure::Failed(why))
    }

    fn new(
        service: RunningService<RoleClient, Handler>,
        changed: Arc<Notify>,
        process: Option<Process>,
    ) -> Self {
        let peer = service.peer().clone();
        let is_new = peer.peer_info().is_some_and(|info| !info.protocol_version.has_initialize());
        let listening = is_new.then(|| tokio::spawn(listen(peer.clone(), changed.clone())));
        Self { peer, changed, process, service: Mutex::new(service), listening }
    }

    /// The tools that the server has now.
    ///
    /// # Errors
    /// Why it does not list them.
    pub async fn offers(&self, name: &str) -> Result<Offers, String> {
        list(&self.peer, name).await
    }

    /// Whether the server is gone.
    pub fn is_closed(&self) -> bool {
        self.peer.is_transport_closed()
    }

    /// Whether the server is a process of ours.
    pub fn is_process(&self) -> bool {
        self.process.is_some()
    }

    /// Waits for the end of a server that is going, and gives the reason as the end of a sentence.
    pub async fn end(&self) -> String {
        match &self.process {
            Some(process) => match timeout(CLOSE, process.end("")).await {
                Ok(how) => how,
                Err(_) => "has stopped speaking".to_owned(),
            },
            None => "closed the connection".to_owned(),
        }
    }

    /// Ends the connection and the server's process.
    pub async fn close(&self) {
        let mut service = self.service.lock().await;
        // A panic of its task is as good an end as any, and the process is stopped below.
        let _ = service.close_with_timeout(CLOSE).await;
        if let Some(process) = &self.process {
            process.stop().await;
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(listening) = &self.listening {
            listening.abort();
        }
    }
}

/// How long a start may take.
struct Patience<'a> {
    startup: Duration,
    began: Instant,
    cancel: &'a CancellationToken,
}

impl Patience<'_> {
    /// Waits for a part of the start, or gives the reason why not longer.
    async fn wait<T>(&self, part: impl Future<Output = T>) -> Result<T, String> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err("was interrupted while it started".to_owned()),
            () = tokio::time::sleep_until(self.began + self.startup) => {
                Err(format!("did not start within {} s", self.startup.as_secs_f64()))
            }
            done = part => Ok(done),
        }
    }
}

/// Starts the process of a server.
fn start(settings: &ServerSettings, host: &Host) -> Result<(process::StdioTransport, Process), String> {
    let Transport::Stdio { command: words, env, cwd } = &settings.transport else {
        return Err("has no command".to_owned());
    };
    let [program, arguments @ ..] = words.as_slice() else { return Err("has no command".to_owned()) };
    let cwd = cwd.as_ref().map_or(host.workdir().to_owned(), |cwd| host.workdir().join(cwd));
    if !cwd.is_dir() {
        return Err(format!("cannot start: there is no folder {}", cwd.display()));
    }
    let mut command = Command::new(program);
    command.args(arguments).current_dir(&cwd).env_clear();
    for name in ["PATH", "HOME"] {
        host.variable(name).map(|value| command.env(name, value));
    }
    for (name, text) in env {
        command.env(name, host.fill(text).map_err(|unset| format!("cannot start: {unset}"))?);
    }
    process::start(command).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("cannot start: there is no program {program:?}"),
        _ => format!("cannot start: {program:?}: {error}"),
    })
}

/// Why a server did not begin.
async fn failure(error: ClientInitializeError, process: Option<&Process>) -> Failure {
    match (error, process) {
        (ClientInitializeError::JsonRpcError(error), _) => {
            let message = short(&agent::clean(&error.message), 300);
            Failure::Refused(format!("refused to start: {message} (error {})", error.code.0))
        }
        (
            ClientInitializeError::ConnectionClosed(_) | ClientInitializeError::TransportError { .. },
            Some(process),
        ) => Failure::Failed(process.end(" before it was ready").await),
        (error, process) => {
            let why = format!("did not start: {}", reason(&error));
            Failure::Failed(with_tail(why, process).await)
        }
    }
}

/// A reason with what the server said about it.
async fn with_tail(why: String, process: Option<&Process>) -> String {
    let Some(process) = process else { return why };
    process.stop().await;
    match process.stderr_tail() {
        tail if tail.is_empty() => why,
        tail => format!("{why}; its standard error ends:\n{tail}"),
    }
}

/// Lists a server's tools page by page, but not for ever.
async fn list(peer: &Peer<RoleClient>, name: &str) -> Result<Offers, String> {
    if peer.peer_info().is_some_and(|info| info.capabilities.tools.is_none()) {
        let note = format!("the MCP server {name} has no tools");
        return Ok(Offers { notes: vec![note], ..Offers::default() });
    }
    let mut tools: Vec<Tool> = Vec::new();
    let mut cursor = None;
    for _ in 0..MAX_PAGES {
        let params = PaginatedRequestParams::default().with_cursor(cursor);
        let page: ListToolsResult =
            peer.list_tools(Some(params)).await.map_err(|error| service_error(&error))?;
        tools.extend(page.tools);
        cursor = page.next_cursor;
        if cursor.is_none() || tools.len() > MAX_TOOLS {
            break;
        }
    }
    let complete = cursor.is_none() && tools.len() <= MAX_TOOLS;
    tools.truncate(MAX_TOOLS);
    Ok(offers(name, tools, complete))
}

/// What went wrong with a request, in one bounded line.
pub(crate) fn service_error(error: &ServiceError) -> String {
    match error {
        ServiceError::McpError(error) => {
            format!("{} (error {})", short(&agent::clean(&error.message), 2000), error.code.0)
        }
        ServiceError::UnexpectedResponse => "its answer has a form that is not known".to_owned(),
        other => reason(other),
    }
}

/// Asks a server of the newest protocol to tell when its tools change: these tell nothing unasked.
async fn listen(peer: Peer<RoleClient>, changed: Arc<Notify>) {
    loop {
        let filter = SubscriptionFilter::builder().tools_list_changed().build();
        let Ok(mut subscription) = peer.listen(filter).await else { return };
        while let Ok(Some(_)) = subscription.next().await {
            changed.notify_one();
        }
        tokio::time::sleep(LISTEN_AGAIN).await;
    }
}
