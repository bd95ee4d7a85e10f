//! From values to pixels, and where ticks stand.

use super::description::Direction;

/// One direction of a plot: its values from `low` to `high` lie between `start` and `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    low: f64,
    high: f64,
    log: bool,
    pub start: f64,
    pub end: f64,
}

impl Axis {
    /// The axis of a description, between two pixels.
    ///
    /// # Errors
    /// Its limits are no numbers, or not above zero on a logarithmic scale.
    pub fn new(direction: &Direction, start: f64, end: f64) -> Result<Self, String> {
        let (mut low, mut high) = (direction.low, direction.high);
        if direction.log && (low <= 0.0 || high <= 0.0) {
            return Err(format!("a logarithmic scale has no place for {}", low.min(high)));
        }
        let size = low.abs().max(high.abs());
        if (high - low).abs() <= (size * 1e-12).max(1e-300) {
            let room = (size * 0.05).max(0.5);
            (low, high) = if direction.log { (low / 2.0, high * 2.0) } else { (low - room, high + room) };
        }
        if !(high - low).is_finite() {
            return Err(format!("an axis from {low} to {high} cannot be drawn"));
        }
        Ok(Self { low, high, log: direction.log, start, end })
    }

    /// The pixel of a value; far outside for a value that has none.
    pub fn at(&self, value: f64) -> f64 {
        let part = if self.log {
            if value <= 0.0 {
                return self.start - 1e6 * (self.end - self.start).signum();
            }
            (value / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.start + part.clamp(-1e4, 1e4) * (self.end - self.start)
    }

    /// Whether a value lies on the axis.
    pub fn holds(&self, value: f64) -> bool {
        let (low, high) = (self.low.min(self.high), self.low.max(self.high));
        let slack = (high - low) * 1e-9;
        (low - slack..=high + slack).contains(&value)
    }

    /// How much of the axis a unit takes.
    pub fn pixels_per_unit(&self) -> f64 {
        ((self.end - self.start) / (self.high - self.low)).abs()
    }

    /// The same axis with its pixels around the same middle.
    pub fn resized(&self, length: f64) -> Self {
        let (middle, sign) = ((self.start + self.end) / 2.0, (self.end - self.start).signum());
        Self { start: middle - sign * length / 2.0, end: middle + sign * length / 2.0, ..*self }
    }

    /// At most about `most` ticks with their texts.
    pub fn ticks(&self, most: f64) -> Vec<(f64, String)> {
        let (low, high) = (self.low.min(self.high), self.low.max(self.high));
        if self.log && high / low >= 10.0 {
            let (first, last) = (low.log10().ceil() as i32, high.log10().floor() as i32);
            let step = ((f64::from(last - first) / most.max(1.0)).ceil() as i32).max(1);
            let powers = (first..=last).step_by(step.unsigned_abs() as usize);
            return powers.map(|power| (10f64.powi(power), format!("10{}", raised(power)))).collect();
        }
        let step = nice((high - low) / most.max(1.0));
        let decimals = if step >= 1.0 { 0 } else { (-step.log10()).ceil().clamp(0.0, 12.0) as usize };
        let decimals =
            if (step * 10f64.powi(decimals as i32)).fract() > 1e-6 { decimals + 1 } else { decimals };
        let (first, last) = ((low / step - 1e-9).ceil(), (high / step + 1e-9).floor());
        let n = (last - first).clamp(0.0, 100.0) as usize;
        (0..=n)
            .map(|i| (first + i as f64) * step)
            .map(|value| (value, number(value, decimals, step)))
            .collect()
    }
}

/// The next of 1, 2, 2.5, 5 and their tens from `raw` on.
fn nice(raw: f64) -> f64 {
    let power = 10f64.powf(raw.max(f64::MIN_POSITIVE).log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    steps.iter().map(|step| step * power).find(|step| *step >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

fn number(value: f64, decimals: usize, step: f64) -> String {
    if value == 0.0 || value.abs() < step / 1e6 {
        return "0".to_owned()
            + &if decimals > 0 && step >= 1e-4 {
                format!(".{}", "0".repeat(decimals))
            } else {
                String::new()
            };
    }
    let text = if value.abs() >= 1e7 || step < 1e-4 {
        format!("{value:.3e}")
    } else {
        format!("{value:.decimals$}")
    };
    let text = match text.split_once('e') {
        Some((mantissa, power)) if mantissa.contains('.') => {
            format!("{}e{power}", mantissa.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => text,
    };
    text.replace('-', "−")
}

fn raised(power: i32) -> String {
    let digit = |c| match c {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        c => char::from_u32('⁰' as u32 + (c as u32 - '0' as u32)).unwrap_or(c),
    };
    power.to_string().chars().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(low: f64, high: f64, log: bool, expected: &[&str]) {
        let direction = Direction { low, high, log, label: String::new(), ticks: None, rotation: 0.0 };
        let axis = Axis::new(&direction, 0.0, 100.0).unwrap();
        let ticks = axis.ticks(6.0);
        let texts: Vec<&str> = ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, expected, "{low} to {high}");
        assert!(ticks.iter().all(|(value, _)| axis.holds(*value)), "{ticks:?}");
    }

    #[test]
    fn ticks_are_round_numbers() {
        check(0.0, 10.0, false, &["0", "2", "4", "6", "8", "10"]);
        check(10.0, 0.0, false, &["0", "2", "4", "6", "8", "10"]);
        check(-1.1, 1.1, false, &["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        check(0.0, 1.4, false, &["0.00", "0.25", "0.50", "0.75", "1.00", "1.25"]);
        check(0.0, 6e8, false, &["0", "1e8", "2e8", "3e8", "4e8", "5e8", "6e8"]);
        check(3.0, 3.0, false, &["2.6", "2.8", "3.0", "3.2", "3.4"]);
        check(0.5, 2000.0, true, &["10⁰", "10¹", "10²", "10³"]);
    }

    #[test]
    fn what_has_no_place_is_refused_or_far_away() {
        let direction =
            |low, high, log| Direction { low, high, log, label: String::new(), ticks: None, rotation: 0.0 };
        assert!(Axis::new(&direction(0.0, 1.0, true), 0.0, 1.0).is_err());
        assert!(Axis::new(&direction(f64::NEG_INFINITY, 1.0, false), 0.0, 1.0).is_err());
        let axis = Axis::new(&direction(1.0, 100.0, true), 0.0, 100.0).unwrap();
        assert_eq!(axis.at(10.0), 50.0);
        assert!(axis.at(0.0) < -1e5);
    }
}
