//! The embedded default model: gimlet-nano, a GLM-4 of a few million parameters.
//!
//! The crate is only the file of weights, compiled in, so that gimlet answers
//! without a download. The GGUF holds all that an engine needs: the network in
//! llama.cpp's `chatglm` layout, the tokenizer (in `tokenizer.ggml.*`, and as
//! `tokenizer.json` in `tokenizer.huggingface.json`), and in `gimlet.prompt` the
//! words of the system prompt that the model was trained with. `README.md` is its
//! data card; `forge/` is the recipe that makes it.

/// The model as a GGUF file.
pub static WEIGHTS: &[u8] = include_bytes!("../model/nano.gguf");

#[cfg(test)]
mod tests {
    use super::WEIGHTS;

    #[test]
    fn the_weights_are_a_small_gguf() {
        assert_eq!(&WEIGHTS[..4], b"GGUF");
        assert!(WEIGHTS.len() < 25_000_000, "{} bytes", WEIGHTS.len());
    }
}
