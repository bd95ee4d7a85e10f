//! Bounds of numbers, such that what the grammar lets through is within them after parsing.

use serde_json::{Map, Number, Value, json};

/// Integers without bounds of their own get these, which every 64-bit reader takes: a number of 400
/// digits is JSON and no number to any parser.
const MOST_INTEGER: f64 = 1e18;
/// Bounds keep exponents out of numbers with fractions: 1e999 is JSON, and an overflow.
const MOST_FRACTIONAL: f64 = 1e16;
/// Integers beyond this are not all doubles, and the grammar's bounds are doubles. The bounds above
/// lie further out, so that no schema's own is empty with them.
const MOST_EXACT: f64 = 9_007_199_254_740_992.0;

/// What became of a schema's numeric keywords.
pub(super) struct Numeric {
    /// The schema for the grammar.
    pub schema: Value,
    /// The keywords that it leaves out.
    pub dropped: Vec<&'static str>,
}

/// The schema of a number or integer; `has_values` says that an enumeration bounds it anyway.
pub(super) fn numeric(node: &Map<String, Value>, is_integer: bool, has_values: bool) -> Numeric {
    let mut dropped = Vec::new();
    let mut get = |key: &'static str| {
        let bound = node.get(key).and_then(Value::as_f64)?;
        if bound.abs() > MOST_EXACT {
            dropped.push(key);
            return None;
        }
        Some(bound)
    };
    let (minimum, above) = (get("minimum"), get("exclusiveMinimum"));
    let (maximum, below) = (get("maximum"), get("exclusiveMaximum"));
    let mut schema = Map::new();
    schema.insert("type".into(), json!(if is_integer { "integer" } else { "number" }));
    // An integer's bounds are moved to integers; a fraction may come so close to an excluded bound
    // that it parses to it, so that the bound moves away by more than that.
    let inside = |bound: f64, towards: f64| match is_integer {
        true if towards > 0.0 => bound.floor() + 1.0,
        true => bound.ceil() - 1.0,
        false => bound + towards * (bound.abs() * 1e-12).max(1e-9),
    };
    let low = [minimum, above.map(|bound| inside(bound, 1.0))].into_iter().flatten().reduce(f64::max);
    let high = [maximum, below.map(|bound| inside(bound, -1.0))].into_iter().flatten().reduce(f64::min);
    let (low, high) = match is_integer {
        true => (low.map(f64::ceil), high.map(f64::floor)),
        false => (low, high),
    };
    let most = if is_integer { MOST_INTEGER } else { MOST_FRACTIONAL };
    for (key, bound, default) in [("minimum", low, -most), ("maximum", high, most)] {
        if let Some(bound) = bound.or((!has_values).then_some(default)) {
            put(&mut schema, key, bound);
        }
    }
    if let Some(divisor) = node.get("multipleOf").and_then(Value::as_f64) {
        // A fraction's multiples depend on how the reader rounds.
        match divisor.fract() == 0.0 && (1.0..=1e6).contains(&divisor) {
            true => put(&mut schema, "multipleOf", divisor),
            false => dropped.push("multipleOf"),
        }
    }
    Numeric { schema: Value::Object(schema), dropped }
}

fn put(schema: &mut Map<String, Value>, key: &str, value: f64) {
    let number = match value.fract() == 0.0 && value.abs() <= MOST_INTEGER {
        true => Some(Number::from(value as i64)),
        false => Number::from_f64(value),
    };
    if let Some(number) = number {
        schema.insert(key.into(), Value::Number(number));
    }
}
