//! Colours for Python and JSON: enough to read a call by, one line at a time.

use ratatui::style::Style;

use crate::theme::{Role, Theme};

/// What a text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// Words for people, with light Markdown.
    Prose,
    /// Python.
    Python,
    /// JSON.
    Json,
    /// Nothing that has colours.
    #[default]
    Plain,
    /// Nothing that has colours, and every space counts.
    Exact,
}

impl Syntax {
    /// The syntax that a fence in Markdown names.
    pub fn of_fence(name: &str) -> Self {
        match name.trim() {
            "python" | "py" | "python3" => Self::Python,
            "json" | "jsonl" => Self::Json,
            _ => Self::Plain,
        }
    }
}

/// A string that goes on over the end of its line: the quotes that will end it.
pub type OpenString = Option<&'static str>;

/// The pieces of one line with their colours, and the string that is open at its end.
pub fn highlight(
    syntax: Syntax,
    line: &str,
    open: OpenString,
    theme: Theme,
) -> (Vec<(String, Style)>, OpenString) {
    let mut scanner = Scanner { rest: line, pieces: Vec::new(), theme };
    let open = match syntax {
        Syntax::Python => scanner.python(open),
        Syntax::Json => scanner.json(),
        Syntax::Prose | Syntax::Plain | Syntax::Exact => {
            scanner.take(line.len(), Role::Text);
            None
        }
    };
    (scanner.pieces, open)
}

const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

struct Scanner<'a> {
    rest: &'a str,
    pieces: Vec<(String, Style)>,
    theme: Theme,
}

impl<'a> Scanner<'a> {
    /// Takes that many bytes as a piece.
    fn take(&mut self, bytes: usize, role: Role) -> &'a str {
        let (piece, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        let style = self.theme.style(role);
        match self.pieces.last_mut() {
            Some((text, last)) if *last == style => text.push_str(piece),
            _ if piece.is_empty() => {}
            _ => self.pieces.push((piece.to_owned(), style)),
        }
        piece
    }

    fn while_matching(&self, fits: impl Fn(char) -> bool) -> usize {
        self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len())
    }

    fn python(&mut self, open: OpenString) -> OpenString {
        if let Some(quotes) = open {
            let Some(end) = self.rest.find(quotes) else {
                self.take(self.rest.len(), Role::String);
                return open;
            };
            self.take(end + quotes.len(), Role::String);
        }
        let mut defines = false;
        while let Some(first) = self.rest.chars().next() {
            match first {
                '#' => {
                    self.take(self.rest.len(), Role::Comment);
                }
                '"' | '\'' => {
                    if let Some(open) = self.python_string() {
                        return Some(open);
                    }
                }
                '0'..='9' => {
                    self.take(
                        self.while_matching(|c| c.is_alphanumeric() || matches!(c, '.' | '_')),
                        Role::Number,
                    );
                }
                '@' if self.pieces.iter().all(|(text, _)| text.trim().is_empty()) => {
                    self.take(1 + self.rest[1..].find(['(', ' ']).unwrap_or(self.rest.len() - 1), Role::Name);
                }
                c if c.is_alphabetic() || c == '_' => defines = self.word(defines),
                c => {
                    self.take(c.len_utf8(), Role::Text);
                }
            }
        }
        None
    }

    /// A keyword or a name; whether the next word is what a `def` or `class` names.
    fn word(&mut self, defines: bool) -> bool {
        let bytes = self.while_matching(|c| c.is_alphanumeric() || c == '_');
        let word = &self.rest[..bytes];
        let role = match () {
            () if KEYWORDS.contains(&word) => Role::Keyword,
            () if defines => Role::Name,
            () => Role::Text,
        };
        matches!(self.take(bytes, role), "def" | "class")
    }

    fn python_string(&mut self) -> OpenString {
        for quotes in ["\"\"\"", "'''"] {
            if !self.rest.starts_with(quotes) {
                continue;
            }
            let Some(end) = self.rest[3..].find(quotes) else {
                self.take(self.rest.len(), Role::String);
                return Some(quotes);
            };
            self.take(end + 6, Role::String);
            return None;
        }
        self.take(string_end(self.rest), Role::String);
        None
    }

    fn json(&mut self) -> OpenString {
        while let Some(first) = self.rest.chars().next() {
            match first {
                '"' => {
                    let end = string_end(self.rest);
                    let is_key = self.rest[end..].trim_start().starts_with(':');
                    self.take(end, if is_key { Role::Name } else { Role::String });
                }
                '0'..='9' | '-' => {
                    self.take(
                        1 + self.rest[1..]
                            .find(|c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c))
                            .unwrap_or(self.rest.len() - 1),
                        Role::Number,
                    );
                }
                c if c.is_alphabetic() => {
                    self.take(self.while_matching(char::is_alphabetic), Role::Keyword);
                }
                c => {
                    self.take(c.len_utf8(), Role::Text);
                }
            }
        }
        None
    }
}

/// Where the string that `text` begins with ends, its quotes included; the end of the line if it does
/// not end there.
fn string_end(text: &str) -> usize {
    let mut chars = text.char_indices();
    let Some((_, quote)) = chars.next() else { return 0 };
    let mut escaped = false;
    for (place, c) in chars {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return place + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pieces as `kind:text`, ordinary ones as they are.
    fn check(syntax: Syntax, line: &str, open: OpenString, expected: &str, left_open: OpenString) {
        let theme = Theme::Dark;
        let (pieces, still_open) = highlight(syntax, line, open, theme);
        let whole: String = pieces.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(whole, line, "nothing is lost");
        let roles = [
            (Role::Keyword, "k"),
            (Role::String, "s"),
            (Role::Number, "n"),
            (Role::Comment, "c"),
            (Role::Name, "d"),
        ];
        let name = |style| roles.iter().find(|(role, _)| theme.style(*role) == style).map(|(_, name)| name);
        let marked: Vec<String> = pieces
            .iter()
            .map(|(text, style)| name(*style).map_or(text.clone(), |name| format!("{name}⟨{text}⟩")))
            .collect();
        assert_eq!((marked.concat().as_str(), still_open), (expected, left_open));
    }

    #[test]
    fn python() {
        let check = |line, open, expected, left| check(Syntax::Python, line, open, expected, left);
        check("def f(x): # why", None, "k⟨def⟩ d⟨f⟩(x): c⟨# why⟩", None);
        check("print('it\\'s', 1.5e3)", None, "print(s⟨'it\\'s'⟩, n⟨1.5e3⟩)", None);
        check("s = '''a", None, "s = s⟨'''a⟩", Some("'''"));
        check("b''' if x", Some("'''"), "s⟨b'''⟩ k⟨if⟩ x", None);
        check("b\"", Some("'''"), "s⟨b\"⟩", Some("'''"));
        check("'open # 你", None, "s⟨'open # 你⟩", None);
        check("@cache", None, "d⟨@cache⟩", None);
        check("", None, "", None);
    }

    #[test]
    fn json() {
        let check = |line, expected| check(Syntax::Json, line, None, expected, None);
        check(r#"{"a": "b\"c", "d": -1.5}"#, r#"{d⟨"a"⟩: s⟨"b\"c"⟩, d⟨"d"⟩: n⟨-1.5⟩}"#);
        check("[true, null]", "[k⟨true⟩, k⟨null⟩]");
        check("\"open", "s⟨\"open⟩");
        check("-", "n⟨-⟩");
    }
}
