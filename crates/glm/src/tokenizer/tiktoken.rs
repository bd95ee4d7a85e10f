//! `tokenizer.model`: each line is a token in base64, a space and its rank.

use chat::Special;

use super::bpe::{Bpe, Merges};
use super::split::Splitter;
use super::vocabulary::{Token, Vocabulary, place};
use super::{Encoder, GLM4_PATTERN, Tokenizer, TokenizerError};

pub(super) fn read(file: &[u8]) -> Result<Tokenizer, TokenizerError> {
    let mut tokens = Vec::new();
    for (n, line) in file.split(|&byte| byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let (token, rank) = read_line(line).ok_or_else(|| {
            TokenizerError::Malformed(format!("line {} is not a base64 token and its rank", n + 1))
        })?;
        place(&mut tokens, rank, Token::Text(token))?;
    }
    tokens.extend(Special::GLM4.map(|special| Token::Control(special.as_str().into())));
    let vocabulary = Vocabulary::new(tokens)?;
    let bpe = Box::new(Bpe::new(&vocabulary, Merges::Ranks));
    Ok(Tokenizer { vocabulary, encoder: Encoder::Bpe { splitter: Splitter::new(GLM4_PATTERN)?, bpe } })
}

fn read_line(line: &[u8]) -> Option<(Box<[u8]>, usize)> {
    let space = line.iter().position(|&byte| byte == b' ')?;
    let rank = std::str::from_utf8(&line[space + 1..]).ok()?.parse().ok()?;
    Some((base64(&line[..space])?.into(), rank))
}

/// Decodes base64 with or without its padding.
fn base64(text: &[u8]) -> Option<Vec<u8>> {
    let digits = text.strip_suffix(b"==").or(text.strip_suffix(b"=")).unwrap_or(text);
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let mut bits = 0u32;
    let mut n_bits = 0;
    for &digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_decodes() {
        let check = |text: &str, bytes: Option<&[u8]>| assert_eq!(base64(text.as_bytes()).as_deref(), bytes);
        check("aGk=", Some(b"hi"));
        check("aGk", Some(b"hi"));
        check("IA==", Some(b" "));
        check("/+8A", Some(&[0xff, 0xef, 0]));
        check("", None);
        check("a b", None);
    }

    #[test]
    fn bad_files_say_where() {
        let check = |file: &str, message: &str| {
            assert_eq!(read(file.as_bytes()).err().map(|e| e.to_string()).as_deref(), Some(message));
        };
        check("IA== 0\nIQ==", "the tokenizer cannot be read: line 2 is not a base64 token and its rank");
        check("IA== 0\nIQ== 0", "the tokenizer cannot be read: the id 0 is there twice");
        check("IA== 9999999", "the tokenizer cannot be read: the id 9999999 is beyond the limit of 4194304");
        check("", "the vocabulary has no token for the byte 0x00, so it cannot encode every text");
    }
}
