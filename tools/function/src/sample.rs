//! Arguments made from a schema: good ones to try a function with, bad ones that it must not see.

mod breaks;
mod make;
mod merge;
mod number;
mod pattern;
mod random;
mod text;

use agent::{Schema, Violation};
use serde_json::Value;

use make::{Fill, Maker};
use random::Random;

/// How often arguments are made anew that turn out not to satisfy their schema.
const ATTEMPTS: u64 = 48;
/// The most broken arguments of one schema.
const MAX_BROKEN: usize = 24;

/// Arguments that break a schema in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// The arguments.
    pub arguments: Value,
    /// The only thing that is wrong with them.
    pub error: Violation,
}

/// Arguments that satisfy the schema; the same for the same seed. Nothing if none were found: then
/// the schema asks for something that this does not understand, or for what cannot be.
pub(crate) fn valid(schema: &Schema, seed: u64) -> Option<Value> {
    let fills = [Fill::Some, Fill::All, Fill::Least];
    (0..ATTEMPTS).find_map(|attempt| {
        let fill = fills[(attempt % fills.len() as u64) as usize];
        made(schema, seed, attempt, fill)
    })
}

/// Arguments that are all wrong, each in one way; the same for the same seed.
pub(crate) fn broken(schema: &Schema, seed: u64) -> Vec<Broken> {
    let full = (0..ATTEMPTS).find_map(|attempt| made(schema, seed, attempt, Fill::All));
    let Some(good) = full.or_else(|| valid(schema, seed)) else { return Vec::new() };
    let mut random = Random::new(seed);
    let mut broken: Vec<Broken> = Vec::new();
    for arguments in breaks::all(schema.value(), &good, &mut random) {
        if broken.len() == MAX_BROKEN {
            break;
        }
        let mut errors = schema.violations(&arguments, 2);
        if errors.len() == 1 && broken.iter().all(|known| known.arguments != arguments) {
            broken.extend(errors.pop().map(|error| Broken { arguments, error }));
        }
    }
    broken
}

fn made(schema: &Schema, seed: u64, attempt: u64, fill: Fill) -> Option<Value> {
    let seed = seed.wrapping_mul(ATTEMPTS).wrapping_add(attempt);
    let arguments = Maker::new(schema.value(), Random::new(seed), fill).value(schema.value());
    schema.accepts(&arguments).then_some(arguments)
}

#[cfg(test)]
mod tests;
