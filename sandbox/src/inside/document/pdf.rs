//! The pages of a PDF as text.
//!
//! `hayro-interpret` goes through what a page draws; [`Letters`] takes the letters and nothing else,
//! so no picture, pattern or mask is ever unpacked.

use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, RenderContent,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page},
    interpret_page,
    kurbo::{Affine, Rect},
};

use super::letters::Letters;
use crate::document::message::{
    Fault, FromReader, MAX_PAGE_BYTES, MAX_PAGES, MAX_TEXT_BYTES, MAX_TITLE_BYTES,
};

/// Reads a PDF, and tells each page when it is read.
pub(super) fn read(document: Vec<u8>, mut tell: impl FnMut(&FromReader)) {
    let pdf = match Pdf::new(document) {
        Ok(pdf) => pdf,
        Err(error) => return tell(&FromReader::Refused { fault: fault(error) }),
    };
    let pages = pdf.pages();
    if pages.is_empty() {
        return tell(&FromReader::Refused { fault: Fault::Empty });
    }
    let title = pdf.metadata().title.as_deref().map(decode_text).unwrap_or_default();
    let title = title[..title.floor_char_boundary(MAX_TITLE_BYTES)].to_owned();
    tell(&FromReader::Opened { title, n_pages: pages.len() });
    let cache = InterpreterCache::new();
    let (mut n_bytes, mut n_unknown) = (0, 0);
    for page in pages.iter().take(MAX_PAGES) {
        let letters = letters(page, &cache);
        n_unknown += letters.n_unknown();
        let text = letters.into_text();
        let text = &text[..text.floor_char_boundary(MAX_PAGE_BYTES)];
        n_bytes += text.len();
        if n_bytes > MAX_TEXT_BYTES {
            break;
        }
        tell(&FromReader::Page { text: text.to_owned() });
    }
    tell(&FromReader::Done { n_unknown });
}

fn fault(error: LoadPdfError) -> Fault {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Fault::Password,
        LoadPdfError::Decryption(_) => Fault::Encryption,
        LoadPdfError::Invalid => Fault::Broken,
    }
}

fn letters<'a>(page: &Page<'a>, cache: &InterpreterCache<'a>) -> Letters {
    let (width, height) = page.render_dimensions();
    let paper = Rect::new(0.0, 0.0, width.into(), height.into());
    let settings = InterpreterSettings { render_content: RenderContent::all(), ..Default::default() };
    let upright = Affine::new(page.initial_transform(true).as_coeffs());
    let mut context = Context::new(upright, paper, cache, page.xref(), settings);
    let mut letters = Letters::new(paper);
    interpret_page(page, &mut context, &mut letters);
    letters
}

/// A text string of the document's own words: UTF-16 or UTF-8 by its mark, and else PDFDocEncoding,
/// which is Latin 1 but for signs that titles hardly have.
pub(super) fn decode_text(bytes: &[u8]) -> String {
    let units = |pair: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].as_chunks().0.iter().copied().map(pair).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xfe, 0xff, ..] => units(u16::from_be_bytes),
        [0xff, 0xfe, ..] => units(u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_decoded_by_their_mark() {
        for (bytes, text) in [
            (&b"Plain"[..], "Plain"),
            (b"\xfe\xff\x00G\x4e\x2d", "G中"),
            (b"\xff\xfeG\x00-N", "G中"),
            (b"\xef\xbb\xbfna\xc3\xafve", "naïve"),
            (b"na\xefve", "naïve"),
            (b"\xfe\xff\x00", ""),
            (b"", ""),
        ] {
            assert_eq!(decode_text(bytes), text, "{bytes:?}");
        }
    }
}
