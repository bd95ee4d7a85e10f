//! From files and folders to functions.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    error::{Fault, Located, ManifestError},
    function::{Function, Origin},
    host::Host,
    manifest::{self, Place},
    place::{self, Language},
};

/// The largest manifest.
const MAX_BYTES: u64 = 16 << 20;

/// Reads the functions of a manifest, or of each manifest in a folder in the order of their names.
/// A manifest is a `.json` file with one function or an array of them, or a `.toml` file with one.
///
/// # Errors
/// The first thing that is wrong, with its file and line. Nothing is left out quietly.
pub fn load(path: &Path, host: &Arc<Host>) -> Result<Vec<Function>, ManifestError> {
    load_all([path], host)
}

/// Reads the functions of several manifests and folders, no two of one name.
///
/// # Errors
/// As [`load`].
pub fn load_all<'a>(
    paths: impl IntoIterator<Item = &'a Path>,
    host: &Arc<Host>,
) -> Result<Vec<Function>, ManifestError> {
    let mut functions: Vec<Function> = Vec::new();
    let mut seen: HashMap<String, Origin> = HashMap::new();
    for path in paths {
        for file in files(path)? {
            for function in read(&file, host)? {
                if let Some(other) = seen.get(function.name()) {
                    let fault = Fault::Clash { name: function.name().to_owned(), other: other.to_string() };
                    let Origin { file, line, .. } = function.origin;
                    return Err(ManifestError { file, line: Some(line), fault });
                }
                seen.insert(function.name().to_owned(), function.origin.clone());
                functions.push(function);
            }
        }
    }
    Ok(functions)
}

fn unreadable(path: &Path, error: &std::io::Error) -> ManifestError {
    ManifestError { file: path.to_owned(), line: None, fault: Fault::Unreadable(error.to_string()) }
}

/// The manifest itself, or those in a folder, but not in the folders in it.
fn files(path: &Path) -> Result<Vec<PathBuf>, ManifestError> {
    let meta = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if !meta.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(path, &error))? {
        let file = entry.map_err(|error| unreadable(path, &error))?.path();
        if language(&file).is_some() && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    match files.is_empty() {
        true => Err(ManifestError { file: path.to_owned(), line: None, fault: Fault::Empty }),
        false => Ok(files),
    }
}

fn language(file: &Path) -> Option<Language> {
    match file.extension()?.to_str()? {
        "json" => Some(Language::Json),
        "toml" => Some(Language::Toml),
        _ => None,
    }
}

fn read(path: &Path, host: &Arc<Host>) -> Result<Vec<Function>, ManifestError> {
    let error = |line, fault| ManifestError { file: path.to_owned(), line, fault };
    let language = language(path).ok_or_else(|| error(None, Fault::UnknownKind))?;
    let bytes = fs::metadata(path).map_err(|e| unreadable(path, &e))?.len();
    if bytes > MAX_BYTES {
        return Err(error(None, Fault::TooLarge { bytes, limit: MAX_BYTES }));
    }
    let text = fs::read_to_string(path).map_err(|e| unreadable(path, &e))?;
    // Editors on some systems begin a file with this mark.
    let text = text.trim_start_matches('\u{feff}');
    let value = parse(text, language).map_err(|(line, fault)| error(Some(line), fault))?;
    let file = std::path::absolute(path).map_err(|e| unreadable(path, &e))?;
    let one = |value: &Value, at: &str, line: usize| {
        manifest::function(value, &Place { file: &file, at, line }, host)
            .map_err(|Located { at, fault }| error(Some(place::line(text, language, &at)), fault))
    };
    match &value {
        Value::Array(items) => {
            let places = place::item_lines(text).into_iter().enumerate();
            items.iter().zip(places).map(|(item, (i, line))| one(item, &format!("/{i}"), line)).collect()
        }
        value => Ok(vec![one(value, "", place::line(text, language, ""))?]),
    }
}

fn parse(text: &str, language: Language) -> Result<Value, (usize, Fault)> {
    let syntax = |line, message| (line, Fault::Syntax { language: language.name(), message });
    match language {
        Language::Json => serde_json::from_str(text).map_err(|error| {
            // The message ends with the place, which the error says already.
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or_default();
            syntax(error.line().max(1), format!("{message} (column {})", error.column()))
        }),
        Language::Toml => toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| place::line_at(text, span.start));
            syntax(line, error.message().trim().replace('\n', ", "))
        }),
    }
}
