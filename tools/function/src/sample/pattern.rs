//! Texts that match a regular expression.

use regex_syntax::{
    Parser,
    hir::{Class, Hir, HirKind},
};

use super::random::Random;

/// The longest text, in bytes.
const MAX_BYTES: usize = 4096;
/// How many more repetitions than the fewest.
const MORE: u32 = 3;

/// Characters that people can read, the plain ones first.
const PLAIN: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const OTHER: &str = "_-./:@ +,;()[]{}<>=!?#$%&*'\"\\^`|~";

/// A text that matches, unless the pattern looks ahead or back, which is not understood.
pub(crate) fn matching(pattern: &str, random: &mut Random) -> Option<String> {
    let hir = Parser::new().parse(pattern).ok()?;
    let mut text = String::new();
    write(&hir, random, &mut text)?;
    Some(text)
}

fn write(hir: &Hir, random: &mut Random, text: &mut String) -> Option<()> {
    if text.len() > MAX_BYTES {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class, random)?),
        HirKind::Capture(capture) => write(&capture.sub, random, text)?,
        HirKind::Concat(parts) => {
            for part in parts {
                write(part, random, text)?;
            }
        }
        HirKind::Alternation(branches) => write(random.pick(branches), random, text)?,
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min.saturating_add(MORE));
            for _ in 0..random.within(repetition.min as usize, most as usize) {
                write(&repetition.sub, random, text)?;
            }
        }
    }
    Some(())
}

fn character(class: &Class, random: &mut Random) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (range.start().into(), range.end().into())).collect(),
    };
    let is_in = |c: char| ranges.iter().any(|&(start, end)| (start..=end).contains(&c));
    for set in [PLAIN, OTHER] {
        let fitting: Vec<char> = set.chars().filter(|&c| is_in(c)).collect();
        if !fitting.is_empty() {
            return Some(*random.pick(&fitting));
        }
    }
    ranges.first().map(|&(start, _)| start)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn made_texts_match() {
        for pattern in [
            "^[A-Z]{3}-\\d{2,4}$",
            "^(foo|bar)+$",
            "x",
            "^\\w+@\\w+\\.com$",
            "^[^a-zA-Z0-9]$",
            "^.{5}$",
            "^\\p{L}+$",
            "^(19|20)\\d\\d-(0[1-9]|1[0-2])$",
            "^$",
            "^[\\u4e00-\\u9fa5]{2}$".replace("\\u4e00-\\u9fa5", "一-龥").as_str(),
        ] {
            let validator = jsonschema::validator_for(&json!({ "pattern": pattern })).unwrap();
            for seed in 0..20 {
                let text = matching(pattern, &mut Random::new(seed)).unwrap();
                assert!(validator.is_valid(&json!(text)), "{text:?} for {pattern}");
            }
        }
        assert_eq!(matching("^(?=a)b", &mut Random::new(0)), None);
        assert_eq!(matching("^(a{1000}){1000}$", &mut Random::new(0)), None);
    }
}
