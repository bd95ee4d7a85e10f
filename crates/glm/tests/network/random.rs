//! Models of random weights in any of the published forms.

use std::{collections::BTreeMap, fs, fs::File, path::Path};

use candle_core::{
    Device, Tensor,
    quantized::{GgmlDType, QTensor, gguf_file},
};
use glm::{Architecture, Network};
use serde_json::json;

/// Sizes that the blocks of all quantized types divide.
pub const HIDDEN: usize = 256;
pub const N_HEADS: usize = 8;
pub const N_KV_HEADS: usize = 2;
pub const HEAD_DIM: usize = 32;
pub const FFN: usize = 512;
pub const VOCAB: usize = 64;
pub const N_LAYERS: usize = 2;
pub const CONTEXT: usize = 128;

pub struct Model {
    pub architecture: Architecture,
    /// By the hub's names.
    pub tensors: BTreeMap<String, Tensor>,
}

impl Model {
    pub fn new(architecture: Architecture, seed: u64) -> Self {
        let mut random = Random(seed);
        let mut tensors = BTreeMap::new();
        let mut add = |name: &str, shape: &[usize]| {
            tensors.insert(name.to_owned(), random.tensor(name, shape));
        };
        add("model.embed_tokens.weight", &[VOCAB, HIDDEN]);
        add("model.norm.weight", &[HIDDEN]);
        add("lm_head.weight", &[VOCAB, HIDDEN]);
        for layer in 0..N_LAYERS {
            let mut add = |name: &str, shape: &[usize]| add(&format!("model.layers.{layer}.{name}"), shape);
            for (name, heads) in [("q", N_HEADS), ("k", N_KV_HEADS), ("v", N_KV_HEADS)] {
                add(&format!("self_attn.{name}_proj.weight"), &[heads * HEAD_DIM, HIDDEN]);
                add(&format!("self_attn.{name}_proj.bias"), &[heads * HEAD_DIM]);
            }
            add("self_attn.o_proj.weight", &[HIDDEN, N_HEADS * HEAD_DIM]);
            add("mlp.gate_up_proj.weight", &[2 * FFN, HIDDEN]);
            add("mlp.down_proj.weight", &[HIDDEN, FFN]);
            add("input_layernorm.weight", &[HIDDEN]);
            add("post_attention_layernorm.weight", &[HIDDEN]);
            if architecture == Architecture::Glm4 {
                add("post_self_attn_layernorm.weight", &[HIDDEN]);
                add("post_mlp_layernorm.weight", &[HIDDEN]);
            }
        }
        Self { architecture, tensors }
    }

    /// Writes a folder as `transformers` does.
    pub fn write_folder(&self, folder: &Path) {
        fs::write(folder.join("config.json"), config(self.architecture).to_string()).unwrap();
        let tensors = self.tensors.clone().into_iter().collect();
        candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    }

    /// Writes a GGUF file as llama.cpp's converter does, with matrices in the type that `kind` gives
    /// for their names.
    pub fn write_gguf(&self, path: &Path, kind: impl Fn(&str) -> GgmlDType) {
        let mut file = File::create(path).unwrap();
        self.write_gguf_to(&mut file, kind);
    }

    pub fn write_gguf_to<W: std::io::Write + std::io::Seek>(
        &self,
        writer: &mut W,
        kind: impl Fn(&str) -> GgmlDType,
    ) {
        let mut tensors = Vec::new();
        for (name, tensor) in &self.tensors {
            let name = gguf_name(name);
            let kind = if tensor.rank() == 2 { kind(&name) } else { GgmlDType::F32 };
            tensors.push((name, QTensor::quantize(tensor, kind).unwrap()));
        }
        let tensors: Vec<(&str, &QTensor)> =
            tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)).collect();
        let metadata = self.gguf_metadata();
        let metadata: Vec<(&str, &gguf_file::Value)> =
            metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
        gguf_file::write(writer, &metadata, &tensors).unwrap();
    }

    fn gguf_metadata(&self) -> Vec<(String, gguf_file::Value)> {
        use gguf_file::Value::{F32, String, U32};
        let name = match self.architecture {
            Architecture::Glm => "chatglm",
            Architecture::Glm4 => "glm4",
        };
        let key = |key: &str| format!("{name}.{key}");
        vec![
            ("general.architecture".to_owned(), String(name.to_owned())),
            ("general.name".to_owned(), String("random".to_owned())),
            ("gimlet.prompt".to_owned(), String("{}".to_owned())),
            ("tokenizer.ggml.eos_token_id".to_owned(), U32(5)),
            (key("block_count"), U32(N_LAYERS as u32)),
            (key("context_length"), U32(CONTEXT as u32)),
            (key("embedding_length"), U32(HIDDEN as u32)),
            (key("feed_forward_length"), U32(FFN as u32)),
            (key("attention.head_count"), U32(N_HEADS as u32)),
            (key("attention.head_count_kv"), U32(N_KV_HEADS as u32)),
            (key("attention.key_length"), U32(HEAD_DIM as u32)),
            (key("attention.layer_norm_rms_epsilon"), F32(1e-5)),
            (key("rope.dimension_count"), U32(HEAD_DIM as u32 / 2)),
            (key("rope.freq_base"), F32(10_000.0)),
        ]
    }
}

/// The `config.json` of these sizes.
pub fn config(architecture: Architecture) -> serde_json::Value {
    let class = match architecture {
        Architecture::Glm => "GlmForCausalLM",
        Architecture::Glm4 => "Glm4ForCausalLM",
    };
    json!({
        "architectures": [class],
        "num_hidden_layers": N_LAYERS,
        "hidden_size": HIDDEN,
        "num_attention_heads": N_HEADS,
        "num_key_value_heads": N_KV_HEADS,
        "head_dim": HEAD_DIM,
        "intermediate_size": FFN,
        "vocab_size": VOCAB,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10_000.0,
        "partial_rotary_factor": 0.5,
        "max_position_embeddings": CONTEXT,
        "attention_bias": true,
        "tie_word_embeddings": false,
        "hidden_act": "silu",
    })
}

fn gguf_name(name: &str) -> String {
    let parts = [
        ("model.embed_tokens", "token_embd"),
        ("model.norm", "output_norm"),
        ("lm_head", "output"),
        ("model.layers", "blk"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("mlp.gate_up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
        ("input_layernorm", "attn_norm"),
        ("post_attention_layernorm", "ffn_norm"),
        ("post_self_attn_layernorm", "post_attention_norm"),
        ("post_mlp_layernorm", "post_ffw_norm"),
    ];
    parts.iter().fold(name.to_owned(), |name, (hub, gguf)| name.replace(hub, gguf))
}

/// The tokens of a reproducible text.
pub fn ids(n: usize) -> Vec<u32> {
    let mut random = Random(n as u64);
    (0..n).map(|_| (random.next() % VOCAB as u64) as u32).collect()
}

/// The logits after each of some tokens, read one at a time.
pub fn decode(network: &Network, ids: &[u32]) -> Vec<Vec<f32>> {
    let mut cache = network.new_cache();
    ids.iter().map(|id| network.forward(&[*id], &mut cache).unwrap().to_vec1().unwrap()).collect()
}

/// The same, read at once.
pub fn prefill(network: &Network, ids: &[u32]) -> Vec<Vec<f32>> {
    network.forward_all(ids, &mut network.new_cache()).unwrap().to_vec2().unwrap()
}

/// The largest difference between two tables, as a share of the largest value in the second.
pub fn distance(found: &[Vec<f32>], expected: &[Vec<f32>]) -> f32 {
    assert_eq!((found.len(), found[0].len()), (expected.len(), expected[0].len()));
    let most = expected.iter().flatten().fold(0.0_f32, |most, value| most.max(value.abs()));
    let pairs = found.iter().flatten().zip(expected.iter().flatten());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / most
}

struct Random(u64);

impl Random {
    /// # Source
    ///
    /// SplitMix64, Steele and others, 2014.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Values large enough for attention to be far from uniform.
    fn tensor(&mut self, name: &str, shape: &[usize]) -> Tensor {
        let n = shape.iter().product();
        let width = *shape.last().unwrap() as f32;
        let values: Vec<f32> = (0..n)
            .map(|_| {
                let unit = (self.next() >> 40) as f32 / (1_u64 << 23) as f32 - 1.0;
                if name.contains("norm") {
                    1.0 + 0.3 * unit
                } else if name.ends_with("bias") || name.contains("embed") {
                    unit
                } else {
                    2.5 * unit / width.sqrt()
                }
            })
            .collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }
}
