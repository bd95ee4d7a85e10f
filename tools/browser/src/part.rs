//! Parts of long pages.

/// How far before a part's end a better place to cut is looked for, as a share of the part.
const SLACK: usize = 4;
/// The longest mark of a link, in bytes.
const MAX_MARK_BYTES: usize = 1200;

/// A part of a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it begins.
    pub begin: usize,
    /// Where it ends.
    pub end: usize,
    /// How long the whole text is.
    pub length: usize,
}

impl Part {
    /// The part of about `max_bytes` that begins at `from`; it ends with a paragraph, a line or a word
    /// where one ends late enough.
    pub fn new(text: &str, from: usize, max_bytes: usize) -> Self {
        let begin = text.floor_char_boundary(from.min(text.len()));
        let rest = &text[begin..];
        let max_bytes = max_bytes.max(64);
        if rest.len() <= max_bytes {
            return Self { begin, end: text.len(), length: text.len() };
        }
        let full = rest.floor_char_boundary(max_bytes);
        let earliest = rest.floor_char_boundary(full - full / SLACK);
        let window = &rest[earliest..full];
        let cut = ["\n\n", "\n", "。", " "].iter().find_map(|end| Some(window.rfind(end)? + end.len()));
        let end = before_mark(rest, earliest + cut.unwrap_or(window.len()));
        Self { begin, end: begin + end, length: text.len() }
    }

    /// What is shown, as a share of the whole.
    pub fn visible(&self) -> String {
        let percent = |place: usize| (place * 100).checked_div(self.length).unwrap_or(100);
        let begin = if self.begin == 0 { 0 } else { percent(self.begin) };
        format!("Visible: {begin}% - {}%", percent(self.end))
    }

    /// Whether more comes after it.
    pub fn has_more(&self) -> bool {
        self.end < self.length
    }
}

/// A cut that would divide a link's mark stands before it.
fn before_mark(text: &str, cut: usize) -> usize {
    let near = text.floor_char_boundary(cut.saturating_sub(MAX_MARK_BYTES));
    match text[near..cut].rfind(['【', '】']) {
        Some(place) if place > 0 && text[near + place..].starts_with('【') => near + place,
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_a_text_once() {
        let text = "One paragraph here.\n\nAnother 【12†link with words†b.example】 one, é你好.\n".repeat(40);
        let (mut seen, mut from) = (String::new(), 0);
        loop {
            let part = Part::new(&text, from, 200);
            let shown = &text[part.begin..part.end];
            assert!(shown.len() <= 200 && !shown.is_empty());
            assert_eq!(shown.matches('【').count(), shown.matches('】').count(), "{shown}");
            seen.push_str(shown);
            if !part.has_more() {
                break;
            }
            from = part.end;
        }
        assert_eq!(seen, text);
    }

    #[test]
    fn the_share_is_told() {
        let check = |text: &str, from, max, expected: &str| {
            assert_eq!(Part::new(text, from, max).visible(), expected);
        };
        check("", 0, 100, "Visible: 0% - 100%");
        check("short", 0, 100, "Visible: 0% - 100%");
        check(&"x".repeat(1000), 0, 400, "Visible: 0% - 40%");
        check(&"x".repeat(1000), 400, 400, "Visible: 40% - 80%");
        check(&"x".repeat(1000), 5000, 400, "Visible: 100% - 100%");
        check(&"【".repeat(1000), 1, 400, "Visible: 0% - 13%");
    }

    proptest::proptest! {
        #[test]
        fn parts_of_any_text_join_to_it(text in "(【1†x】|[ -~]{0,9}|é|你|\n){0,200}", max_bytes in 64usize..300) {
            let (mut seen, mut from) = (String::new(), 0);
            loop {
                let part = Part::new(&text, from, max_bytes);
                proptest::prop_assert!(part.begin == from && (part.end > from || !part.has_more()));
                seen.push_str(&text[part.begin..part.end]);
                if !part.has_more() {
                    break;
                }
                from = part.end;
            }
            proptest::prop_assert_eq!(seen, text);
        }
    }
}
