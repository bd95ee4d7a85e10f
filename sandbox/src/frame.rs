//! Length-prefixed frames: four bytes of length, most significant first, then the payload.
//!
//! Whoever reads treats the other side as hostile: a length is checked before memory is taken for
//! it, and memory grows with what has arrived, not with what was announced.

/// Bytes before each payload.
const PREFIX: usize = 4;

/// A frame that announces more than its reader takes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {length} bytes, where {max} are the most")]
pub(crate) struct FrameTooLong {
    length: usize,
    max: usize,
}

/// The frame that carries `payload`.
///
/// # Panics
/// A payload of 4 GiB and more; messages are bounded far below.
pub(crate) fn encode(payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("messages are bounded far below 4 GiB");
    let mut frame = Vec::with_capacity(PREFIX + payload.len());
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Takes bytes as they come and gives frames back.
#[derive(Debug)]
pub(crate) struct Decoder {
    buffer: Vec<u8>,
    start: usize,
    max: usize,
}

impl Decoder {
    /// A decoder of payloads of at most `max` bytes.
    pub fn new(max: usize) -> Self {
        Self { buffer: Vec::new(), start: 0, max }
    }

    /// Takes what arrived. Call [`Decoder::next`] until it has no more before the next `push`, so
    /// that the buffer never holds more than one frame and one read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole frame's payload, `None` while it is incomplete.
    pub fn next(&mut self) -> Result<Option<&[u8]>, FrameTooLong> {
        let Some((prefix, rest)) = self.buffer[self.start..].split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*prefix) as usize;
        if length > self.max {
            return Err(FrameTooLong { length, max: self.max });
        }
        if rest.len() < length {
            return Ok(None);
        }
        let begin = self.start + PREFIX;
        self.start = begin + length;
        Ok(Some(&self.buffer[begin..begin + length]))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn decode(max: usize, reads: &[&[u8]]) -> Result<Vec<Vec<u8>>, FrameTooLong> {
        let mut decoder = Decoder::new(max);
        let mut frames = Vec::new();
        for read in reads {
            decoder.push(read);
            while let Some(frame) = decoder.next()? {
                frames.push(frame.to_vec());
            }
            assert!(decoder.buffer.len() <= max + PREFIX + read.len());
        }
        Ok(frames)
    }

    #[test]
    fn a_length_is_refused_before_its_payload_arrives() {
        assert_eq!(decode(8, &[&[0xff; 4]]), Err(FrameTooLong { length: 0xffff_ffff, max: 8 }));
        assert_eq!(decode(8, &[&[0, 0, 0, 9]]), Err(FrameTooLong { length: 9, max: 8 }));
        assert_eq!(decode(8, &[&[0, 0, 0, 8]]), Ok(vec![]));
    }

    proptest! {
        #[test]
        fn frames_survive_any_cut(
            payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..8),
            cuts in prop::collection::vec(1usize..9, 1..9),
        ) {
            let wire: Vec<u8> = payloads.iter().flat_map(|p| encode(p)).collect();
            let (mut reads, mut rest, mut sizes) = (Vec::new(), &wire[..], cuts.iter().cycle());
            while !rest.is_empty() {
                let (read, after) = rest.split_at(rest.len().min(*sizes.next().unwrap()));
                reads.push(read);
                rest = after;
            }
            prop_assert_eq!(decode(40, &reads), Ok(payloads));
        }

        #[test]
        fn any_bytes_give_frames_within_the_limit_or_an_error(
            reads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..64), 0..16),
        ) {
            let reads: Vec<&[u8]> = reads.iter().map(Vec::as_slice).collect();
            if let Ok(frames) = decode(300, &reads) {
                prop_assert!(frames.iter().all(|f| f.len() <= 300));
            }
        }
    }
}
