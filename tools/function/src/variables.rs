//! `${NAME}` in texts of a manifest.

use crate::host::Host;

/// A text with variables in it, filled at every call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Variable(String),
}

impl Template {
    /// Reads a text; nothing if a `${` has no end or no name.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, behind) = after.split_once('}')?;
            if !is_variable(name) {
                return None;
            }
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Variable(name.to_owned()));
            rest = behind;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| *part != Part::Text(String::new()));
        Some(Self { parts })
    }

    /// Whether it is the same at every call.
    pub fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Text(_)))
    }

    /// The text with its variables filled in.
    ///
    /// # Errors
    /// The name of a variable that is not set, or not text.
    pub fn fill(&self, host: &Host) -> Result<String, String> {
        let fill = |part: &Part| match part {
            Part::Text(text) => Ok(text.clone()),
            Part::Variable(name) => host
                .variable(name)
                .and_then(|value| value.to_str())
                .map(str::to_owned)
                .ok_or_else(|| name.clone()),
        };
        self.parts.iter().map(fill).collect()
    }
}

/// Whether a text can name a variable.
pub(crate) fn is_variable(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_filled_or_named() {
        let host = Host::new("", "").with_environment([("KEY".into(), "s3cret".into())]);
        let check = |text: &str, expected: Option<Result<&str, &str>>| {
            let filled = Template::parse(text).map(|template| template.fill(&host));
            assert_eq!(filled, expected.map(|r| r.map(str::to_owned).map_err(str::to_owned)), "{text}");
        };
        check("plain $KEY {}", Some(Ok("plain $KEY {}")));
        check("Bearer ${KEY}!", Some(Ok("Bearer s3cret!")));
        check("${KEY}${NONE}", Some(Err("NONE")));
        check("${KEY", None);
        check("${}", None);
        check("${a b}", None);
    }
}
