//! One turn of a session, as the flags and the settings say.

use std::sync::Arc;

use ::sandbox::Confinement;
use agent::{
    Agent, Approver, End, Event, LimitKind, Limits, Policy, SandboxState, Schema, Session, SessionLog,
    ToolRegistry, Turn,
};
use chat::{CancellationToken, ChatModel, Message, ModelInfo, Sampling, wire::Format};

use crate::{args::SessionArgs, exit::Exit, folders, sandbox, toolbox::Toolbox};

/// What a turn may use.
pub fn limits(args: &SessionArgs) -> Limits {
    Limits {
        max_steps: args.max_steps,
        max_tokens: args.max_tokens,
        max_context: args.max_context,
        wall: args.timeout,
        ..Limits::default()
    }
}

/// An agent, and what is told of it when a session begins.
pub struct Prepared {
    agent: Arc<Agent>,
    model: ModelInfo,
    tools: ToolRegistry,
    sandbox: Option<SandboxState>,
    idle_rules: Vec<String>,
}

/// What not every agent has.
#[derive(Default)]
pub struct Extras {
    /// What its answers are held to.
    pub answer_schema: Option<Schema>,
    /// Whoever can be asked.
    pub approver: Option<Arc<dyn Approver>>,
}

impl Prepared {
    /// An agent as the flags and the settings say, with a toolbox's tools as the model knows them.
    ///
    /// # Errors
    /// A function of the user's has the name of one of the browser's.
    pub fn new(
        args: &SessionArgs,
        model: Arc<dyn ChatModel>,
        mut toolbox: Toolbox,
        confinement: Option<&Confinement>,
        extras: Extras,
    ) -> anyhow::Result<Self> {
        let format = Format::from_name(&model.info().format).unwrap_or(Format::Glm4Chat);
        let citer = toolbox.offer_browser(format)?;
        let (info, registry) = (model.info().clone(), toolbox.registry);
        let (names, tools) = (registry.names(), registry.clone());
        let policy = Policy { default: args.approval, rules: args.rules.clone() };
        let idle_rules = policy.idle_rules(&names).iter().map(|rule| rule.tool.to_string()).collect();
        let sampling = Sampling { temperature: args.temperature, seed: args.seed, ..Sampling::default() };
        let mut agent = Agent::new(model, registry, limits(args)).with_sampling(sampling).with_policy(policy);
        if args.grammar == "off" {
            agent = agent.unconstrained();
        }
        if let Some(citer) = citer {
            agent = agent.with_citer(citer);
        }
        if let Some(schema) = extras.answer_schema {
            agent = agent.with_answer_schema(schema);
        }
        if let Some(approver) = extras.approver {
            agent = agent.with_approver(approver);
        }
        let sandbox = confinement.map(sandbox::state);
        Ok(Self { agent: Arc::new(agent), model: info, tools, sandbox, idle_rules })
    }

    /// The same, confined as another one is.
    pub fn in_sandbox_of(self, other: &Self) -> Self {
        Self { sandbox: other.sandbox.clone(), ..self }
    }

    /// The agent.
    pub fn agent(&self) -> Arc<Agent> {
        self.agent.clone()
    }

    /// The names of its tools, as they are now.
    pub fn tools(&self) -> Vec<String> {
        self.tools.names()
    }

    /// Tells what a session works with.
    pub fn begin(&self, session: &mut Session, args: &SessionArgs) {
        let cwd = std::env::current_dir().unwrap_or_default();
        session.start(self.model.clone(), self.tools(), cwd, self.sandbox.clone());
        let system = args.system.as_deref().map(Message::system);
        // A session that goes on has them already.
        if let Some(system) = system.filter(|system| !session.messages().contains(system)) {
            session.push(system);
        }
        for tool in &self.idle_rules {
            let message = format!("the approval rule for {tool} is about no tool of this session");
            session.emit(Event::Error { message, hint: None });
        }
    }
}

/// Tells what the session works with, and takes the prompt to an answer.
pub async fn take(
    session: &mut Session,
    args: &SessionArgs,
    prepared: Prepared,
    prompt: &str,
    cancel: &CancellationToken,
) -> Turn {
    prepared.begin(session, args);
    prepared.agent.run(session, prompt, cancel).await
}

/// Keeps the session on disk; a session that cannot be kept goes on all the same and says so.
pub fn keep(session: &mut Session) {
    let created = folders::log(session.id()).and_then(|path| Ok(SessionLog::create(&path)?));
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
pub fn explain(end: &End, limits: &Limits) -> Option<(String, Option<String>)> {
    let (message, hint) = match end {
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
        End::Limit(LimitKind::Context) => (
            "the context is full".into(),
            Some("a larger --max-context or a model with a longer context goes on"),
        ),
        End::Limit(LimitKind::Repeats) => ("the model made the same call again and again".into(), None),
    };
    Some((message, hint.map(str::to_owned)))
}
