//! Token bytes to text, without ever splitting a character.

/// Collects the bytes of tokens and gives out whole characters. Whatever the tokens' boundaries,
/// all that it gives out is together the lossy decoding of all bytes.
///
/// ```
/// let mut text = glm::TextStream::default();
/// assert_eq!(text.push(b"\xe4\xbd"), "");
/// assert_eq!(text.push(b"\xa0!"), "你!");
/// assert_eq!(text.push(b"\xe5"), "");
/// assert_eq!(text.finish(), "\u{fffd}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct TextStream {
    /// The beginning of a character whose other bytes have not come yet: three bytes at most.
    held: Vec<u8>,
}

impl TextStream {
    /// The text that is certain after these bytes; bytes that are no UTF-8 become U+FFFD.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        self.held.extend_from_slice(bytes);
        let mut text = String::new();
        let mut rest = &self.held[..];
        for chunk in self.held.utf8_chunks() {
            text.push_str(chunk.valid());
            rest = &rest[chunk.valid().len()..];
            if is_incomplete(rest) {
                break;
            }
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                rest = &rest[chunk.invalid().len()..];
            }
        }
        let n_done = self.held.len() - rest.len();
        self.held.drain(..n_done);
        text
    }

    /// What is left when no more bytes come.
    pub fn finish(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.held)).into_owned()
    }
}

/// Whether these bytes are the beginning of one character and nothing else.
fn is_incomplete(bytes: &[u8]) -> bool {
    !bytes.is_empty()
        && std::str::from_utf8(bytes).is_err_and(|e| e.valid_up_to() == 0 && e.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pieces: &[&[u8]], expected: &[&str]) {
        let mut stream = TextStream::default();
        let mut texts: Vec<String> = pieces.iter().map(|piece| stream.push(piece)).collect();
        texts.push(stream.finish());
        assert_eq!(texts, expected);
    }

    #[test]
    fn characters_stay_whole() {
        check(&[b"a", b"b"], &["a", "b", ""]);
        check(&[b"\xf0", b"\x9f", b"\x9a", b"\x80!"], &["", "", "", "🚀!", ""]);
        check(&[b"x\xf0\x9f\x9a"], &["x", "\u{fffd}"]);
    }

    #[test]
    fn what_is_no_utf8_is_replaced() {
        check(&[b"\x80a\xff"], &["\u{fffd}a\u{fffd}", ""]);
        check(&[b"\xe4", b"a"], &["", "\u{fffd}a", ""]);
        check(&[b"\xe4\xbd", b"\xe4\xbd\xa0"], &["", "\u{fffd}你", ""]);
        check(&[b"\xed", b"\xa0\x80"], &["", "\u{fffd}\u{fffd}\u{fffd}", ""]);
    }

    proptest! {
        #[test]
        fn any_split_gives_the_lossy_decoding(
            text in any::<String>(), noise in any::<Vec<u8>>(), at in any::<prop::sample::Index>(), sizes in prop::collection::vec(1usize..5, 1..40),
        ) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len() + 1);
            bytes.splice(at..at, noise);
            let mut stream = TextStream::default();
            let mut streamed = String::new();
            let mut rest = &bytes[..];
            for size in sizes.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*size).min(rest.len()));
                streamed.push_str(&stream.push(piece));
                prop_assert!(stream.held.len() < 4);
                rest = after;
            }
            streamed.push_str(&stream.finish());
            prop_assert_eq!(streamed, String::from_utf8_lossy(&bytes));
        }
    }
}
