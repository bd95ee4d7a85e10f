//! A model that knows nothing: its logits are noise.

use chat::Special;
use glm::Codec;

/// How far apart noise puts two tokens at most: at temperature 2 one is 50 times as likely as another.
const SPREAD: f32 = 8.0;
/// What each written token adds to the logits of those that bring something to its end, and the most.
/// Without it half of all texts would have no end.
const TIRES_BY: f32 = 0.002;
const TIRED_AT_MOST: f32 = 0.5;

/// Logits that depend on the seed and on how much is written.
pub struct Noise {
    closing: Vec<f32>,
}

impl Noise {
    pub fn new(codec: &Codec) -> Self {
        let ids = 0..codec.tokenizer().vocab_size() as u32;
        Self { closing: ids.map(|id| closing(codec, id)).collect() }
    }

    /// The logits of the token behind `n_written` others.
    pub fn logits(&self, seed: u64, n_written: usize) -> Vec<f32> {
        let mut state =
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (n_written as u64).wrapping_mul(0xD1B5_4A32_D192_ED03);
        let tired = (n_written as f32 * TIRES_BY).min(TIRED_AT_MOST);
        let logit = |closing: &f32| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1 << 24) as f32 * SPREAD + closing * tired
        };
        self.closing.iter().map(logit).collect()
    }
}

/// How much a token helps to come to an end.
fn closing(codec: &Codec, id: u32) -> f32 {
    match codec.tokenizer().token_bytes(id) {
        None => 100.0,
        Some(b"\"" | b")" | b"\"}") => 90.0,
        Some(b"}" | b"]") => 80.0,
        Some(b"," | b", ") => 24.0,
        Some([b'0'..=b'9']) => 20.0,
        Some([b'a'..=b'z']) => 10.0,
        Some(_) => 0.0,
    }
}

/// The ids of a text in which the format's special tokens are spelled out.
pub fn ids_of(codec: &Codec, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    let mut rest = text;
    loop {
        let found =
            Special::ALL.iter().filter_map(|s| Some((rest.find(s.as_str())?, *s))).min_by_key(|x| x.0);
        let Some((at, special)) = found else { break };
        ids.extend(codec.tokenizer().encode_text(&rest[..at]));
        ids.extend(codec.tokenizer().id_of(special));
        rest = &rest[at + special.as_str().len()..];
    }
    ids.extend(codec.tokenizer().encode_text(rest));
    ids
}
