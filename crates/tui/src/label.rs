//! Text from outside on one line, and text that hides nothing.

use std::collections::BTreeSet;

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
        match is_spelled(c) {
            true => shown.push_str(&code(c)),
            false => shown.push(c),
        }
    }
    shown
}

/// What a person has made of [`exposed`] text, with the characters of the original as they were. A code
/// that the original has as words stays.
pub fn concealed(edited: &str, original: &str) -> String {
    let spelled: BTreeSet<char> = original.chars().filter(|c| is_spelled(*c)).collect();
    let codes = spelled.into_iter().map(|c| (code(c), c)).filter(|(code, _)| !original.contains(code));
    codes.fold(edited.to_owned(), |text, (code, c)| text.replace(&code, c.encode_utf8(&mut [0; 4])))
}

fn code(c: char) -> String {
    format!("\\u{{{:x}}}", u32::from(c))
}

fn is_spelled(c: char) -> bool {
    !matches!(c, '\n' | '\t') && hides(c)
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
    fn what_is_edited_keeps_its_characters() {
        let check = |original: &str, edit: fn(&str) -> String, expected: &str| {
            assert_eq!(concealed(&edit(&exposed(original)), original), expected);
        };
        let same = |text: &str| text.to_owned();
        check("print('👩\u{200d}👧')\n", same, "print('👩\u{200d}👧')\n");
        check("a\u{200b}x", |text| text.replace('x', "y"), "a\u{200b}y");
        check("a\u{200b}b", |text| text.replace("\\u{200b}", ""), "ab");
        check("'\\u{200b}'", same, "'\\u{200b}'");
        check("\u{200b} '\\u{200b}'", same, "\\u{200b} '\\u{200b}'");
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
