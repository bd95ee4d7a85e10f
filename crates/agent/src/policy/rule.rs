//! One rule of the user's.

use std::collections::BTreeMap;

use chat::Arguments;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Approval, Glob};

/// What happens to calls of some tools, perhaps only with some arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The tools' names, as they are registered.
    pub tool: Glob,
    /// The arguments; any, if it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<ArgumentPattern>,
    /// What happens.
    pub action: Action,
}

/// What a rule says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// The call is made.
    Allow,
    /// A person is asked.
    Ask,
    /// The call is not made.
    Deny,
}

/// Which arguments a rule is about.
///
/// A pattern is held against texts: a text as it is, a number or `true` as JSON writes it, and of a
/// list or an object every text in it, its keys among them. Where there are several, an `allow` needs
/// all of them to match, and `ask` and `deny` need one. For the same reason a function's text is taken
/// both as it is and as the path that it comes to without `.`, `..` and doubled `/`: `/tmp/../etc` is
/// not allowed because `/tmp/*` is, and is denied because `/etc*` is. Links are not followed: a rule
/// knows texts, not files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "expected a pattern, or a table of arguments' names and patterns")]
pub enum ArgumentPattern {
    /// Of a built-in tool the whole text that it is called with; of a function its arguments' values.
    Text(Glob),
    /// Of a function these arguments, each of which must be there and match. It is never about a
    /// built-in tool, whose arguments have no names.
    Named(BTreeMap<String, Glob>),
}

impl From<Action> for Approval {
    fn from(action: Action) -> Self {
        match action {
            Action::Allow => Self::Auto,
            Action::Ask => Self::Ask,
            Action::Deny => Self::Deny,
        }
    }
}

impl Rule {
    /// Whether the rule is about this call.
    pub fn applies(&self, tool: &str, arguments: &Arguments) -> bool {
        self.tool.matches(tool)
            && match (&self.arguments, arguments) {
                (None, _) => true,
                (Some(ArgumentPattern::Text(glob)), Arguments::Text(text)) => glob.matches(text),
                (Some(ArgumentPattern::Text(glob)), Arguments::Json { value, .. }) => self.hits(glob, value),
                (Some(ArgumentPattern::Named(_)), Arguments::Text(_)) => false,
                (Some(ArgumentPattern::Named(globs)), Arguments::Json { value, .. }) => {
                    globs.iter().all(|(name, glob)| value.get(name).is_some_and(|v| self.hits(glob, v)))
                }
            }
    }

    fn hits(&self, glob: &Glob, value: &Value) -> bool {
        let mut texts = Vec::new();
        match value {
            // The names of arguments are the schema's, not the model's.
            Value::Object(map) if matches!(self.arguments, Some(ArgumentPattern::Text(_))) => {
                map.values().for_each(|value| collect(value, &mut texts));
            }
            value => collect(value, &mut texts),
        }
        match self.action {
            Action::Allow => !texts.is_empty() && texts.iter().all(|text| glob.matches(text)),
            Action::Ask | Action::Deny => texts.iter().any(|text| glob.matches(text)),
        }
    }
}

/// Every text in a value, as it is and as a path.
fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => push(text, texts),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            push(key, texts);
            collect(value, texts);
        }),
        scalar => texts.push(scalar.to_string()),
    }
}

fn push(text: &str, texts: &mut Vec<String>) {
    texts.push(text.to_owned());
    let path = without_detours(text);
    if path != text {
        texts.push(path);
    }
}

/// A path without `.`, `..` and doubled slashes. What stands in front of `://` stays.
fn without_detours(text: &str) -> String {
    if !text.contains('/') && !matches!(text, "." | "..") {
        return text.to_owned();
    }
    let (scheme, path) = match text.split_once("://") {
        Some((scheme, path)) if scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b)) => {
            (&text[..scheme.len() + 3], path)
        }
        _ => ("", text),
    };
    let is_absolute = path.starts_with('/');
    let mut steps: Vec<&str> = Vec::new();
    for step in path.split('/') {
        match (step, steps.last()) {
            ("" | ".", _) => {}
            ("..", Some(&last)) if last != ".." => drop(steps.pop()),
            ("..", None) if is_absolute => {}
            _ => steps.push(step),
        }
    }
    let root = if is_absolute { "/" } else { "" };
    format!("{scheme}{root}{}", steps.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_detours() {
        let check = |text: &str, expected: &str| assert_eq!(without_detours(text), expected, "{text}");
        check("/tmp/../etc/passwd", "/etc/passwd");
        check("/../../etc//./passwd/", "/etc/passwd");
        check("a/../../b", "../b");
        check("./a", "a");
        check("..", "..");
        check("https://example.com//a/../b", "https://example.com/b");
        check("file:///etc/./x", "file:///etc/x");
        check("x ../.. y://z", "x ../.. y:/z");
        check("print(1)", "print(1)");
        check("/", "/");
    }
}
