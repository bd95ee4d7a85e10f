//! The engine over tiny checkpoints that the tests write: one with random weights, one whose weights
//! are a table that says which token follows which.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use candle_core::Tensor;
use chat::{Completion, Constraint, Finish, FunctionSpec, Message, Sampling, ToolSpec};

use super::*;
use crate::{greedy, last_logits};

/// 256 bytes, GLM-4's special tokens, and padding to a round number.
const VOCAB: usize = 272;
const OBSERVATION: u32 = 256 + 9;
const USER: u32 = 256 + 7;
const ASSISTANT: u32 = 256 + 8;
const GREEDY: Sampling =
    Sampling { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0, repetition_penalty: 1.0, seed: 0 };

/// A sequence of made-up numbers from −0.5 to 0.5.
fn noise(seed: u64) -> impl FnMut(usize) -> Vec<f32> {
    let mut state = seed;
    move |n| {
        let mut next = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..n).map(|_| next()).collect()
    }
}

/// Writes a checkpoint folder of one layer: `embedding` and `output` are `(VOCAB, hidden)`, and the
/// layer's matrices are noise of that scale.
fn write(folder: &Path, context: usize, hidden: usize, scale: f32, [embedding, output]: [Vec<f32>; 2]) {
    let (heads, kv_heads, head_dim, ffn) = (4, 2, 8, 32);
    let config = serde_json::json!({
        "architectures": ["GlmForCausalLM"], "model_type": "glm", "attention_bias": false, "head_dim": head_dim,
        "hidden_act": "silu", "hidden_size": hidden, "intermediate_size": ffn, "max_position_embeddings": context,
        "num_attention_heads": heads, "num_hidden_layers": 1, "num_key_value_heads": kv_heads,
        "partial_rotary_factor": 0.5, "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": false,
        "vocab_size": VOCAB, "eos_token_id": [256, USER, OBSERVATION],
    });
    std::fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let mut noise = noise(1);
    let mut tensors: HashMap<String, Tensor> = HashMap::new();
    let mut put = |name: &str, shape: &[usize], data: Vec<f32>| {
        tensors.insert(format!("{name}.weight"), Tensor::from_vec(data, shape, &Device::Cpu).unwrap());
    };
    put("model.embed_tokens", &[VOCAB, hidden], embedding);
    put("lm_head", &[VOCAB, hidden], output);
    for norm in ["norm", "layers.0.input_layernorm", "layers.0.post_attention_layernorm"] {
        put(&format!("model.{norm}"), &[hidden], vec![1.0; hidden]);
    }
    for (name, rows, columns) in [
        ("self_attn.q_proj", heads * head_dim, hidden),
        ("self_attn.k_proj", kv_heads * head_dim, hidden),
        ("self_attn.v_proj", kv_heads * head_dim, hidden),
        ("self_attn.o_proj", hidden, heads * head_dim),
        ("mlp.gate_up_proj", 2 * ffn, hidden),
        ("mlp.down_proj", hidden, ffn),
    ] {
        let data = noise(rows * columns).iter().map(|x| x * scale).collect();
        put(&format!("model.layers.0.{name}"), &[rows, columns], data);
    }
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    let ranks: String = (0..=255u8).map(|byte| format!("{} {byte}\n", base64(byte))).collect();
    std::fs::write(folder.join("tokenizer.model"), ranks).unwrap();
}

fn base64(byte: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |n: u8| DIGITS[n as usize & 63] as char;
    format!("{}{}==", digit(byte >> 2), digit(byte << 4))
}

fn load(context: usize, hidden: usize, scale: f32, ends: [Vec<f32>; 2]) -> Engine {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), context, hidden, scale, ends);
    Engine::load(Checkpoint::open(folder.path()).unwrap(), EngineOptions::default()).unwrap()
}

/// Random weights. Its special tokens are improbable, so that it writes until a limit.
fn random(context: usize) -> Engine {
    let mut noise = noise(7);
    let (embedding, mut output) = (noise(VOCAB * 16), noise(VOCAB * 16));
    output[256 * 16..].fill(0.0);
    load(context, 16, 1.0, [embedding, output])
}

/// A model that writes exactly this after `<|assistant|>`; no token may occur twice.
fn scripted(tokens: &[u32]) -> Engine {
    let mut embedding = vec![0.0; VOCAB * VOCAB];
    let mut output = embedding.clone();
    for id in 0..VOCAB {
        embedding[id * VOCAB + id] = 1.0;
    }
    for (from, to) in std::iter::once(&ASSISTANT).chain(tokens).zip(tokens) {
        output[*to as usize * VOCAB + *from as usize] = 1.0;
    }
    load(512, VOCAB, 0.0, [embedding, output])
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn request(prompt: &str, max_tokens: usize) -> Request {
    Request {
        messages: vec![Message::user(prompt)],
        tools: vec![],
        sampling: GREEDY,
        max_tokens,
        constraint: Constraint::Off,
    }
}

fn complete(engine: &Engine, request: Request) -> (Result<Reply, ModelError>, Vec<Delta>) {
    let mut deltas = Vec::new();
    let mut sink = |delta| deltas.push(delta);
    let reply = block_on(engine.complete(request, &mut sink, &CancellationToken::new()));
    (reply, deltas)
}

fn reply(engine: &Engine, prompt: &str, max_tokens: usize) -> Reply {
    complete(engine, request(prompt, max_tokens)).0.unwrap()
}

fn said(completion: Completion) -> String {
    match completion {
        Completion::Answer(message) => message.text,
        Completion::Malformed { raw, .. } => raw,
        Completion::ToolCalls(_) => panic!("no tools were offered"),
    }
}

fn text(deltas: &[Delta]) -> String {
    let texts =
        deltas.iter().filter_map(|d| if let Delta::Text(text) = d { Some(text.as_str()) } else { None });
    texts.collect()
}

mod held;
mod nano;
mod requests;
