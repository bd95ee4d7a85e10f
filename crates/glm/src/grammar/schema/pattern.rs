//! A schema's regular expressions, as the grammar's engine reads them.
//!
//! Schemas speak ECMA-262. What the engine does not have (lookaround, back references, word
//! boundaries) is refused here; what it reads otherwise is rewritten so that the grammar matches the
//! same strings or fewer: a call can then be written in fewer ways, but none that is wrong.

/// Longer patterns are not translated.
const MAX_PATTERN_BYTES: usize = 2000;

/// White space that all engines agree on, and all that any of them counts as such.
const SPACE: &str = r" \t\n\r\x0c";
const ANY_SPACE: &str = r"\s\x{85}\x{a0}\x{feff}";

/// A pattern without the anchors at its ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::grammar) struct Pattern {
    body: String,
    is_anchored_at_start: bool,
    is_anchored_at_end: bool,
}

impl Pattern {
    /// Translates a pattern; gives nothing if it cannot be enforced.
    pub fn new(source: &str) -> Option<Self> {
        if source.len() > MAX_PATTERN_BYTES {
            return None;
        }
        let (source, is_anchored_at_start) =
            source.strip_prefix('^').map_or((source, false), |rest| (rest, true));
        let (source, is_anchored_at_end) = match source.strip_suffix('$') {
            Some(rest) if !ends_with_escape(rest) => (rest, true),
            _ => (source, false),
        };
        let mut translator =
            Translator { rest: source.chars(), body: String::new(), depth: 0, has_branches: false };
        translator.run()?;
        // In `^a|b$` each anchor belongs to one branch only.
        if translator.has_branches && (is_anchored_at_start || is_anchored_at_end) {
            return None;
        }
        let body = translator.body;
        // What the engine does not read either is found out by compiling the schema.
        Some(Self { body, is_anchored_at_start, is_anchored_at_end })
    }

    /// A pattern that matches exactly the strings in which this one is found.
    pub fn whole(&self) -> String {
        let open = if self.is_anchored_at_start { "" } else { "(?s:.*)" };
        let close = if self.is_anchored_at_end { "" } else { "(?s:.*)" };
        format!("{open}(?:{}){close}", self.body)
    }
}

/// Whether the text ends in a backslash that escapes what comes next.
fn ends_with_escape(text: &str) -> bool {
    text.bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
}

struct Translator<'a> {
    rest: std::str::Chars<'a>,
    body: String,
    depth: usize,
    has_branches: bool,
}

impl Translator<'_> {
    fn run(&mut self) -> Option<()> {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape(Place::Outside)?,
                '[' => self.class()?,
                '.' => self.body.push_str(r"[^\n\r\x{2028}\x{2029}]"),
                '^' | '$' => return None,
                '(' => self.group()?,
                ')' => {
                    self.depth = self.depth.checked_sub(1)?;
                    self.body.push(')');
                }
                '|' => {
                    self.has_branches |= self.depth == 0;
                    self.body.push('|');
                }
                // A brace that counts nothing stands for itself in ECMA and is an error here.
                '{' if !self.is_repetition() => self.body.push_str(r"\{"),
                '}' if !self.body_has_open_repetition() => self.body.push_str(r"\}"),
                '/' | '#' | '&' | '~' | ' ' => self.literal(c),
                c => self.body.push(c),
            }
        }
        (self.depth == 0).then_some(())
    }

    /// `(`, `(?:` and named groups; all become groups that capture nothing.
    fn group(&mut self) -> Option<()> {
        self.depth += 1;
        let rest = self.rest.as_str();
        if let Some(after) = rest.strip_prefix("?:") {
            self.rest = after.chars();
        } else if let Some(named) = rest.strip_prefix("?<") {
            if named.starts_with(['=', '!']) {
                return None;
            }
            self.rest = named.split_once('>')?.1.chars();
        } else if rest.starts_with('?') {
            return None;
        }
        self.body.push_str("(?:");
        Some(())
    }

    fn class(&mut self) -> Option<()> {
        let is_negated = self.rest.as_str().starts_with('^');
        let place = if is_negated { Place::NegatedClass } else { Place::Class };
        self.body.push('[');
        if is_negated {
            self.rest.next();
            self.body.push('^');
        }
        // Empty classes match nothing or everything in ECMA and are not classes here.
        if self.rest.as_str().starts_with(']') {
            return None;
        }
        loop {
            match self.rest.next()? {
                ']' => break,
                '\\' => self.escape(place)?,
                '-' => self.body.push('-'),
                // These pairs mean intersections and nested classes here.
                c @ ('[' | '&' | '~' | '^') => self.body.push_str(&format!("\\{c}")),
                c => self.literal(c),
            }
        }
        self.body.push(']');
        Some(())
    }

    fn escape(&mut self, place: Place) -> Option<()> {
        let c = self.rest.next()?;
        let class = |members: &str| match place {
            Place::Outside => format!("[{members}]"),
            Place::Class | Place::NegatedClass => members.to_owned(),
        };
        let text = match (c, place) {
            ('d', _) => class("0-9"),
            ('w', _) => class("0-9A-Za-z_"),
            ('D', _) => "[^0-9]".into(),
            ('W', _) => "[^0-9A-Za-z_]".into(),
            // The fewer are matched, and the more left out, the better.
            ('s', Place::NegatedClass) => ANY_SPACE.into(),
            ('s', _) => class(SPACE),
            ('S', Place::NegatedClass) => format!("[^{SPACE}]"),
            ('S', _) => format!("[^{ANY_SPACE}]"),
            ('b' | 'B' | 'k', Place::Outside) | ('1'..='9' | 'c', _) => return None,
            ('b', _) => r"\x08".into(),
            ('t' | 'n' | 'r', _) => format!("\\{c}"),
            ('f', _) => r"\x0c".into(),
            ('v', _) => r"\x0b".into(),
            ('0', _) => r"\x00".into(),
            ('x', _) => self.code_point(2)?,
            ('u', _) => self.code_point(4)?,
            ('p' | 'P', _) => self.property(c)?,
            (c, _) if c.is_ascii_alphanumeric() => return None,
            (c, _) => {
                self.literal(c);
                return Some(());
            }
        };
        self.body.push_str(&text);
        Some(())
    }

    fn code_point(&mut self, n_digits: usize) -> Option<String> {
        let rest = self.rest.as_str();
        let (digits, rest) = match rest.strip_prefix('{').filter(|_| n_digits == 4) {
            Some(braced) => braced.split_once('}')?,
            None => rest.split_at_checked(n_digits)?,
        };
        let code = u32::from_str_radix(digits, 16).ok()?;
        char::from_u32(code)?; // Half of a surrogate pair is no character.
        self.rest = rest.chars();
        Some(format!("\\x{{{code:x}}}"))
    }

    fn property(&mut self, letter: char) -> Option<String> {
        let (name, rest) = self.rest.as_str().strip_prefix('{')?.split_once('}')?;
        let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_=".contains(&b));
        self.rest = rest.chars();
        is_plain.then(|| format!("\\{letter}{{{name}}}"))
    }

    fn literal(&mut self, c: char) {
        match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => self.body.push(c),
            c => self.body.push_str(&format!("\\x{{{:x}}}", c as u32)),
        }
    }

    /// Whether what follows an opening brace makes it a repetition.
    fn is_repetition(&self) -> bool {
        self.rest.as_str().split_once('}').is_some_and(|(inside, _)| {
            inside.starts_with(|c: char| c.is_ascii_digit())
                && inside.bytes().all(|b| b.is_ascii_digit() || b == b',')
                && inside.matches(',').count() <= 1
        })
    }

    fn body_has_open_repetition(&self) -> bool {
        let open = self.body.rfind('{');
        open.is_some_and(|at| {
            !self.body[..at].ends_with('\\')
                && self.body[at + 1..].bytes().all(|b| b.is_ascii_digit() || b == b',')
        })
    }
}

/// Where an escape stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    Class,
    NegatedClass,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, whole: Option<&str>) {
        assert_eq!(Pattern::new(source).map(|p| p.whole()).as_deref(), whole, "{source}");
    }

    #[test]
    fn patterns_are_rewritten_to_match_no_more() {
        check("^[a-z]+$", Some("(?:[a-z]+)"));
        check("ab", Some("(?s:.*)(?:ab)(?s:.*)"));
        check(r"^\d{3}-\w$", Some("(?:[0-9]{3}-[0-9A-Za-z_])"));
        check("^a|b", None);
        check("a|b", Some("(?s:.*)(?:a|b)(?s:.*)"));
        check("^(a|b)$", Some("(?:(?:a|b))"));
        check("^.$", Some(r"(?:[^\n\r\x{2028}\x{2029}])"));
        check(r"^\$$", Some(r"(?:\x{24})"));
        check(r"^a\$", Some(r"(?:a\x{24})(?s:.*)"));
        check(r"^[^\s]$", Some(r"(?:[^\s\x{85}\x{a0}\x{feff}])"));
        check(r"^{}$", Some(r"(?:\{\})"));
        check(r"^\u00e9$", Some(r"(?:\x{e9})"));
        check(r"^(?<year>\d+)$", Some("(?:(?:[0-9]+))"));
    }

    #[test]
    fn what_cannot_be_enforced_is_refused() {
        for source in
            [r"\bword\b", "(?=a)", "(?!a)b", "(?<=a)b", r"(a)\1", "a^b", "[]", r"\q", "(", r"\ud800"]
        {
            check(source, None);
        }
    }
}
