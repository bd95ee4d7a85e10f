//! The two kinds of `config.json` that models of the family are published with.

use std::path::Path;

use serde_json::{Map, Value};

use super::naming::Dialect;
use crate::{Architecture, Config, Error, Result, config::bad};

/// Reads a `config.json`. `path` is for messages.
///
/// # Errors
///
/// It is not JSON, is of another architecture, or has a value that is missing, of another type, or
/// asks for something that the network does not have.
///
/// # Source
///
/// `GlmConfig` and `Glm4Config` of `transformers`; `configuration_chatglm.py` of glm-4-9b-chat.
pub(crate) fn parse(path: &Path, text: &[u8]) -> Result<(Config, Dialect)> {
    let map: Map<String, Value> = serde_json::from_slice(text)
        .map_err(|e| Error::Malformed { path: path.to_path_buf(), reason: e.to_string() })?;
    let keys = Keys { path, map: &map };
    let architecture = keys.map.get("architectures").and_then(|list| list.get(0)).and_then(Value::as_str);
    if keys.has("quantization_config") {
        return Err(
            keys.bad("quantization_config", "has to be absent: quantized weights are read from GGUF files")
        );
    }
    let (config, dialect) = match architecture {
        Some("GlmForCausalLM") => (hub(&keys, Architecture::Glm)?, Dialect::Hub),
        Some("Glm4ForCausalLM") => (hub(&keys, Architecture::Glm4)?, Dialect::Hub),
        // The same names are used for the models that see, whose text part has other inputs.
        Some("ChatGLMModel" | "ChatGLMForConditionalGeneration") if !keys.has("vision_config") => {
            (chat_glm(&keys)?, Dialect::ChatGlm)
        }
        Some(found) => {
            let with_vision = if keys.has("vision_config") { " with vision" } else { "" };
            let found = format!("{found}{with_vision}");
            return Err(Error::Architecture { path: path.to_path_buf(), found });
        }
        None => return Err(keys.bad("architectures", "has to be a list that names the model's class")),
    };
    config.check(path)?;
    Ok((config, dialect))
}

fn hub(keys: &Keys, architecture: Architecture) -> Result<Config> {
    keys.only("hidden_act", &Value::from("silu"))?;
    // Version 5 of `transformers` writes the rotary settings as one object.
    let nested = keys.map.get("rope_parameters").and_then(Value::as_object);
    let rope = Keys { path: keys.path, map: nested.unwrap_or(keys.map) };
    let scaling = keys.map.get("rope_scaling").filter(|scaling| !scaling.is_null());
    let scaling = scaling.or(nested.and_then(|rope| rope.get("rope_type")).filter(|kind| *kind != "default"));
    if let Some(scaling) = scaling {
        let rule = "has to be absent: the model runs at its original context length";
        return Err(bad(keys.path, "rope_scaling", scaling, rule));
    }
    let hidden = keys.size("hidden_size")?;
    let n_heads = keys.size("num_attention_heads")?;
    let head_dim = keys.optional_size("head_dim")?.unwrap_or(hidden / n_heads.max(1));
    let factor = rope.optional_float("partial_rotary_factor")?;
    let factor = factor.or(keys.optional_float("partial_rotary_factor")?).unwrap_or(0.5);
    if !(0.0..=1.0).contains(&factor) {
        return Err(bad(keys.path, "partial_rotary_factor", factor, "has to be 0 to 1"));
    }
    Ok(Config {
        architecture,
        n_layers: keys.size("num_hidden_layers")?,
        hidden,
        n_heads,
        n_kv_heads: keys.optional_size("num_key_value_heads")?.unwrap_or(n_heads),
        head_dim,
        ffn: keys.size("intermediate_size")?,
        vocab: keys.size("vocab_size")?,
        norm_eps: keys.optional_float("rms_norm_eps")?.unwrap_or(1e-5),
        rope_theta: rope.optional_float("rope_theta")?.unwrap_or(10_000.0),
        rotary_dim: (head_dim as f64 * factor) as usize,
        context_tokens: keys.size("max_position_embeddings")?,
        qkv_bias: keys.flag("attention_bias")?.unwrap_or(false),
        tied: keys.flag("tie_word_embeddings")?.unwrap_or(false),
        eos_ids: keys.ids("eos_token_id")?,
    })
}

fn chat_glm(keys: &Keys) -> Result<Config> {
    for (key, value) in [
        ("rmsnorm", true),
        ("post_layer_norm", true),
        ("add_bias_linear", false),
        ("apply_residual_connection_post_layernorm", false),
    ] {
        keys.only(key, &Value::from(value))?;
    }
    let n_heads = keys.size("num_attention_heads")?;
    let grouped = keys.flag("multi_query_attention")?.unwrap_or(false);
    let head_dim = keys.size("kv_channels")?;
    Ok(Config {
        architecture: Architecture::Glm,
        n_layers: keys.size("num_layers")?,
        hidden: keys.size("hidden_size")?,
        n_heads,
        n_kv_heads: if grouped { keys.size("multi_query_group_num")? } else { n_heads },
        head_dim,
        ffn: keys.size("ffn_hidden_size")?,
        vocab: match keys.optional_size("padded_vocab_size")? {
            Some(vocab) => vocab,
            None => keys.size("vocab_size")?,
        },
        norm_eps: keys.optional_float("layernorm_epsilon")?.unwrap_or(1e-5),
        rope_theta: 10_000.0 * keys.optional_float("rope_ratio")?.unwrap_or(1.0),
        rotary_dim: head_dim / 2,
        context_tokens: keys.size("seq_length")?,
        qkv_bias: keys.flag("add_qkv_bias")?.unwrap_or(false),
        tied: keys.flag("tie_word_embeddings")?.unwrap_or(false),
        eos_ids: keys.ids("eos_token_id")?,
    })
}

/// The end tokens that a `generation_config.json` adds. A file that cannot be read adds none: it is
/// a convenience, and the model runs without it.
pub(crate) fn generation_eos_ids(text: &[u8]) -> Vec<u32> {
    let Ok(map) = serde_json::from_slice::<Map<String, Value>>(text) else { return Vec::new() };
    Keys { path: Path::new("generation_config.json"), map: &map }.ids("eos_token_id").unwrap_or_default()
}

/// Settings by key, with errors that name file, key and value.
struct Keys<'a> {
    path: &'a Path,
    map: &'a Map<String, Value>,
}

impl Keys<'_> {
    fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some_and(|value| !value.is_null())
    }

    fn bad(&self, key: &str, rule: &str) -> Error {
        let found = self.map.get(key).map_or("missing".to_owned(), Value::to_string);
        // A hostile value should not fill the screen.
        let found: String = found.chars().take(80).collect();
        bad(self.path, key, found, rule)
    }

    /// A value that has one permitted setting, which is also the default.
    fn only(&self, key: &str, permitted: &Value) -> Result<()> {
        match self.map.get(key) {
            Some(value) if value != permitted && !value.is_null() => {
                Err(self.bad(key, &format!("has to be {permitted} for this family")))
            }
            _ => Ok(()),
        }
    }

    fn size(&self, key: &str) -> Result<usize> {
        self.optional_size(key)?.ok_or_else(|| self.bad(key, "has to be a whole number"))
    }

    fn optional_size(&self, key: &str) -> Result<Option<usize>> {
        if !self.has(key) {
            return Ok(None);
        }
        let value = self.map.get(key).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        value.map(Some).ok_or_else(|| self.bad(key, "has to be a whole number"))
    }

    fn optional_float(&self, key: &str) -> Result<Option<f64>> {
        if !self.has(key) {
            return Ok(None);
        }
        let value = self.map.get(key).and_then(Value::as_f64);
        value.map(Some).ok_or_else(|| self.bad(key, "has to be a number"))
    }

    fn flag(&self, key: &str) -> Result<Option<bool>> {
        if !self.has(key) {
            return Ok(None);
        }
        let value = self.map.get(key).and_then(Value::as_bool);
        value.map(Some).ok_or_else(|| self.bad(key, "has to be true or false"))
    }

    /// A token id or a list of them.
    fn ids(&self, key: &str) -> Result<Vec<u32>> {
        let id = |value: &Value| value.as_u64().and_then(|id| u32::try_from(id).ok());
        let ids = match self.map.get(key) {
            None | Some(Value::Null) => Some(Vec::new()),
            Some(Value::Array(list)) => list.iter().map(id).collect(),
            Some(value) => id(value).map(|id| vec![id]),
        };
        ids.ok_or_else(|| self.bad(key, "has to be a token id or a list of them"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = r#"{
        "architectures": ["ChatGLMModel"], "num_layers": 40, "hidden_size": 4096,
        "num_attention_heads": 32, "multi_query_attention": true, "multi_query_group_num": 2,
        "kv_channels": 128, "ffn_hidden_size": 13696, "padded_vocab_size": 151552, "rmsnorm": true,
        "layernorm_epsilon": 1.5625e-07, "rope_ratio": 500, "seq_length": 131072,
        "add_qkv_bias": true, "add_bias_linear": false, "eos_token_id": [151329, 151336, 151338]}"#;
    const HUB: &str = r#"{
        "architectures": ["Glm4ForCausalLM"], "num_hidden_layers": 40, "hidden_size": 4096,
        "num_attention_heads": 32, "num_key_value_heads": 2, "head_dim": 128, "hidden_act": "silu",
        "intermediate_size": 13696, "vocab_size": 151552, "rms_norm_eps": 1e-05,
        "rope_theta": 10000.0, "partial_rotary_factor": 0.5, "max_position_embeddings": 32768,
        "attention_bias": true, "tie_word_embeddings": false, "eos_token_id": 151329}"#;

    fn read(text: &str) -> Result<(Config, Dialect)> {
        parse(Path::new("config.json"), text.as_bytes())
    }

    fn check(text: &str, from: &str, to: &str, expected: &str) {
        assert!(text.contains(from));
        let message = read(&text.replace(from, to)).unwrap_err().to_string();
        assert_eq!(message, format!("config.json{expected}"));
    }

    #[test]
    fn both_kinds_are_read() {
        let (config, dialect) = read(CHAT).unwrap();
        assert_eq!(dialect, Dialect::ChatGlm);
        assert_eq!((config.rope_theta, config.rotary_dim, config.n_kv_heads), (5e6, 64, 2));
        assert_eq!(config.eos_ids, [151_329, 151_336, 151_338]);
        let (config, dialect) = read(HUB).unwrap();
        assert_eq!(dialect, Dialect::Hub);
        assert_eq!((config.architecture, config.rotary_dim), (Architecture::Glm4, 64));
        assert_eq!(config.eos_ids, [151_329]);
    }

    #[test]
    fn rotary_settings_may_be_nested() {
        let nested = HUB.replace(
            r#""rope_theta": 10000.0, "partial_rotary_factor": 0.5"#,
            r#""rope_parameters": {"rope_type": "default", "rope_theta": 5000, "partial_rotary_factor": 0.25}"#,
        );
        let (config, _) = read(&nested).unwrap();
        assert_eq!((config.rope_theta, config.rotary_dim), (5000.0, 32));
        check(
            &nested,
            "\"default\"",
            "\"yarn\"",
            ": rope_scaling is \"yarn\", but it has to be absent: the model runs at its original context length",
        );
    }

    #[test]
    fn bad_values_are_named() {
        check(
            CHAT,
            "\"kv_channels\": 128",
            "\"kv_channels\": \"x\"",
            ": kv_channels is \"x\", but it has to be a whole number",
        );
        check(
            CHAT,
            "\"seq_length\": 131072,",
            "",
            ": seq_length is missing, but it has to be a whole number",
        );
        check(
            CHAT,
            "\"num_layers\": 40",
            "\"num_layers\": -1",
            ": num_layers is -1, but it has to be a whole number",
        );
        check(
            CHAT,
            "\"add_bias_linear\": false",
            "\"add_bias_linear\": true",
            ": add_bias_linear is true, but it has to be false for this family",
        );
        check(
            HUB,
            "\"silu\"",
            "\"gelu\"",
            ": hidden_act is \"gelu\", but it has to be \"silu\" for this family",
        );
        check(
            HUB,
            "\"vocab_size\": 151552",
            "\"vocab_size\": 99999999999",
            ": the vocabulary size is 99999999999, but it has to be 1 to 4194304",
        );
        check(
            HUB,
            "\"partial_rotary_factor\": 0.5",
            "\"partial_rotary_factor\": 1e300",
            &format!(": partial_rotary_factor is {}, but it has to be 0 to 1", 1e300),
        );
        check(
            HUB,
            "\"num_attention_heads\": 32",
            "\"num_attention_heads\": 0",
            ": the number of attention heads is 0, but it has to be 1 to 1024",
        );
    }

    #[test]
    fn other_architectures_are_named() {
        let other = HUB.replace("Glm4ForCausalLM", "LlamaForCausalLM");
        assert!(read(&other).unwrap_err().to_string().contains("\"LlamaForCausalLM\""));
        let seeing = CHAT.replace("\"num_layers\"", "\"vision_config\": {}, \"num_layers\"");
        assert!(read(&seeing).unwrap_err().to_string().contains("\"ChatGLMModel with vision\""));
        assert!(read("{}").unwrap_err().to_string().contains("architectures is missing"));
        assert!(read("{").unwrap_err().to_string().starts_with("config.json is not a usable model file"));
    }
}
