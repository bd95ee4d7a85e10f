//! The beginning and the end of a text of any length, in bounded memory.

/// Keeps half of its limit from the beginning of a text and half from its end.
#[derive(Debug)]
pub(crate) struct Excerpt {
    head: String,
    tail: String,
    head_is_full: bool,
    half: usize,
    dropped: u64,
}

impl Excerpt {
    /// An excerpt of at most `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { head: String::new(), tail: String::new(), head_is_full: false, half: limit / 2, dropped: 0 }
    }

    /// Takes more of the text.
    pub fn push(&mut self, text: &str) {
        let mut rest = text;
        if !self.head_is_full {
            let cut = rest.floor_char_boundary(self.half - self.head.len());
            self.head.push_str(&rest[..cut]);
            rest = &rest[cut..];
            self.head_is_full = !rest.is_empty();
        }
        self.tail.push_str(rest);
        // Twice the half before it is cut: each byte is moved once, not at every push.
        if self.tail.len() > 2 * self.half {
            self.trim_tail();
        }
    }

    fn trim_tail(&mut self) {
        let cut = self.tail.ceil_char_boundary(self.tail.len().saturating_sub(self.half));
        self.tail.drain(..cut);
        self.dropped += cut as u64;
    }

    /// The excerpt, with a line in the place of what was left out, and whether anything was.
    pub fn finish(mut self) -> (String, bool) {
        if self.tail.len() > self.half {
            self.trim_tail();
        }
        if self.dropped == 0 {
            return (self.head + &self.tail, false);
        }
        let dropped = self.dropped;
        (format!("{}\n[… {dropped} bytes omitted …]\n{}", self.head, self.tail), true)
    }
}

/// The excerpt of a whole text.
pub(crate) fn excerpt(text: &str, limit: usize) -> (String, bool) {
    let mut excerpt = Excerpt::new(limit);
    excerpt.push(text);
    excerpt.finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn long_text_keeps_both_ends() {
        assert_eq!(excerpt("0123456789", 10), ("0123456789".into(), false));
        assert_eq!(excerpt("0123456789abc", 10), ("01234\n[… 3 bytes omitted …]\n89abc".into(), true));
        assert_eq!(excerpt("中中中中", 8), ("中\n[… 6 bytes omitted …]\n中".into(), true));
    }

    proptest! {
        #[test]
        fn memory_is_bounded_and_every_byte_is_accounted_for(
            pieces in prop::collection::vec(".{0,40}", 0..20), limit in 0usize..100,
        ) {
            let mut short = Excerpt::new(limit);
            for piece in &pieces {
                short.push(piece);
                prop_assert!(short.head.len() <= limit / 2 && short.tail.len() <= 2 * (limit / 2));
            }
            let whole = pieces.concat();
            let (head, tail) = (short.head.clone(), short.tail.clone());
            let dropped = short.dropped as usize;
            prop_assert_eq!(head.len() + dropped + tail.len(), whole.len());
            prop_assert!(whole.starts_with(&head) && whole.ends_with(&tail));
            let (text, cut) = short.finish();
            prop_assert!(cut || text == whole);
        }
    }
}
