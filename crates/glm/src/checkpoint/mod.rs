//! A model on disk, opened and checked, with no weight in memory yet.

mod bytes;
mod gguf;
mod gguf_config;
mod hub_config;
mod naming;
mod safetensors;
mod table;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use sha2::{Digest, Sha256};

use self::{
    bytes::Bytes,
    gguf::{Metadata, Value},
};
pub(crate) use self::{
    naming::{Dialect, Slot, name, qkv_names},
    table::{Table, Weight},
};
use crate::{Config, Error, Result};

/// The most that a file beside the weights may hold; GLM-4's `tokenizer.json` has 20 million bytes.
const MAX_SIDE_BYTES: u64 = 256 << 20;

/// An opened model: its configuration has been read and every tensor's place found and checked
/// against the sizes of the files, but weights are read only by [`crate::Network::load`].
#[derive(Debug)]
pub struct Checkpoint {
    name: String,
    config: Config,
    table: Table,
    dialect: Dialect,
    /// The folder, or the metadata of a GGUF file.
    origin: Origin,
    /// The full path of the file or folder; nothing if it is part of the program.
    path: Option<PathBuf>,
    sha256: OnceLock<String>,
}

#[derive(Debug)]
enum Origin {
    Folder(PathBuf),
    Gguf(Metadata),
}

/// Where a model's tokenizer is described.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenizerSource {
    /// A `tokenizer.json` as the `tokenizers` library reads it.
    Json(Vec<u8>),
    /// A `tokenizer.model` of base64 tokens and ranks, one a line, as `tiktoken` reads it.
    Tiktoken(Vec<u8>),
    /// The vocabulary in a GGUF file.
    Gguf(GgufTokenizer),
}

/// The vocabulary in a GGUF file's metadata.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GgufTokenizer {
    /// The kind: `gpt2` for byte-level BPE.
    pub model: String,
    /// How text is split before merging, by llama.cpp's name: `chatglm-bpe`, `glm4`.
    pub pre: String,
    /// The tokens by id, in GPT-2's byte alphabet.
    pub tokens: Vec<String>,
    /// Pairs separated by a space, the first merged first.
    pub merges: Vec<String>,
    /// 1 normal, 3 control, 4 user defined, by id.
    pub token_types: Vec<i64>,
}

impl Checkpoint {
    /// Opens a folder with a `config.json` and safetensors files, or a `.gguf` file (of several,
    /// the first).
    ///
    /// # Errors
    ///
    /// Nothing is there, a part is absent, a file is damaged, or the model is of another family.
    /// Each error names the file and, where it is about a value, the value.
    pub fn open(path: &Path) -> Result<Self> {
        let mut opened = if path.is_dir() { Self::open_folder(path) } else { Self::open_gguf(path) }?;
        // Without a current folder there is no full path, and nobody can open it from elsewhere.
        opened.path = std::path::absolute(path).ok();
        Ok(opened)
    }

    /// Opens a GGUF file that is part of the program.
    ///
    /// # Errors
    ///
    /// As [`Checkpoint::open`].
    pub fn from_gguf_bytes(bytes: &'static [u8]) -> Result<Self> {
        let path = Path::new("built-in");
        let (metadata, table) = gguf::read(path, Bytes::Static(bytes))?;
        Self::from_gguf(path, metadata, table)
    }

    /// What people call the model: the name in the file, or the file's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The full path of the file or folder; nothing if it is part of the program.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The network's sizes.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The wire format of the model's prompts, by the name that `chat::wire` gives it.
    pub fn format_name(&self) -> &'static str {
        self.config.architecture.format_name()
    }

    /// The words of the model's system prompt as JSON, if it brings its own: GGUF key
    /// `gimlet.prompt`.
    pub fn words_json(&self) -> Option<&str> {
        match &self.origin {
            Origin::Gguf(metadata) => text(metadata, "gimlet.prompt"),
            Origin::Folder(_) => None,
        }
    }

    /// The model's tokenizer.
    ///
    /// # Errors
    ///
    /// A folder has neither `tokenizer.json` nor `tokenizer.model`, or a file has no vocabulary.
    pub fn tokenizer_source(&self) -> Result<TokenizerSource> {
        match &self.origin {
            Origin::Folder(folder) => {
                if let Some(json) = self.side_file("tokenizer.json")? {
                    return Ok(TokenizerSource::Json(json));
                }
                if let Some(ranks) = self.side_file("tokenizer.model")? {
                    return Ok(TokenizerSource::Tiktoken(ranks));
                }
                let reason = "it has neither tokenizer.json nor tokenizer.model".to_owned();
                Err(Error::Malformed { path: folder.clone(), reason })
            }
            Origin::Gguf(metadata) => {
                if let Some(json) = text(metadata, "tokenizer.huggingface.json") {
                    return Ok(TokenizerSource::Json(json.as_bytes().to_vec()));
                }
                let tokenizer = GgufTokenizer {
                    model: text(metadata, "tokenizer.ggml.model").unwrap_or_default().to_owned(),
                    pre: text(metadata, "tokenizer.ggml.pre").unwrap_or_default().to_owned(),
                    tokens: strings(metadata, "tokenizer.ggml.tokens"),
                    merges: strings(metadata, "tokenizer.ggml.merges"),
                    token_types: match metadata.get("tokenizer.ggml.token_type") {
                        Some(Value::Ints(types)) => types.clone(),
                        _ => Vec::new(),
                    },
                };
                if tokenizer.tokens.is_empty() {
                    let reason = "it has no vocabulary (tokenizer.ggml.tokens)".to_owned();
                    return Err(Error::Malformed { path: self.table.path.clone(), reason });
                }
                Ok(TokenizerSource::Gguf(tokenizer))
            }
        }
    }

    /// A small file beside a folder's weights, such as `tokenizer_config.json`; none for a GGUF
    /// file.
    ///
    /// # Errors
    ///
    /// It is there and cannot be read, or is far larger than such files are.
    pub fn side_file(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match &self.origin {
            Origin::Folder(folder) => read_if_there(&folder.join(name)),
            Origin::Gguf(_) => Ok(None),
        }
    }

    /// How many bytes the weight files have.
    pub fn n_bytes(&self) -> u64 {
        self.table.files.iter().map(|file| file.len() as u64).sum()
    }

    /// The SHA-256 of the weight files' bytes, one file after the other in the order of their
    /// names, in hex. Computed when first asked for: seconds to minutes for a large model.
    pub fn sha256(&self) -> &str {
        self.sha256.get_or_init(|| {
            let mut hash = Sha256::new();
            for file in &self.table.files {
                hash.update(&**file);
            }
            format!("{:x}", hash.finalize())
        })
    }

    /// Takes the word of whoever has hashed these same files before, for [`Self::sha256`].
    #[must_use]
    pub fn with_known_sha256(mut self, hash: String) -> Self {
        self.sha256 = OnceLock::from(hash);
        self
    }

    pub(crate) fn table(&self) -> &Table {
        &self.table
    }

    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn open_folder(folder: &Path) -> Result<Self> {
        let path = folder.join("config.json");
        let (mut config, dialect) = hub_config::parse(&path, &read_side_file(&path)?)?;
        if let Some(generation) = read_if_there(&folder.join("generation_config.json"))? {
            for id in hub_config::generation_eos_ids(&generation) {
                if !config.eos_ids.contains(&id) {
                    config.eos_ids.push(id);
                }
            }
        }
        let table = safetensors::open(folder)?;
        // `file_name` is none for `.` and `..`, which the full path resolves.
        let full = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
        let name = full.file_name().map_or("model".into(), |name| name.to_string_lossy().into_owned());
        let origin = Origin::Folder(folder.to_path_buf());
        Ok(Self { name, config, table, dialect, origin, path: None, sha256: OnceLock::new() })
    }

    fn open_gguf(path: &Path) -> Result<Self> {
        let (metadata, table) = gguf::open(path)?;
        Self::from_gguf(path, metadata, table)
    }

    fn from_gguf(path: &Path, metadata: Metadata, table: Table) -> Result<Self> {
        let config = gguf_config::read(path, &metadata, &table)?;
        let stem = path.file_stem().map_or("model".into(), |stem| stem.to_string_lossy().into_owned());
        let name =
            text(&metadata, "general.name").filter(|name| !name.is_empty()).map_or(stem, str::to_owned);
        let origin = Origin::Gguf(metadata);
        let dialect = Dialect::Gguf;
        Ok(Self { name, config, table, dialect, origin, path: None, sha256: OnceLock::new() })
    }
}

fn text<'a>(metadata: &'a Metadata, key: &str) -> Option<&'a str> {
    match metadata.get(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

fn strings(metadata: &Metadata, key: &str) -> Vec<String> {
    match metadata.get(key) {
        Some(Value::Strings(list)) => list.clone(),
        _ => Vec::new(),
    }
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    if path.is_file() { read_side_file(path).map(Some) } else { Ok(None) }
}

/// Reads a whole file, unless it is far larger than such files are.
fn read_side_file(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::Read { path: path.to_path_buf(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    let n = file.take(MAX_SIDE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)? as u64;
    if n > MAX_SIDE_BYTES {
        let reason = format!("it has more than {MAX_SIDE_BYTES} bytes");
        return Err(Error::Malformed { path: path.to_path_buf(), reason });
    }
    Ok(bytes)
}
