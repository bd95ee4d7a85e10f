//! Pixels as a PNG file.

use std::io::{self, Write};

use flate2::{Compression, Crc, write::ZlibEncoder};

/// The file of a picture of red, green and blue bytes.
///
/// # Errors
/// The compression fails, which it does not in memory.
pub(super) fn encode(pixels: &[u8], width: u32, height: u32) -> io::Result<Vec<u8>> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut header = Vec::from(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // Eight bits of each of three colours, compressed and filtered as all PNG is, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, b"IHDR", &header);
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in pixels.chunks(width as usize * 3) {
        rows.write_all(&[0])?; // no filter
        rows.write_all(row)?;
    }
    chunk(&mut file, b"IDAT", &rows.finish()?);
    chunk(&mut file, b"IEND", &[]);
    Ok(file)
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    // A picture has at most some megabytes.
    file.extend((data.len() as u32).to_be_bytes());
    let mut check = Crc::new();
    for part in [kind.as_slice(), data] {
        file.extend(part);
        check.update(part);
    }
    file.extend(check.sum().to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_its_three_chunks_with_their_checks() {
        let file = encode(&[255, 0, 0, 0, 255, 0], 2, 1).unwrap();
        assert_eq!(&file[..16], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
        assert_eq!(&file[16..29], [0, 0, 0, 2, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
        // Of an empty IEND, as every PNG file ends.
        assert_eq!(&file[file.len() - 12..], b"\0\0\0\0IEND\xae\x42\x60\x82");
    }
}
