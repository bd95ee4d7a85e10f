//! Python's literals, as far as calls of the browser use them.

/// The most characters of a call.
const MAX_CHARS: usize = 16 * 1024;
/// How deep lists may stand in one another.
const MAX_DEPTH: usize = 4;

/// A value that the model wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Literal {
    Text(String),
    Whole(i64),
    List(Vec<Literal>),
    Nothing,
}

impl Literal {
    /// What it is called in a message.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Whole(_) => "a number",
            Self::List(_) => "a list",
            Self::Nothing => "None",
        }
    }
}

/// Reads a text from left to right.
pub(super) struct Reader {
    chars: Vec<char>,
    place: usize,
}

impl Reader {
    /// A reader at the start of the text.
    pub fn new(text: &str) -> Result<Self, String> {
        let chars: Vec<char> = text.chars().take(MAX_CHARS + 1).collect();
        match chars.len() > MAX_CHARS {
            true => Err(format!("it is longer than {MAX_CHARS} characters")),
            false => Ok(Self { chars, place: 0 }),
        }
    }

    /// The next character after white space, which is passed over.
    pub fn peek(&mut self) -> Option<char> {
        while self.chars.get(self.place).is_some_and(|c| c.is_whitespace()) {
            self.place += 1;
        }
        self.chars.get(self.place).copied()
    }

    /// Passes over `wanted` if it comes next.
    pub fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.place += usize::from(is_next);
        is_next
    }

    /// Passes over `wanted`, which must come next.
    pub fn expect(&mut self, wanted: char) -> Result<(), String> {
        match self.take(wanted) {
            true => Ok(()),
            false => Err(format!("{wanted:?} is missing {}", self.here())),
        }
    }

    /// The name that comes next, perhaps with dots in it; empty if none does.
    pub fn name(&mut self) -> String {
        self.peek();
        let is_part = |c: &char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let rest = &self.chars[self.place..];
        let name: String = rest.iter().take_while(|c| is_part(c)).collect();
        self.place += name.chars().count();
        name
    }

    /// The name before an `=`, if one comes next.
    pub fn keyword(&mut self) -> Option<String> {
        let start = self.place;
        let name = self.name();
        if !name.is_empty() && self.take('=') {
            return Some(name);
        }
        self.place = start;
        None
    }

    /// Where the reader stands, for a message.
    pub fn here(&self) -> String {
        match self.chars.get(self.place) {
            None => "at its end".to_owned(),
            Some(c) => format!("before {c:?} at character {}", self.place + 1),
        }
    }

    /// The value that comes next.
    pub fn value(&mut self) -> Result<Literal, String> {
        self.value_within(MAX_DEPTH)
    }

    fn value_within(&mut self, depth: usize) -> Result<Literal, String> {
        match self.peek() {
            Some('[' | '(') if depth == 0 => Err("its lists stand too deep in one another".into()),
            Some('[') => self.list(']', depth),
            Some('(') => self.list(')', depth),
            Some(c) if c.is_ascii_digit() || matches!(c, '-' | '+') => self.whole(),
            Some(_) if self.quote().is_some() => self.text(),
            Some(_) => match self.name().as_str() {
                "None" | "null" => Ok(Literal::Nothing),
                "" => Err(format!("a value is missing {}", self.here())),
                name => Err(format!("{name:?} is not a value: text stands in quotes")),
            },
            None => Err("a value is missing at its end".into()),
        }
    }

    fn list(&mut self, end: char, depth: usize) -> Result<Literal, String> {
        self.place += 1;
        let mut items = Vec::new();
        while !self.take(end) {
            items.push(self.value_within(depth - 1)?);
            if !self.take(',') {
                self.expect(end)?;
                break;
            }
        }
        Ok(Literal::List(items))
    }

    fn whole(&mut self) -> Result<Literal, String> {
        let rest = &self.chars[self.place..];
        let digits: String =
            rest.iter().take_while(|c| c.is_ascii_alphanumeric() || "+-._".contains(**c)).collect();
        self.place += digits.chars().count();
        let plain = digits.replace('_', "");
        plain.parse().map(Literal::Whole).map_err(|_| format!("{digits:?} is not a whole number"))
    }

    /// The quote that begins a string here: how long its prefix is, whether it is raw, and how it ends.
    fn quote(&self) -> Option<(usize, bool, String)> {
        let rest = &self.chars[self.place..];
        let prefix = rest.iter().take_while(|c| matches!(c, 'r' | 'R' | 'u' | 'U' | 'f' | 'b')).count();
        let raw = rest[..prefix].iter().any(|c| matches!(c, 'r' | 'R'));
        let first = *rest.get(prefix)?;
        let end = match first {
            '"' | '\'' if prefix <= 2 => first,
            // Models that write Chinese write its quotes too.
            '“' if prefix == 0 => '”',
            '‘' if prefix == 0 => '’',
            _ => return None,
        };
        let is_triple = first == end
            && rest[prefix..].iter().take(3).filter(|&&c| c == first).count() == 3
            && rest.len() >= prefix + 3;
        Some((prefix, raw, String::from(end).repeat(if is_triple { 3 } else { 1 })))
    }

    /// Strings beside one another are one text, as in Python.
    fn text(&mut self) -> Result<Literal, String> {
        let mut text = String::new();
        while let Some((prefix, raw, end)) = self.peek().and_then(|_| self.quote()) {
            let begin = self.place;
            self.place += prefix + end.chars().count();
            self.string(raw, &end, &mut text)
                .ok_or_else(|| format!("the text that begins at character {} is not closed", begin + 1))??;
        }
        Ok(Literal::Text(text))
    }

    /// Reads up to the end of one string; nothing if there is none.
    fn string(&mut self, raw: bool, end: &str, text: &mut String) -> Option<Result<(), String>> {
        let end: Vec<char> = end.chars().collect();
        loop {
            if self.chars[self.place..].starts_with(&end) {
                self.place += end.len();
                return Some(Ok(()));
            }
            let c = *self.chars.get(self.place)?;
            self.place += 1;
            if c != '\\' {
                text.push(c);
                continue;
            }
            let escaped = *self.chars.get(self.place)?;
            self.place += 1;
            if raw {
                text.extend([c, escaped]);
            } else if let Err(error) = self.escape(escaped, text) {
                return Some(Err(error));
            }
        }
    }

    /// What a backslash and the character after it stand for.
    fn escape(&mut self, escaped: char, text: &mut String) -> Result<(), String> {
        let plain = match escaped {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '\\' | '\'' | '"' | '/' => escaped,
            '\n' => return Ok(()),
            'x' => self.code(2, 16)?,
            'u' => self.code(4, 16)?,
            'U' => self.code(8, 16)?,
            '0'..='7' => {
                self.place -= 1;
                self.code(3, 8)?
            }
            // Python leaves what it does not know.
            other => {
                text.push('\\');
                other
            }
        };
        text.push(plain);
        Ok(())
    }

    /// The character with the number of the next digits: all of them in hex, up to three in octal.
    fn code(&mut self, n_digits: usize, radix: u32) -> Result<char, String> {
        let number = self.digits(n_digits, radix)?;
        let is_high = (0xd800..0xdc00).contains(&number);
        let next = self.chars.get(self.place..self.place + 2);
        if is_high && next == Some(&['\\', 'u']) {
            // JSON writes a character of the higher planes as two.
            self.place += 2;
            let low = self.digits(4, 16)?;
            if (0xdc00..0xe000).contains(&low) {
                let number = 0x10000 + ((number - 0xd800) << 10) + (low - 0xdc00);
                return char::from_u32(number).ok_or_else(|| format!("\\u{number:x} is no character"));
            }
        }
        char::from_u32(number).ok_or_else(|| format!("\\u{number:x} is no character"))
    }

    fn digits(&mut self, n_digits: usize, radix: u32) -> Result<u32, String> {
        let rest = &self.chars[self.place..];
        let digits: String = rest.iter().take(n_digits).take_while(|c| c.is_digit(radix)).collect();
        if radix == 16 && digits.len() < n_digits {
            return Err(format!("an escape lacks digits {}", self.here()));
        }
        self.place += digits.len();
        u32::from_str_radix(&digits, radix).map_err(|_| format!("an escape lacks digits {}", self.here()))
    }
}
