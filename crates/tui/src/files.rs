//! The files beneath a folder, for `@file`.

use std::{collections::VecDeque, path::Path};

/// Entries of folders that are looked at.
const MAX_LOOKED_AT: usize = 20_000;
/// Files that are listed.
const MAX_LISTED: usize = 4_000;

/// The paths of the files beneath a folder, the nearest first. Hidden ones are left out, links are not
/// followed, and of a very large folder only a part is looked at.
pub fn list(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = VecDeque::from([String::new()]);
    let mut looked_at = 0;
    while let Some(below) = folders.pop_front() {
        // A folder that cannot be read has no files to offer.
        let Ok(entries) = std::fs::read_dir(folder.join(&below)) else { continue };
        let mut here = Vec::new();
        for entry in entries.flatten() {
            looked_at += 1;
            if looked_at > MAX_LOOKED_AT {
                break;
            }
            let (name, kind) = (entry.file_name(), entry.file_type());
            let (Some(name), Ok(kind)) = (name.to_str(), kind) else { continue };
            if !name.starts_with('.') && agent::clean(name) == name && !name.contains(['\n', '\t']) {
                here.push((format!("{below}{name}"), kind));
            }
        }
        here.sort_by(|(one, _), (other, _)| one.cmp(other));
        for (path, kind) in here {
            if kind.is_dir() {
                folders.push_back(path + "/");
            } else if kind.is_file() && files.len() < MAX_LISTED {
                files.push(path);
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_without_hidden_ones() {
        let folder = std::env::temp_dir().join(format!("gimlet-tui-files-{}", std::process::id()));
        for file in ["b.csv", "a/deep/c.txt", "a/x.md", ".hidden/d.txt", ".env"] {
            let path = folder.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let found = list(&folder);
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, ["b.csv", "a/x.md", "a/deep/c.txt"]);
        assert_eq!(list(&folder), [""; 0], "there is none");
    }
}
