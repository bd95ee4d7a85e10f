//! A folder of pages on disk, searched by the words in them.

use std::{
    fs,
    path::{Component, Path, PathBuf},
    time::{Duration, Instant, SystemTime},
};

use futures::future::BoxFuture;
use reqwest::Url;

use super::{Fault, Hit, Query, Search, json};
use crate::{
    error::BrowserError,
    html::{full, without_ids},
    net::Fetched,
};

const MAX_FILES: usize = 5000;
const MAX_FILE_BYTES: u64 = 2 << 20;
const MAX_DEPTH: usize = 12;
/// How much of a file counts for its rank.
const RANKED_BYTES: usize = 256 << 10;
const SNIPPET_CHARS: usize = 240;

/// The folder. Its pages have addresses of a host that no network has.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    root: PathBuf,
    host: String,
}

impl Folder {
    /// The `number`th folder of the settings.
    pub fn new(path: &Path, number: usize) -> Result<Self, BrowserError> {
        let bad = |why: String| BrowserError::Folder { path: path.display().to_string(), why };
        let root = path.canonicalize().map_err(|error| bad(error.to_string()))?;
        match root.is_dir() {
            true => Ok(Self { root, host: format!("folder{number}.pages.invalid") }),
            false => Err(bad("it is not a folder".into())),
        }
    }

    /// The page of an address, if it is one of this folder's.
    pub fn open(&self, url: &Url) -> Option<Result<Fetched, String>> {
        (url.host_str() == Some(&self.host)).then(|| self.read(url))
    }

    fn read(&self, url: &Url) -> Result<Fetched, String> {
        let missing = || format!("there is no page {} in the folder", url.path());
        let mut path = self.root.clone();
        for part in url.path_segments().into_iter().flatten() {
            let decoded = decode(part);
            let mut components = Path::new(&decoded).components();
            match (components.next(), components.next()) {
                (Some(Component::Normal(name)), None) => path.push(name),
                _ => return Err(missing()),
            }
        }
        // A link may lead out of the folder.
        let path = path.canonicalize().map_err(|_| missing())?;
        let mime = mime(&path).ok_or_else(missing)?;
        if !path.starts_with(&self.root) || !path.is_file() {
            return Err(missing());
        }
        let body = read_file(&path).map_err(|error| format!("the page cannot be read: {error}"))?;
        Ok(Fetched { url: url.clone(), mime: mime.into(), charset: None, body })
    }

    /// The files of the folder, links left out.
    fn files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        let mut next = vec![(self.root.clone(), 0)];
        while let Some((folder, depth)) = next.pop() {
            let Ok(entries) = fs::read_dir(&folder) else { continue };
            for entry in entries.flatten() {
                let Ok(kind) = entry.file_type() else { continue };
                let path = entry.path();
                if kind.is_dir() && depth < MAX_DEPTH {
                    next.push((path, depth + 1));
                } else if kind.is_file() && mime(&path).is_some() && files.len() < MAX_FILES {
                    files.push(path);
                }
            }
        }
        files.sort();
        files
    }

    fn find(&self, query: &Query, deadline: Instant) -> Result<Vec<Hit>, Fault> {
        let words: Vec<String> = query.text.split_whitespace().take(20).map(str::to_lowercase).collect();
        let mut ranked: Vec<(usize, Hit)> = Vec::new();
        for path in self.files() {
            if Instant::now() >= deadline {
                return Err(Fault::Failed("the folder takes too long to read".into()));
            }
            if query.recency_days.is_some_and(|days| !is_recent(&path, days)) {
                continue;
            }
            // A file that went away meanwhile is no result.
            let Ok(bytes) = read_file(&path) else { continue };
            ranked.extend(self.rank(&path, &String::from_utf8_lossy(&bytes), &words));
        }
        ranked.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        Ok(ranked.into_iter().take(query.count).map(|(_, hit)| hit).collect())
    }

    /// A file's result, if all words are in it: the more often, the better, and in the title best.
    fn rank(&self, path: &Path, text: &str, words: &[String]) -> Option<(usize, Hit)> {
        let url = self.address(path)?;
        let (title, text) = match mime(path) {
            Some("text/html") => {
                let read = full(text, &url);
                (read.title, without_ids(&read.body.text))
            }
            _ => (heading(text), text.to_owned()),
        };
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let title = if title.is_empty() { name } else { title };
        let lower = text[..text.floor_char_boundary(RANKED_BYTES)].to_lowercase();
        let lower_title = title.to_lowercase();
        let mut score = 0;
        for word in words {
            let n = lower.matches(word.as_str()).count().min(20)
                + 10 * lower_title.matches(word.as_str()).count();
            if n == 0 {
                return None;
            }
            score += n;
        }
        let place = words.first().and_then(|word| lower.find(word.as_str())).unwrap_or(0);
        let begin = text.floor_char_boundary(place.saturating_sub(60));
        let snippet: String = text[begin..].chars().take(SNIPPET_CHARS).collect();
        Some((score, json::made(&title, url.as_str(), &snippet.replace(['<', '&'], " "), "")?))
    }

    fn address(&self, path: &Path) -> Option<Url> {
        let relative = path.strip_prefix(&self.root).ok()?;
        let mut url = Url::parse(&format!("http://{}/", self.host)).ok()?;
        {
            let mut parts = url.path_segments_mut().ok()?;
            parts.pop_if_empty();
            for part in relative.components() {
                parts.push(part.as_os_str().to_str()?);
            }
        }
        Some(url)
    }
}

impl Search for Folder {
    fn name(&self) -> String {
        format!("folder {}", self.root.display())
    }

    fn search<'a>(&'a self, query: &'a Query, deadline: Instant) -> BoxFuture<'a, Result<Vec<Hit>, Fault>> {
        let (this, query) = (self.clone(), query.clone());
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || this.find(&query, deadline));
            found.await.unwrap_or_else(|error| Err(Fault::Failed(error.to_string())))
        })
    }
}

fn read_file(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn is_recent(path: &Path, days: u32) -> bool {
    let changed = fs::metadata(path).and_then(|metadata| metadata.modified());
    let age = changed.ok().and_then(|changed| SystemTime::now().duration_since(changed).ok());
    age.is_none_or(|age| age <= Duration::from_secs(u64::from(days) * 86_400))
}

fn mime(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" => Some("text/html"),
        "md" | "markdown" => Some("text/markdown"),
        "txt" | "rst" => Some("text/plain"),
        _ => None,
    }
}

/// A Markdown file's first heading.
fn heading(text: &str) -> String {
    let first = text.lines().take(20).find_map(|line| line.strip_prefix("# "));
    first.unwrap_or_default().trim().chars().take(200).collect()
}

/// A path's part without its escapes.
fn decode(part: &str) -> String {
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let hex = part.get(place + 1..place + 3).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (bytes[place], hex) {
            (b'%', Some(byte)) => {
                out.push(byte);
                place += 3;
            }
            (byte, _) => {
                out.push(byte);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn files_are_found_and_opened_and_nothing_else_is() {
        let outer = tempfile::tempdir().unwrap();
        let root = outer.path().join("pages");
        fs::create_dir_all(root.join("sub dir")).unwrap();
        fs::write(outer.path().join("secret.txt"), "river secret").unwrap();
        fs::write(root.join("a.html"), "<title>The river</title><p>The river rose.<script>river</script>")
            .unwrap();
        fs::write(root.join("sub dir/b é.md"), "# Boats\nOn the river, boats.").unwrap();
        fs::write(root.join("c.bin"), "river").unwrap();
        std::os::unix::fs::symlink(outer.path().join("secret.txt"), root.join("link.txt")).unwrap();
        let folder = Folder::new(&root, 0).unwrap();
        let query = Query { text: "River".into(), recency_days: Some(1), count: 5 };
        let hits = folder.search(&query, Instant::now() + Duration::from_secs(60)).await.unwrap();
        let titles: Vec<_> = hits.iter().map(|hit| hit.title.as_str()).collect();
        assert_eq!(titles, ["The river", "Boats"]);
        let opened = folder.open(&hits[1].url).unwrap().unwrap();
        assert_eq!(opened.body, "# Boats\nOn the river, boats.".as_bytes());
        for path in ["link.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "c.bin", "", "sub%20dir", "none.txt"]
        {
            let url = Url::parse(&format!("http://folder0.pages.invalid/{path}")).unwrap();
            assert!(folder.open(&url).unwrap().is_err(), "{path}");
        }
        assert!(folder.open(&Url::parse("http://folder1.pages.invalid/a.html").unwrap()).is_none());
        assert!(Folder::new(&root.join("none"), 0).is_err());
    }
}
