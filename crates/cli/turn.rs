//! One turn of a session, as the flags and the settings say.

use std::sync::Arc;

use agent::{
    Agent, Cite, End, Event, LimitKind, Limits, Policy, SandboxState, Schema, Session, SessionLog,
    ToolRegistry, Turn,
};
use chat::{CancellationToken, ChatModel, Message, ModelInfo, Sampling, wire::Format};

use crate::{args::SessionArgs, exit::Exit, folders, toolbox::Toolbox};

/// What the model may call.
pub struct Tools {
    /// The tools.
    pub registry: ToolRegistry,
    /// How the code of calls is confined, if there is any.
    pub sandbox: Option<SandboxState>,
    citer: Option<Arc<dyn Cite>>,
}

impl Tools {
    /// A toolbox's tools as this model knows them.
    ///
    /// # Errors
    /// A function of the user's has the name of one of the browser's.
    pub fn new(
        mut toolbox: Toolbox,
        model: &ModelInfo,
        sandbox: Option<SandboxState>,
    ) -> anyhow::Result<Self> {
        let format = Format::from_name(&model.format).unwrap_or(Format::Glm4Chat);
        let citer = toolbox.offer_browser(format)?;
        Ok(Self { registry: toolbox.registry, sandbox, citer })
    }
}

/// What a turn may use.
pub fn limits(args: &SessionArgs) -> Limits {
    Limits { max_steps: args.max_steps, max_tokens: args.max_tokens, wall: args.timeout, ..Limits::default() }
}

/// Tells what the session works with, and takes the prompt to an answer.
pub async fn take(
    session: &mut Session,
    args: &SessionArgs,
    model: Arc<dyn ChatModel>,
    tools: Tools,
    answer_schema: Option<Schema>,
    prompt: &str,
    cancel: &CancellationToken,
) -> Turn {
    let Tools { registry, sandbox, citer } = tools;
    let cwd = std::env::current_dir().unwrap_or_default();
    session.start(model.info().clone(), registry.names(), cwd, sandbox);
    if let Some(system) = &args.system {
        session.push(Message::system(system.as_str()));
    }
    let policy = Policy { default: args.approval, rules: args.rules.clone() };
    for rule in policy.idle_rules(&registry.names()) {
        let message = format!("the approval rule for {} is about no tool of this session", rule.tool);
        session.emit(Event::Error { message, hint: None });
    }
    let sampling = Sampling { temperature: args.temperature, seed: args.seed, ..Sampling::default() };
    let agent = Agent::new(model, registry, limits(args)).with_sampling(sampling).with_policy(policy);
    let agent = if args.grammar == "off" { agent.unconstrained() } else { agent };
    let agent = match citer {
        Some(citer) => agent.with_citer(citer),
        None => agent,
    };
    let agent = match answer_schema {
        Some(schema) => agent.with_answer_schema(schema),
        None => agent,
    };
    agent.run(session, prompt, cancel).await
}

/// Keeps the session on disk; a session that cannot be kept goes on all the same and says so.
pub fn keep(session: &mut Session) {
    let created = folders::sessions().and_then(|folder| {
        let path = folder.join(format!("{}.jsonl", session.id()));
        Ok(SessionLog::create(&path)?)
    });
    match created {
        Ok(log) => session.log_to(log),
        Err(error) => {
            let hint = Some("the session goes on and is not kept".to_owned());
            session.emit(Event::Error { message: format!("{error:#}"), hint });
        }
    }
}

/// The exit code of a turn.
pub fn exit_of(turn: &Turn, fail_on_tool_error: bool) -> Exit {
    match &turn.end {
        End::Answered | End::Limit(_) if turn.denied_calls > 0 => Exit::Denied,
        End::Answered if fail_on_tool_error && turn.failed_tool_calls > 0 => Exit::ToolFailed,
        End::Answered => Exit::Ok,
        End::Limit(_) => Exit::Limit,
        End::PromptTooLong(_) | End::BadModel(_) => Exit::Usage,
        End::Failed(_) => Exit::Error,
        End::NoSandbox(_) => Exit::NoSandbox,
        End::Schema(_) => Exit::Schema,
        End::Interrupted => Exit::Interrupted,
    }
}

/// What happened and what to do, if it is not an answer.
pub fn explain(end: &End, limits: &Limits) -> Option<(String, Option<&'static str>)> {
    Some(match end {
        End::Answered => return None,
        End::Interrupted => ("interrupted".into(), None),
        End::PromptTooLong(message)
        | End::BadModel(message)
        | End::Failed(message)
        | End::Schema(message) => (message.clone(), None),
        End::NoSandbox(message) => (
            message.clone(),
            Some(
                "--tools none goes on without Python; where the sandbox is only not whole, --sandbox degraded with it",
            ),
        ),
        End::Limit(LimitKind::Steps) => {
            (format!("no answer after {} steps", limits.max_steps), Some("--max-steps allows more"))
        }
        End::Limit(LimitKind::Time) => (
            format!("no answer within {}", humantime::format_duration(limits.wall)),
            Some("--timeout allows more"),
        ),
        End::Limit(LimitKind::Tokens) => (
            format!("the model wrote {} tokens and did not stop", limits.max_tokens),
            Some("--max-tokens allows more"),
        ),
        End::Limit(LimitKind::Context) => {
            ("the model's context is full".into(), Some("a model with a longer context goes on"))
        }
        End::Limit(LimitKind::Repeats) => ("the model made the same call again and again".into(), None),
    })
}
