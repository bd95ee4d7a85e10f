//! What a site asks robots not to read (RFC 9309).

/// The most bytes of a robots.txt that are read.
const MAX_BYTES: usize = 512 << 10;
/// The most rules that are kept.
const MAX_RULES: usize = 5000;
/// The name by which sites know this robot.
const NAME: &str = "gimlet";

/// A site's rules for us.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Robots {
    /// Patterns of paths, and whether each allows them.
    rules: Vec<(String, bool)>,
}

impl Robots {
    /// A site that asks for nothing to be read.
    pub fn closed() -> Self {
        Self { rules: vec![("/".into(), false)] }
    }

    /// Reads a file: our own group's rules, or without one those for all.
    pub fn parse(text: &str) -> Self {
        let text = &text[..text.floor_char_boundary(MAX_BYTES)];
        let (mut own, mut all, mut has_own) = (Vec::new(), Vec::new(), false);
        let (mut is_own, mut is_all, mut in_rules) = (false, false, false);
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "user-agent" => {
                    if std::mem::take(&mut in_rules) {
                        (is_own, is_all) = (false, false);
                    }
                    is_all |= value == "*";
                    is_own |= value.eq_ignore_ascii_case(NAME);
                    has_own |= is_own;
                }
                key @ ("allow" | "disallow") => {
                    in_rules = true;
                    if value.is_empty() || own.len() + all.len() >= MAX_RULES {
                        continue;
                    }
                    let rule = (value.to_owned(), key == "allow");
                    if is_own {
                        own.push(rule.clone());
                    }
                    if is_all {
                        all.push(rule);
                    }
                }
                _ => {}
            }
        }
        Self { rules: if has_own { own } else { all } }
    }

    /// Whether a path with its query may be read: the longest pattern decides, and `allow` wins a tie.
    pub fn allows(&self, path: &str) -> bool {
        let matching = self.rules.iter().filter(|(pattern, _)| matches(pattern, path));
        matching.map(|(pattern, allow)| (pattern.len(), *allow)).max().is_none_or(|(_, allow)| allow)
    }
}

/// Whether a pattern with `*` and a final `$` matches the start of a path. One step back to the last
/// star is enough, so the time is bounded by the product of both lengths.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, to_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern.as_bytes(), true),
        None => (pattern.as_bytes(), false),
    };
    let path = path.as_bytes();
    let (mut p, mut s, mut star) = (0, 0, None);
    loop {
        if p == pattern.len() && (!to_end || s == path.len()) {
            return true;
        }
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, s));
                p += 1;
            }
            Some(c) if path.get(s) == Some(c) => {
                p += 1;
                s += 1;
            }
            _ => match star {
                Some((after, from)) if from < path.len() => {
                    star = Some((after, from + 1));
                    (p, s) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(robots: &str, path: &str, expected: bool) {
        assert_eq!(Robots::parse(robots).allows(path), expected, "{path} in {robots:?}");
    }

    #[test]
    fn rules_are_read_as_the_standard_says() {
        let all = "User-agent: *\nDisallow: /private/\nAllow: /private/open\nDisallow: /*.pdf$\n";
        check(all, "/", true);
        check(all, "/private/x", false);
        check(all, "/private/open/x", true);
        check(all, "/a/b.pdf", false);
        check(all, "/a/b.pdf?x", true);
        let own = "user-agent: other\ndisallow: /\n\nUSER-AGENT: Gimlet\nuser-agent: third\nDisallow: /no # why\n\nuser-agent: *\ndisallow: /\n";
        check(own, "/yes", true);
        check(own, "/no", false);
        check("User-agent: *\nDisallow:\n", "/x", true);
        check("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a", true);
        check("nonsense\n\u{0}: x\n", "/x", true);
        check("", "/x", true);
        assert!(!Robots::closed().allows("/x"));
    }

    #[test]
    fn hostile_patterns_take_bounded_time() {
        let pattern = format!("User-agent: *\nDisallow: {}b\n", "*a".repeat(2000));
        check(&pattern, &"a".repeat(4000), true);
        let many = format!("User-agent: *\n{}", "Disallow: /x\n".repeat(20_000));
        assert_eq!(Robots::parse(&many).rules.len(), MAX_RULES);
    }
}
