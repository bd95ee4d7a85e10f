//! JSON from a model, read so that it means the same to everyone.

use std::{collections::HashSet, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Lists and objects in one another: what is deeper could exhaust the stack of whoever reads it.
const MAX_DEPTH: usize = 64;
/// The longest text.
const MAX_BYTES: usize = 16 << 20;

/// Reads a JSON text and refuses what readers understand differently: a key that comes twice, an
/// integer that would be rounded. The error is for the model.
pub(crate) fn parse(text: &str) -> Result<Value, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it has {} bytes; the most is {MAX_BYTES}", text.len()));
    }
    if let Some(integer) = rounded(text) {
        let shown: String = integer.chars().take(40).collect();
        return Err(format!(
            "the integer {shown} is too large to be passed on exactly; the largest is {}",
            u64::MAX
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Strict { depth: 0 }.deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    deserializer.end().map_err(|error| error.to_string())?;
    Ok(value)
}

/// Whether a value is deeper than [`parse`] takes.
pub(crate) fn is_too_deep(value: &Value) -> bool {
    fn deeper(value: &Value, left: usize) -> bool {
        match value {
            Value::Array(items) => left == 0 || items.iter().any(|item| deeper(item, left - 1)),
            Value::Object(map) => left == 0 || map.values().any(|item| deeper(item, left - 1)),
            _ => false,
        }
    }
    deeper(value, MAX_DEPTH)
}

/// The first integer that neither an `i64` nor a `u64` holds.
fn rounded(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let (mut at, mut in_string) = (0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'-' | b'0'..=b'9' if !in_string => {
                let is_part = |byte: &&u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
                let end = at + bytes[at..].iter().take_while(is_part).count();
                let number = &text[at..end];
                let digits = number.strip_prefix('-').unwrap_or(number);
                let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                if is_integer && number.parse::<i64>().is_err() && number.parse::<u64>().is_err() {
                    return Some(number);
                }
                at = end - 1;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

struct Strict {
    depth: usize,
}

impl Strict {
    fn inner<E: Error>(&self) -> Result<Self, E> {
        match self.depth < MAX_DEPTH {
            true => Ok(Self { depth: self.depth + 1 }),
            false => Err(E::custom(format!("more than {MAX_DEPTH} lists and objects stand in one another"))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        let depth = self.inner::<A::Error>()?.depth;
        while let Some(item) = items.next_element_seed(Strict { depth })? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let mut keys = HashSet::new();
        let depth = self.inner::<A::Error>()?.depth;
        while let Some(key) = entries.next_key::<String>()? {
            if !keys.insert(key.clone()) {
                let shown: String = key.chars().take(40).collect();
                return Err(A::Error::custom(format!("the key {shown:?} comes twice")));
            }
            map.insert(key, entries.next_value_seed(Strict { depth })?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        match (parse(text), expected) {
            (Ok(value), Ok(expected)) => assert_eq!(value.to_string(), expected, "{text}"),
            (Err(error), Err(part)) => assert!(error.contains(part), "{part:?} is not in {error:?}"),
            (found, _) => panic!("{text}: {found:?}"),
        }
    }

    #[test]
    fn what_readers_could_understand_differently_is_refused() {
        check(
            r#" {"a": [1, -2.50, "x\n", null, true], "b": {}} "#,
            Ok(r#"{"a":[1,-2.5,"x\n",null,true],"b":{}}"#),
        );
        check(r#"{"a": 1, "a": 2}"#, Err("the key \"a\" comes twice"));
        check(r#"{"a": 1, "\u0061": 2}"#, Err("the key \"a\" comes twice"));
        check(r#"[{"x": {"a": 1, "b": 2, "a": 1}}]"#, Err("the key \"a\" comes twice"));
        check(r#"{"a": {"x": 1}, "b": {"x": 1}}"#, Ok(r#"{"a":{"x":1},"b":{"x":1}}"#));
        check("1 2", Err("trailing characters"));
        check("{", Err("EOF"));
        check("", Err("EOF"));
        check("NaN", Err("expected"));
        check("```json\n{}\n```", Err("expected"));
    }

    #[test]
    fn integers_are_exact_or_refused() {
        for exact in
            ["9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551615"]
        {
            check(exact, Ok(exact));
            check(&format!("{{\"n\":[{exact}]}}"), Ok(&format!("{{\"n\":[{exact}]}}")));
        }
        for rounded in ["18446744073709551616", "-9223372036854775809", &"9".repeat(400)] {
            check(&format!("{{\"n\":{rounded}}}"), Err("too large to be passed on exactly"));
        }
        check("1e30", Ok("1e+30"));
        check(
            "\"18446744073709551616 \\\" 99999999999999999999\"",
            Ok("\"18446744073709551616 \\\" 99999999999999999999\""),
        );
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(!is_too_deep(&parse(&nested(MAX_DEPTH)).unwrap()));
        check(&nested(MAX_DEPTH + 1), Err("more than 64 lists and objects"));
        check(&"[".repeat(1_000_000), Err("more than 64 lists and objects"));
        check(&"{\"a\":".repeat(100_000), Err("more than 64 lists and objects"));
        let deep = (0..MAX_DEPTH).fold(Value::Array(vec![]), |inner, _| Value::Array(vec![inner]));
        assert!(is_too_deep(&deep));
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_serde_json_reads(text in r#"[\[\]{}:,"a\\0-9.e+ -]{0,40}"#) {
            if let Ok(value) = parse(&text) {
                prop_assert_eq!(value, serde_json::from_str::<Value>(&text).unwrap());
            }
        }
    }
}
