//! GGUF files in every type that candle reads.

use candle_core::quantized::GgmlDType;
use glm::{Architecture, Checkpoint, DType, Device, Network, TokenizerSource};

use super::random::{Model, decode, distance, ids, prefill};

/// With how far the logits may lie from those of the expanded matrices, as a share of the largest:
/// activations are rounded to bf16, f16, or eight bits.
const KINDS: [(GgmlDType, f32); 15] = [
    (GgmlDType::F32, 1e-5),
    (GgmlDType::F16, 0.01),
    (GgmlDType::BF16, 0.1),
    (GgmlDType::Q4_0, 0.1),
    (GgmlDType::Q4_1, 0.1),
    (GgmlDType::Q5_0, 0.1),
    (GgmlDType::Q5_1, 0.1),
    (GgmlDType::Q8_0, 0.1),
    (GgmlDType::Q8_1, 0.1),
    (GgmlDType::Q2K, 0.1),
    (GgmlDType::Q3K, 0.1),
    (GgmlDType::Q4K, 0.1),
    (GgmlDType::Q5K, 0.1),
    (GgmlDType::Q6K, 0.1),
    (GgmlDType::Q8K, 0.1),
];

/// The network with the file's own matrices against the one with the same matrices expanded to f32:
/// what is left is the rounding of the activations.
fn check(model: &Model, kind: impl Fn(&str) -> GgmlDType, tolerance: f32, what: &str) {
    let file = tempfile::NamedTempFile::with_suffix(".gguf").unwrap();
    model.write_gguf(file.path(), kind);
    let checkpoint = Checkpoint::open(file.path()).unwrap();
    let stored = Network::load(&checkpoint, &Device::Cpu, None).unwrap();
    let expanded = Network::load(&checkpoint, &Device::Cpu, Some(DType::F32)).unwrap();
    let ids = ids(40);
    let expected = prefill(&expanded, &ids);
    let one_by_one = distance(&decode(&stored, &ids), &expected);
    let at_once = distance(&prefill(&stored, &ids), &expected);
    assert!(one_by_one < tolerance && at_once < tolerance, "{what}: {one_by_one} and {at_once}");
}

#[test]
fn every_type_is_read() {
    for (seed, architecture) in [(4, Architecture::Glm), (5, Architecture::Glm4)] {
        let model = Model::new(architecture, seed);
        for (kind, tolerance) in KINDS {
            check(&model, |_| kind, tolerance, &format!("{architecture:?} in {kind:?}"));
        }
    }
}

#[test]
fn types_may_differ_within_a_block() {
    let kind = |name: &str| match name {
        name if name.contains("attn_v") || name.contains("ffn_down") => GgmlDType::Q6K,
        "output.weight" => GgmlDType::Q6K,
        "token_embd.weight" => GgmlDType::F16,
        _ => GgmlDType::Q4K,
    };
    check(&Model::new(Architecture::Glm4, 6), kind, 0.1, "mixed");
}

/// The names and sizes lead to the same network as those of a folder.
#[test]
fn a_file_and_a_folder_agree() {
    for (seed, architecture) in [(7, Architecture::Glm), (8, Architecture::Glm4)] {
        let model = Model::new(architecture, seed);
        let folder = tempfile::tempdir().unwrap();
        model.write_folder(folder.path());
        let file = folder.path().join("model.gguf");
        model.write_gguf(&file, |_| GgmlDType::F32);
        let networks = [folder.path(), &file]
            .map(|path| Network::load(&Checkpoint::open(path).unwrap(), &Device::Cpu, None).unwrap());
        let ids = ids(12);
        assert_eq!(prefill(&networks[0], &ids), prefill(&networks[1], &ids));
    }
}

#[test]
fn queries_keys_and_values_may_be_one_tensor() {
    let mut model = Model::new(Architecture::Glm, 9);
    let file = tempfile::NamedTempFile::with_suffix(".gguf").unwrap();
    model.write_gguf(file.path(), |_| GgmlDType::Q8_0);
    let apart = Network::load(&Checkpoint::open(file.path()).unwrap(), &Device::Cpu, None).unwrap();
    for layer in 0..super::random::N_LAYERS {
        for kind in ["weight", "bias"] {
            let parts = ["q", "k", "v"].map(|part| {
                model.tensors.remove(&format!("model.layers.{layer}.self_attn.{part}_proj.{kind}")).unwrap()
            });
            let fused = candle_core::Tensor::cat(&parts, 0).unwrap();
            model.tensors.insert(format!("blk.{layer}.attn_qkv.{kind}"), fused);
        }
    }
    model.write_gguf(file.path(), |_| GgmlDType::Q8_0);
    let fused = Network::load(&Checkpoint::open(file.path()).unwrap(), &Device::Cpu, None).unwrap();
    let ids = ids(12);
    assert_eq!(decode(&apart, &ids), decode(&fused, &ids));
}

#[test]
fn a_file_may_be_tied_and_part_of_the_program() {
    let mut model = Model::new(Architecture::Glm, 10);
    let embedding = model.tensors["model.embed_tokens.weight"].clone();
    model.tensors.insert("lm_head.weight".to_owned(), embedding);
    let mut bytes = std::io::Cursor::new(Vec::new());
    model.write_gguf_to(&mut bytes, |_| GgmlDType::Q8_0);
    let untied = Checkpoint::from_gguf_bytes(bytes.into_inner().leak()).unwrap();

    model.tensors.remove("lm_head.weight");
    let mut bytes = std::io::Cursor::new(vec![0]);
    bytes.set_position(1);
    let mut aligned = std::io::Cursor::new(Vec::new());
    model.write_gguf_to(&mut aligned, |_| GgmlDType::Q8_0);
    // One byte off, as the bytes of a program may lie anywhere.
    std::io::Write::write_all(&mut bytes, aligned.get_ref()).unwrap();
    let tied = Checkpoint::from_gguf_bytes(&bytes.into_inner().leak()[1..]).unwrap();

    assert!(tied.config().tied && !untied.config().tied);
    assert_eq!((tied.name(), tied.format_name()), ("random", "glm4-chat"));
    assert_eq!((tied.words_json(), tied.config().eos_ids.as_slice()), (Some("{}"), [5].as_slice()));
    assert_eq!(tied.sha256().len(), 64);
    assert!(tied.tokenizer_source().is_err());
    let ids = ids(12);
    let [tied, untied] =
        [&tied, &untied].map(|checkpoint| Network::load(checkpoint, &Device::Cpu, None).unwrap());
    assert_eq!(decode(&tied, &ids), decode(&untied, &ids));
}

#[test]
fn a_folder_names_its_tokenizer() {
    let folder = tempfile::tempdir().unwrap();
    Model::new(Architecture::Glm, 11).write_folder(folder.path());
    let checkpoint = Checkpoint::open(folder.path()).unwrap();
    assert!(
        checkpoint
            .tokenizer_source()
            .unwrap_err()
            .to_string()
            .contains("neither tokenizer.json nor tokenizer.model")
    );
    std::fs::write(folder.path().join("tokenizer.model"), "IQ== 0\n").unwrap();
    assert_eq!(checkpoint.tokenizer_source().unwrap(), TokenizerSource::Tiktoken(b"IQ== 0\n".to_vec()));
    std::fs::write(folder.path().join("tokenizer.json"), "{}").unwrap();
    assert_eq!(checkpoint.tokenizer_source().unwrap(), TokenizerSource::Json(b"{}".to_vec()));
}
