//! The body of an answer: bounded as it comes, and bounded again when it is unpacked.

use std::io::Read;

use reqwest::{Response, header::CONTENT_ENCODING};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// What is asked for; the client itself unpacks nothing, so that both sizes are counted here.
pub(crate) const ACCEPTED: &str = "gzip, br, zstd, deflate";
/// The most bytes that come over the wire.
pub(crate) const MAX_WIRE_BYTES: usize = 8 << 20;
/// The most bytes that they unpack to.
pub(crate) const MAX_BODY_BYTES: usize = 16 << 20;
/// The most encodings one over the other.
const MAX_LAYERS: usize = 2;
/// The most memory that Zstandard's window takes; what the web's profile of it allows.
const ZSTD_WINDOW_BYTES: u64 = 8 << 20;

/// Why there is no body.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BodyError {
    /// It is long.
    #[error("the page is larger than {} MiB", .0 >> 20)]
    TooLarge(usize),
    /// The connection ended early.
    #[error("the page broke off: {0}")]
    Broken(String),
    /// Bytes that do not unpack.
    #[error("the page could not be unpacked: its {encoding} data is broken ({why})")]
    Packed {
        /// As the header names it.
        encoding: String,
        /// The decoder's word.
        why: String,
    },
    /// An encoding that nobody asked for.
    #[error("the page is packed as {0:?}, which was not asked for")]
    Unknown(String),
}

/// All of an answer's body, unpacked.
pub(crate) async fn read(mut response: Response) -> Result<Vec<u8>, BodyError> {
    let layers = layers(&response)?;
    if response.content_length().is_some_and(|length| length > MAX_WIRE_BYTES as u64) {
        return Err(BodyError::TooLarge(MAX_WIRE_BYTES));
    }
    let mut bytes = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > MAX_WIRE_BYTES => {
                return Err(BodyError::TooLarge(MAX_WIRE_BYTES));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => return Err(BodyError::Broken(super::fetch::reason(&error))),
        }
    }
    if layers.is_empty() || bytes.is_empty() {
        return Ok(bytes);
    }
    let unpacked = tokio::task::spawn_blocking(move || unpack(bytes, &layers));
    unpacked.await.unwrap_or_else(|error| Err(BodyError::Broken(error.to_string())))
}

/// The encodings, the one that was applied last first.
fn layers(response: &Response) -> Result<Vec<String>, BodyError> {
    let mut layers = Vec::new();
    for value in response.headers().get_all(CONTENT_ENCODING) {
        let text = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for name in text.split(',').map(str::trim).filter(|name| !matches!(*name, "" | "identity")) {
            let short: String = name.chars().take(40).collect();
            if layers.len() == MAX_LAYERS {
                return Err(BodyError::Unknown(short));
            }
            layers.push(short);
        }
    }
    layers.reverse();
    Ok(layers)
}

fn unpack(mut bytes: Vec<u8>, layers: &[String]) -> Result<Vec<u8>, BodyError> {
    for encoding in layers {
        let packed = |why: String| BodyError::Packed { encoding: encoding.clone(), why };
        let source = bytes.as_slice();
        let unpacked = match encoding.as_str() {
            "gzip" | "x-gzip" => bounded(flate2::read::MultiGzDecoder::new(source)),
            // Both a zlib stream and a bare one go by this name.
            "deflate" => match bounded(flate2::read::ZlibDecoder::new(source)) {
                Err(_) => bounded(flate2::read::DeflateDecoder::new(source)),
                read => read,
            },
            "br" => bounded(brotli_decompressor::Decompressor::new(source, 4096)),
            "zstd" => zstd(source),
            other => return Err(BodyError::Unknown(other.to_owned())),
        };
        bytes = unpacked.map_err(packed)?.ok_or(BodyError::TooLarge(MAX_BODY_BYTES))?;
    }
    Ok(bytes)
}

fn zstd(source: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let decoder: Result<StreamingDecoder<_, FrameDecoder>, _> =
        StreamingDecoder::new_with_max_window_size(source, ZSTD_WINDOW_BYTES);
    bounded(decoder.map_err(|error| error.to_string())?)
}

/// All that a decoder gives, or nothing if that is too much.
fn bounded(decoder: impl Read) -> Result<Option<Vec<u8>>, String> {
    let mut bytes = Vec::new();
    let limit = MAX_BODY_BYTES as u64 + 1;
    decoder.take(limit).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    Ok((bytes.len() <= MAX_BODY_BYTES).then_some(bytes))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder, write::ZlibEncoder};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn check(bytes: Vec<u8>, layers: &[&str], expected: Result<&[u8], &str>) {
        let layers: Vec<String> = layers.iter().map(ToString::to_string).collect();
        match (unpack(bytes, &layers), expected) {
            (Ok(seen), Ok(expected)) => assert_eq!(seen, expected),
            (Err(error), Err(expected)) => assert!(error.to_string().contains(expected), "{error}"),
            (seen, expected) => panic!("{:?} is not {expected:?}", seen.map(|bytes| bytes.len())),
        }
    }

    #[test]
    fn encodings_are_unpacked() {
        check(gzip(b"hello"), &["gzip"], Ok(b"hello"));
        check(gzip(&gzip(b"hello")), &["gzip", "gzip"], Ok(b"hello"));
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"hello").unwrap();
        let zlib = zlib.finish().unwrap();
        check(zlib[2..zlib.len() - 4].to_vec(), &["deflate"], Ok(b"hello"));
        check(zlib, &["deflate"], Ok(b"hello"));
        // "hello" by the reference tools of both formats.
        check(b"\x0b\x02\x80hello\x03".to_vec(), &["br"], Ok(b"hello"));
        check(b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello".to_vec(), &["zstd"], Ok(b"hello"));
    }

    #[test]
    fn hostile_bytes_are_refused() {
        check(gzip(&vec![0; MAX_BODY_BYTES + 1]), &["gzip"], Err("larger than 16 MiB"));
        check(gzip(&gzip(&vec![0; MAX_BODY_BYTES + 1])), &["gzip", "gzip"], Err("larger than 16 MiB"));
        check(b"not gzip".to_vec(), &["gzip"], Err("gzip data is broken"));
        check(gzip(b"hello")[..12].to_vec(), &["gzip"], Err("gzip data is broken"));
        check(b"\xff\xff\xff\xff".to_vec(), &["br"], Err("br data is broken"));
        check(b"nonsense".to_vec(), &["zstd"], Err("zstd data is broken"));
        // A frame that asks for a window of 1 GiB.
        check(b"\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00".to_vec(), &["zstd"], Err("zstd data is broken"));
        check(b"hello".to_vec(), &["compress"], Err("\"compress\""));
    }
}
