//! What a server may ask of us, which is nothing, and what it may tell us.

use std::sync::Arc;

use rmcp::{
    ClientHandler, RoleClient,
    model::{
        ClientConfig, ElicitRequestParams, ElicitResult, ErrorCode, ErrorData, Implementation,
        ProtocolVersion,
    },
    service::{NotificationContext, RequestContext},
};
use tokio::sync::Notify;

/// Our side of a connection: it answers neither for the person nor for the model, and shows no
/// folders. Sampling is refused by the library's default.
pub(crate) struct Handler {
    /// Told when the server's tools have changed.
    pub changed: Arc<Notify>,
}

/// This program, as both sides of the protocol introduce it.
pub(crate) fn implementation() -> Implementation {
    Implementation::new("gimlet", env!("CARGO_PKG_VERSION"))
}

impl ClientHandler for Handler {
    async fn create_elicitation(
        &self,
        _: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        Err(refused("elicitation/create"))
    }

    #[expect(deprecated, reason = "servers of older protocol versions ask for roots")]
    async fn list_roots(
        &self,
        _: RequestContext<RoleClient>,
    ) -> Result<rmcp::model::ListRootsResult, ErrorData> {
        Err(refused("roots/list"))
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.changed.notify_one();
    }

    fn get_info(&self) -> ClientConfig {
        let mut config = ClientConfig::default();
        config.client_info = implementation();
        // The newest version has no such handshake: to name it here would confuse older servers.
        config.protocol_version = ProtocolVersion::LATEST_WITH_INITIALIZE;
        config
    }
}

fn refused(method: &'static str) -> ErrorData {
    ErrorData::new(ErrorCode::METHOD_NOT_FOUND, method, None)
}
