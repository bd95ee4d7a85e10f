//! Output of any length in bounded memory: what the model is shown, and all of it in a file.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use chat::Artifact;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

/// The most bytes of one output that are kept in a file.
const SPILL_BYTES: u64 = 64 << 20;

/// An output was longer than any that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("its output passed {} MiB", SPILL_BYTES >> 20)]
pub(crate) struct TooMuch;

/// Takes an output piece by piece. A short text stays in memory; when it grows past its limit, or
/// is not text, all of it goes to a file.
pub(crate) struct Spool<'a> {
    folder: &'a Path,
    name: &'a str,
    limit: usize,
    mime: String,
    /// The first `limit` bytes.
    head: Vec<u8>,
    tail: Tail,
    n_bytes: u64,
    spill: Option<io::Result<Spill>>,
}

/// What became of an output.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// What the model is shown.
    pub text: String,
    /// Whether that is not all.
    pub truncated: bool,
    /// The file with all of it.
    pub artifacts: Vec<Artifact>,
}

impl<'a> Spool<'a> {
    /// A spool that shows about `limit` bytes and makes its file, whose name begins with `name`, in
    /// `folder`.
    pub fn new(folder: &'a Path, name: &'a str, limit: usize) -> Self {
        Self {
            folder,
            name,
            limit,
            mime: "text/plain".into(),
            head: Vec::new(),
            tail: Tail::new(limit / 4),
            n_bytes: 0,
            spill: None,
        }
    }

    /// Says what the output claims to be.
    pub fn set_mime(&mut self, mime: &str) {
        self.mime = mime.to_owned();
    }

    /// Takes more.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), TooMuch> {
        self.n_bytes += bytes.len() as u64;
        if self.n_bytes > SPILL_BYTES {
            return Err(TooMuch);
        }
        self.tail.push(bytes);
        if self.n_bytes <= self.limit as u64 {
            self.head.extend_from_slice(bytes);
            return Ok(());
        }
        if self.spill.is_none() {
            self.begin_spill();
            let room = self.limit - self.head.len();
            self.head.extend_from_slice(&bytes[..room]);
        }
        if let Some(Ok(spill)) = &mut self.spill
            && let Err(error) = spill.write(bytes)
        {
            self.spill = Some(Err(error));
        }
        Ok(())
    }

    /// Makes the file and writes what came so far.
    fn begin_spill(&mut self) {
        let ending = ending(&self.mime, &self.head);
        self.spill = Some(Spill::create(self.folder, self.name, ending).and_then(|mut spill| {
            spill.write(&self.head)?;
            Ok(spill)
        }));
    }

    /// What the model is shown and what is kept.
    pub fn finish(mut self) -> Kept {
        let is_text = is_text(&self.head);
        if is_text && self.n_bytes <= self.limit as u64 {
            let text = String::from_utf8_lossy(&self.head).trim_end_matches(['\r', '\n']).to_owned();
            return Kept { text, ..Kept::default() };
        }
        if self.spill.is_none() {
            self.begin_spill();
        }
        let (n_bytes, mut mime) = (self.n_bytes, self.mime);
        if !is_text && mime.starts_with("text/") {
            mime = "application/octet-stream".into();
        }
        let what = match is_text {
            true => format!("The output has {n_bytes} bytes"),
            false => format!("The output is not text but {mime}, of {n_bytes} bytes"),
        };
        let kept = self.spill.unwrap_or_else(|| Err(io::ErrorKind::NotFound.into()));
        let (note, artifacts) = match kept.and_then(|spill| spill.keep(mime)) {
            Ok(artifact) => {
                (format!("[{what}; all of it is in {}]", artifact.path.display()), vec![artifact])
            }
            Err(error) => (format!("[{what}; it could not be kept in a file: {error}]"), Vec::new()),
        };
        let text = match is_text {
            true => format!(
                "{}\n[…]\n{}\n{note}",
                String::from_utf8_lossy(whole_start(&self.head[..self.limit * 3 / 4])),
                String::from_utf8_lossy(whole_end(self.tail.bytes())).trim_end_matches(['\r', '\n']),
            ),
            false => note,
        };
        Kept { text, truncated: true, artifacts }
    }
}

struct Spill {
    file: NamedTempFile,
    hash: Sha256,
}

impl Spill {
    fn create(folder: &Path, name: &str, ending: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let file = tempfile::Builder::new().prefix(&format!("{name}-")).suffix(ending).tempfile_in(folder)?;
        Ok(Self { file, hash: Sha256::new() })
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.file.write_all(bytes)
    }

    fn keep(self, mime: String) -> io::Result<Artifact> {
        let (_, path) = self.file.keep().map_err(|error| error.error)?;
        Ok(Artifact { path, mime, sha256: format!("{:x}", self.hash.finalize()) })
    }
}

/// The last bytes of a stream.
#[derive(Debug)]
pub(crate) struct Tail {
    bytes: Vec<u8>,
    limit: usize,
}

impl Tail {
    /// Keeps `limit` bytes.
    pub fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), limit }
    }

    /// Takes more.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(&bytes[bytes.len().saturating_sub(self.limit)..]);
        // Twice the limit before it is cut: each byte is moved once, not at every push.
        if self.bytes.len() > 2 * self.limit {
            self.bytes.drain(..self.bytes.len() - self.limit);
        }
    }

    /// The last bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.bytes.len().saturating_sub(self.limit)..]
    }

    /// The last bytes as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(whole_end(self.bytes())).trim().to_owned()
    }
}

fn is_text(head: &[u8]) -> bool {
    !head.contains(&0)
}

/// The ending of a file's name.
fn ending(mime: &str, head: &[u8]) -> &'static str {
    match mime {
        "application/json" => ".json",
        "text/html" => ".html",
        "text/csv" => ".csv",
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "application/pdf" => ".pdf",
        _ if is_text(head) => ".txt",
        _ => ".bin",
    }
}

/// Without a character whose end is missing.
fn whole_start(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

/// Without a character whose beginning is missing.
fn whole_end(bytes: &[u8]) -> &[u8] {
    let broken = bytes.iter().take(3).take_while(|&&byte| byte & 0b1100_0000 == 0b1000_0000).count();
    &bytes[broken..]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kept(pieces: &[&[u8]], limit: usize, mime: &str) -> (tempfile::TempDir, Kept) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/when/needed");
        let mut spool = Spool::new(&path, "f", limit);
        spool.set_mime(mime);
        pieces.iter().for_each(|piece| spool.push(piece).unwrap());
        let kept = spool.finish();
        (folder, kept)
    }

    #[test]
    fn a_short_text_leaves_no_file() {
        let (folder, kept) = kept(&[b"20 ", b"\xc2\xb0C\n"], 100, "text/plain");
        assert_eq!((kept.text.as_str(), kept.truncated, kept.artifacts.len()), ("20 °C", false, 0));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_long_text_is_shown_in_part_and_kept_whole() {
        let whole = "é".repeat(500);
        let (_folder, kept) =
            kept(&[&whole.as_bytes()[..333], &whole.as_bytes()[333..]], 99, "application/json");
        let artifact = &kept.artifacts[0];
        assert_eq!(fs::read_to_string(&artifact.path).unwrap(), whole);
        assert_eq!(artifact.sha256, "8b671e21c36a4d798b1f027ddf9b611a373ce10ff7f19a43ee8cd014721e5d98");
        assert_eq!(artifact.mime, "application/json");
        assert!(artifact.path.extension().is_some_and(|ending| ending == "json"));
        let place = artifact.path.display();
        let shown = ["é".repeat(37), "é".repeat(12)].join("\n[…]\n");
        assert_eq!(kept.text, format!("{shown}\n[The output has 1000 bytes; all of it is in {place}]"));
        assert!(kept.truncated);
    }

    #[test]
    fn what_is_not_text_is_kept_and_not_shown() {
        let (_folder, kept) = kept(&[b"\x89PNG\0\0"], 100, "image/png");
        let artifact = &kept.artifacts[0];
        assert_eq!(
            (fs::read(&artifact.path).unwrap().as_slice(), artifact.mime.as_str()),
            (&b"\x89PNG\0\0"[..], "image/png")
        );
        assert!(kept.text.starts_with("[The output is not text but image/png, of 6 bytes; all of it is in "));
    }

    #[test]
    fn what_cannot_be_kept_is_said() {
        let file = NamedTempFile::new().unwrap();
        let mut spool = Spool::new(file.path(), "f", 4);
        spool.push(b"0123456789").unwrap();
        let kept = spool.finish();
        assert!(
            kept.text.starts_with("012\n[…]\n9\n[The output has 10 bytes; it could not be kept"),
            "{}",
            kept.text
        );
    }

    #[test]
    fn an_endless_output_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path(), "f", 1000);
        let piece = vec![b'x'; 1 << 20];
        let refused = (0..).find(|_| spool.push(&piece).is_err());
        assert_eq!(refused, Some(64));
        assert!(spool.head.len() <= 1000 && spool.tail.bytes.len() <= 500);
    }

    proptest! {
        #[test]
        fn the_file_is_the_output(pieces in prop::collection::vec(prop::collection::vec(1u8.., 0..50), 0..20), limit in 4usize..200) {
            let pieces: Vec<_> = pieces.iter().map(Vec::as_slice).collect();
            let (_folder, kept) = kept(&pieces, limit, "text/plain");
            let whole = pieces.concat();
            prop_assert_eq!(kept.truncated, whole.len() > limit);
            if let Some(artifact) = kept.artifacts.first() {
                prop_assert_eq!(fs::read(&artifact.path).unwrap(), whole);
            }
        }
    }
}
