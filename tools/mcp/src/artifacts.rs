//! What a call brings that is not text, kept in files.

use std::{
    io::{self, Write},
    path::Path,
};

use chat::Artifact;
use sha2::{Digest, Sha256};

/// The most files of one call.
const MAX_FILES: usize = 16;
/// The most bytes of one call's files together.
const MAX_BYTES: usize = 64 << 20;
/// What a file is of which the server says nothing that could be true.
const UNKNOWN: &str = "application/octet-stream";

/// Takes the pieces of one call.
pub(crate) struct Artifacts<'a> {
    folder: &'a Path,
    /// How the files' names begin.
    prefix: &'a str,
    left: usize,
    kept: Vec<Artifact>,
}

impl<'a> Artifacts<'a> {
    /// Files in `folder`, which is made when it is needed. Their names begin with `prefix`, which is
    /// ours: nothing that a server writes becomes part of a path.
    pub fn new(folder: &'a Path, prefix: &'a str) -> Self {
        Self { folder, prefix, left: MAX_BYTES, kept: Vec::new() }
    }

    /// Keeps `bytes` in a file and says what and where it is, or why it is not kept.
    pub fn keep(&mut self, what: &str, mime: Option<&str>, bytes: &[u8]) -> String {
        let mime = mime.map_or(UNKNOWN.to_owned(), media_type);
        let size = bytes.len();
        let kept = match () {
            () if self.kept.len() == MAX_FILES => Err(format!("a call keeps at most {MAX_FILES} files")),
            () if size > self.left => Err(format!("a call keeps at most {} MiB", MAX_BYTES >> 20)),
            () => self.write(&mime, bytes).map_err(|error| error.to_string()),
        };
        match kept {
            Ok(artifact) => {
                self.left -= size;
                let line = format!("[{what}: {mime}, {size} bytes, in {}]", artifact.path.display());
                self.kept.push(artifact);
                line
            }
            Err(why) => format!("[{what}: {mime}, {size} bytes, not kept: {why}]"),
        }
    }

    /// All that was kept.
    pub fn finish(self) -> Vec<Artifact> {
        self.kept
    }

    fn write(&self, mime: &str, bytes: &[u8]) -> io::Result<Artifact> {
        std::fs::create_dir_all(self.folder)?;
        let mut file = tempfile::Builder::new()
            .prefix(&format!("{}-", self.prefix))
            .suffix(ending(mime))
            .tempfile_in(self.folder)?;
        file.write_all(bytes)?;
        let (_, path) = file.keep().map_err(|error| error.error)?;
        let path = std::path::absolute(path)?;
        Ok(Artifact { path, mime: mime.to_owned(), sha256: format!("{:x}", Sha256::digest(bytes)) })
    }
}

/// What a server says that something is, if it has the form of a media type.
fn media_type(text: &str) -> String {
    let essence = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    match essence.split_once('/') {
        Some((kind, name)) if essence.len() <= 100 && is_token(kind) && is_token(name) => essence,
        _ => UNKNOWN.to_owned(),
    }
}

/// The ending of a file's name.
fn ending(mime: &str) -> &'static str {
    match mime {
        "application/json" => ".json",
        "application/pdf" => ".pdf",
        "application/zip" => ".zip",
        "application/gzip" => ".gz",
        "audio/mpeg" => ".mp3",
        "audio/ogg" => ".ogg",
        "audio/wav" | "audio/x-wav" => ".wav",
        "image/gif" => ".gif",
        "image/jpeg" => ".jpg",
        "image/png" => ".png",
        "image/svg+xml" => ".svg",
        "image/webp" => ".webp",
        "text/csv" => ".csv",
        "text/html" => ".html",
        "text/markdown" => ".md",
        _ if mime.starts_with("text/") => ".txt",
        _ => ".bin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_kept_and_described() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("made/when/needed");
        let mut artifacts = Artifacts::new(&place, "s__draw");
        let line = artifacts.keep("image", Some("image/PNG"), b"\x89PNG");
        let kept = artifacts.finish();
        assert_eq!(line, format!("[image: image/png, 4 bytes, in {}]", kept[0].path.display()));
        assert_eq!(std::fs::read(&kept[0].path).unwrap(), b"\x89PNG");
        assert_eq!(kept[0].mime, "image/png");
        assert_eq!(kept[0].sha256, "0f4636c78f65d3639ece5a064b5ae753e3408614a14fb18ab4d7540d2c248543");
        let name = kept[0].path.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("s__draw-") && name.ends_with(".png"), "{name}");
    }

    #[test]
    fn a_media_type_is_one_or_unknown() {
        let check = |text, expected: &str| assert_eq!(media_type(text), expected, "{text}");
        check("Text/Plain; charset=utf-8", "text/plain");
        check("image/svg+xml", "image/svg+xml");
        for text in ["", "png", "a/../../b", "image/\u{1b}[31m", "a/b/c", &format!("a/{}", "b".repeat(200))] {
            check(text, UNKNOWN);
        }
    }

    #[test]
    fn files_are_few_and_small() {
        let folder = tempfile::tempdir().unwrap();
        let mut artifacts = Artifacts::new(folder.path(), "f");
        artifacts.left = 20;
        assert!(artifacts.keep("x", None, &[0; 21]).ends_with("not kept: a call keeps at most 64 MiB]"));
        (0..MAX_FILES).for_each(|_| assert!(artifacts.keep("x", None, &[0]).contains(".bin]")));
        assert_eq!(
            artifacts.keep("x", None, &[0]),
            "[x: application/octet-stream, 1 bytes, not kept: a call keeps at most 16 files]"
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MAX_FILES);
    }
}
