//! Patterns with `*` and `?`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The longest pattern, in characters.
const MAX_CHARS: usize = 1000;

/// A pattern for a whole text: `*` is any run of characters, `/` and newlines among them, `?` is any
/// one, a character behind `\` is itself. Everything else, upper and lower case, is what it is.
///
/// ```
/// let glob: agent::Glob = "files__*".parse()?;
/// assert!(glob.matches("files__read") && !glob.matches("Files__read"));
/// # Ok::<(), agent::GlobError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Run,
    One,
    Exactly(char),
}

/// A text that is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobError {
    /// It would match nothing.
    #[error("a pattern must not be empty: * is any text")]
    Empty,
    /// It is too long.
    #[error("a pattern has at most {MAX_CHARS} characters, and this one has {0}")]
    TooLong(usize),
    /// A backslash at the end.
    #[error("the pattern {0:?} ends with a backslash: write \\\\ for one that is meant")]
    Escape(String),
}

impl Glob {
    /// Whether the whole of a text is as the pattern says.
    pub fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut part, mut at) = (0, 0);
        // Where the last run stands, and up to where it has been taken to reach.
        let mut run: Option<(usize, usize)> = None;
        while at < text.len() {
            match self.parts.get(part) {
                Some(Part::Run) => {
                    run = Some((part, at));
                    part += 1;
                }
                Some(Part::One) => (part, at) = (part + 1, at + 1),
                Some(Part::Exactly(c)) if *c == text[at] => (part, at) = (part + 1, at + 1),
                _ => {
                    let Some((stands, reaches)) = run else { return false };
                    run = Some((stands, reaches + 1));
                    (part, at) = (stands + 1, reaches + 1);
                }
            }
        }
        self.parts[part..].iter().all(|part| *part == Part::Run)
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        let n_chars = text.chars().count();
        if n_chars == 0 {
            return Err(GlobError::Empty);
        }
        if n_chars > MAX_CHARS {
            return Err(GlobError::TooLong(n_chars));
        }
        let mut parts = Vec::new();
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            parts.push(match c {
                '*' => Part::Run,
                '?' => Part::One,
                '\\' => Part::Exactly(chars.next().ok_or_else(|| GlobError::Escape(text.to_owned()))?),
                c => Part::Exactly(c),
            });
        }
        parts.dedup_by(|a, b| *a == Part::Run && *b == Part::Run);
        Ok(Self { text: text.to_owned(), parts })
    }
}

impl TryFrom<String> for Glob {
    type Error = GlobError;

    fn try_from(text: String) -> Result<Self, GlobError> {
        text.parse()
    }
}

impl From<Glob> for String {
    fn from(glob: Glob) -> Self {
        glob.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(pattern.parse::<Glob>().unwrap().matches(text), expected, "{pattern} on {text:?}");
        };
        check("python", "python", true);
        check("python", "python ", false);
        check("python", "Python", false);
        check("python", "pуthon", false);
        check("*", "", true);
        check("*", "a\nb/c", true);
        check("a*c", "abcbc", true);
        check("a*c", "abcb", false);
        check("?", "é", true);
        check("?", "", false);
        check("a?c*", "abc", true);
        check("\\*", "*", true);
        check("\\*", "x", false);
        check("[a]", "a", false);
        check("[a]", "[a]", true);
        check("**a**", "xxaxx", true);
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        let check = |text: &str, expected| assert_eq!(text.parse::<Glob>().unwrap_err(), expected);
        check("", GlobError::Empty);
        check("a\\", GlobError::Escape("a\\".into()));
        check(&"x".repeat(1001), GlobError::TooLong(1001));
    }

    /// The definition, in exponential time.
    fn slow(parts: &[Part], text: &[char]) -> bool {
        match (parts.split_first(), text.split_first()) {
            (None, rest) => rest.is_none(),
            (Some((Part::Run, parts_left)), None) => slow(parts_left, text),
            (Some((Part::Run, parts_left)), Some((_, left))) => slow(parts_left, text) || slow(parts, left),
            (Some(_), None) => false,
            (Some((Part::One, parts_left)), Some((_, left))) => slow(parts_left, left),
            (Some((Part::Exactly(c), parts_left)), Some((d, left))) => c == d && slow(parts_left, left),
        }
    }

    proptest! {
        #[test]
        fn matching_is_as_defined(pattern in "[ab*?]{1,8}", text in "[ab]{0,10}") {
            let glob: Glob = pattern.parse().unwrap();
            let chars: Vec<char> = text.chars().collect();
            prop_assert_eq!(glob.matches(&text), slow(&glob.parts, &chars));
        }

        #[test]
        fn a_text_is_never_a_pattern(text in "\\PC{1,20}") {
            let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
            let glob: Glob = escaped.parse().unwrap();
            prop_assert!(glob.matches(&text));
            prop_assert!(text == "x" || !glob.matches("x"));
        }
    }
}
