//! Numbers and times as people read them.

use std::time::Duration;

/// Frames of what turns while one waits, and how long each is shown.
const TURNING: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠛"];
const TURN: Duration = Duration::from_millis(120);

/// The frame for this time.
pub fn turning(clock: Duration) -> &'static str {
    let frame = clock.as_millis() / TURN.as_millis();
    TURNING[usize::try_from(frame).unwrap_or(0) % TURNING.len()]
}

/// A time.
pub fn time(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds < 0.9995 => format!("{} ms", time.as_millis()),
        seconds if seconds < 59.95 => format!("{seconds:.1} s"),
        _ => format!("{} m {:02} s", time.as_secs() / 60, time.as_secs() % 60),
    }
}

/// The size of a file.
pub fn bytes(n: u64) -> String {
    match n {
        0..1_000 => format!("{n} B"),
        1_000..1_000_000 => format!("{:.1} kB", n as f64 / 1e3),
        _ => format!("{:.1} MB", n as f64 / 1e6),
    }
}

/// A number of tokens, short.
pub fn count(n: usize) -> String {
    match n {
        0..10_000 => n.to_string(),
        10_000..1_000_000 => format!("{:.1}k", n as f64 / 1e3),
        _ => format!("{:.1}M", n as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_unit() {
        let check = |ms, expected: &str| assert_eq!(time(Duration::from_millis(ms)), expected);
        check(0, "0 ms");
        check(999, "999 ms");
        check(1000, "1.0 s");
        check(59_940, "59.9 s");
        check(59_960, "0 m 59 s");
        check(125_000, "2 m 05 s");
    }

    #[test]
    fn files_have_a_size() {
        let check = |n, expected: &str| assert_eq!(bytes(n), expected);
        check(999, "999 B");
        check(18_234, "18.2 kB");
        check(2_500_000, "2.5 MB");
    }

    #[test]
    fn counts_are_short() {
        let check = |n, expected: &str| assert_eq!(count(n), expected);
        check(9_999, "9999");
        check(12_345, "12.3k");
        check(1_048_576, "1.0M");
    }
}
