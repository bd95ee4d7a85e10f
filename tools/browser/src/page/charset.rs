//! Bytes to text.

use encoding_rs::{Encoding, UTF_8};

use crate::html::declared_charset;

/// How much of a page is looked at to guess its charset.
const GUESSED_BYTES: usize = 64 << 10;

/// The text of a page: by its byte order mark, its header, its own declaration, or a guess.
pub(super) fn decode(bytes: &[u8], header: Option<&str>) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    // Pages that were moved to UTF-8 often still declare what they were before.
    if header.is_none() && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    let named = header.map(str::to_owned).or_else(|| declared_charset(bytes));
    let encoding =
        named.and_then(|label| Encoding::for_label(label.as_bytes())).unwrap_or_else(|| guess(bytes));
    // A declaration that could be read in ASCII is not true of UTF-16, as the standard has it.
    let encoding =
        if matches!(encoding.name(), "UTF-16LE" | "UTF-16BE") && header.is_none() { UTF_8 } else { encoding };
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESSED_BYTES)], bytes.len() <= GUESSED_BYTES);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], header: Option<&str>, expected: &str) {
        assert_eq!(decode(bytes, header), expected);
    }

    #[test]
    fn charsets_come_from_the_first_that_names_one() {
        check("é你好".as_bytes(), None, "é你好");
        check(b"\xef\xbb\xbfa", Some("gbk"), "a");
        check(b"\xff\xfea\0b\0", None, "ab");
        check(b"\xc4\xe3\xba\xc3", Some("GBK"), "你好");
        check(b"<meta charset=gb2312>\xc4\xe3", None, "<meta charset=gb2312>你");
        check(b"caf\xe9", Some("iso-8859-1"), "café");
        check(b"caf\xe9", Some("no-such-charset"), "café");
        check(b"<meta charset=utf-16>caf\xc3\xa9", None, "<meta charset=utf-16>café");
        let japanese = encoding_rs::SHIFT_JIS.encode("これは日本語の文章です。東京は大きい。").0.into_owned();
        check(&japanese, None, "これは日本語の文章です。東京は大きい。");
        check(b"a\xffb", Some("utf-8"), "a\u{fffd}b");
    }
}
