//! From a JSON Pointer to the line of a file.

use serde::de::{DeserializeOwned, IgnoredAny};
use toml::de::{DeTable, DeValue};

/// The two languages of manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Json,
    Toml,
}

impl Language {
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Toml => "TOML",
        }
    }
}

/// Appends a step to a JSON Pointer.
pub(crate) fn child(pointer: &str, step: &str) -> String {
    format!("{pointer}/{}", step.replace('~', "~0").replace('/', "~1"))
}

/// The line, counted from 1, of the value that `pointer` names, or of the innermost one around it
/// that exists. The text has been parsed before.
pub(crate) fn line(text: &str, language: Language, pointer: &str) -> usize {
    let steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let offset = match language {
        Language::Json => json_offset(text, steps),
        Language::Toml => toml_offset(text, steps).unwrap_or_default(),
    };
    line_at(text, offset)
}

/// The lines of a JSON array's items, in one pass.
pub(crate) fn item_lines(text: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    let (mut line, mut seen) = (1, 0);
    let mut at = skip_blank(text, skip_blank(text, 0) + 1);
    while let Some((IgnoredAny, end)) = read(text, at) {
        line += text[seen..at].bytes().filter(|&byte| byte == b'\n').count();
        seen = at;
        lines.push(line);
        at = skip_blank(text, skip_blank(text, end) + 1);
    }
    lines
}

/// The line of a byte.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|&byte| byte == b'\n').count()
}

fn json_offset(text: &str, steps: impl Iterator<Item = String>) -> usize {
    let mut at = skip_blank(text, 0);
    for step in steps {
        match json_child(text, at, &step) {
            Some(offset) => at = offset,
            None => break,
        }
    }
    at
}

/// The value of a key or an index in the object or array that begins at `at`.
fn json_child(text: &str, at: usize, step: &str) -> Option<usize> {
    let is_object = text[at..].starts_with('{');
    if !is_object && !text[at..].starts_with('[') {
        return None;
    }
    let mut at = skip_blank(text, at + 1);
    for index in 0.. {
        if text[at..].starts_with(['}', ']']) {
            return None;
        }
        let mut found = index.to_string() == step;
        if is_object {
            let (key, end) = read::<String>(text, at)?;
            found = key == step;
            at = skip_blank(text, skip_blank(text, end) + 1);
        }
        if found {
            return Some(at);
        }
        at = skip_blank(text, read::<IgnoredAny>(text, at)?.1);
        if text[at..].starts_with(',') {
            at = skip_blank(text, at + 1);
        }
    }
    None
}

/// One value and where it ends.
fn read<T: DeserializeOwned>(text: &str, at: usize) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_str(text.get(at..)?).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, at + values.byte_offset()))
}

fn skip_blank(text: &str, at: usize) -> usize {
    text.len() - text[at.min(text.len())..].trim_start().len()
}

fn toml_offset(text: &str, mut steps: impl Iterator<Item = String>) -> Option<usize> {
    let table = DeTable::parse(text).ok()?;
    let mut here = table.get_ref().get(steps.next()?.as_str())?;
    let mut offset = here.span().start;
    for step in steps {
        let next = match here.get_ref() {
            DeValue::Table(table) => table.get(step.as_str()),
            DeValue::Array(array) => step.parse::<usize>().ok().and_then(|index| array.get(index)),
            _ => None,
        };
        let Some(next) = next else { break };
        here = next;
        offset = here.span().start;
    }
    Some(offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_its_line() {
        let json = "\n[ {\"a\": 1,\n  \"b/c\": [true,\n {\"d\\u0065\": \"]}\"}\n, 7]}\n]";
        let check =
            |pointer: &str, expected| assert_eq!(line(json, Language::Json, pointer), expected, "{pointer}");
        check("", 2);
        check("/0/a", 2);
        check("/0/b~1c", 3);
        check("/0/b~1c/1", 4);
        check("/0/b~1c/1/de", 4);
        check("/0/b~1c/2", 5);
        check("/0/b~1c/9", 3);
        check("/0/none/x", 2);
        assert_eq!(item_lines("\n[\n1, {\n}\n,\n[2]\n]"), [3, 3, 6]);
        assert!(item_lines("[]").is_empty());
        let toml = "name = \"a\"\n[handler]\ntype = \"x\"\ncommand = [\n  \"p\",\n  \"q\"]\n";
        let check =
            |pointer: &str, expected| assert_eq!(line(toml, Language::Toml, pointer), expected, "{pointer}");
        check("", 1);
        check("/name", 1);
        check("/handler", 2);
        check("/handler/type", 3);
        check("/handler/command/1", 6);
        check("/none", 1);
    }
}
