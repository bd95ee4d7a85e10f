//! The printable stand-ins for bytes that GPT-2 introduced and every byte-level vocabulary file uses:
//! a space is written `Ġ`, and a token is a string without white space or control characters.

/// The bytes that stand for themselves.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF)
}

/// The character that stands for a byte: itself if printable, else the next one from U+0100.
pub(super) fn char_of(byte: u8) -> char {
    if is_printable(byte) {
        return byte as char;
    }
    let earlier = (0..byte).filter(|&b| !is_printable(b)).count() as u32;
    char::from_u32(0x100 + earlier).expect("U+0100 to U+0143 are characters")
}

/// The way back from characters to bytes.
pub(super) struct ByteLevel([Option<u8>; 0x144]);

impl ByteLevel {
    pub fn new() -> Self {
        let mut table = [None; 0x144];
        for byte in 0..=u8::MAX {
            table[char_of(byte) as usize] = Some(byte);
        }
        Self(table)
    }

    /// The bytes that a vocabulary file's string stands for, unless it holds another character.
    pub fn bytes_of(&self, token: &str) -> Option<Box<[u8]>> {
        token.chars().map(|c| self.0.get(c as usize).copied().flatten()).collect()
    }
}

/// The string that stands for bytes in a vocabulary file.
#[cfg(test)]
pub(super) fn spell(bytes: &[u8]) -> String {
    bytes.iter().map(|&b| char_of(b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_stand_ins() {
        assert_eq!(spell(b" a\n\0"), "ĠaĊĀ");
        assert_eq!(char_of(0xAD), 'Ń');
    }

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(ByteLevel::new().bytes_of(&spell(&all)).as_deref(), Some(&all[..]));
        assert_eq!(ByteLevel::new().bytes_of("a b"), None);
        assert_eq!(ByteLevel::new().bytes_of("中"), None);
    }
}
