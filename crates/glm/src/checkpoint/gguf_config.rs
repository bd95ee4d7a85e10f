//! The configuration in a GGUF file's metadata.

use std::path::Path;

use super::{
    gguf::{Metadata, Value},
    table::Table,
};
use crate::{Architecture, Config, Error, Result, config::bad};

/// Reads the configuration; what the metadata does not say is taken from the tensors.
///
/// # Errors
///
/// The file is of another architecture, or a value is missing, of another type or impossible.
///
/// # Source
///
/// The keys that llama.cpp's converter writes for `chatglm` and `glm4`.
pub(crate) fn read(path: &Path, metadata: &Metadata, table: &Table) -> Result<Config> {
    let name = match metadata.get("general.architecture") {
        Some(Value::String(name)) => name.as_str(),
        _ => return Err(bad(path, "general.architecture", "missing", "has to name the architecture")),
    };
    let architecture = match name {
        "chatglm" => Architecture::Glm,
        "glm4" => Architecture::Glm4,
        other => {
            return Err(Error::Architecture { path: path.to_path_buf(), found: other.to_owned() });
        }
    };
    let keys = Keys { path, metadata, architecture: name };
    if let Some(Value::String(kind)) = metadata.get(&format!("{name}.rope.scaling.type"))
        && kind != "none"
    {
        let rule = "has to be none: the model runs at its original context length";
        return Err(bad(path, "rope.scaling.type", kind, rule));
    }
    let hidden = keys.size("embedding_length")?;
    let n_heads = keys.size("attention.head_count")?;
    let head_dim = keys.optional_size("attention.key_length")?.unwrap_or(hidden / n_heads.max(1));
    // The vocabulary has no key of its own in older files; the embedding has a row for each token.
    let embedding = table.shape("token_embd.weight").unwrap_or_default();
    let config = Config {
        architecture,
        n_layers: keys.size("block_count")?,
        hidden,
        n_heads,
        n_kv_heads: keys.optional_size("attention.head_count_kv")?.unwrap_or(n_heads),
        head_dim,
        ffn: keys.size("feed_forward_length")?,
        vocab: embedding.first().copied().ok_or_else(|| Error::MissingTensor {
            path: path.to_path_buf(),
            name: "token_embd.weight".to_owned(),
        })?,
        norm_eps: keys.float("attention.layer_norm_rms_epsilon")?,
        rope_theta: keys.optional_float("rope.freq_base")?.unwrap_or(10_000.0),
        rotary_dim: keys.optional_size("rope.dimension_count")?.unwrap_or(head_dim / 2),
        context_tokens: keys.size("context_length")?,
        qkv_bias: table.has("blk.0.attn_qkv.bias") || table.has("blk.0.attn_q.bias"),
        tied: !table.has("output.weight"),
        eos_ids: eos_ids(metadata),
    };
    config.check(path)?;
    Ok(config)
}

fn eos_ids(metadata: &Metadata) -> Vec<u32> {
    let mut ids = Vec::new();
    for key in ["eos_token_id", "eot_token_id", "eom_token_id"] {
        if let Some(Value::Int(id)) = metadata.get(&format!("tokenizer.ggml.{key}"))
            && let Ok(id) = u32::try_from(*id)
            && !ids.contains(&id)
        {
            ids.push(id);
        }
    }
    ids
}

/// Values under the architecture's prefix, with errors that name file, key and value.
struct Keys<'a> {
    path: &'a Path,
    metadata: &'a Metadata,
    architecture: &'a str,
}

impl Keys<'_> {
    fn get(&self, key: &str) -> (String, Option<&Value>) {
        let key = format!("{}.{key}", self.architecture);
        let value = self.metadata.get(&key);
        (key, value)
    }

    fn optional_size(&self, key: &str) -> Result<Option<usize>> {
        let (key, value) = self.get(key);
        match value {
            None => Ok(None),
            Some(Value::Int(n)) if usize::try_from(*n).is_ok() => Ok(Some(*n as usize)),
            Some(other) => Err(self.wrong(&key, other, "has to be a whole number")),
        }
    }

    fn size(&self, key: &str) -> Result<usize> {
        self.optional_size(key)?
            .ok_or_else(|| bad(self.path, &self.get(key).0, "missing", "has to be a whole number"))
    }

    fn optional_float(&self, key: &str) -> Result<Option<f64>> {
        let (key, value) = self.get(key);
        match value {
            None => Ok(None),
            Some(Value::Float(n)) => Ok(Some(*n)),
            Some(other) => Err(self.wrong(&key, other, "has to be a number")),
        }
    }

    fn float(&self, key: &str) -> Result<f64> {
        self.optional_float(key)?
            .ok_or_else(|| bad(self.path, &self.get(key).0, "missing", "has to be a number"))
    }

    fn wrong(&self, key: &str, found: &Value, rule: &str) -> Error {
        // A hostile value should not fill the screen.
        let found: String = match found {
            Value::Int(n) => n.to_string(),
            Value::Float(n) => n.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::String(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
            Value::Strings(_) | Value::Ints(_) | Value::Floats(_) => "a list".to_owned(),
        };
        bad(self.path, key, found, rule)
    }
}
