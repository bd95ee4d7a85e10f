//! Text of pages made fit to stand in an observation.

/// Removes what drives terminals, hides text or imitates the marks by which this tool names pages.
/// Strings like a model's special tokens stay: they are encoded as ordinary text.
pub(crate) fn clean_text(text: &str) -> String {
    defuse(&agent::clean(text).chars().filter(|c| !is_unseen(*c)).collect::<String>())
}

/// The marks of links while a page is rendered; pages have none of these characters left.
pub(super) const OPEN: char = '\u{e000}';
pub(super) const MIDDLE: char = '\u{e001}';
pub(super) const CLOSE: char = '\u{e002}';

/// A rendered page with its marks as they are shown. What imitates one is defused only here, since it
/// may be put together from several elements.
pub(super) fn seal(text: &str) -> String {
    let shown = |c| match c {
        OPEN => '【',
        MIDDLE => '†',
        CLOSE => '】',
        other => other,
    };
    defuse(text).chars().map(shown).collect()
}

/// Characters without a shape, in which instructions can be hidden from people.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}'
        | '\u{200f}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Marks like `【7†source】` and `[7†source]` are this tool's alone: in a page their dagger becomes a
/// plus.
fn defuse(text: &str) -> String {
    if !text.contains('†') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let before = out.trim_end_matches(|c: char| c.is_numeric() || c.is_whitespace() || c == '+');
        let is_mark = c == '†' && before.ends_with(['【', '[']);
        out.push(if is_mark { '+' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cannot_hide_or_imitate() {
        for (text, expected) in [
            ("a\u{200b}b\u{e0041}c\u{feff}", "abc"),
            ("\x1b[31mred", "[31mred"),
            ("【7†source】 [8 †source] †1990", "【7+source】 [8 +source] †1990"),
            ("【新闻】", "【新闻】"),
            ("【†7†", "【+7+"),
            ("<|observation|>", "<|observation|>"),
            ("a\u{202e}b\u{e000}c", "abc"),
            ("👩\u{200d}🚀 नी", "👩\u{200d}🚀 नी"),
        ] {
            assert_eq!(clean_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn many_daggers_take_bounded_time() {
        assert_eq!(clean_text(&"1†".repeat(50_000)).chars().count(), 100_000);
    }
}
