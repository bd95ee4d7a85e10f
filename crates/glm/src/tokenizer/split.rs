//! Cuts text into the pieces within which merges happen.

use fancy_regex::{Regex, RegexBuilder};

use super::TokenizerError;

/// A split pattern, compiled.
pub(super) struct Splitter(Regex);

impl Splitter {
    pub fn new(pattern: &str) -> Result<Self, TokenizerError> {
        // The library's limit on backtracking stays: GLM's pattern takes back one step at the end of
        // a run of white space and never comes near it.
        RegexBuilder::new(pattern)
            .build()
            .map(Self)
            .map_err(|error| TokenizerError::Malformed(format!("its split pattern is not valid: {error}")))
    }

    /// The text's pieces: together they are the whole text. What the pattern does not match is a
    /// piece as well, and so is the rest of the text where matching gives up.
    pub fn pieces<'t>(&self, text: &'t str) -> impl Iterator<Item = &'t str> {
        let mut matches = self.0.find_iter(text).map_while(Result::ok).fuse();
        let mut done = 0;
        let mut waiting = None;
        std::iter::from_fn(move || {
            if let Some(piece) = waiting.take() {
                return Some(piece);
            }
            match matches.by_ref().find(|m| !m.range().is_empty()) {
                Some(m) => {
                    let unmatched = &text[done..m.start()];
                    done = m.end();
                    if unmatched.is_empty() {
                        return Some(m.as_str());
                    }
                    waiting = Some(m.as_str());
                    Some(unmatched)
                }
                None => {
                    let rest = &text[done..];
                    done = text.len();
                    (!rest.is_empty()).then_some(rest)
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::GLM4_PATTERN;
    use super::*;

    fn check(pattern: &str, text: &str, pieces: &[&str]) {
        let splitter = Splitter::new(pattern).unwrap();
        assert_eq!(splitter.pieces(text).collect::<Vec<_>>(), pieces);
    }

    #[test]
    fn glm4() {
        check(GLM4_PATTERN, "", &[]);
        check(GLM4_PATTERN, "I'LL go  home", &["I", "'LL", " go", " ", " home"]);
        check(GLM4_PATTERN, "1234567 ok!?\n\n x", &["123", "456", "7", " ok", "!?\n\n", " x"]);
        check(GLM4_PATTERN, "a \n  b\t\tc", &["a", " \n", " ", " b", "\t", "\tc"]);
        check(GLM4_PATTERN, "你好，world", &["你好", "，world"]);
        check(GLM4_PATTERN, "<|system|>", &["<|", "system", "|>"]);
    }

    #[test]
    fn what_does_not_match_is_kept() {
        check("b+", "abbca", &["a", "bb", "ca"]);
        check("b*", "abca", &["a", "b", "ca"]);
    }

    #[test]
    fn a_pattern_that_gives_up_loses_nothing() {
        let text = "b".to_owned() + &"x".repeat(60) + "b";
        check(r"(?:(x|xx)+(?=y)\1)|b", &text, &["b", &text[1..]]);
    }
}
