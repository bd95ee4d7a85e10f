//! The keys of an object, checked one by one.

use serde_json::{Map, Value};

use crate::{
    error::{Fault, Located},
    place::child,
};

/// An object that has only known keys.
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    at: String,
    owner: &'static str,
}

impl<'a> Fields<'a> {
    /// The object at `at`, which is a `owner`.
    pub fn of(value: &'a Value, at: &str, owner: &'static str) -> Result<Self, Located> {
        let Some(map) = value.as_object() else {
            return Err(Located::new(
                at,
                Fault::Value { what: owner.to_owned(), expected: "an object".into() },
            ));
        };
        Ok(Self { map, at: at.to_owned(), owner })
    }

    /// Refuses every other key.
    pub fn only(self, known: &[&str]) -> Result<Self, Located> {
        let Some(key) = self.map.keys().find(|key| !known.contains(&key.as_str())) else {
            return Ok(self);
        };
        let fault = Fault::UnknownKey { key: key.clone(), owner: self.owner, known: known.join(", ") };
        Err(Located::new(child(&self.at, key), fault))
    }

    /// Where a key's value is.
    pub fn at(&self, key: &str) -> String {
        child(&self.at, key)
    }

    /// The error that a key's value is not as it should be.
    pub fn bad(&self, key: &str, expected: impl Into<String>) -> Located {
        Located::new(self.at(key), Fault::Value { what: format!("{key:?}"), expected: expected.into() })
    }

    /// A value, if the key is there.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// A value that must be there.
    pub fn require(&self, key: &'static str) -> Result<&'a Value, Located> {
        let missing = || Located::new(self.at.clone(), Fault::MissingKey { key, owner: self.owner });
        self.get(key).ok_or_else(missing)
    }

    /// A text that must be there and say something.
    pub fn text(&self, key: &'static str) -> Result<&'a str, Located> {
        let text = self.require(key)?.as_str().filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.bad(key, "a text that is not empty"))
    }

    /// A list of texts; none if the key is not there.
    pub fn texts(&self, key: &str) -> Result<Vec<String>, Located> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let texts = value
            .as_array()
            .and_then(|list| list.iter().map(|item| Some(item.as_str()?.to_owned())).collect());
        texts.ok_or_else(|| self.bad(key, "a list of texts"))
    }
}
