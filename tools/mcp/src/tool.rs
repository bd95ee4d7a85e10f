//! A server's tool as the agent calls it.

use std::{sync::Arc, time::Duration};

use agent::{CallContext, Tool};
use chat::{Arguments, Observation, Status, ToolCall, ToolSpec};
use futures::future::BoxFuture;
use rmcp::{
    RoleClient,
    model::{
        CallToolRequest, CallToolRequestParams, CallToolResult, CancelledNotificationParam, ClientRequest,
        ReadResourceRequestParams, RequestId, ResourceContents, ServerResult,
    },
    service::{Peer, PeerRequestOptions, ServiceError},
};
use serde_json::{Map, Value};
use tokio::time::timeout;

use crate::{
    answer::Answer,
    connection::{Connection, service_error},
    offer::Offer,
    server::Server,
};

/// For the notice of a cancellation to be written.
const CANCEL: Duration = Duration::from_millis(500);
/// The most links of one answer that are followed.
const MAX_LINKS: usize = 8;

/// One tool of one server.
pub(crate) struct McpTool {
    pub server: Arc<Server>,
    pub offer: Offer,
}

/// Why there is no answer.
enum Failure {
    Service(ServiceError),
    Cancelled,
}

impl Tool for McpTool {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Function(self.offer.spec.clone())
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(self.run(call, context))
    }
}

impl McpTool {
    async fn run(&self, call: &ToolCall, context: &CallContext) -> Observation {
        let arguments = match arguments(&call.arguments) {
            Ok(arguments) => arguments,
            Err(why) => return Observation::error(why),
        };
        let connection = match self.server.connection(&context.cancel).await {
            Ok(connection) => connection,
            Err(_) if context.cancel.is_cancelled() => return self.cancelled(),
            Err(why) => {
                return Observation::error(format!("{} {why}. Do without its tools.", self.subject()));
            }
        };
        match self.ask(&connection, arguments, context).await {
            Ok(result) => self.answer(&connection, result, context).await,
            Err(Failure::Cancelled) => self.cancelled(),
            Err(Failure::Service(error)) => self.explain(&connection, error).await,
        }
    }

    /// Sends the call and waits for its result.
    async fn ask(
        &self,
        connection: &Connection,
        arguments: Option<Map<String, Value>>,
        context: &CallContext,
    ) -> Result<CallToolResult, Failure> {
        let mut params = CallToolRequestParams::new(self.offer.tool.clone());
        params.arguments = arguments;
        let request = ClientRequest::CallToolRequest(CallToolRequest::new(params));
        let settings = &self.server.settings;
        let options = PeerRequestOptions::with_timeout(settings.timeout)
            .reset_timeout_on_progress()
            .with_max_total_timeout(settings.max_timeout);
        let sending = connection.peer.send_request_with_option(request, options);
        let handle = tokio::select! {
            biased;
            () = context.cancel.cancelled() => return Err(Failure::Cancelled),
            handle = sending => handle.map_err(Failure::Service)?,
        };
        let mut in_flight = InFlight { peer: connection.peer.clone(), id: Some(handle.id.clone()) };
        let response = tokio::select! {
            biased;
            () = context.cancel.cancelled() => None,
            response = handle.await_response() => Some(response),
        };
        let Some(response) = response else {
            in_flight.cancel().await;
            return Err(Failure::Cancelled);
        };
        in_flight.id = None;
        result(response.map_err(Failure::Service)?).map_err(Failure::Service)
    }

    /// The result as an observation, with what its links lead to.
    async fn answer(
        &self,
        connection: &Connection,
        result: CallToolResult,
        context: &CallContext,
    ) -> Observation {
        let mut linked = Vec::new();
        for uri in Answer::links(&result).into_iter().take(MAX_LINKS) {
            let reading = timeout(self.server.settings.timeout, read(&connection.peer, uri));
            let contents = tokio::select! {
                biased;
                () = context.cancel.cancelled() => Err("the call was cancelled".to_owned()),
                contents = reading => contents.unwrap_or_else(|_| Err("it was not sent in time".to_owned())),
            };
            linked.push(contents);
        }
        let folder = self.server.host.artifacts().to_owned();
        let name = self.offer.spec.name.clone();
        // Decoding and writing megabytes would hold up the other calls.
        let observed = tokio::task::spawn_blocking(move || Answer { result, linked }.observe(&folder, &name));
        observed.await.unwrap_or_else(|_| Observation::error("the answer could not be read"))
    }

    /// What the model is told of a call without an answer.
    async fn explain(&self, connection: &Connection, error: ServiceError) -> Observation {
        let (settings, subject, tool) = (&self.server.settings, self.subject(), &self.offer.spec.name);
        match error {
            ServiceError::Timeout { timeout } if timeout == settings.timeout => Observation::new(
                Status::Timeout,
                format!(
                    "{subject} did not answer {tool} within {} s and was told to stop.",
                    timeout.as_secs_f64()
                ),
            ),
            ServiceError::Timeout { timeout } => Observation::new(
                Status::Timeout,
                format!(
                    "{subject} was told to stop {tool} after {} s, the longest that a call may take.",
                    timeout.as_secs_f64()
                ),
            ),
            ServiceError::TransportClosed => self.gone(connection).await,
            ServiceError::TransportSend(_) if connection.is_process() => self.gone(connection).await,
            error => Observation::error(format!("{subject} failed at {tool}: {}", service_error(&error))),
        }
    }

    async fn gone(&self, connection: &Connection) -> Observation {
        let how = connection.end().await;
        let then = match self.server.has_restarts_left() {
            true => "It is started again with the next call to it.",
            false => "It is not started again: do without its tools.",
        };
        Observation::error(format!(
            "{} {how}\nThis was during {}. {then}",
            self.subject(),
            self.offer.spec.name
        ))
    }

    fn cancelled(&self) -> Observation {
        Observation::new(Status::Timeout, format!("The call to {} was cancelled.", self.offer.spec.name))
    }

    fn subject(&self) -> String {
        format!("The MCP server {}", self.server.name)
    }
}

/// A request that the server works at. Dropping it tells the server to stop.
struct InFlight {
    peer: Peer<RoleClient>,
    id: Option<RequestId>,
}

impl InFlight {
    async fn cancel(&mut self) {
        if let Some(id) = self.id.take() {
            // A server that does not read is told in vain.
            let _ = timeout(CANCEL, notify(self.peer.clone(), id)).await;
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some((id, runtime)) = self.id.take().zip(tokio::runtime::Handle::try_current().ok()) {
            runtime.spawn(timeout(CANCEL, notify(self.peer.clone(), id)));
        }
    }
}

async fn notify(peer: Peer<RoleClient>, id: RequestId) {
    let why = "the caller does not need it any more".to_owned();
    let params = CancelledNotificationParam::new(Some(id), Some(why));
    // It fails when the server is gone, which is what was wanted.
    let _ = peer.notify_cancelled(params).await;
}

/// What a call's arguments are on the wire.
fn arguments(arguments: &Arguments) -> Result<Option<Map<String, Value>>, String> {
    match arguments.to_value() {
        Value::Object(map) => Ok(Some(map)),
        Value::Null => Ok(None),
        other => Err(format!(
            "The arguments must be a JSON object, not {}",
            crate::offer::short(&other.to_string(), 100)
        )),
    }
}

/// The result of a call, where the library could not tell it from one of another kind.
fn result(response: ServerResult) -> Result<CallToolResult, ServiceError> {
    match response {
        ServerResult::CallToolResult(result) => Ok(result),
        // An answer without content, which some servers give.
        ServerResult::EmptyResult(_) => Ok(CallToolResult::default()),
        _ => Err(ServiceError::UnexpectedResponse),
    }
}

async fn read(peer: &Peer<RoleClient>, uri: String) -> Result<Vec<ResourceContents>, String> {
    match peer.read_resource(ReadResourceRequestParams::new(uri)).await {
        Ok(result) => Ok(result.contents),
        Err(error) => Err(service_error(&error)),
    }
}
