//! Texts: plain ones, and ones of a format.

use serde_json::{Map, Value};

use super::{pattern, random::Random};

/// How often a text is made anew that matches a pattern and has the wrong length.
const ATTEMPTS: usize = 8;
/// The longest text that a schema can ask for here, in characters.
const MAX_CHARS: usize = 100_000;

const WORDS: [&str; 12] = [
    "alpha",
    "Paris",
    "green tea",
    "x",
    "Zürich",
    "42",
    "bravo charlie",
    "北京",
    "note",
    "a-b_c",
    "river",
    "O'Hara",
];

/// A text for a schema.
pub(crate) fn text(schema: &Map<String, Value>, random: &mut Random) -> String {
    let length = |key: &str| schema.get(key).and_then(Value::as_u64).map(|n| (n as usize).min(MAX_CHARS));
    let (fewest, most) = (length("minLength").unwrap_or(0), length("maxLength").unwrap_or(MAX_CHARS));
    if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
        let mut made = (0..ATTEMPTS).filter_map(|_| pattern::matching(pattern, random));
        if let Some(text) = made.find(|text| (fewest..=most).contains(&text.chars().count())) {
            return text;
        }
    }
    if let Some(examples) = schema.get("format").and_then(Value::as_str).and_then(of_format) {
        return (*random.pick(examples)).to_owned();
    }
    let mut text = (*random.pick(&WORDS)).to_owned();
    let mut n_chars = text.chars().count();
    while n_chars < fewest {
        let word = random.pick(&WORDS);
        text.push(' ');
        text.push_str(word);
        n_chars += 1 + word.chars().count();
    }
    // Padding goes word by word, so there may be too much of it.
    let keep = most.min(fewest.max(24));
    text.chars().take(keep).collect()
}

/// Texts of a format that gimlet checks.
pub(crate) fn of_format(format: &str) -> Option<&'static [&'static str]> {
    Some(match format {
        "date" => &["2024-02-29", "1999-12-31"],
        "time" => &["12:30:00Z", "23:59:59+02:00"],
        "date-time" => &["2024-02-29T12:30:00Z", "1999-12-31T23:59:59-05:00"],
        "duration" => &["P1DT2H", "PT90S"],
        "email" | "idn-email" => &["ada@example.org", "a.b+c@mail.example.com"],
        "hostname" | "idn-hostname" => &["example.org", "node-7.example.com"],
        "ipv4" => &["192.0.2.7", "198.51.100.1"],
        "ipv6" => &["2001:db8::7", "::1"],
        "uri" | "iri" => &["https://example.org/a?b=1", "mailto:ada@example.org"],
        "uri-reference" | "iri-reference" => &["/a/b?c=1", "https://example.org/"],
        "uri-template" => &["/users/{id}", "https://example.org/{a}"],
        "uuid" => &["0b9f2a6e-7c1d-4e58-9a3b-5d2c8e7f1a04", "123e4567-e89b-42d3-a456-426614174000"],
        "json-pointer" => &["/a/0", ""],
        "relative-json-pointer" => &["1/a", "0#"],
        "regex" => &["^a+$", "[0-9]{3}"],
        _ => return None,
    })
}
