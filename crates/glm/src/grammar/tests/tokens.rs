//! Which tokens may come and which have to.

use super::*;

#[test]
fn without_tools_only_role_tokens_are_kept_away() {
    let codec = codec(Format::Glm4Chat);
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(&[], &Constraint::Calls);
    let mut logits = vec![0.0; codec.tokenizer().vocab_size()];
    guide.mask(&mut logits);
    let allowed = |special| logits[codec.tokenizer().id_of(special).unwrap() as usize] == 0.0;
    assert!(
        allowed(chat::Special::User) && allowed(chat::Special::EndOfText) && allowed(chat::Special::Think)
    );
    assert!(!allowed(chat::Special::Observation) && !allowed(chat::Special::System));
    assert_eq!((guide.forced(), logits[0]), (vec![], 0.0));
}

/// The model would write the same tokens if it wrote the same text by itself.
#[test]
fn forced_tokens_are_those_of_the_tokenizer() {
    let codec = codec(Format::Glm4Chat);
    let parameters = json!({"type": "object", "properties": {"the 你好": {"const": "12 the \n\n"}}, "required": ["the 你好"]});
    let tools = [function("get_weather", parameters)];
    let mut guide = Grammars::new(Arc::clone(&codec)).guide(&tools, &Constraint::Calls);
    guide.accept(codec.tokenizer().encode_text("get_")[0]);
    let mut ids = codec.tokenizer().encode_text("get_")[..1].to_vec();
    ids.extend(guide.forced());
    let text = "get_weather\n{\"the 你好\": \"12 the \\n\\n\"}";
    let mut expected = codec.tokenizer().encode_text(text);
    expected.extend(codec.tokenizer().id_of(chat::Special::Observation));
    assert_eq!(codec.tokenizer().decode(&ids), codec.tokenizer().decode(&expected));
    assert_eq!(ids, expected);
}

#[test]
fn a_vocabulary_without_tags_says_so() {
    let ranks: String = (0..=255u8).map(|b| format!("{} {b}\n", base64(b))).collect();
    let tokenizer = Tokenizer::from_tiktoken(ranks.as_bytes()).unwrap();
    let codec = Arc::new(Codec::from_parts(Format::Glm45, Format::Glm45.default_words(), tokenizer));
    let guide = Grammars::new(codec).guide(&all_tools(), &Constraint::Calls);
    assert_eq!(guide.lapse(), Some("the vocabulary has no <think> token, which the format glm45 needs"));
}

fn base64(byte: u8) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |n: u8| DIGITS[n as usize & 63] as char;
    format!("{}{}==", digit(byte >> 2), digit(byte << 4))
}

/// GLM-4's own vocabulary, if it lies beside the checkout.
fn glm4(test: &str) -> Option<Arc<Codec>> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/glm/tokenizer.model");
    let Ok(file) = std::fs::read(&path) else {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{test}: skipped, {} is absent", path.display());
        return None;
    };
    let tokenizer = Tokenizer::from_tiktoken(&file).unwrap();
    Some(Arc::new(Codec::from_parts(Format::Glm4Chat, Format::Glm4Chat.default_words(), tokenizer)))
}

#[test]
fn the_real_vocabulary_is_masked() {
    let Some(codec) = glm4("the_real_vocabulary_is_masked") else { return };
    let tokenizer = codec.tokenizer();
    let (tools, grammars) = (all_tools(), Grammars::new(Arc::clone(&codec)));
    // A network's output is padded beyond the vocabulary; what is there never comes.
    let mut logits = vec![0.0; 151_552];
    let mut guide = grammars.guide(&tools, &Constraint::Calls);
    let mut allowed = |guide: &mut Guide| {
        logits.fill(0.0);
        guide.mask(&mut logits);
        assert!(logits[tokenizer.vocab_size()..].iter().all(|logit| *logit == f32::NEG_INFINITY));
        let ids = (0..logits.len() as u32).filter(|&id| logits[id as usize] == 0.0);
        ids.map(|id| tokenizer.decode(&[id])).collect::<Vec<_>>()
    };
    let mut first = allowed(&mut guide);
    first.retain(|token| !token.starts_with('\n'));
    assert!(
        first.iter().all(|token| tools.iter().any(|tool| tool.name().starts_with(token.as_str()))),
        "{first:?}"
    );
    assert!(first.iter().any(|token| token == "python"), "{first:?}");
    for id in tokenizer.encode_text("get_weather\n{\"city\": \"") {
        guide.accept(id);
    }
    let in_string = allowed(&mut guide);
    assert!(in_string.len() > 100_000, "{}", in_string.len());
    let is_wrong = |token: &&String| token.contains('\n') || chat::Special::from_spelling(token).is_some();
    assert_eq!(in_string.iter().find(is_wrong), None);
    for id in tokenizer.encode_text("Berlin\", \"unit\": \"c") {
        guide.accept(id);
    }
    // The quote behind it may be one token with what follows.
    assert_eq!(tokenizer.decode(&guide.forced()), "elsius");
    assert_eq!(guide.lapse(), None);
    let mut n_calls = 0;
    for seed in 0..6 {
        let mut guide = grammars.guide(&tools, &Constraint::Calls);
        tokenizer.encode_text("note\n").into_iter().for_each(|id| guide.accept(id));
        let walk = walk(&codec, &mut guide, &tools, seed, "");
        n_calls += usize::from(!walk.is_cut);
    }
    assert!(n_calls > 0);
}
