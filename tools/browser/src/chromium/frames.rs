//! Messages on the pipe: JSON texts, each with a zero byte behind it.

/// The longest message, in bytes. A page's HTML comes as one JSON string, in which a character can take
/// six bytes.
pub(super) const MAX_BYTES: usize = 40 << 20;

/// Puts messages together from the pieces in which they come.
#[derive(Debug, Default)]
pub(super) struct Frames {
    bytes: Vec<u8>,
    /// What is known to hold no end.
    n_searched: usize,
}

/// A message without an end.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("it sent a message of more than {} MiB", MAX_BYTES >> 20)]
pub(super) struct TooLong;

impl Frames {
    /// Takes in what has come.
    ///
    /// # Errors
    /// The message that it belongs to is too long; nothing more can be read.
    pub fn push(&mut self, piece: &[u8]) -> Result<(), TooLong> {
        if self.bytes.len() + piece.len() > MAX_BYTES {
            return Err(TooLong);
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }

    /// The next message that is whole.
    pub fn next(&mut self) -> Option<Vec<u8>> {
        let found = self.bytes[self.n_searched..].iter().position(|byte| *byte == 0);
        let Some(end) = found.map(|place| self.n_searched + place) else {
            self.n_searched = self.bytes.len();
            return None;
        };
        let rest = self.bytes.split_off(end + 1);
        let mut message = std::mem::replace(&mut self.bytes, rest);
        message.pop();
        self.n_searched = 0;
        Some(message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_message_without_an_end_is_refused() {
        let mut frames = Frames::default();
        let piece = vec![b'x'; 1 << 20];
        for _ in 0..MAX_BYTES >> 20 {
            assert_eq!(frames.push(&piece), Ok(()));
            assert_eq!(frames.next(), None);
        }
        assert_eq!(frames.push(b"x"), Err(TooLong));
    }

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in_however_they_are_cut(
            messages in prop::collection::vec(prop::collection::vec(1u8.., 0..40), 0..20),
            cuts in prop::collection::vec(1usize..50, 1..40),
        ) {
            let stream: Vec<u8> = messages.iter().flat_map(|message| message.iter().copied().chain([0])).collect();
            let (mut frames, mut seen, mut rest) = (Frames::default(), Vec::new(), stream.as_slice());
            for cut in cuts.iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (piece, after) = rest.split_at((*cut).min(rest.len()));
                prop_assert_eq!(frames.push(piece), Ok(()));
                seen.extend(std::iter::from_fn(|| frames.next()));
                rest = after;
            }
            prop_assert_eq!(seen, messages);
        }
    }
}
