//! Observations that are too long to be shown whole, kept in files.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
};

use chat::Observation;
use sha2::{Digest, Sha256};

use crate::clean::clean;

/// The most that is kept of one observation.
const MAX_BYTES: usize = 16 << 20;
/// Less than this says nothing of what it shows.
const MIN_PREVIEW_BYTES: usize = 64;

/// A folder for observations that are longer than the model is shown.
#[derive(Clone, Debug)]
pub struct Spill {
    folder: PathBuf,
    shown: String,
}

impl Spill {
    /// Keeps them in `folder`, which the model knows as `shown`.
    pub fn new(folder: &Path, shown: impl Into<String>) -> Self {
        Self { folder: folder.to_owned(), shown: shown.into() }
    }

    /// An observation of more than `max_bytes` becomes its beginning and its end, with a sentence
    /// between them that names the file of the whole and its size; all of it within `max_bytes`.
    /// Another stays as it is.
    pub(crate) fn preview(&self, mut observation: Observation, max_bytes: usize) -> Observation {
        let whole = clean(&observation.text);
        if whole.len() <= max_bytes {
            return observation;
        }
        let size = whole.len();
        let sentence = match self.keep(&whole) {
            Ok(file) => format!("[… shortened: all {size} bytes are in the file {file} …]"),
            Err(error) => format!("[… shortened: all {size} bytes could not be kept: {error} …]"),
        };
        let room = max_bytes.saturating_sub(sentence.len() + 2);
        if room >= MIN_PREVIEW_BYTES {
            let head = &whole[..whole.floor_char_boundary(room * 3 / 4)];
            let tail = &whole[whole.ceil_char_boundary(size - room / 4)..];
            observation.text = format!("{head}\n{sentence}\n{tail}");
            observation.truncated = true;
        }
        observation
    }

    /// Writes the text to a file that is named after its hash; returns the name as the model knows it.
    fn keep(&self, text: &str) -> io::Result<String> {
        let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
        let name = format!("observation-{hash:.16}.txt");
        let mut options = OpenOptions::new();
        // Never over or through what is there: Python can write in this folder.
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let path = self.folder.join(&name);
        match options.open(&path) {
            Ok(mut file) => {
                let kept = &text[..text.floor_char_boundary(MAX_BYTES)];
                file.write_all(kept.as_bytes()).inspect_err(|_| {
                    // Half a file helps nobody; the error that counts is the first.
                    let _ = std::fs::remove_file(&path);
                })?;
            }
            // The same text was kept before.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        Ok(format!("{}/{name}", self.shown))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_observation_is_kept_whole_and_shown_within_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let spill = Spill::new(folder.path(), "/mnt/data");
        let long = format!("begin{}end", "é".repeat(4000));
        for _ in 0..2 {
            let shown = spill.preview(Observation::ok(long.clone()), 400);
            assert!(shown.truncated && shown.text.len() <= 400, "{}", shown.text);
            assert!(shown.text.starts_with("begin") && shown.text.ends_with("end"), "{}", shown.text);
            let (_, rest) = shown.text.split_once("all 8008 bytes are in the file /mnt/data/").unwrap();
            let name = rest.split_once(' ').unwrap().0;
            assert_eq!(std::fs::read_to_string(folder.path().join(name)).unwrap(), long);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "the same text is one file");
        let short = Observation::ok("x".repeat(400));
        assert_eq!(spill.preview(short.clone(), 400), short);
    }

    #[test]
    fn a_folder_that_is_gone_is_told() {
        let spill = Spill::new(Path::new("/nonexistent"), "/mnt/data");
        let shown = spill.preview(Observation::ok("x".repeat(4000)), 400);
        assert!(shown.text.contains("could not be kept: No such file"), "{}", shown.text);
    }
}
