//! The citations of an answer, each held against the page that it names.

use std::collections::{BTreeMap, HashSet};

use agent::Citation;

use crate::session::{Session, Source};

/// The most citations of one answer.
const MAX_CITATIONS: usize = 200;
/// How much of what a claim says its passage must have.
const ENOUGH: f64 = 0.6;
/// The longest mark, in bytes.
const MAX_MARK_BYTES: usize = 1200;
/// The longest passage, in characters.
const MAX_QUOTE_CHARS: usize = 400;
/// Words in cited text that say nothing.
const LABELS: [&str; 6] = ["source", "来源", "quote", "link", "ref", "引用"];

/// The citations of an answer, in its order.
pub(crate) fn cite(answer: &str, session: &Session) -> Vec<Citation> {
    let mut pages: BTreeMap<usize, Option<Cited>> = BTreeMap::new();
    let cited = |mark: Mark| {
        let page = pages.entry(mark.id).or_insert_with(|| session.source(mark.id).map(Cited::new));
        check(&mark, page.as_ref())
    };
    marks(answer).into_iter().map(cited).collect()
}

/// A citation as it stands in the answer.
#[derive(Debug, PartialEq, Eq)]
struct Mark<'a> {
    id: usize,
    label: &'a str,
    /// The sentence before it, or around it.
    claim: &'a str,
}

fn marks(answer: &str) -> Vec<Mark<'_>> {
    let mut marks = Vec::new();
    let mut from = 0;
    while let Some(begin) = answer[from..].find('【').map(|place| place + from) {
        let inner = begin + '【'.len_utf8();
        from = inner;
        let window = &answer[inner..answer.floor_char_boundary(inner + MAX_MARK_BYTES)];
        let Some(length) = window.find('】') else { continue };
        let Some((id, label)) = answer[inner..inner + length].split_once('†') else { continue };
        let Ok(id) = id.trim().parse() else { continue };
        from = inner + length + '】'.len_utf8();
        marks.push(Mark { id, label: label.trim(), claim: claim(&answer[..begin]) });
        if marks.len() == MAX_CITATIONS {
            break;
        }
    }
    marks
}

/// The last sentence of a text, citations before it left out.
fn claim(before: &str) -> &str {
    let mut text = before.trim_end();
    // Several citations may stand behind one sentence.
    while text.ends_with('】') {
        let Some(begin) = text.rfind('【') else { break };
        text = text[..begin].trim_end();
    }
    let body = text.trim_end_matches(['.', '。', '!', '?', '！', '？', ',', '，']);
    let ends = |(place, c): (usize, char)| {
        let after = body[place + c.len_utf8()..].chars().next();
        match c {
            '。' | '！' | '？' | '\n' | '】' | '；' => true,
            '.' | '!' | '?' | ';' => after.is_some_and(char::is_whitespace),
            _ => false,
        }
        .then(|| place + c.len_utf8())
    };
    let begin = body.char_indices().rev().find_map(ends).unwrap_or(0);
    body[begin..].trim()
}

fn check(mark: &Mark, cited: Option<&Cited>) -> Citation {
    let Some(Cited { source, passages }) = cited else {
        let nothing = String::new;
        return Citation { id: mark.id, url: nothing(), title: nothing(), quote: nothing(), verified: false };
    };
    let is_label = mark.label.is_empty()
        || LABELS.contains(&mark.label.to_lowercase().as_str())
        || mark.label == source.title
        || Some(mark.label) == source.url.host_str();
    let claim = if is_label { mark.claim } else { mark.label };
    let (quote, share) = best_passage(claim, passages);
    let (url, title) = (source.url.to_string(), source.title.clone());
    Citation { id: mark.id, url, title, quote, verified: share >= ENOUGH }
}

/// A page that is cited, its passages with what they say.
struct Cited {
    source: Source,
    passages: Vec<(String, HashSet<String>)>,
}

impl Cited {
    fn new(source: Source) -> Self {
        let passages = passages(&source.text).into_iter();
        let passages = passages.map(|text| (text.to_owned(), terms(text).into_iter().collect())).collect();
        Self { source, passages }
    }
}

/// The passage with the largest share of what a claim says, and that share. A number that the passage
/// lacks counts for more than a word: it is what people look up.
fn best_passage(claim: &str, passages: &[(String, HashSet<String>)]) -> (String, f64) {
    let wanted: HashSet<String> = terms(claim).into_iter().collect();
    let weight = |term: &String| if term.chars().any(|c| c.is_numeric()) { 3.0 } else { 1.0 };
    let total: f64 = wanted.iter().map(weight).sum();
    let mut best = ("", 0.0);
    for (passage, found) in passages {
        let share = wanted.intersection(found).map(weight).sum::<f64>() / total.max(1.0);
        if share > best.1 {
            best = (passage, share);
        }
    }
    (best.0.chars().take(MAX_QUOTE_CHARS).collect(), best.1)
}

/// The sentences of a text, and pairs of them where a claim may draw on two.
fn passages(text: &str) -> Vec<&str> {
    let mut ends = vec![0];
    for (place, c) in text.char_indices() {
        let after = place + c.len_utf8();
        let is_end = match c {
            '\n' | '。' | '！' | '？' => true,
            '.' | '!' | '?' => text[after..].starts_with([' ', '\n', '"', '”']),
            _ => false,
        };
        if is_end {
            ends.push(after);
        }
    }
    ends.push(text.len());
    let single = ends.windows(2).map(|pair| text[pair[0]..pair[1]].trim());
    let pairs = ends.windows(3).map(|three| text[three[0]..three[2]].trim());
    single.chain(pairs).filter(|passage| !passage.is_empty() && passage.len() < 4000).collect()
}

/// The words of a text in lower case; of a script without spaces its pairs of characters.
fn terms(text: &str) -> Vec<String> {
    let mut terms = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '.' | ',' | '%');
    for word in text.split(|c: char| !is_part(c)) {
        let word = word.trim_matches(['.', ',']);
        let mut plain = String::new();
        let mut dense: Vec<char> = Vec::new();
        for c in word.chars() {
            if is_dense(c) {
                push_word(&mut terms, &std::mem::take(&mut plain));
                dense.push(c);
            } else {
                push_dense(&mut terms, &std::mem::take(&mut dense));
                plain.extend(c.to_lowercase());
            }
        }
        push_word(&mut terms, &plain);
        push_dense(&mut terms, &dense);
    }
    terms
}

fn push_word(terms: &mut Vec<String>, word: &str) {
    let is_number = word.chars().any(char::is_numeric);
    // 1,234 and 1234 are one number.
    let word = if is_number { word.replace(',', "") } else { word.to_owned() };
    if is_number || word.chars().count() > 2 {
        terms.push(word);
    }
}

fn push_dense(terms: &mut Vec<String>, run: &[char]) {
    match run {
        [] => {}
        [single] => terms.push(single.to_string()),
        _ => terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>())),
    }
}

/// Whether a character's script puts no spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'
        | '\u{0e00}'..='\u{0e7f}')
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;
    use crate::page::Page;

    const RIVER: &str = "# The river\n\nThe town is old. In 1998 the river rose by 2.4 metres in one night. \
        Nobody was hurt, the mayor said.\n\n2025年，该镇有12,345名居民。河水在一夜之间上涨了两米。";

    fn session() -> Session {
        let mut session = Session::default();
        session.cite_as(&Page {
            url: Url::parse("https://a.example/river").unwrap(),
            title: "The river".into(),
            text: RIVER.into(),
            links: Vec::new(),
        });
        session
    }

    fn check(answer: &str, expected: &[(usize, &str, bool)]) {
        let citations = cite(answer, &session());
        let seen: Vec<_> = citations.iter().map(|c| (c.id, c.quote.as_str(), c.verified)).collect();
        assert_eq!(seen, expected, "{answer}");
    }

    #[test]
    fn claims_are_held_against_the_page() {
        let rose = "In 1998 the river rose by 2.4 metres in one night.";
        check("The river rose 2.4 metres in 1998【7†source】.", &[(7, rose, true)]);
        check(
            "The town is small. The river rose 2.4 metres in one night in 1998. 【7†source】",
            &[(7, rose, true)],
        );
        check("It rose【7†the river rose by 2.4 metres】", &[(7, rose, true)]);
        check(
            "No one was injured【7†Nobody was hurt, the mayor said】",
            &[(7, "Nobody was hurt, the mayor said.", true)],
        );
        check("该镇有12345名居民【7†来源】。", &[(7, "2025年，该镇有12,345名居民。", true)]);
        check("一夜之间河水上涨了两米【7†source】", &[(7, "河水在一夜之间上涨了两米。", true)]);
    }

    #[test]
    fn what_the_page_does_not_say_is_not_verified() {
        for answer in [
            "The river rose 9.7 metres in 2011【7†source】",
            "Bananas are yellow【7†source】",
            "【7†source】",
            "【7†】",
        ] {
            let citations = cite(answer, &session());
            assert!(!citations[0].verified && citations[0].url == "https://a.example/river", "{answer}");
        }
        check("The river rose【8†source】【0†x】", &[(8, "", false), (0, "", false)]);
    }

    #[test]
    fn only_marks_are_citations() {
        check("【新闻】 [7†source] 【x†y】 【7†open", &[]);
        check("A【 7 †source】", &[(7, "", false)]);
        assert_eq!(cite(&"【7†source】".repeat(1000), &session()).len(), MAX_CITATIONS);
        assert!(cite(&"【".repeat(100_000), &session()).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_answer_breaks_the_check(answer in "(【|】|†|7|source|river|。|[ -~]{0,6}|é|河水){0,40}") {
            let citations = cite(&answer, &session());
            proptest::prop_assert!(citations.iter().all(|c| !c.verified || RIVER.contains(&c.quote)));
        }
    }
}
