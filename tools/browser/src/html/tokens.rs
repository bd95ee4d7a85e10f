//! Tags and text, one after the other, in time that grows with the page's length alone.

use std::borrow::Cow;

/// The most attributes of one tag that are kept.
const MAX_ATTRIBUTES: usize = 64;
/// The longest value of an attribute that is kept, in bytes.
const MAX_VALUE_BYTES: usize = 4096;
/// The longest name of a tag, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// A piece of a page. Comments and declarations are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// `<a href=x>`
    Start {
        /// In lower case.
        name: String,
        /// Names in lower case, values with their references resolved.
        attributes: Vec<(String, String)>,
        /// Whether it ends in `/>`.
        closes_itself: bool,
    },
    /// `</a>`
    End(String),
    /// What stands between tags, references resolved.
    Text(Cow<'a, str>),
}

/// What the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// A page: some elements hold text that is not markup.
    Html,
    /// A feed: none does, but there is CDATA.
    Xml,
}

/// Reads tokens.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    mode: Mode,
    /// The element whose content is not markup, when one has just begun.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    /// Reads this text.
    pub fn new(text: &'a str, mode: Mode) -> Self {
        Self { rest: text, mode, raw: None }
    }

    /// The text up to the end tag of a raw element.
    fn raw_text(&mut self, name: &str) -> &'a str {
        let bytes = self.rest.as_bytes();
        let is_end = |place: &usize| {
            let after = &bytes[*place + 2..];
            after.len() >= name.len() && after[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        };
        let end = self.rest.match_indices("</").map(|(place, _)| place).find(is_end).unwrap_or(bytes.len());
        self.advance(end)
    }

    fn advance(&mut self, n_bytes: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(n_bytes);
        self.rest = rest;
        passed
    }

    /// Passes over everything up to and with `end`, or all there is.
    fn skip_past(&mut self, end: &str) -> &'a str {
        let place = self.rest.find(end);
        let passed = self.advance(place.unwrap_or(self.rest.len()));
        self.advance(if place.is_some() { end.len() } else { 0 });
        passed
    }

    /// What begins with `<` here.
    fn markup(&mut self) -> Option<Token<'a>> {
        let bytes = self.rest.as_bytes();
        match bytes.get(1) {
            Some(b'!') if self.rest.starts_with("<!--") => {
                self.advance(4);
                self.skip_past("-->");
                None
            }
            Some(b'!') if self.mode == Mode::Xml && self.rest.starts_with("<![CDATA[") => {
                self.advance(9);
                Some(Token::Text(self.skip_past("]]>").into()))
            }
            Some(b'!' | b'?') => {
                self.skip_past(">");
                None
            }
            Some(b'/') if bytes.get(2).is_some_and(u8::is_ascii_alphabetic) => {
                self.advance(2);
                let name = self.name();
                self.skip_past(">");
                Some(Token::End(name))
            }
            Some(c) if c.is_ascii_alphabetic() => {
                self.advance(1);
                self.start()
            }
            // A lone sign is text.
            _ => Some(Token::Text(self.advance(1).into())),
        }
    }

    fn name(&mut self) -> String {
        let end = self.rest.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
        let name = self.advance(end.unwrap_or(self.rest.len()));
        name[..name.floor_char_boundary(MAX_NAME_BYTES)].to_ascii_lowercase()
    }

    /// A start tag; one that the page does not end is dropped with what follows.
    fn start(&mut self) -> Option<Token<'a>> {
        let name = self.name();
        let mut attributes: Vec<(String, String)> = Vec::new();
        let mut closes_itself = false;
        loop {
            self.rest = self.rest.trim_ascii_start();
            match self.rest.as_bytes().first()? {
                b'>' => {
                    self.advance(1);
                    break;
                }
                b'/' => {
                    self.advance(1);
                    closes_itself = self.rest.starts_with('>');
                }
                _ => {
                    let (key, value) = self.attribute();
                    let is_new =
                        attributes.len() < MAX_ATTRIBUTES && !attributes.iter().any(|(k, _)| *k == key);
                    if is_new {
                        attributes.push((key, value));
                    }
                }
            }
        }
        if self.mode == Mode::Html && !closes_itself && is_raw(&name) {
            self.raw = Some(name.clone());
        }
        Some(Token::Start { name, attributes, closes_itself })
    }

    fn attribute(&mut self) -> (String, String) {
        // A stray `=` begins a name, so that every round passes over something.
        let first = usize::from(self.rest.starts_with('='));
        let end = self.rest[first..].find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='));
        let key = self.advance(end.map_or(self.rest.len(), |end| end + first));
        let key = key[..key.floor_char_boundary(MAX_NAME_BYTES)].to_ascii_lowercase();
        let Some(value) = self.rest.trim_ascii_start().strip_prefix('=') else { return (key, String::new()) };
        self.rest = value.trim_ascii_start();
        let value = match self.rest.as_bytes().first() {
            Some(b'"') => {
                self.advance(1);
                self.skip_past("\"")
            }
            Some(b'\'') => {
                self.advance(1);
                self.skip_past("'")
            }
            _ => {
                let end = self.rest.find(|c: char| c.is_ascii_whitespace() || c == '>');
                self.advance(end.unwrap_or(self.rest.len()))
            }
        };
        let value = &value[..value.floor_char_boundary(MAX_VALUE_BYTES)];
        (key, decode(value).into_owned())
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            let text = self.raw_text(&name);
            if !text.is_empty() {
                let is_decoded = matches!(name.as_str(), "title" | "textarea");
                return Some(Token::Text(if is_decoded { decode(text) } else { text.into() }));
            }
        }
        while !self.rest.is_empty() {
            let end = self.rest.find('<').unwrap_or(self.rest.len());
            if end > 0 {
                return Some(Token::Text(decode(self.advance(end))));
            }
            if let Some(token) = self.markup() {
                return Some(token);
            }
        }
        None
    }
}

/// Elements whose content is not markup.
fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript"
    )
}

fn decode(text: &str) -> Cow<'_, str> {
    match text.contains('&') {
        true => html_escape::decode_html_entities(text),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as one line each.
    fn check(text: &str, mode: Mode, expected: &[&str]) {
        let show = |token| match token {
            Token::Start { name, attributes, closes_itself } => {
                let pairs: String = attributes.iter().map(|(k, v)| format!(" {k}={v:?}")).collect();
                format!("<{name}{pairs}{}>", if closes_itself { "/" } else { "" })
            }
            Token::End(name) => format!("</{name}>"),
            Token::Text(text) => text.into_owned(),
        };
        assert_eq!(Tokens::new(text, mode).map(show).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn pages_are_read_as_they_are_written() {
        let html = Mode::Html;
        check("<P Class=x>a &amp; b</p >", html, &["<p class=\"x\">", "a & b", "</p>"]);
        check("<a href='x>y' b = \"1\" c d=/e/>z", html, &["<a href=\"x>y\" b=\"1\" c=\"\" d=\"/e/\">", "z"]);
        check("a<!-- <b> --><br/>b", html, &["a", "<br/>", "b"]);
        check("<!doctype html><?x?>a", html, &["a"]);
        check("1 < 2 <3", html, &["1 ", "<", " 2 ", "<", "3"]);
        check("<script>if (a<b) '</p>'</SCRIPT>c", html, &["<script>", "if (a<b) '</p>'", "</script>", "c"]);
        check("<title>a &lt; <b></title>", html, &["<title>", "a < <b>", "</title>"]);
        check("<a =x ==y>", html, &["<a =x=\"=y\">"]);
        check("<a b=\"never closed", html, &[]);
        check("<!-- never closed", html, &[]);
        check("<style>x", html, &["<style>", "x"]);
        check("</>a</ b>", html, &["<", "/>a", "<", "/ b>"]);
        check("&#x4f60;&#22909;&nope;", html, &["你好&nope;"]);
        check("<t><![CDATA[a <b> c]]></t>", Mode::Xml, &["<t>", "a <b> c", "</t>"]);
        check("<title>a<b>c", Mode::Xml, &["<title>", "a", "<b>", "c"]);
    }

    #[test]
    fn hostile_tags_are_bounded() {
        let many: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
        let many = format!("<p{many}>");
        match Tokens::new(&many, Mode::Html).next() {
            Some(Token::Start { attributes, .. }) => assert_eq!(attributes.len(), MAX_ATTRIBUTES),
            other => panic!("{other:?}"),
        }
        let long = format!("<{} x=\"{}\">", "n".repeat(1_000_000), "v".repeat(1_000_000));
        match Tokens::new(&long, Mode::Html).next() {
            Some(Token::Start { name, attributes, .. }) => {
                assert_eq!((name.len(), attributes[0].1.len()), (MAX_NAME_BYTES, MAX_VALUE_BYTES));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(Tokens::new(&"<".repeat(100_000), Mode::Html).count(), 100_000);
        assert_eq!(Tokens::new(&"<!--".repeat(100_000), Mode::Html).count(), 0);
        assert_eq!(Tokens::new(&"<a ".repeat(100_000), Mode::Html).count(), 0);
    }

    proptest::proptest! {
        #[test]
        fn every_text_comes_to_an_end(text in "([<>/=\"'! a-z&;\\[\\]-]|script|<!--|é){0,60}") {
            for mode in [Mode::Html, Mode::Xml] {
                proptest::prop_assert!(Tokens::new(&text, mode).count() <= text.len());
            }
        }
    }
}
