//! A server's own names for its tools as names that a model can write.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// The longest name that a model may be offered.
const MAX_BYTES: usize = 64;
/// Of the hash that tells two names apart, in hex digits.
const HASH_DIGITS: usize = 8;

/// The names `server__tool` of a server's tools, in their order; nothing for a name that came before.
///
/// What a model cannot write becomes `_`. A name that is too long is cut, and one that has become
/// another's gets a piece of its hash, so a name depends on the set of tools and not on their order.
pub(crate) fn names(server: &str, tools: &[&str]) -> Vec<Option<String>> {
    let whole: Vec<String> = tools.iter().map(|tool| format!("{server}__{tool}")).collect();
    let plain: Vec<String> = whole.iter().map(|name| writable(name)).collect();
    let mut wanted: HashMap<&str, Vec<&str>> = HashMap::new();
    for (plain, whole) in plain.iter().zip(&whole) {
        let owners = wanted.entry(plain).or_default();
        if !owners.contains(&whole.as_str()) {
            owners.push(whole);
        }
    }
    let mut taken = std::collections::HashSet::new();
    whole
        .iter()
        .zip(&plain)
        .map(|(whole, plain)| {
            let is_exact = whole == plain;
            let is_alone = wanted.get(plain.as_str()).is_some_and(|owners| owners.len() == 1);
            let name = match plain.len() <= MAX_BYTES && (is_exact || is_alone) {
                true => plain.clone(),
                false => hashed(whole, plain),
            };
            taken.insert(name.clone()).then_some(name)
        })
        .collect()
}

fn writable(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.chars().map(|c| if fits(c) { c } else { '_' }).collect()
}

fn hashed(whole: &str, plain: &str) -> String {
    let hash = format!("{:x}", Sha256::digest(whole));
    let head = &plain[..plain.len().min(MAX_BYTES - HASH_DIGITS - 1)];
    format!("{head}_{}", &hash[..HASH_DIGITS])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(tools: &[&str], expected: &[Option<&str>]) {
        let seen = names("s", tools);
        assert_eq!(seen.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn names_are_plain_where_they_can_be() {
        check(&["echo", "read-file"], &[Some("s__echo"), Some("s__read-file")]);
        check(&["get.sum", "日本/x"], &[Some("s__get_sum"), Some("s_____x")]);
        check(&["echo", "echo"], &[Some("s__echo"), None]);
        check(&[""], &[Some("s__")]);
    }

    #[test]
    fn clashes_and_long_names_get_a_hash() {
        check(&["a.b", "a_b"], &[Some("s__a_b_f7700fde"), Some("s__a_b")]);
        check(&["a_b", "a.b", "a b"], &[Some("s__a_b"), Some("s__a_b_f7700fde"), Some("s__a_b_496b0969")]);
        let long = "x".repeat(200);
        let cut = format!("s__{}_", "x".repeat(52));
        let seen = names("s", &[&long])[0].clone().unwrap();
        assert!(seen.starts_with(&cut) && seen.len() == MAX_BYTES, "{seen}");
    }

    proptest! {
        #[test]
        fn names_fit_and_differ(tools in prop::collection::hash_set("[a-z._ é]{0,80}", 0..12)) {
            let mut tools: Vec<&str> = tools.iter().map(String::as_str).collect();
            let first = names("server", &tools);
            for name in first.iter().flatten() {
                prop_assert!(name.len() <= MAX_BYTES && writable(name) == *name);
            }
            prop_assert_eq!(first.iter().flatten().count(), tools.len());
            tools.reverse();
            let mut second = names("server", &tools);
            second.reverse();
            prop_assert_eq!(first, second);
        }
    }
}
