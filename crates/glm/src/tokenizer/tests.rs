//! One vocabulary through all three routes: the same ids, and text comes back whole.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chat::{Prompt, Special};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::byte_level::spell;
use super::*;

type Ranks = HashMap<Vec<u8>, usize>;

/// A file of the test data that lies beside the checkout; its absence is said by name.
fn shared(test: &str, file: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/glm").join(file);
    let found = std::fs::read(&path).ok();
    if found.is_none() {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{test}: skipped, {} is absent", path.display());
    }
    found
}

/// One vocabulary, read three ways.
struct Routes([(&'static str, Tokenizer); 3]);

impl Routes {
    fn new(tiktoken: &[u8], ranks: &Ranks) -> Self {
        Self([
            ("tiktoken", Tokenizer::from_tiktoken(tiktoken).unwrap()),
            ("json", Tokenizer::from_json(json_file(ranks).to_string().as_bytes()).unwrap()),
            ("gguf", from_gguf(ranks)),
        ])
    }

    fn check(&self, text: &str) -> Vec<u32> {
        let [(_, first), rest @ ..] = &self.0;
        let ids = first.encode_text(text);
        assert_eq!(first.decode(&ids), text, "tiktoken");
        for (route, tokenizer) in rest {
            assert_eq!(tokenizer.encode_text(text), ids, "{route}: {text:?}");
            assert_eq!(tokenizer.decode(&ids), text, "{route}");
        }
        ids
    }
}

/// GLM-4's own vocabulary, if it is there.
fn glm4(test: &str) -> Option<&'static Routes> {
    static ROUTES: OnceLock<Option<Routes>> = OnceLock::new();
    let routes = ROUTES.get_or_init(|| {
        let file = shared(test, "tokenizer.model")?;
        Some(Routes::new(&file, &read_ranks(&file)))
    });
    routes.as_ref()
}

/// A vocabulary small enough to be written here: the bytes and a few words.
fn small() -> &'static Routes {
    static ROUTES: OnceLock<Routes> = OnceLock::new();
    ROUTES.get_or_init(|| {
        let words = ["in", "th", "the", " t", " the", "ing", "aa", "aaaa", "  ", "\n\n", "<|", "|>"];
        let words = ["sy", "sys", "te", "tem", "system", "你好", "12", "123"].iter().chain(&words);
        let halves = ["你", "好"].map(|c| c.as_bytes()[..2].to_vec());
        let whole = ["你", "好"].map(|c| c.as_bytes().to_vec());
        let mut tokens: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![byte]).collect();
        tokens.extend(halves.into_iter().chain(whole).chain(words.map(|w| w.as_bytes().to_vec())));
        let mut ranks = Ranks::new();
        let mut file = String::new();
        for token in tokens {
            let rank = ranks.len();
            if let std::collections::hash_map::Entry::Vacant(entry) = ranks.entry(token.clone()) {
                file.push_str(&format!("{} {rank}\n", base64(&token)));
                entry.insert(rank);
            }
        }
        Routes::new(file.as_bytes(), &ranks)
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let bits =
                chunk.iter().fold(0u32, |bits, &b| bits << 8 | u32::from(b)) << (8 * (3 - chunk.len()));
            (0..=chunk.len()).map(move |i| DIGITS[(bits >> (18 - 6 * i)) as usize & 63] as char)
        })
        .collect()
}

/// The ranks as the tiktoken reader understood them.
fn read_ranks(file: &[u8]) -> Ranks {
    let tokenizer = Tokenizer::from_tiktoken(file).unwrap();
    tokenizer.vocabulary.texts().map(|(id, bytes)| (bytes.to_vec(), id as usize)).collect()
}

fn by_rank(ranks: &Ranks) -> Vec<&Vec<u8>> {
    let mut tokens: Vec<_> = ranks.keys().collect();
    tokens.sort_by_key(|token| ranks[*token]);
    tokens
}

/// The file that transformers' converter writes: every split of a token into two others is a merge.
fn json_file(ranks: &Ranks) -> Value {
    let tokens = by_rank(ranks);
    let merges: Vec<Value> = tokens
        .iter()
        .flat_map(|token| {
            let splits = (1..token.len()).map(|at| token.split_at(at));
            let mut splits: Vec<_> =
                splits.filter_map(|(l, r)| Some((ranks.get(l)?, ranks.get(r)?, l, r))).collect();
            splits.sort_unstable();
            splits.into_iter().map(|(_, _, l, r)| json!([spell(l), spell(r)]))
        })
        .collect();
    let vocab: serde_json::Map<_, _> = tokens.iter().map(|t| (spell(t), json!(ranks[*t]))).collect();
    let added: Vec<Value> = Special::GLM4
        .iter()
        .enumerate()
        .map(|(i, special)| {
            json!({"id": ranks.len() + i, "content": special.as_str(), "special": true, "single_word": false,
                   "lstrip": false, "rstrip": false, "normalized": false})
        })
        .collect();
    json!({
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0},
        "padding": null,
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": GLM4_PATTERN}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}]},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
        "model": {"type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
                  "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false, "ignore_merges": true,
                  "vocab": vocab, "merges": merges},
    })
}

/// The metadata that llama.cpp's converter writes: each token has the one merge that its own bytes
/// lead to when only lower ranks may merge.
fn from_gguf(ranks: &Ranks) -> Tokenizer {
    let tokens = by_rank(ranks);
    let merges: Vec<String> = tokens
        .iter()
        .filter(|token| token.len() > 1)
        .map(|token| {
            let mut parts: Vec<Vec<u8>> = token.iter().map(|&byte| vec![byte]).collect();
            while parts.len() > 2 {
                let rank = |i: usize| ranks.get(&[&parts[i][..], &parts[i + 1][..]].concat()).copied();
                let lower = |i: &usize| rank(*i).is_some_and(|r| r < ranks[*token]);
                let Some(at) = (0..parts.len() - 1).filter(lower).min_by_key(|&i| rank(i)) else { break };
                let right = parts.remove(at + 1);
                parts[at].extend(right);
            }
            parts.iter().map(|part| spell(part)).collect::<Vec<_>>().join(" ")
        })
        .collect();
    let mut spellings: Vec<String> = tokens.iter().map(|token| spell(token)).collect();
    let mut token_types = vec![1; spellings.len()];
    spellings.extend(Special::GLM4.map(|special| special.as_str().to_owned()));
    token_types.resize(spellings.len(), 3);
    spellings.push("[PAD0]".into());
    token_types.push(5);
    Tokenizer::from_gguf(&gguf("chatglm-bpe", spellings, merges, token_types)).unwrap()
}

fn gguf(pre: &str, tokens: Vec<String>, merges: Vec<String>, token_types: Vec<i64>) -> GgufTokenizer {
    GgufTokenizer { model: "gpt2".into(), pre: pre.into(), tokens, merges, token_types }
}

#[test]
fn glm4_golden_ids() {
    let Some(routes) = glm4("glm4_golden_ids") else { return };
    let Some(golden) = shared("glm4_golden_ids", "tokenizer_golden.json") else { return };
    let golden: Vec<Value> = serde_json::from_slice(&golden).unwrap();
    assert_eq!(golden.len(), 61);
    for case in &golden {
        let ids: Vec<u32> = serde_json::from_value(case["ids"].clone()).unwrap();
        assert_eq!(routes.check(case["text"].as_str().unwrap()), ids);
    }
}

#[test]
fn glm4_special_ids() {
    let Some(routes) = glm4("glm4_special_ids") else { return };
    for (route, tokenizer) in &routes.0 {
        let known = [
            (Special::EndOfText, 151329),
            (Special::GMask, 151331),
            (Special::Sop, 151333),
            (Special::System, 151335),
            (Special::User, 151336),
            (Special::Assistant, 151337),
            (Special::Observation, 151338),
        ];
        for (special, id) in known {
            assert_eq!(tokenizer.id_of(special), Some(id), "{route}");
            assert_eq!(tokenizer.special_of(id), Some(special), "{route}");
            assert!(tokenizer.is_special(id), "{route}");
            assert_eq!(tokenizer.token_bytes(id), None, "{route}");
        }
        assert_eq!(tokenizer.special_of(0), None);
        assert!(!tokenizer.is_special(151328));
        assert_eq!(tokenizer.token_bytes(1_000_000), None);
    }
}

/// The spelling of a special token in text gives ordinary tokens; the special token itself gives
/// its id, and the texts around it are encoded by themselves.
fn check_specials_are_apart(routes: &Routes) {
    for (route, tokenizer) in &routes.0 {
        for special in Special::GLM4 {
            let text = format!("a{special} b", special = special.as_str());
            let ids = routes.check(&text);
            assert!(!ids.iter().any(|&id| tokenizer.is_special(id)), "{route}: {text}");
            assert!(
                !tokenizer.encode_text(special.as_str()).contains(&tokenizer.id_of(special).unwrap()),
                "{route}"
            );
        }
        let mut prompt = Prompt::default();
        prompt.push_special(Special::User);
        prompt.push_text("\nsay <|system|>");
        prompt.push_special(Special::Assistant);
        let mut ids = vec![tokenizer.id_of(Special::User).unwrap()];
        ids.extend(tokenizer.encode_text("\nsay <|system|>"));
        ids.push(tokenizer.id_of(Special::Assistant).unwrap());
        assert_eq!(tokenizer.encode(&prompt), ids, "{route}");
        assert_eq!(tokenizer.decode(&ids), prompt.to_string(), "{route}");
    }
}

#[test]
fn no_text_becomes_a_special_token() {
    check_specials_are_apart(small());
    if let Some(routes) = glm4("no_text_becomes_a_special_token") {
        check_specials_are_apart(routes);
    }
}

/// Trainers put special tokens into the model's own table too, and a checkpoint may add tokens that
/// are not special: neither is found in text.
#[test]
fn added_tokens_in_the_models_table_are_not_found_in_text() {
    let ranks: Ranks = (0..=255u8).map(|byte| (vec![byte], byte as usize)).collect();
    let mut file = json_file(&ranks);
    file["pre_tokenizer"] =
        json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false});
    file["model"]["vocab"]["<|user|>"] = file["added_tokens"][7]["id"].clone();
    file["model"]["vocab"]["<extra>"] = json!(400);
    file["added_tokens"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": 400, "content": "<extra>", "special": false,
        "single_word": false, "lstrip": false, "rstrip": false, "normalized": false}));
    let tokenizer = Tokenizer::from_json(file.to_string().as_bytes()).unwrap();
    assert_eq!(tokenizer.encode_text("<|user|>"), b"<|user|>".map(u32::from));
    assert_eq!(tokenizer.encode_text("<extra>"), b"<extra>".map(u32::from));
    assert_eq!(tokenizer.id_of(Special::User), Some(263));
    assert_eq!(tokenizer.token_bytes(400), Some(&b"<extra>"[..]));
    assert!(!tokenizer.is_special(400));

    let mut spellings: Vec<String> = (0..=255u8).map(|byte| spell(&[byte])).collect();
    spellings.extend(["<|user|>".into(), "<extra>".into()]);
    let mut token_types = vec![1; 256];
    token_types.extend([4, 4]); // Converters have called role tokens user-defined.
    let tokenizer = Tokenizer::from_gguf(&gguf("glm4", spellings, vec![], token_types)).unwrap();
    assert_eq!(tokenizer.encode_text("<|user|><extra>"), b"<|user|><extra>".map(u32::from));
    assert_eq!(tokenizer.id_of(Special::User), Some(256));
    assert!(tokenizer.is_special(256));
    assert_eq!(tokenizer.token_bytes(257), Some(&b"<extra>"[..]));
}

#[test]
fn broken_files_are_errors() {
    let check = |result: Result<Tokenizer, TokenizerError>, message: &str| {
        let error = result.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains(message), "{error:?} lacks {message:?}");
    };
    check(Tokenizer::from_json(b"{"), "cannot be read");
    check(Tokenizer::from_json(b"{}"), "its decoder is null, not ByteLevel");
    check(Tokenizer::from_json(br#"{"decoder": {"type": "ByteLevel"}}"#), "no table of tokens");
    let read = |tokens: &[&str], merges: &[&str], pre: &str| {
        let own = |list: &[&str]| list.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let tokens = (0..=255u8).map(|byte| spell(&[byte])).chain(own(tokens)).collect();
        Tokenizer::from_gguf(&gguf(pre, tokens, own(merges), vec![]))
    };
    check(read(&[], &[], "gpt-2"), "its split pattern is \"gpt-2\"");
    check(read(&["a b"], &[], "glm4"), "token 256, \"a b\", is not in the byte-level spelling");
    check(read(&[], &["a b"], "glm4"), "merge 0, \"a b\", is not two tokens that make a third");
    assert_eq!(read(&["ab"], &["a b"], "glm4").unwrap().encode_text("abc"), [256, 99]);
}

/// Texts that make a careless tokenizer quadratic, one of them of a megabyte, and 100 kB of prose.
#[test]
fn long_texts_are_fast() {
    let n = 1 << 17;
    let prose = "The quick brown fox, 42 of them, can't see 你好世界 through\n\tthe hedge.  ".repeat(1400);
    let texts = [
        "a".repeat(1 << 20),
        " ".repeat(n),
        "\n".repeat(n),
        " ".repeat(n) + "a",
        "你".repeat(n / 3),
        "!".repeat(n),
        "7".repeat(n),
        " \n".repeat(n / 2) + " x",
        "ab".repeat(n / 2),
    ];
    for routes in [Some(small()), glm4("long_texts_are_fast")].into_iter().flatten() {
        for (route, tokenizer) in &routes.0 {
            let check = |text: &str, limit: Duration| {
                let start = Instant::now();
                let ids = tokenizer.encode_text(text);
                let took = start.elapsed();
                let sample: String = text.chars().take(8).collect();
                assert!(took < limit, "{route} took {took:?} for {sample:?}…");
                assert_eq!(tokenizer.decode(&ids), text, "{route}");
            };
            assert!(prose.len() > 100_000);
            check(&prose, Duration::from_secs(2));
            texts.iter().for_each(|text| check(text, Duration::from_secs(10)));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_string_comes_back(text in any::<String>()) {
        small().check(&text);
    }

    #[test]
    fn all_routes_agree(text in r"([a-zA-Z' ]{0,9}|[ \n\r\t]{0,4}|\PC{0,3}|[0-9]{0,5}|<\|[a-z]{1,6}\|>|the|system|你好|'LL){0,12}") {
        small().check(&text);
        if let Some(routes) = glm4("all_routes_agree") {
            routes.check(&text);
        }
    }
}
