//! Files that are not what they should be: one sentence each, and no panic.

use std::{fs, io::Cursor, path::Path, sync::LazyLock};

use candle_core::{Tensor, quantized::GgmlDType};
use glm::{Architecture, Checkpoint, Device, Network};
use proptest::prelude::*;

use super::random::Model;

/// What opening and loading says, with the folder's name taken out.
fn message(path: &Path, folder: &Path) -> String {
    let result = Checkpoint::open(path).and_then(|checkpoint| Network::load(&checkpoint, &Device::Cpu, None));
    let message = result.expect_err("the model is damaged").to_string();
    message.replace(&format!("{}/", folder.display()), "").replace(&folder.display().to_string(), "FOLDER")
}

/// Damages a good folder and reads it.
#[track_caller]
fn check_folder(damage: impl Fn(&Path, &mut Model), expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut model = Model::new(Architecture::Glm, 20);
    model.write_folder(folder.path());
    damage(folder.path(), &mut model);
    assert_eq!(message(folder.path(), folder.path()), expected);
}

/// Damages a good GGUF file's bytes and reads it.
#[track_caller]
fn check_gguf(damage: impl Fn(&mut Vec<u8>), expected: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = gguf();
    damage(&mut bytes);
    let path = folder.path().join("model.gguf");
    fs::write(&path, bytes).unwrap();
    assert_eq!(message(&path, folder.path()), expected);
}

/// A good GGUF file. Made once, because hundreds of damaged copies are read.
static GGUF: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bytes = Cursor::new(Vec::new());
    Model::new(Architecture::Glm, 20).write_gguf_to(&mut bytes, |_| GgmlDType::Q8_0);
    bytes.into_inner()
});

fn gguf() -> Vec<u8> {
    GGUF.clone()
}

/// Replaces the only occurrence of some bytes by as many others.
fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) {
    assert_eq!(from.len(), to.len());
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    bytes[at..at + to.len()].copy_from_slice(to);
}

#[test]
fn what_is_absent_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.gguf");
    assert_eq!(
        message(&path, folder.path()),
        "there is no model at none.gguf: give a checkpoint folder or a .gguf file"
    );
    check_folder(
        |folder, _| fs::remove_file(folder.join("config.json")).unwrap(),
        "cannot read config.json: No such file or directory (os error 2)",
    );
    check_folder(
        |folder, _| fs::remove_file(folder.join("model.safetensors")).unwrap(),
        "FOLDER is not a usable model file: it has neither model.safetensors nor model.safetensors.index.json",
    );
    check_folder(
        |folder, _| fs::rename(folder.join("model.safetensors"), folder.join("pytorch_model.bin")).unwrap(),
        "FOLDER is not a usable model file: it has pytorch_model.bin but no model.safetensors: pickled weights are \
         not read, use a safetensors version",
    );
    check_folder(
        |folder, model| {
            model.tensors.remove("model.layers.1.mlp.down_proj.weight");
            model.write_folder(folder);
        },
        "FOLDER has no tensor model.layers.1.mlp.down_proj.weight, which its architecture needs",
    );
}

#[test]
fn a_missing_part_is_named() {
    let index = r#"{"weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}}"#;
    check_folder(
        |folder, _| {
            fs::rename(folder.join("model.safetensors"), folder.join("model-00001-of-00002.safetensors"))
                .unwrap();
            fs::write(folder.join("model.safetensors.index.json"), index).unwrap();
        },
        "the checkpoint FOLDER lacks its part model-00002-of-00002.safetensors: download it again",
    );
    check_folder(
        |folder, _| {
            fs::write(folder.join("model.safetensors.index.json"), r#"{"weight_map": {"a": "../b"}}"#)
                .unwrap();
        },
        "model.safetensors.index.json is not a usable model file: it names the part \"../b\", which is not a plain \
         file name",
    );
}

#[test]
fn a_wrong_shape_or_type_is_named() {
    check_folder(
        |folder, model| {
            let name = "model.layers.0.mlp.gate_up_proj.weight";
            let transposed = model.tensors[name].t().unwrap().contiguous().unwrap();
            model.tensors.insert(name.to_owned(), transposed);
            model.write_folder(folder);
        },
        "tensor model.layers.0.mlp.gate_up_proj.weight has the shape (256, 1024), but the configuration asks for \
         (1024, 256)",
    );
    check_folder(
        |folder, model| {
            let zeros = Tensor::zeros(256, glm::DType::U8, &Device::Cpu).unwrap();
            model.tensors.insert("model.norm.weight".to_owned(), zeros);
            model.write_folder(folder);
        },
        "tensor model.norm.weight is stored as U8, which gimlet does not read: use a checkpoint in f32, f16 or \
         bf16, or a GGUF file in Q4_0 to Q8_0 or Q2_K to Q6_K",
    );
}

#[test]
fn truncated_files_are_named() {
    check_folder(
        |folder, _| {
            let path = folder.join("model.safetensors");
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        },
        &format!(
            "model.safetensors is truncated: it has {} bytes and needs at least {}: download it again",
            n_safetensors() - 1,
            n_safetensors()
        ),
    );
    check_folder(
        |folder, _| fs::write(folder.join("model.safetensors"), "").unwrap(),
        "model.safetensors is truncated: it has 0 bytes and needs at least 1: download it again",
    );
    check_gguf(
        |bytes| bytes.truncate(bytes.len() - 1000),
        &format!(
            "model.gguf is truncated: it has {} bytes and needs at least {}: download it again",
            gguf().len() - 1000,
            gguf().len()
        ),
    );
    check_gguf(
        |bytes| bytes.truncate(7),
        "model.gguf is truncated: it has 7 bytes and needs at least 8: download it again",
    );
}

fn n_safetensors() -> usize {
    let folder = tempfile::tempdir().unwrap();
    Model::new(Architecture::Glm, 20).write_folder(folder.path());
    fs::metadata(folder.path().join("model.safetensors")).unwrap().len() as usize
}

#[test]
fn other_models_are_named() {
    check_gguf(
        |bytes| replace(bytes, b"chatglm", b"mistral"),
        "model.gguf holds a model of architecture \"mistral\", which gimlet does not run: it runs GlmForCausalLM, \
         Glm4ForCausalLM and ChatGLMModel folders, and GGUF files of architecture chatglm or glm4",
    );
    check_gguf(|bytes| bytes[0] = b'X', "model.gguf is not a usable model file: it does not begin with GGUF");
    check_gguf(
        |bytes| bytes[4] = 9,
        "model.gguf is not a usable model file: it is GGUF version 9, not 2 or 3",
    );
    check_gguf(
        |bytes| bytes[4..8].copy_from_slice(&[0, 0, 0, 3]),
        "model.gguf is not a usable model file: it is a big-endian GGUF file",
    );
}

#[test]
fn hostile_sizes_take_no_memory() {
    let huge = u64::MAX.to_le_bytes();
    // The count of tensors, the count of values, and the length of the first key.
    for at in [8, 16, 24] {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = gguf();
        bytes[at..at + 8].copy_from_slice(&huge);
        let path = folder.path().join("model.gguf");
        fs::write(&path, bytes).unwrap();
        assert!(Checkpoint::open(&path).is_err());
    }
    check_gguf(
        |bytes| {
            let key = b"chatglm.block_count\x04\0\0\0";
            let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len();
            bytes[at..at + 4].copy_from_slice(&[255; 4]);
        },
        "model.gguf: the number of layers is 4294967295, but it has to be 1 to 1024",
    );
    for header in [
        r#"{"a":{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,4]}}"#,
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[18446744073709551615,18446744073709551615]}}"#,
        r#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
        r#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        r#"{"a":[]}"#,
        "[[[[",
    ] {
        let folder = tempfile::tempdir().unwrap();
        Model::new(Architecture::Glm, 20).write_folder(folder.path());
        let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &[0; 4]].concat();
        fs::write(folder.path().join("model.safetensors"), bytes).unwrap();
        assert!(Checkpoint::open(folder.path()).is_err(), "{header}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any bytes of the header may be anything: the file is refused or read, and nothing panics.
    #[test]
    fn damaged_headers_do_not_panic(changes in prop::collection::vec((0_usize..2048, any::<u8>()), 1..8)) {
        let mut bytes = gguf();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.gguf");
        fs::write(&path, bytes).unwrap();
        if let Ok(checkpoint) = Checkpoint::open(&path) {
            let _ = Network::load(&checkpoint, &Device::Cpu, None);
        }
    }

    #[test]
    fn damaged_safetensors_do_not_panic(changes in prop::collection::vec((0_usize..1024, any::<u8>()), 1..4)) {
        // A header is damaged most where it is short: few tensors, so that loading ends at once.
        let header = br#"{"__metadata__":{"a":"b"},"model.embed_tokens.weight":{"dtype":"F32","shape":[64,256],
            "data_offsets":[0,65536]},"model.norm.weight":{"dtype":"BF16","shape":[256],"data_offsets":[65536,66048]}}"#;
        let mut bytes = [&(header.len() as u64).to_le_bytes(), header.as_slice(), &[0; 66048]].concat();
        for (at, byte) in changes {
            bytes[at % (8 + header.len())] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let config = serde_json::to_vec(&super::random::config(Architecture::Glm)).unwrap();
        fs::write(folder.path().join("config.json"), config).unwrap();
        fs::write(folder.path().join("model.safetensors"), bytes).unwrap();
        if let Ok(checkpoint) = Checkpoint::open(folder.path()) {
            prop_assert!(Network::load(&checkpoint, &Device::Cpu, None).is_err());
        }
    }
}
