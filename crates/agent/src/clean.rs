//! Text from models, tools and pages made fit to show.

/// Removes what could drive a terminal or hide text from a reader: control characters but newline
/// and tab, and the marks that reorder text. Escape sequences lose their first byte and stay as
/// harmless letters.
pub fn clean(text: &str) -> String {
    text.chars().filter(|&c| matches!(c, '\n' | '\t') || !(c.is_control() || reorders(c))).collect()
}

fn reorders(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Keeps the beginning and the end of a text of more than `max_bytes`, and says how much is left
/// out. Returns whether it was cut.
pub fn cap(text: &str, max_bytes: usize) -> (String, bool) {
    if text.len() <= max_bytes {
        return (text.to_owned(), false);
    }
    let head = text.floor_char_boundary(max_bytes * 3 / 4);
    let tail = text.ceil_char_boundary(text.len() - max_bytes / 4);
    let omitted = tail - head;
    (format!("{}\n[… {omitted} bytes left out …]\n{}", &text[..head], &text[tail..]), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_sequences_do_not_survive() {
        let check = |text, expected: &str| assert_eq!(clean(text), expected);
        check("a\tb\nc", "a\tb\nc");
        check("\x1b[31mred\x1b[0m\x07", "[31mred[0m");
        check("\x1b]52;c;aGk=\x07", "]52;c;aGk=");
        check("\u{9b}31m", "31m");
        check("a\r\nb\0", "a\nb");
        check("abc\u{202e}cba", "abccba");
        check("你好 é 🚀", "你好 é 🚀");
    }

    #[test]
    fn long_texts_keep_both_ends() {
        assert_eq!(cap("short", 5), ("short".into(), false));
        let (text, cut) = cap(&"é".repeat(100), 16);
        assert!(cut);
        assert_eq!(text, "éééééé\n[… 184 bytes left out …]\néé");
    }
}
