//! The browser as the agent calls it.

use std::sync::Arc;

use agent::{CallContext, Citation, Cite, Tool};
use chat::{Builtin, FunctionSpec, Observation, ToolCall, ToolSpec};
use futures::future::BoxFuture;

use crate::{
    browser::Browser,
    call::{from_json, parse, specs},
};

/// `simple_browser`, whose calls are text.
struct BrowserTool(Arc<Browser>);

impl Tool for BrowserTool {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Builtin(Builtin::SimpleBrowser)
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        Box::pin(self.0.carry_out(parse(call.arguments.raw()), context))
    }
}

/// One of the functions of [`specs`].
struct BrowserFunction {
    browser: Arc<Browser>,
    spec: FunctionSpec,
}

impl Tool for BrowserFunction {
    fn spec(&self) -> ToolSpec {
        ToolSpec::Function(self.spec.clone())
    }

    fn call<'a>(&'a self, call: &'a ToolCall, context: &'a CallContext) -> BoxFuture<'a, Observation> {
        let action = from_json(&self.spec.name, &call.arguments.to_value());
        Box::pin(self.browser.carry_out(action.map(|action| vec![action]), context))
    }
}

impl Cite for Browser {
    fn cite(&self, answer: &str) -> Vec<Citation> {
        Browser::cite(self, answer)
    }
}

impl Browser {
    /// The browser as `simple_browser`, for models that were trained with it.
    pub fn tool(self: &Arc<Self>) -> Arc<dyn Tool> {
        Arc::new(BrowserTool(self.clone()))
    }

    /// The browser as functions with schemas, for all other models.
    pub fn functions(self: &Arc<Self>) -> Vec<Arc<dyn Tool>> {
        let function = |spec| Arc::new(BrowserFunction { browser: self.clone(), spec }) as Arc<dyn Tool>;
        specs().into_iter().map(function).collect()
    }
}
