//! Which calls are made, which are asked about, which are not made.

mod glob;
mod rule;

use chat::Arguments;
use serde::{Deserialize, Serialize};

pub use glob::{Glob, GlobError};
pub use rule::{Action, ArgumentPattern, Rule};

/// What becomes of the calls of a tool, from the least strict on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Approval {
    /// Every call is made.
    #[default]
    Auto,
    /// A person is asked.
    Ask,
    /// No call is made.
    Deny,
}

/// The user's word on calls. It is a value that an agent is given: nothing that a model, a tool or
/// a page writes changes it.
///
/// A call is decided in this order:
///
/// 1. A rule of the user's that applies and says `deny` always wins, wherever it stands.
/// 2. Otherwise the first rule that applies decides: `allow` or `ask`. It may weaken what the tool's
///    own manifest says.
/// 3. Without a rule, the stricter of the tool's own word (the manifest's `approval`) and the
///    default decides: neither weakens the other.
///
/// ```
/// use agent::{Approval, Policy};
///
/// # let config = serde_json::json!({ "default": "auto", "rules": [
/// #     { "tool": "files__read*", "action": "allow" }, { "tool": "files__*", "action": "ask" },
/// #     { "tool": "*", "arguments": { "path": "/etc/*" }, "action": "deny" },
/// # ] });
/// // default = "auto"
/// // rules = [{ tool = "files__read*", action = "allow" },
/// //          { tool = "files__*", action = "ask" },
/// //          { tool = "*", arguments = { path = "/etc/*" }, action = "deny" }]
/// let policy: Policy = serde_json::from_value(config)?;
/// let decide = |tool, json| {
///     let arguments = chat::Arguments::parse(tool, json).unwrap();
///     policy.decide(tool, Approval::Auto, &arguments).approval
/// };
/// assert_eq!(decide("files__read", r#"{"path": "/tmp/a"}"#), Approval::Auto);
/// assert_eq!(decide("files__write", r#"{"path": "/tmp/a"}"#), Approval::Ask);
/// assert_eq!(decide("files__read", r#"{"path": "/tmp/../etc/passwd"}"#), Approval::Deny);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// What becomes of calls that no rule applies to.
    #[serde(default)]
    pub default: Approval,
    /// The user's rules.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
}

/// What a policy says of one call, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ruling {
    /// What becomes of the call.
    pub approval: Approval,
    /// Whose word that is.
    pub source: Source,
}

/// Whose word decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// This rule of the user's.
    Rule(Rule),
    /// The tool's own manifest.
    Tool,
    /// [`Policy::default`].
    Default,
}

impl Policy {
    /// Decides about a call of the registered tool `tool`, whose own word is `own`.
    pub fn decide(&self, tool: &str, own: Approval, arguments: &Arguments) -> Ruling {
        let applies = |rule: &&Rule| rule.applies(tool, arguments);
        let denies = self.rules.iter().filter(|rule| rule.action == Action::Deny).find(applies);
        let rule = denies.or_else(|| self.rules.iter().find(applies));
        match rule {
            Some(rule) => Ruling { approval: rule.action.into(), source: Source::Rule(rule.clone()) },
            None if own >= self.default => Ruling { approval: own, source: Source::Tool },
            None => Ruling { approval: self.default, source: Source::Default },
        }
    }

    /// The rules that apply to none of these tools, whatever they are called with: most likely
    /// their patterns are not what the user meant.
    pub fn idle_rules<'a>(&'a self, tools: &[String]) -> Vec<&'a Rule> {
        let is_idle = |rule: &&Rule| !tools.iter().any(|tool| rule.tool.matches(tool));
        self.rules.iter().filter(is_idle).collect()
    }
}

#[cfg(test)]
mod tests;
