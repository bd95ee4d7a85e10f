//! The network against candle-transformers' three, which were written independently of it.

use std::fs::File;

use candle_core::{
    DType, Device, Tensor,
    quantized::{GgmlDType, gguf_file},
};
use candle_nn::VarBuilder;
use candle_transformers::models::{glm4, glm4_new, quantized_glm4};
use glm::{Architecture, Checkpoint, Network};
use serde_json::json;

use super::random::{self, Model, distance, ids};

/// How many tokens are read at once, before the rest are read one at a time.
const N_PREFILL: usize = 20;

fn load(model: &Model) -> Network {
    let folder = tempfile::tempdir().unwrap();
    model.write_folder(folder.path());
    Network::load(&Checkpoint::open(folder.path()).unwrap(), &Device::Cpu, None).unwrap()
}

/// Compares with a model that keeps its cache to itself and gives the last token's logits.
fn check(network: &Network, tolerance: f32, mut theirs: impl FnMut(&Tensor, usize) -> Tensor) {
    let ids = ids(40);
    let mut cache = network.new_cache();
    let (prefix, rest) = ids.split_at(N_PREFILL);
    for ids in std::iter::once(prefix).chain(rest.chunks(1)) {
        let input = Tensor::new(ids, &Device::Cpu).unwrap().unsqueeze(0).unwrap(); // (1, seq)
        let expected = theirs(&input, cache.len()).flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let found = network.forward(ids, &mut cache).unwrap().to_vec1::<f32>().unwrap();
        let distance = distance(&[found], &[expected]);
        assert!(distance < tolerance, "after {} tokens the logits differ by {distance}", cache.len());
    }
}

#[test]
fn glm4_is_matched() {
    let model = Model::new(Architecture::Glm, 1);
    let mut tensors = std::collections::HashMap::new();
    let mut rename = |theirs: String, ours: &[String]| {
        let parts: Vec<&Tensor> = ours.iter().map(|name| &model.tensors[name]).collect();
        tensors.insert(theirs, Tensor::cat(&parts, 0).unwrap());
    };
    rename("transformer.embedding.word_embeddings.weight".into(), &["model.embed_tokens.weight".into()]);
    rename("transformer.encoder.final_layernorm.weight".into(), &["model.norm.weight".into()]);
    rename("transformer.output_layer.weight".into(), &["lm_head.weight".into()]);
    for layer in 0..random::N_LAYERS {
        let (theirs, ours) = (format!("transformer.encoder.layers.{layer}"), format!("model.layers.{layer}"));
        for kind in ["weight", "bias"] {
            let parts = ["q", "k", "v"].map(|part| format!("{ours}.self_attn.{part}_proj.{kind}"));
            rename(format!("{theirs}.self_attention.query_key_value.{kind}"), &parts);
        }
        for (to, from) in [
            ("self_attention.dense", "self_attn.o_proj"),
            ("mlp.dense_h_to_4h", "mlp.gate_up_proj"),
            ("mlp.dense_4h_to_h", "mlp.down_proj"),
            ("input_layernorm", "input_layernorm"),
            ("post_attention_layernorm", "post_attention_layernorm"),
        ] {
            rename(format!("{theirs}.{to}.weight"), &[format!("{ours}.{from}.weight")]);
        }
    }
    let config = json!({
        "num_layers": random::N_LAYERS,
        "padded_vocab_size": random::VOCAB,
        "hidden_size": random::HIDDEN,
        "ffn_hidden_size": random::FFN,
        "kv_channels": random::HEAD_DIM,
        "num_attention_heads": random::N_HEADS,
        "seq_length": random::CONTEXT,
        "layernorm_epsilon": 1e-5,
        "rmsnorm": true,
        "apply_residual_connection_post_layernorm": false,
        "post_layer_norm": true,
        "add_bias_linear": false,
        "add_qkv_bias": true,
        "bias_dropout_fusion": true,
        "multi_query_attention": true,
        "multi_query_group_num": random::N_KV_HEADS,
        "apply_query_key_layer_scaling": true,
        "attention_softmax_in_fp32": true,
        "fp32_residual_connection": false,
        "rope_ratio": 1,
    });
    let config: glm4::Config = serde_json::from_value(config).unwrap();
    let builder = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    let mut theirs = glm4::Model::new(&config, builder).unwrap();
    check(&load(&model), 1e-5, |input, _| theirs.forward(input).unwrap());
}

#[test]
fn glm4_new_is_matched() {
    let model = Model::new(Architecture::Glm4, 2);
    let config: glm4_new::Config = serde_json::from_value(random::config(model.architecture)).unwrap();
    let tensors = model.tensors.clone().into_iter().collect();
    let builder = VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu);
    let mut theirs = glm4_new::ModelForCausalLM::new(&config, builder).unwrap();
    check(&load(&model), 1e-5, |input, offset| theirs.forward(input, offset).unwrap());
}

#[test]
fn quantized_glm4_is_matched() {
    let model = Model::new(Architecture::Glm4, 3);
    let file = tempfile::NamedTempFile::with_suffix(".gguf").unwrap();
    for kind in [GgmlDType::Q8_0, GgmlDType::Q4K, GgmlDType::Q5_0] {
        model.write_gguf(file.path(), |_| kind);
        let checkpoint = Checkpoint::open(file.path()).unwrap();
        let network = Network::load(&checkpoint, &Device::Cpu, None).unwrap();
        let mut reader = File::open(file.path()).unwrap();
        let content = gguf_file::Content::read(&mut reader).unwrap();
        let mut theirs =
            quantized_glm4::ModelWeights::from_gguf(content, &mut reader, &Device::Cpu, DType::F32).unwrap();
        // The products are the same; sums in attention run in another order, which now and then
        // moves an activation to the next of its 255 steps.
        check(&network, 0.01, |input, offset| theirs.forward(input, offset).unwrap());
    }
}
