//! One call on its way: checked, then run.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chat::{Arguments, Observation, Status, ToolCall};

use crate::{
    clean::{cap, clean},
    policy::Approval,
    registry::ToolRegistry,
    schema::Schema,
    spill::Spill,
    strict,
    tool::{CallContext, Tool},
};

/// Denials of one call that are told.
const MAX_DENIALS: usize = 16;
/// Of each text of a denial.
const MAX_DENIAL_BYTES: usize = 500;

/// A tool that minds the deadline itself says best what came of it.
const HEAD_START: Duration = Duration::from_millis(50);

/// A call whose tool exists and whose arguments are right. It can be run.
pub struct CheckedCall {
    pub(crate) tool: Arc<dyn Tool>,
    pub(crate) approval: Approval,
    pub(crate) call: ToolCall,
    pub(crate) spill: Option<Spill>,
}

impl CheckedCall {
    /// The tool's own word on its calls.
    pub fn approval(&self) -> Approval {
        self.approval
    }

    /// The call.
    pub fn call(&self) -> &ToolCall {
        &self.call
    }

    /// Calls the tool until the caller cancels or its time is over; then the tool has
    /// [`ToolRegistry::GRACE`] to end by itself. The observation's text is clean and at most about
    /// `max_bytes` long.
    pub async fn run(&self, context: &CallContext, max_bytes: usize) -> Observation {
        if context.cancel.is_cancelled() || is_over(context.deadline) {
            return Observation::new(Status::Timeout, "The call was stopped before it began.");
        }
        let mut observation = run(self.tool.as_ref(), &self.call, context).await;
        if let Some(spill) = &self.spill {
            observation = spill.preview(observation, max_bytes);
        }
        bounded(observation, max_bytes)
    }
}

async fn run(tool: &dyn Tool, call: &ToolCall, context: &CallContext) -> Observation {
    let stop = context.cancel.child_token();
    let inner = CallContext { cancel: stop.clone(), deadline: context.deadline };
    let work = tool.call(call, &inner);
    tokio::pin!(work);
    let overdue = tokio::select! {
        observation = &mut work => return observation,
        () = stop.cancelled() => false,
        () = tokio::time::sleep_until((context.deadline + HEAD_START).into()) => true,
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

fn is_over(deadline: Instant) -> bool {
    deadline.saturating_duration_since(Instant::now()) == Duration::ZERO
}

/// An observation fit to show: clean and of bounded length.
pub(crate) fn bounded(mut observation: Observation, max_bytes: usize) -> Observation {
    let (text, cut) = cap(&clean(&observation.text), max_bytes);
    observation.text = text;
    observation.truncated |= cut;
    observation.denials.truncate(MAX_DENIALS);
    for denial in &mut observation.denials {
        for text in [&mut denial.op, &mut denial.target, &mut denial.rule, &mut denial.hint] {
            *text = cap(&clean(text), MAX_DENIAL_BYTES).0;
        }
    }
    observation
}

/// Why a call's arguments are not what its tool takes, for the model; nothing if they are. `schema` is
/// a function's; a built-in tool has none and takes text.
pub(crate) fn complaint(call: &ToolCall, schema: Option<&Schema>) -> Option<String> {
    let name = &call.tool;
    let Some(schema) = schema else {
        let is_text = matches!(call.arguments, Arguments::Text(_));
        return (!is_text).then(|| format!("{name} was not called: it is called with text, not with JSON."));
    };
    let Arguments::Json { value, raw } = &call.arguments else {
        return Some(format!("{name} was not called: it is called with JSON, not with text."));
    };
    let faults = match ambiguity(value, raw) {
        Some(reason) => format!("- {reason}\n"),
        None => schema.complaint(value)?,
    };
    Some(format!(
        "{name} was not called, because its arguments are not valid:\n{faults}Call it again with arguments that match this JSON Schema: {}",
        schema.reminder()
    ))
}

/// Why arguments could be understood in different ways, if they could.
fn ambiguity(value: &serde_json::Value, raw: &str) -> Option<String> {
    if strict::is_too_deep(value) {
        return Some("lists and objects stand too deep in one another".into());
    }
    // Some endpoints write nothing for no arguments.
    if raw.trim().is_empty() {
        return None;
    }
    strict::parse(raw).err()
}
