//! How wide a format asks its text to be.

/// The widths of a `%` format.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Widths {
    /// Those that the format has in figures, and the precisions that add digits, together.
    pub bytes: u64,
    /// Which of the values are widths: those that a `*` stands for.
    pub among_values: Vec<usize>,
}

/// The widths of a format such as `%-*d`.
pub(super) fn of_percent(format: &[u8]) -> Widths {
    let mut widths = Widths::default();
    let mut n_values = 0;
    let mut rest = format;
    while let Some(start) = rest.iter().position(|byte| *byte == b'%') {
        rest = &rest[start + 1..];
        if rest.first() == Some(&b'(') {
            rest = after_key(rest);
        }
        rest = skip(rest, b"#0- +");
        let (width, after) = quantity(rest, &mut n_values);
        rest = after;
        let mut precision = Quantity::None;
        if rest.first() == Some(&b'.') {
            (precision, rest) = quantity(&rest[1..], &mut n_values);
        }
        rest = skip(rest, b"hlL");
        let Some((kind, after)) = rest.split_first() else { break };
        rest = after;
        widths.add(width);
        // The precision of text takes some of it away.
        if !matches!(kind, b's' | b'r' | b'a' | b'b' | b'c') {
            widths.add(precision);
        }
        n_values += usize::from(*kind != b'%');
    }
    widths
}

/// The width, and the precision if it `adds_digits`, of what stands after the colon in `{:>9}`. The
/// figures of a fill are counted too: they are small.
pub(super) fn of_spec(spec: &[u8], adds_digits: bool) -> u64 {
    let (mut bytes, mut rest) = (0u64, spec);
    while let Some(start) = rest.iter().position(u8::is_ascii_digit) {
        let is_precision = start > 0 && rest[start - 1] == b'.';
        let (number, after) = figures(&rest[start..]);
        if adds_digits || !is_precision {
            bytes = bytes.saturating_add(number);
        }
        rest = after;
    }
    bytes
}

enum Quantity {
    None,
    Bytes(u64),
    Value(usize),
}

impl Widths {
    fn add(&mut self, quantity: Quantity) {
        match quantity {
            Quantity::None => {}
            Quantity::Bytes(bytes) => self.bytes = self.bytes.saturating_add(bytes),
            Quantity::Value(i) => self.among_values.push(i),
        }
    }
}

fn quantity<'a>(text: &'a [u8], n_values: &mut usize) -> (Quantity, &'a [u8]) {
    match text.first() {
        Some(b'*') => {
            *n_values += 1;
            (Quantity::Value(*n_values - 1), &text[1..])
        }
        Some(byte) if byte.is_ascii_digit() => {
            let (number, rest) = figures(text);
            (Quantity::Bytes(number), rest)
        }
        _ => (Quantity::None, text),
    }
}

/// The number that begins here.
fn figures(text: &[u8]) -> (u64, &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end]
        .iter()
        .fold(0u64, |number, byte| number.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
    (number, &text[end..])
}

/// What follows a name in parentheses, which may hold parentheses itself.
fn after_key(text: &[u8]) -> &[u8] {
    let mut depth = 0;
    for (i, byte) in text.iter().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[i + 1..];
        }
    }
    &[]
}

fn skip<'a>(text: &'a [u8], any: &[u8]) -> &'a [u8] {
    let end = text.iter().position(|byte| !any.contains(byte)).unwrap_or(text.len());
    &text[end..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_formats_say_their_widths() {
        for (format, bytes, among_values) in [
            ("plain", 0, &[] as &[usize]),
            ("100%", 0, &[]),
            ("%5d%%%-12s", 17, &[]),
            ("%0999999999d", 999_999_999, &[]),
            ("%.7d%.8f%.9s%10.3r", 25, &[]),
            ("%s %*d %.*f %.*s", 0, &[1, 3]),
            ("%(a(b)c)9ld", 9, &[]),
            ("%(open", 0, &[]),
            ("%99999999999999999999999d", u64::MAX, &[]),
        ] {
            let expected = Widths { bytes, among_values: among_values.to_vec() };
            assert_eq!(of_percent(format.as_bytes()), expected, "{format:?}");
        }
    }

    #[test]
    fn specs_say_their_widths() {
        for (spec, adds_digits, bytes) in [
            ("", true, 0),
            (">9999999999", true, 9_999_999_999),
            ("08.3f", true, 11),
            ("8.3", false, 8),
            (".1000000s", false, 0),
            ("9<10,", true, 19),
        ] {
            assert_eq!(of_spec(spec.as_bytes(), adds_digits), bytes, "{spec:?}");
        }
    }
}
