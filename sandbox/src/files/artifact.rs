//! Looking at what a call left in the work folder.

use std::{io::Read, path::Path};

use sha2::{Digest, Sha256};

use super::Folder;
use crate::{Artifact, WORK_FOLDER};

/// The artifact of this name, if it is still there.
pub(super) fn of(folder: &Folder, name: &Path) -> Option<Artifact> {
    let mut file = folder.read(name).ok()?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 << 10];
    let mut bytes = 0;
    loop {
        match file.read(&mut part) {
            Ok(0) => break,
            Ok(n) => {
                hash.update(&part[..n]);
                bytes += n as u64;
            }
            Err(_) => return None,
        }
    }
    Some(Artifact {
        path: folder.path().join(name),
        name: format!("{WORK_FOLDER}/{}", name.display()),
        mime: mime(name).to_owned(),
        sha256: format!("{:x}", hash.finalize()),
        bytes,
    })
}

/// The media type that a name promises.
fn mime(name: &Path) -> &'static str {
    let extension = name.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        "csv" => "text/csv",
        "gif" => "image/gif",
        "gz" => "application/gzip",
        "htm" | "html" => "text/html",
        "jpeg" | "jpg" => "image/jpeg",
        "json" => "application/json",
        "md" => "text/markdown",
        "pdf" => "application/pdf",
        "png" => "image/png",
        "ppm" => "image/x-portable-pixmap",
        "py" => "text/x-python",
        "svg" => "image/svg+xml",
        "txt" | "log" => "text/plain",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
