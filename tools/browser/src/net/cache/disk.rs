//! Pages on disk, for the next session and for others that run beside this one.
//!
//! A page is one file, named by the hash of what was asked for: a line of JSON, then the body. A file
//! is written under another name and then moved, so a reader finds the old one, the new one or none;
//! no lock is taken. What is read is believed only if all of it fits together.

mod owned;

use std::{
    fs,
    io::{self, Read, Write},
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use reqwest::{Url, header::HeaderValue};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Kept, freshness::MAX_FRESH};
use crate::net::Fetched;

/// The most files.
const MAX_FILES: usize = 500;
/// The longest page that is kept, in bytes.
const MAX_PAGE_BYTES: usize = 4 << 20;
/// The longest first line of a file.
const MAX_HEAD_BYTES: usize = 32 << 10;
/// The most entries of the folder that are looked at when it is cleared.
const MAX_ENTRIES: usize = 20_000;
/// What a file is called until it is whole.
const PART: (&str, &str) = ("page-", ".part");
/// After so long nobody is still writing such a file.
const PART_AGE: Duration = Duration::from_secs(60);

/// A folder of pages.
#[derive(Debug)]
pub(crate) struct Disk {
    folder: PathBuf,
    max_bytes: u64,
    /// How this session asks, as far as a server may answer otherwise to another.
    manner: String,
}

/// The first line of a file.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Head {
    url: String,
    mime: String,
    charset: Option<String>,
    since_ms: u64,
    fresh_ms: u64,
    etag: Option<String>,
    modified: Option<String>,
    sha256: String,
}

impl Disk {
    /// A folder that is made when it is needed and holds so many bytes. Sessions that ask in another
    /// `manner` do not see each other's pages.
    pub fn new(folder: PathBuf, max_bytes: u64, manner: String) -> Self {
        Self { folder, max_bytes, manner }
    }

    /// Whether a page is of use to others, and theirs to see.
    pub fn takes(kept: &Kept) -> bool {
        let is_useful = !kept.fresh.is_zero() || kept.etag.is_some() || kept.modified.is_some();
        is_useful && !kept.is_private && kept.page.body.len() <= MAX_PAGE_BYTES
    }

    /// The page that was kept, fresh or not.
    pub fn load(&self, url: &Url, is_opened: bool) -> Option<Kept> {
        if !self.is_ours() {
            return None;
        }
        let (file, about) = owned::open(&self.folder.join(self.name(url, is_opened)))?;
        let max_bytes = MAX_HEAD_BYTES + MAX_PAGE_BYTES;
        if about.len() > max_bytes as u64 {
            return None;
        }
        let mut bytes = Vec::new();
        file.take(max_bytes as u64).read_to_end(&mut bytes).ok()?;
        read(bytes, url)
    }

    /// Keeps a page in place of an earlier one, and makes room.
    pub fn store(&self, kept: &Kept, is_opened: bool) -> io::Result<()> {
        let head = head_of(kept)?;
        owned::make_folder(&self.folder)?;
        if !self.is_ours() {
            return Err(io::Error::other("others can write to the folder of pages"));
        }
        // Such a file is its owner's alone.
        let mut file = tempfile::Builder::new().prefix(PART.0).suffix(PART.1).tempfile_in(&self.folder)?;
        file.write_all(&head)?;
        file.write_all(&kept.page.body)?;
        file.persist(self.folder.join(self.name(&kept.page.url, is_opened)))?;
        self.make_room()
    }

    /// Drops a page, if there is one.
    pub fn forget(&self, url: &Url, is_opened: bool) -> io::Result<()> {
        if !self.is_ours() {
            return Ok(());
        }
        match fs::remove_file(self.folder.join(self.name(url, is_opened))) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Whether nobody else can put a file here.
    fn is_ours(&self) -> bool {
        owned::is_ours(&self.folder)
    }

    fn name(&self, url: &Url, is_opened: bool) -> String {
        let asked = format!("1\n{url}\n{is_opened}\n{}", self.manner);
        format!("{:x}", Sha256::digest(asked))
    }

    /// Removes the oldest files until the rest fits. Another process may do the same meanwhile.
    fn make_room(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)?.take(MAX_ENTRIES).flatten() {
            let name = entry.file_name();
            let Some(about) = entry.metadata().ok().filter(fs::Metadata::is_file) else { continue };
            let modified = about.modified()?;
            let is_old = modified.elapsed().is_ok_and(|age| age > PART_AGE);
            let is_page = name.to_str().is_some_and(|name| {
                name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit())
                    || is_old && name.starts_with(PART.0) && name.ends_with(PART.1)
            });
            if is_page {
                files.push((modified, about.len(), entry.path()));
            }
        }
        files.sort_by(|a, b| b.cmp(a));
        let mut n_bytes = 0u64;
        for (place, (_, length, path)) in files.iter().enumerate() {
            n_bytes = n_bytes.saturating_add(*length);
            if place >= MAX_FILES || n_bytes > self.max_bytes {
                match fs::remove_file(path) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
        }
        Ok(())
    }
}

/// The first line of a page's file.
fn head_of(kept: &Kept) -> io::Result<Vec<u8>> {
    let text = |value: &Option<HeaderValue>| Some(value.as_ref()?.to_str().ok()?.to_owned());
    // Milliseconds of this age fit.
    let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let head = Head {
        url: kept.page.url.to_string(),
        mime: kept.page.mime.clone(),
        charset: kept.page.charset.clone(),
        since_ms: ms(kept.since.duration_since(UNIX_EPOCH).unwrap_or_default()),
        fresh_ms: ms(kept.fresh),
        etag: text(&kept.etag),
        modified: text(&kept.modified),
        sha256: format!("{:x}", Sha256::digest(&kept.page.body)),
    };
    let mut line = serde_json::to_vec(&head)?;
    line.push(b'\n');
    match line.len() <= MAX_HEAD_BYTES {
        true => Ok(line),
        false => Err(io::Error::other("the address or the headers of the page are too long to be kept")),
    }
}

/// A file as the page that it says it is; nothing if any of it does not fit.
fn read(mut bytes: Vec<u8>, url: &Url) -> Option<Kept> {
    let end = bytes.iter().take(MAX_HEAD_BYTES).position(|b| *b == b'\n')?;
    let body = bytes.split_off(end + 1);
    let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
    if head.url != url.as_str() || head.sha256 != format!("{:x}", Sha256::digest(&body)) {
        return None;
    }
    let header = |text: Option<String>| text.map(|text| HeaderValue::from_str(&text)).transpose();
    Some(Kept {
        since: UNIX_EPOCH.checked_add(Duration::from_millis(head.since_ms))?.min(SystemTime::now()),
        fresh: Duration::from_millis(head.fresh_ms).min(MAX_FRESH),
        etag: header(head.etag).ok()?,
        modified: header(head.modified).ok()?,
        is_private: false,
        page: Arc::new(Fetched { url: url.clone(), mime: head.mime, charset: head.charset, body }),
    })
}

#[cfg(test)]
mod tests;
