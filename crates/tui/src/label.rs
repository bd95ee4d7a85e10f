//! Text from outside on one line, and text that hides nothing.

use std::fmt::Write;

use agent::clean;

use crate::wrap::fit;

/// Text from outside as a name on one line of at most `width` columns.
pub fn label(text: &str, width: usize) -> String {
    // More bytes than that do not fit, however little room each character takes up.
    let beginning = &text[..text.floor_char_boundary(width.saturating_mul(16))];
    fit(clean(beginning).replace(['\n', '\t'], " ").trim(), width)
}

/// Text with every character that is not seen, or that moves others, written as its code: what a
/// person allows has to be all that is done.
pub fn exposed(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\n' | '\t') || !hides(c) {
            shown.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", u32::from(c));
        }
    }
    shown
}

fn hides(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_on_their_line() {
        let check = |text: &str, expected: &str| assert_eq!(label(text, 8), expected);
        check("python", "python");
        check("a\nb\x1b[2J", "a b[2J");
        check("a very long name", "a very …");
        check(&"\u{301}".repeat(10_000), &"\u{301}".repeat(64));
    }

    #[test]
    fn nothing_is_hidden_from_the_one_who_allows() {
        let check = |text: &str, expected: &str| assert_eq!(exposed(text), expected);
        check("print('你好')\n", "print('你好')\n");
        check("a\rb\x1b[8m", "a\\u{d}b\\u{1b}[8m");
        check("rm\u{200b} x\u{202e}", "rm\\u{200b} x\\u{202e}");
        check("\u{e0041}", "\\u{e0041}");
        check("a\tb", "a\tb");
    }
}
