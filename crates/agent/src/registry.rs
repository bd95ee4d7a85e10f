//! The tools of a session, and the one way to call them.

use std::{borrow::Cow, collections::HashSet, sync::Arc, time::Duration};

use chat::{Observation, ToolCall, ToolSpec};

use crate::{
    call::{CheckedCall, bounded, complaint},
    policy::Approval,
    schema::{Schema, SchemaError},
    spill::Spill,
    tool::{CallContext, Tool},
};

/// With its name, which a specification of many kilobytes would otherwise be copied for.
type Named = (String, Arc<dyn Tool>);

/// The longest name of a tool.
const MAX_NAME: usize = 128;

/// The tools that a model may call, in the order in which it is shown them.
#[derive(Clone, Default)]
pub struct ToolRegistry {
    tools: Vec<Entry>,
    sources: Vec<Arc<dyn ToolSource>>,
    spill: Option<Spill>,
}

/// Tools that come and go while a session runs.
pub trait ToolSource: Send + Sync {
    /// The tools that there are now with their names, in the order in which the model is shown them.
    fn tools(&self) -> Vec<(String, Arc<dyn Tool>)>;
}

/// A tool and what is asked of it only once.
#[derive(Clone)]
struct Entry {
    tool: Arc<dyn Tool>,
    /// Kept apart because a specification has many kilobytes.
    name: String,
    /// What a function's arguments are held to.
    schema: Option<Schema>,
    approval: Approval,
}

/// Why a tool cannot be registered.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RegistryError {
    /// Two tools of one name.
    #[error("there are two tools named \"{0}\": rename one of them")]
    Duplicate(String),
    /// A name that formats cannot carry, or that looks like another.
    #[error("a tool cannot be named {0:?}: a name has letters, digits, _, - and ., at most {MAX_NAME}")]
    Name(String),
    /// Parameters that are no JSON Schema.
    #[error("the parameters of the tool \"{tool}\" are not a valid JSON Schema: {error}")]
    Schema {
        /// The tool's name.
        tool: String,
        /// What is wrong.
        error: SchemaError,
    },
}

impl Entry {
    fn new(tool: Arc<dyn Tool>) -> Result<Self, RegistryError> {
        let spec = tool.spec();
        let name = spec.name().to_owned();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if name.is_empty() || name.len() > MAX_NAME || !name.chars().all(is_part) {
            return Err(RegistryError::Name(name.chars().take(MAX_NAME).collect()));
        }
        let schema = match &spec {
            ToolSpec::Builtin(_) => None,
            ToolSpec::Function(function) => Some(match tool.schema() {
                Some(schema) => schema,
                None => Schema::new(&function.parameters)
                    .map_err(|error| RegistryError::Schema { tool: name.clone(), error })?,
            }),
        };
        Ok(Self { approval: tool.approval(), tool, name, schema })
    }
}

impl ToolRegistry {
    /// How long a cancelled tool has to end by itself.
    pub const GRACE: Duration = Duration::from_secs(2);

    /// Adds a tool. A function's schema is compiled here, once.
    ///
    /// # Errors
    /// Its name is taken or is none, or its parameters are no schema.
    pub fn register(&mut self, tool: Arc<dyn Tool>) -> Result<(), RegistryError> {
        let entry = Entry::new(tool)?;
        if self.tools.iter().any(|known| known.name == entry.name) {
            return Err(RegistryError::Duplicate(entry.name));
        }
        self.tools.push(entry);
        Ok(())
    }

    /// Adds tools that come and go, after all that are there already. Of two tools of one name the
    /// one that was added first counts; [`ToolRegistry::clashes`] has the others' names.
    pub fn register_source(&mut self, source: Arc<dyn ToolSource>) {
        self.sources.push(source);
    }

    /// Keeps observations that are too long to be shown whole.
    pub fn spill_to(&mut self, spill: Spill) {
        self.spill = Some(spill);
    }

    /// How the tools are offered to the model.
    pub fn specs(&self) -> Vec<ToolSpec> {
        let own = self.tools.iter().map(|entry| entry.tool.spec());
        own.chain(self.served().0.iter().map(|(_, tool)| tool.spec())).collect()
    }

    /// The tools' names.
    pub fn names(&self) -> Vec<String> {
        let own = self.tools.iter().map(|entry| entry.name.clone());
        own.chain(self.served().0.into_iter().map(|(name, _)| name)).collect()
    }

    /// The names of tools that sources have now and that are not offered, because they are taken.
    pub fn clashes(&self) -> Vec<String> {
        self.served().1
    }

    /// The tools that sources have now, and the names that they have in vain.
    fn served(&self) -> (Vec<Named>, Vec<String>) {
        let mut taken: HashSet<String> = self.tools.iter().map(|entry| entry.name.clone()).collect();
        let (mut tools, mut clashes) = (Vec::new(), Vec::new());
        for (name, tool) in self.sources.iter().flat_map(|source| source.tools()) {
            match taken.insert(name.clone()) {
                true => tools.push((name, tool)),
                false => clashes.push(name),
            }
        }
        (tools, clashes)
    }

    /// The tool of this name. The schema of a source's tool is compiled for each call: it may be
    /// another one than a moment ago.
    fn find(&self, name: &str) -> Result<Cow<'_, Entry>, Observation> {
        if let Some(entry) = self.tools.iter().find(|entry| entry.name == name) {
            return Ok(Cow::Borrowed(entry));
        }
        let (mut tools, _) = self.served();
        let Some(place) = tools.iter().position(|(known, _)| known == name) else {
            return Err(self.unknown(name));
        };
        let entry = Entry::new(tools.swap_remove(place).1);
        entry
            .map(Cow::Owned)
            .map_err(|error| Observation::error(format!("{name} cannot be called: {error}.")))
    }

    /// Checks a call: its tool exists and its arguments are right. It is not run.
    ///
    /// # Errors
    /// The observation that tells the model what is wrong, with the path of each violation.
    pub fn check(&self, call: &ToolCall) -> Result<CheckedCall, Observation> {
        let entry = self.find(&call.tool)?;
        match complaint(call, entry.schema.as_ref()) {
            Some(complaint) => Err(Observation::error(complaint)),
            None => Ok(CheckedCall {
                tool: entry.tool.clone(),
                approval: entry.approval,
                call: call.clone(),
                spill: self.spill.clone(),
            }),
        }
    }

    /// Answers a call with exactly one observation: the tool's, or the reason why there is none.
    /// Its text is clean and at most about `max_bytes` long. Nobody is asked: the caller wants it.
    pub async fn call(&self, call: &ToolCall, context: &CallContext, max_bytes: usize) -> Observation {
        match self.check(call) {
            Ok(checked) => checked.run(context, max_bytes).await,
            Err(observation) => bounded(observation, max_bytes),
        }
    }

    fn unknown(&self, tool: &str) -> Observation {
        Observation::error(match self.names().is_empty() {
            true => format!("There is no tool {tool:?}: answer without tools."),
            false => format!("There is no tool {tool:?}. The tools are: {}.", self.names().join(", ")),
        })
    }
}

#[cfg(test)]
mod tests;
