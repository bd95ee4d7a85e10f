//! What each format calls the tensors of a block.

use super::table::Table;

/// Whose names a checkpoint uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// `transformers`' own GLM classes.
    Hub,
    /// The code that glm-4-9b-chat was published with.
    ChatGlm,
    /// llama.cpp's converter.
    Gguf,
}

/// A tensor by its part in the network; blocks count from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Slot {
    Embedding,
    FinalNorm,
    Output,
    /// Before attention.
    AttentionNorm(usize),
    QkvWeight(usize),
    QkvBias(usize),
    AttentionOutput(usize),
    /// After attention; only with sandwich norms.
    PostAttentionNorm(usize),
    /// Before the MLP.
    MlpNorm(usize),
    GateUp(usize),
    Down(usize),
    /// After the MLP; only with sandwich norms.
    PostMlpNorm(usize),
}

/// The name of a slot that is always one tensor.
pub(crate) fn name(dialect: Dialect, slot: Slot) -> String {
    let (layer, part) = match (dialect, slot) {
        (Dialect::Hub, Slot::Embedding) => return "model.embed_tokens.weight".to_owned(),
        (Dialect::Hub, Slot::FinalNorm) => return "model.norm.weight".to_owned(),
        (Dialect::Hub, Slot::Output) => return "lm_head.weight".to_owned(),
        (Dialect::ChatGlm, Slot::Embedding) => {
            return "transformer.embedding.word_embeddings.weight".to_owned();
        }
        (Dialect::ChatGlm, Slot::FinalNorm) => {
            return "transformer.encoder.final_layernorm.weight".to_owned();
        }
        (Dialect::ChatGlm, Slot::Output) => return "transformer.output_layer.weight".to_owned(),
        (Dialect::Gguf, Slot::Embedding) => return "token_embd.weight".to_owned(),
        (Dialect::Gguf, Slot::FinalNorm) => return "output_norm.weight".to_owned(),
        (Dialect::Gguf, Slot::Output) => return "output.weight".to_owned(),
        // In the published code and in `transformers` alike, what is called post-attention norm
        // stands before the MLP.
        (Dialect::Hub | Dialect::ChatGlm, Slot::AttentionNorm(l)) => (l, "input_layernorm.weight"),
        (Dialect::Hub | Dialect::ChatGlm, Slot::MlpNorm(l)) => (l, "post_attention_layernorm.weight"),
        (Dialect::Hub | Dialect::ChatGlm, Slot::PostAttentionNorm(l)) => {
            (l, "post_self_attn_layernorm.weight")
        }
        (Dialect::Hub | Dialect::ChatGlm, Slot::PostMlpNorm(l)) => (l, "post_mlp_layernorm.weight"),
        (Dialect::Hub, Slot::QkvWeight(l)) => (l, "self_attn.q_proj.weight"),
        (Dialect::Hub, Slot::QkvBias(l)) => (l, "self_attn.q_proj.bias"),
        (Dialect::Hub, Slot::AttentionOutput(l)) => (l, "self_attn.o_proj.weight"),
        (Dialect::Hub, Slot::GateUp(l)) => (l, "mlp.gate_up_proj.weight"),
        (Dialect::Hub, Slot::Down(l)) => (l, "mlp.down_proj.weight"),
        (Dialect::ChatGlm, Slot::QkvWeight(l)) => (l, "self_attention.query_key_value.weight"),
        (Dialect::ChatGlm, Slot::QkvBias(l)) => (l, "self_attention.query_key_value.bias"),
        (Dialect::ChatGlm, Slot::AttentionOutput(l)) => (l, "self_attention.dense.weight"),
        (Dialect::ChatGlm, Slot::GateUp(l)) => (l, "mlp.dense_h_to_4h.weight"),
        (Dialect::ChatGlm, Slot::Down(l)) => (l, "mlp.dense_4h_to_h.weight"),
        (Dialect::Gguf, Slot::AttentionNorm(l)) => (l, "attn_norm.weight"),
        (Dialect::Gguf, Slot::QkvWeight(l)) => (l, "attn_qkv.weight"),
        (Dialect::Gguf, Slot::QkvBias(l)) => (l, "attn_qkv.bias"),
        (Dialect::Gguf, Slot::AttentionOutput(l)) => (l, "attn_output.weight"),
        (Dialect::Gguf, Slot::PostAttentionNorm(l)) => (l, "post_attention_norm.weight"),
        (Dialect::Gguf, Slot::MlpNorm(l)) => (l, "ffn_norm.weight"),
        // The gate's rows come first in this one matrix, whatever its name.
        (Dialect::Gguf, Slot::GateUp(l)) => (l, "ffn_up.weight"),
        (Dialect::Gguf, Slot::Down(l)) => (l, "ffn_down.weight"),
        (Dialect::Gguf, Slot::PostMlpNorm(l)) => (l, "post_ffw_norm.weight"),
    };
    match dialect {
        Dialect::Hub => format!("model.layers.{layer}.{part}"),
        Dialect::ChatGlm => format!("transformer.encoder.layers.{layer}.{part}"),
        Dialect::Gguf => format!("blk.{layer}.{part}"),
    }
}

/// The names of the tensors whose rows, one after the other, are a block's query, key and value
/// matrix (or bias): one that is fused already, or three.
pub(crate) fn qkv_names(dialect: Dialect, slot: Slot, table: &Table) -> Vec<String> {
    let fused = name(dialect, slot);
    match dialect {
        Dialect::ChatGlm => vec![fused],
        Dialect::Gguf if table.has(&fused) => vec![fused],
        Dialect::Gguf => {
            ["attn_q.", "attn_k.", "attn_v."].map(|part| fused.replace("attn_qkv.", part)).into()
        }
        Dialect::Hub => ["q_proj", "k_proj", "v_proj"].map(|part| fused.replace("q_proj", part)).into(),
    }
}
