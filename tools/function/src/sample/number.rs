//! Numbers within bounds.

use serde_json::{Map, Number, Value};

use super::random::Random;

/// How far a number without a bound may be from the one that there is.
const SPAN: f64 = 100.0;
/// Beyond it not every whole number is an `f64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A number for a schema; its bounds may leave none, then it is one of them.
pub(crate) fn number(schema: &Map<String, Value>, is_integer: bool, random: &mut Random) -> Value {
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let step = bound("multipleOf").filter(|step| *step > 0.0).or(is_integer.then_some(1.0));
    let low = bound("minimum").into_iter().chain(bound("exclusiveMinimum")).reduce(f64::max);
    let high = bound("maximum").into_iter().chain(bound("exclusiveMaximum")).reduce(f64::min);
    let span = SPAN * step.unwrap_or(1.0).max(1.0);
    let (low, high) = match (low, high) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, low + span),
        (None, Some(high)) => (high - span, high),
        (None, None) => (0.0, span),
    };
    let excludes = |value: f64| {
        bound("exclusiveMinimum").is_some_and(|limit| value <= limit)
            || bound("exclusiveMaximum").is_some_and(|limit| value >= limit)
    };
    let Some(step) = step else { return json(fraction(low, high, random, excludes)) };
    let (mut first, mut last) = ((low / step).ceil(), (high / step).floor());
    if excludes(first * step) {
        first += 1.0;
    }
    if excludes(last * step) {
        last -= 1.0;
    }
    let n = (last - first).clamp(0.0, EXACT) as usize;
    json((first + random.within(0, n) as f64) * step)
}

/// With few digits where the bounds leave room for that.
fn fraction(low: f64, high: f64, random: &mut Random, excludes: impl Fn(f64) -> bool) -> f64 {
    let at = low + (high - low) * (random.within(1, 99) as f64 / 100.0);
    let short = (at * 100.0).round() / 100.0;
    let fits = |value: f64| value >= low && value <= high && !excludes(value);
    match fits(short) {
        true => short,
        false => at,
    }
}

/// A whole number without a point.
pub(crate) fn json(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}
