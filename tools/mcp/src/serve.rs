//! The agent's tools as an MCP server.

use std::{
    fs, io,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use agent::{CallContext, ToolRegistry};
use base64::{Engine, prelude::BASE64_STANDARD};
use chat::{
    Arguments, Artifact, Builtin, CancellationToken, FunctionSpec, Observation, Status, ToolCall, ToolSpec,
};
use reqwest::Url;
use rmcp::{
    RoleServer, ServerHandler, ServiceExt,
    model::{
        CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData, ListToolsResult,
        PaginatedRequestParams, Resource, ServerCapabilities, ServerConfig, Tool,
    },
    service::{RequestContext, ServerInitializeError},
    transport::async_rw::AsyncRwTransport,
};
use serde_json::{Map, Value};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Semaphore,
};

use crate::{handler::implementation, http::reason, offer::shown};

/// The most calls at once; further ones wait.
const MAX_PARALLEL: usize = 8;
/// The largest picture that is sent and not only named, in bytes.
const MAX_IMAGE_BYTES: u64 = 4 << 20;

/// How a served call is bounded.
#[derive(Clone, Copy, Debug)]
pub struct ServeLimits {
    /// The most time of one call.
    pub call: Duration,
    /// The longest text of one observation.
    pub observation_bytes: usize,
}

/// Why a server ended before its client did.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client does not begin as one.
    #[error("the MCP client did not begin as one: {0}")]
    Start(String),
    /// The server's own task failed.
    #[error("the MCP server failed: {0}")]
    Task(#[from] tokio::task::JoinError),
}

/// Serves tools to the client that writes to `input` and reads `output`, until it goes or `cancel`
/// fires. A client that goes is no error.
///
/// A tool that models are trained with is a function of one text; an observation that is not ok is
/// an error for the client, with its text; pictures are sent, other files are named. A client that
/// cancels a request fires the token of its call.
///
/// # Errors
/// Whatever is on `input` is not an MCP client.
pub async fn serve(
    tools: ToolRegistry,
    limits: ServeLimits,
    (input, output): (impl AsyncRead + Send + Unpin + 'static, impl AsyncWrite + Send + Unpin + 'static),
    cancel: &CancellationToken,
) -> Result<(), ServeError> {
    let server = ToolServer { tools, limits, slots: Arc::new(Semaphore::new(MAX_PARALLEL)) };
    let transport = AsyncRwTransport::new_server(input, output);
    match server.serve_with_ct(transport, cancel.child_token()).await {
        Ok(running) => {
            running.waiting().await?;
            Ok(())
        }
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => Ok(()),
        Err(error) => Err(ServeError::Start(reason(&error))),
    }
}

struct ToolServer {
    tools: ToolRegistry,
    limits: ServeLimits,
    slots: Arc<Semaphore>,
}

impl ServerHandler for ToolServer {
    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(self.tools.specs().into_iter().map(tool).collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.tools.names().iter().any(|name| *name == request.name) {
            return Err(ErrorData::invalid_params(
                format!("there is no tool {}", shown(&request.name)),
                None,
            ));
        }
        let call = call(request)?;
        let _slot = tokio::select! {
            slot = self.slots.acquire() => slot,
            () = context.ct.cancelled() => return Err(ErrorData::internal_error("the call was cancelled", None)),
        };
        let context = CallContext { cancel: context.ct.clone(), deadline: Instant::now() + self.limits.call };
        let observation = self.tools.call(&call, &context, self.limits.observation_bytes).await;
        Ok(result(observation).await.into())
    }

    fn get_info(&self) -> ServerConfig {
        let mut config = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        config.server_info = implementation();
        config
    }
}

/// A tool as clients see it.
fn tool(spec: ToolSpec) -> Tool {
    let FunctionSpec { name, description, parameters } = match spec {
        ToolSpec::Builtin(builtin) => builtin.as_function(),
        ToolSpec::Function(function) => function,
    };
    let mut schema = match parameters {
        Value::Object(schema) => schema,
        // `true` and the like: anything goes.
        _ => Map::new(),
    };
    // The protocol asks for it, and a function's schema may leave it out.
    schema.entry("type").or_insert_with(|| "object".into());
    Tool::new(name, description, schema)
}

/// A client's call as the agent's tools take it.
fn call(request: CallToolRequestParams) -> Result<ToolCall, ErrorData> {
    let map = request.arguments.unwrap_or_default();
    let Some(builtin) = Builtin::from_name(&request.name) else {
        let value = Value::Object(map);
        return Ok(ToolCall {
            tool: request.name.into_owned(),
            arguments: Arguments::Json { raw: value.to_string(), value },
        });
    };
    let parameter = builtin.parameter();
    match (map.len(), map.get(parameter).and_then(Value::as_str)) {
        (1, Some(text)) => {
            Ok(ToolCall { tool: builtin.name().to_owned(), arguments: Arguments::Text(text.to_owned()) })
        }
        _ => {
            let message = format!("{builtin} takes one argument, the text \"{parameter}\"");
            Err(ErrorData::invalid_params(message, None))
        }
    }
}

/// An observation as clients read it.
async fn result(observation: Observation) -> CallToolResult {
    let mut content = vec![ContentBlock::text(observation.text)];
    for artifact in observation.artifacts {
        // A picture of megabytes is read beside the other calls.
        let block = tokio::task::spawn_blocking(move || block(&artifact)).await;
        content.push(block.unwrap_or_else(|_| ContentBlock::text("[a file could not be read]")));
    }
    match observation.status {
        Status::Ok => CallToolResult::success(content),
        Status::Error | Status::Denied | Status::Timeout => CallToolResult::error(content),
    }
}

/// A picture itself, or the address of a file.
fn block(artifact: &Artifact) -> ContentBlock {
    if artifact.mime.starts_with("image/")
        && let Ok(Some(bytes)) = small(&artifact.path)
    {
        return ContentBlock::image(BASE64_STANDARD.encode(bytes), artifact.mime.clone());
    }
    let place = artifact.path.display().to_string();
    let name = artifact.path.file_name().map_or(place.clone(), |name| name.to_string_lossy().into_owned());
    let uri = std::path::absolute(&artifact.path).ok().and_then(|path| Url::from_file_path(path).ok());
    let mut link = Resource::new(uri.map_or(place, String::from), name);
    link.mime_type = Some(artifact.mime.clone());
    ContentBlock::resource_link(link)
}

/// A file's bytes, if they are few.
fn small(path: &Path) -> io::Result<Option<Vec<u8>>> {
    Ok(match fs::metadata(path)?.len() {
        0..=MAX_IMAGE_BYTES => Some(fs::read(path)?),
        _ => None,
    })
}
