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
