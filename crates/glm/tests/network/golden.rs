//! The network against the logits that `transformers` computes (see fixtures/make.py).

use std::{fs, path::PathBuf};

use glm::{Checkpoint, DType, Device, KvCache, Network, Tensor};
use serde::Deserialize;

const TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Golden {
    ids: Vec<u32>,
    logits: Vec<Vec<f32>>,
    after: After,
}

/// Other tokens, read behind a prefix.
#[derive(Deserialize)]
struct After {
    prefix: usize,
    ids: Vec<u32>,
    logits: Vec<Vec<f32>>,
}

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", name].iter().collect()
}

/// Each checkpoint with the fixture that holds its logits.
fn cases(dtype: Option<DType>) -> Vec<(&'static str, Network, Golden)> {
    let cases = [("glm", "glm"), ("glm4", "glm4"), ("glm4-tied", "glm4-tied"), ("chatglm", "glm")];
    let case = |(name, golden)| {
        let checkpoint = Checkpoint::open(&fixture(name)).unwrap();
        let network = Network::load(&checkpoint, &Device::Cpu, dtype).unwrap();
        let text = fs::read(fixture(golden).join("logits.json")).unwrap();
        (name, network, serde_json::from_slice(&text).unwrap())
    };
    cases.map(case).into()
}

#[track_caller]
fn check(name: &str, logits: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(logits.len(), expected.len());
    let worst = logits.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < tolerance, "{name}: logits differ by {worst}");
}

#[track_caller]
fn check_rows(name: &str, logits: &Tensor, expected: &[Vec<f32>]) {
    let logits = logits.to_vec2::<f32>().unwrap();
    assert_eq!(logits.len(), expected.len());
    for (logits, expected) in logits.iter().zip(expected) {
        check(name, logits, expected, TOLERANCE);
    }
}

#[test]
fn prefill_matches() {
    for (name, network, golden) in cases(Some(DType::F32)) {
        let logits = network.forward_all(&golden.ids, &mut network.new_cache()).unwrap();
        check_rows(name, &logits, &golden.logits);
        let last = network.forward(&golden.ids, &mut network.new_cache()).unwrap();
        check(name, &last.to_vec1::<f32>().unwrap(), golden.logits.last().unwrap(), TOLERANCE);
    }
}

#[test]
fn one_token_at_a_time_matches() {
    for (name, network, golden) in cases(Some(DType::F32)) {
        let mut cache = network.new_cache();
        for (id, expected) in golden.ids.iter().zip(&golden.logits) {
            let logits = network.forward(&[*id], &mut cache).unwrap();
            check(name, &logits.to_vec1::<f32>().unwrap(), expected, TOLERANCE);
        }
        assert_eq!(cache.len(), golden.ids.len());
    }
}

#[test]
fn pieces_of_any_length_match() {
    for (name, network, golden) in cases(Some(DType::F32)) {
        for length in [2, 5, 23] {
            let mut cache = network.new_cache();
            for (ids, expected) in golden.ids.chunks(length).zip(golden.logits.chunks(length)) {
                check_rows(name, &network.forward_all(ids, &mut cache).unwrap(), expected);
            }
        }
    }
}

#[test]
fn going_on_after_truncation_matches() {
    for (name, network, Golden { ids, after, .. }) in cases(Some(DType::F32)) {
        let mut cache = network.new_cache();
        network.prefill(&ids, &mut cache).unwrap();
        cache.truncate(after.prefix);
        assert_eq!(cache.len(), after.prefix);
        check_rows(name, &network.forward_all(&after.ids, &mut cache).unwrap(), &after.logits);

        cache.truncate(after.prefix);
        for (id, expected) in after.ids.iter().zip(&after.logits) {
            let logits = network.forward(&[*id], &mut cache).unwrap();
            check(name, &logits.to_vec1::<f32>().unwrap(), expected, TOLERANCE);
        }
    }
}

#[test]
fn forks_go_their_own_ways() {
    for (name, network, Golden { ids, logits, after }) in cases(Some(DType::F32)) {
        let mut one = network.new_cache();
        network.prefill(&ids[..after.prefix], &mut one).unwrap();
        let mut other = one.fork();
        // In turns, so that a write to memory that is still shared would show.
        for i in 0..after.ids.len() {
            let here = network.forward(&ids[after.prefix + i..][..1], &mut one).unwrap();
            let there = network.forward(&after.ids[i..][..1], &mut other).unwrap();
            check(name, &here.to_vec1::<f32>().unwrap(), &logits[after.prefix + i], TOLERANCE);
            check(name, &there.to_vec1::<f32>().unwrap(), &after.logits[i], TOLERANCE);
        }
    }
}

#[test]
fn a_saved_cache_goes_on() {
    for (name, network, Golden { ids, after, .. }) in cases(Some(DType::F32)) {
        let mut cache = network.new_cache();
        network.prefill(&ids[..after.prefix], &mut cache).unwrap();
        let mut saved = Vec::new();
        cache.save(&mut saved).unwrap();
        let mut loaded =
            KvCache::load(&mut saved.as_slice(), network.config(), network.dtype(), &Device::Cpu).unwrap();
        check_rows(name, &network.forward_all(&after.ids, &mut loaded).unwrap(), &after.logits);
    }
}

/// The largest of some logits, which the errors of half precision are a share of.
fn scale(logits: &[f32]) -> f32 {
    logits.iter().fold(0.0, |most, logit| most.max(logit.abs()))
}

/// Half precision weights keep between two and three digits of each activation (bf16), or three and
/// four (f16).
#[test]
fn half_precision_is_near() {
    for (dtype, share) in [(None, 0.03), (Some(DType::BF16), 0.03), (Some(DType::F16), 0.004)] {
        for (name, network, golden) in cases(dtype) {
            let mut cache = network.new_cache();
            for (id, expected) in golden.ids.iter().zip(&golden.logits) {
                let logits = network.forward(&[*id], &mut cache).unwrap();
                check(name, &logits.to_vec1::<f32>().unwrap(), expected, share * scale(expected));
            }
            // From 32 tokens on the bf16 matrices, which are exact here, are expanded to f32.
            let twice = [golden.ids.clone(), golden.ids.clone()].concat();
            let logits = network.forward_all(&twice, &mut network.new_cache()).unwrap();
            check_rows(name, &logits.narrow(0, 0, golden.ids.len()).unwrap(), &golden.logits);
        }
    }
}

#[test]
fn half_precision_caches_are_near() {
    for (name, network, golden) in cases(Some(DType::F32)) {
        let mut cache = KvCache::new(network.config(), DType::F16, &Device::Cpu);
        let logits = network.forward_all(&golden.ids, &mut cache).unwrap().to_vec2::<f32>().unwrap();
        for (logits, expected) in logits.iter().zip(&golden.logits) {
            check(name, logits, expected, 0.004 * scale(expected));
        }
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let (_, network, golden) = cases(Some(DType::F32)).remove(0);
    let mut cache = network.new_cache();
    network.prefill(&golden.ids, &mut cache).unwrap();
    let mut refused = |ids: &[u32], expected: &str| {
        assert_eq!(network.forward(ids, &mut cache).unwrap_err().to_string(), expected);
        assert_eq!(cache.len(), golden.ids.len());
    };
    refused(&[], "the model was given no tokens to read");
    refused(
        &[1, 112],
        "token 112 is outside the model's vocabulary of 112: the tokenizer belongs to another model",
    );
    refused(
        &[1; 240],
        "240 tokens after the 24 already read exceed the model's context of 256: shorten the conversation",
    );
}
