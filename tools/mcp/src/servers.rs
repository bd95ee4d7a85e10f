//! All the servers of a session.

use std::{collections::BTreeSet, sync::Arc};

use agent::{Tool, ToolSource};
use futures::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{host::Host, server::Server, settings::ServerSettings, tool::McpTool};

/// A server that could not be started or reached. The others go on without it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the MCP server {server} {reason}")]
pub struct StartError {
    /// Its name.
    pub server: String,
    /// What happened, with the end of what it wrote on standard error.
    pub reason: String,
}

/// The servers of a session and their tools.
///
/// Register it with [`agent::ToolRegistry::register_source`]: then what the model is offered follows
/// the servers' notifications. [`Servers::shut_down`] ends the servers in order; a `Servers` that is
/// only dropped kills their processes.
pub struct Servers {
    servers: Vec<Arc<Server>>,
    failures: Vec<StartError>,
    version: watch::Sender<u64>,
}

impl Servers {
    /// Starts and reaches all servers at once. What fails is in [`Servers::failures`], and so is what
    /// has not started when `cancel` fires.
    pub async fn connect(
        settings: impl IntoIterator<Item = (String, ServerSettings)>,
        host: Host,
        cancel: &CancellationToken,
    ) -> Self {
        let host = Arc::new(host);
        let version = watch::Sender::new(0);
        let mut names = BTreeSet::new();
        let mut starting = Vec::new();
        let mut failures = Vec::new();
        for (name, settings) in settings {
            let refused = match ServerSettings::check_name(&name) {
                Err(error) => Some(format!("is refused: {error}")),
                Ok(()) if !names.insert(name.clone()) => {
                    Some("is named twice: rename one of them".to_owned())
                }
                Ok(()) => None,
            };
            match refused {
                None => starting.push(start(name, settings, host.clone(), version.clone(), cancel)),
                Some(reason) => failures.push(StartError { server: name, reason }),
            }
        }
        let mut servers = Vec::new();
        for started in join_all(starting).await {
            match started {
                Ok(server) => servers.push(server),
                Err(error) => failures.push(error),
            }
        }
        Self { servers, failures, version }
    }

    /// The servers that could not be started or reached.
    pub fn failures(&self) -> &[StartError] {
        &self.failures
    }

    /// One sentence for each thing of a server's that is not offered.
    pub fn notes(&self) -> Vec<String> {
        self.servers.iter().flat_map(|server| server.offers().notes.clone()).collect()
    }

    /// A number that grows whenever the tools have changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }

    /// The tool that a server knows by this name of its own.
    pub fn tool(&self, server: &str, tool: &str) -> Option<Arc<dyn Tool>> {
        let server = self.servers.iter().find(|known| known.name == server)?;
        let offer = server.offer(tool)?;
        Some(Arc::new(McpTool { server: server.clone(), offer }))
    }

    /// Ends all servers: their input is closed, and what does not end within seconds is killed.
    pub async fn shut_down(&self) {
        join_all(self.servers.iter().map(|server| server.shut_down())).await;
    }
}

impl ToolSource for Servers {
    fn tools(&self) -> Vec<(String, Arc<dyn Tool>)> {
        let mut tools: Vec<(String, Arc<dyn Tool>)> = Vec::new();
        for server in &self.servers {
            for offer in &server.offers().offers {
                let tool = McpTool { server: server.clone(), offer: offer.clone() };
                tools.push((offer.spec.name.clone(), Arc::new(tool)));
            }
        }
        tools
    }
}

async fn start(
    name: String,
    settings: ServerSettings,
    host: Arc<Host>,
    version: watch::Sender<u64>,
    cancel: &CancellationToken,
) -> Result<Arc<Server>, StartError> {
    let server = Server::start(name.clone(), settings, host, version, cancel).await;
    server.map_err(|reason| StartError { server: name, reason })
}
