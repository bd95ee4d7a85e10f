//! A network of random weights with GLM-4's vocabulary: four layers where glm-4-9b has forty, a quarter
//! of its width, and its whole output, so that a token costs a small part of what it costs there.

use std::collections::HashMap;
use std::path::Path;

use glm::{Device, Tensor};

pub const VOCABULARY: usize = 151_552;
const HIDDEN: usize = 1024;
const N_LAYERS: usize = 4;
const N_HEADS: usize = 8;
const N_KV_HEADS: usize = 2;
const HEAD_DIM: usize = 128;
const FFN: usize = 3424;

/// Writes it as a checkpoint with this tokenizer.
pub fn write(folder: &Path, tiktoken: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let config = serde_json::json!({
        "architectures": ["GlmForCausalLM"], "model_type": "glm", "attention_bias": false, "head_dim": HEAD_DIM,
        "hidden_act": "silu", "hidden_size": HIDDEN, "intermediate_size": FFN, "max_position_embeddings": 4096,
        "num_attention_heads": N_HEADS, "num_hidden_layers": N_LAYERS, "num_key_value_heads": N_KV_HEADS,
        "partial_rotary_factor": 0.5, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": true,
        "vocab_size": VOCABULARY, "eos_token_id": [151_329, 151_336, 151_338],
    });
    std::fs::write(folder.join("config.json"), config.to_string())?;
    std::fs::write(folder.join("tokenizer.model"), tiktoken)?;
    let mut tensors = HashMap::new();
    let mut put = |name: String, rows: usize, columns: usize| -> Result<(), glm::Error> {
        let weights = Tensor::rand(-0.03f32, 0.03, (rows, columns), &Device::Cpu)?;
        tensors.insert(format!("{name}.weight"), weights);
        Ok(())
    };
    put("model.embed_tokens".into(), VOCABULARY, HIDDEN)?;
    for layer in 0..N_LAYERS {
        let name = |part: &str| format!("model.layers.{layer}.{part}");
        put(name("self_attn.q_proj"), N_HEADS * HEAD_DIM, HIDDEN)?;
        put(name("self_attn.k_proj"), N_KV_HEADS * HEAD_DIM, HIDDEN)?;
        put(name("self_attn.v_proj"), N_KV_HEADS * HEAD_DIM, HIDDEN)?;
        put(name("self_attn.o_proj"), HIDDEN, N_HEADS * HEAD_DIM)?;
        put(name("mlp.gate_up_proj"), 2 * FFN, HIDDEN)?;
        put(name("mlp.down_proj"), HIDDEN, FFN)?;
    }
    let norms = (0..N_LAYERS).flat_map(|layer| {
        ["input_layernorm", "post_attention_layernorm"]
            .map(|norm| format!("model.layers.{layer}.{norm}.weight"))
    });
    for norm in norms.chain(["model.norm.weight".to_owned()]) {
        tensors.insert(norm, Tensor::ones(HIDDEN, glm::DType::F32, &Device::Cpu)?);
    }
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors"))?;
    Ok(())
}
