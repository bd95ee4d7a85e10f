//! The tools of a session, and the one way to call them.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chat::{Observation, Status, ToolCall, ToolSpec};

use crate::{
    clean::{cap, clean},
    tool::{CallContext, Tool},
};

/// With its name, which a specification of many kilobytes would otherwise be copied for.
type Named = (String, Arc<dyn Tool>);

/// The tools that a model may call, in the order in which it is shown them.
#[derive(Clone, Default)]
pub struct ToolRegistry {
    tools: Vec<Named>,
    sources: Vec<Arc<dyn ToolSource>>,
}

/// Tools that come and go while a session runs.
pub trait ToolSource: Send + Sync {
    /// The tools that there are now with their names, in the order in which the model is shown them.
    fn tools(&self) -> Vec<(String, Arc<dyn Tool>)>;
}

/// Why a tool cannot be registered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegistryError {
    /// Two tools of one name.
    #[error("there are two tools named \"{0}\": rename one of them")]
    Duplicate(String),
}

impl ToolRegistry {
    /// How long a cancelled tool has to end by itself.
    pub const GRACE: Duration = Duration::from_secs(2);

    /// Adds a tool.
    ///
    /// # Errors
    /// Its name is taken.
    pub fn register(&mut self, tool: Arc<dyn Tool>) -> Result<(), RegistryError> {
        let name = tool.spec().name().to_owned();
        if self.tools.iter().any(|(known, _)| *known == name) {
            return Err(RegistryError::Duplicate(name));
        }
        self.tools.push((name, tool));
        Ok(())
    }

    /// Adds tools that come and go, after all that are there already. Of two tools of one name the
    /// one that was added first counts; [`ToolRegistry::clashes`] has the others' names.
    pub fn register_source(&mut self, source: Arc<dyn ToolSource>) {
        self.sources.push(source);
    }

    /// How the tools are offered to the model.
    pub fn specs(&self) -> Vec<ToolSpec> {
        self.now().0.iter().map(|(_, tool)| tool.spec()).collect()
    }

    /// The tools' names.
    pub fn names(&self) -> Vec<String> {
        self.now().0.into_iter().map(|(name, _)| name).collect()
    }

    /// The names of tools that sources have now and that are not offered, because they are taken.
    pub fn clashes(&self) -> Vec<String> {
        self.now().1
    }

    /// The tools that there are now, and the names that a source has in vain.
    fn now(&self) -> (Vec<Named>, Vec<String>) {
        let mut taken: HashSet<String> = self.tools.iter().map(|(name, _)| name.clone()).collect();
        let (mut tools, mut clashes) = (self.tools.clone(), Vec::new());
        for (name, tool) in self.sources.iter().flat_map(|source| source.tools()) {
            match taken.insert(name.clone()) {
                true => tools.push((name, tool)),
                false => clashes.push(name),
            }
        }
        (tools, clashes)
    }

    fn get(&self, name: &str) -> Option<Arc<dyn Tool>> {
        self.now().0.into_iter().find(|(known, _)| known == name).map(|(_, tool)| tool)
    }

    /// Answers a call with exactly one observation: the tool's, or the reason why there is none.
    /// Its text is clean and at most about `max_bytes` long.
    pub async fn call(&self, call: &ToolCall, context: &CallContext, max_bytes: usize) -> Observation {
        let mut observation = match self.get(&call.tool) {
            Some(tool) => run(tool.as_ref(), call, context).await,
            None if self.names().is_empty() => {
                Observation::error(format!("There is no tool {:?}: answer without tools.", call.tool))
            }
            None => Observation::error(format!(
                "There is no tool {:?}. The tools are: {}.",
                call.tool,
                self.names().join(", ")
            )),
        };
        let (text, cut) = cap(&clean(&observation.text), max_bytes);
        observation.text = text;
        observation.truncated |= cut;
        observation
    }
}

/// Calls a tool until the caller cancels or its time is over; then it has [`ToolRegistry::GRACE`] to
/// end by itself.
async fn run(tool: &dyn Tool, call: &ToolCall, context: &CallContext) -> Observation {
    let stop = context.cancel.child_token();
    let inner = CallContext { cancel: stop.clone(), deadline: context.deadline };
    let work = tool.call(call, &inner);
    tokio::pin!(work);
    let overdue = tokio::select! {
        observation = &mut work => return observation,
        () = stop.cancelled() => false,
        () = tokio::time::sleep_until(context.deadline.into()) => true,
    };
    stop.cancel();
    let stopped = || Observation::new(Status::Timeout, "The call was stopped before it was done.");
    let mut observation = tokio::time::timeout(ToolRegistry::GRACE, work).await.unwrap_or_else(|_| stopped());
    if overdue {
        // The tool knows only that it was stopped.
        observation.status = Status::Timeout;
    }
    observation
}

#[cfg(test)]
mod tests {
    use std::{
        sync::Mutex,
        time::{Duration, Instant},
    };

    use chat::{Arguments, CancellationToken};

    use super::*;
    use crate::function::function;

    #[derive(schemars::JsonSchema, serde::Deserialize)]
    struct Nothing {}

    /// A tool that answers with `answer`.
    fn tool(name: &str, answer: &'static str) -> Arc<dyn Tool> {
        Arc::new(function(name, "", move |_: Nothing| std::future::ready(Ok::<_, String>(answer))))
    }

    #[derive(Default)]
    struct Changing(Mutex<Vec<(String, Arc<dyn Tool>)>>);

    impl Changing {
        fn set(&self, tools: &[(&str, &'static str)]) {
            *self.0.lock().unwrap() =
                tools.iter().map(|(name, answer)| ((*name).to_owned(), tool(name, answer))).collect();
        }
    }

    impl ToolSource for Changing {
        fn tools(&self) -> Vec<(String, Arc<dyn Tool>)> {
            self.0.lock().unwrap().clone()
        }
    }

    async fn answer(registry: &ToolRegistry, name: &str) -> String {
        let call = ToolCall { tool: name.to_owned(), arguments: Arguments::parse(name, "{}").unwrap() };
        let deadline = Instant::now() + Duration::from_secs(60);
        let context = CallContext { cancel: CancellationToken::new(), deadline };
        registry.call(&call, &context, 1000).await.text
    }

    #[tokio::test]
    async fn a_source_is_asked_each_time() {
        let mut registry = ToolRegistry::default();
        registry.register(tool("own", "mine")).unwrap();
        let source = Arc::new(Changing::default());
        registry.register_source(source.clone());
        assert_eq!(registry.names(), ["own"]);
        source.set(&[("a", "first"), ("own", "not mine"), ("a", "second")]);
        assert_eq!(registry.names(), ["own", "a"]);
        assert_eq!(registry.specs().iter().map(ToolSpec::name).collect::<Vec<_>>(), ["own", "a"]);
        assert_eq!(registry.clashes(), ["own", "a"]);
        assert_eq!(
            (answer(&registry, "own").await, answer(&registry, "a").await),
            ("mine".into(), "first".into())
        );
        source.set(&[]);
        assert_eq!(answer(&registry, "a").await, "There is no tool \"a\". The tools are: own.");
        assert_eq!(registry.register(tool("own", "again")), Err(RegistryError::Duplicate("own".into())));
    }
}
