//! Measures what is found of pages that others have judged.
//!
//! ```text
//! cargo run --release -p gimlet-tool-browser --example extract_eval -- mozilla FOLDER
//! cargo run --release -p gimlet-tool-browser --example extract_eval -- trafilatura FOLDER [faults|html2text]
//! ```
//!
//! The first folder is `test/test-pages` of Mozilla's Readability: each page's words are held against
//! those of its `expected.html`. The second is `tests` of trafilatura: `evaldata.json` names pieces of
//! text that must be found on each page and others that must not. Its pages are in two halves, by a
//! hash of their names: the rules of this crate were made with the faults of the first half in view,
//! which `faults` lists; the pages of the second were not looked at, but its figures were seen with each
//! change, as were those of all of Mozilla's pages.
//!
//! `benches/extract_eval.py` prints this beside the same of Python's tools. In one run on two busy
//! cores, pages a second of one core's time:
//!
//! | F1 | Mozilla's 130 | trafilatura's 990 | first half | second half | pages a second of both |
//! |---|---|---|---|---|---|
//! | this crate | 0.970 | 0.931 | 0.933 | 0.928 | 461 and 492 |
//! | trafilatura 2.3 | 0.933 | 0.927 | 0.929 | 0.926 | 22 and 27 |
//! | readability-lxml 0.9 | 0.969 | 0.869 | 0.861 | 0.878 | 13 and 27 |
//! | html2text 0.17, as mistral.rs uses it | 0.786 | 0.685 | 0.683 | 0.686 | not in that run |
//!
//! The expected texts of Mozilla's pages are what its own Readability makes of them, with captions,
//! authors and newsletters; those of trafilatura's were marked by people, who count these as wrong.
#![allow(clippy::print_stdout, reason = "an example shows its figures")]

use std::{
    collections::{BTreeMap, HashMap},
    fs,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;
use tool_browser::extract;

type Failure = Box<dyn std::error::Error>;

/// Counts of what was found rightly, wrongly, and not.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    right: f64,
    wrong: f64,
    missed: f64,
}

impl Counts {
    /// Precision, recall and F1.
    fn scores(self) -> [f64; 3] {
        let share = |part: f64, rest: f64| if part + rest > 0.0 { part / (part + rest) } else { 1.0 };
        let (precision, recall) = (share(self.right, self.wrong), share(self.right, self.missed));
        [precision, recall, share(2.0 * self.right, self.wrong + self.missed)]
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["mozilla", folder] => mozilla(Path::new(folder), by_this_crate, false),
        ["mozilla", folder, "faults"] => mozilla(Path::new(folder), by_this_crate, true),
        ["mozilla", folder, "html2text"] => mozilla(Path::new(folder), by_html2text, false),
        ["trafilatura", folder] => trafilatura(Path::new(folder), by_this_crate, false),
        ["trafilatura", folder, "faults"] => trafilatura(Path::new(folder), by_this_crate, true),
        ["trafilatura", folder, "html2text"] => trafilatura(Path::new(folder), by_html2text, false),
        _ => Err("write mozilla FOLDER or trafilatura FOLDER".into()),
    }
}

/// What makes text of a page.
type Reader = fn(&[u8], &str) -> Result<String, Failure>;

fn by_this_crate(source: &[u8], url: &str) -> Result<String, Failure> {
    Ok(extract(source, url).ok_or("no URL")?.1)
}

/// The whole page as mistral.rs gives it to its models: html2text without decoration, 80 columns wide.
fn by_html2text(source: &[u8], _: &str) -> Result<String, Failure> {
    let plain = html2text::config::with_decorator(html2text::render::PlainDecorator::new());
    // A page that it refuses has no text for its models either.
    Ok(plain.string_from_read(source, 80).unwrap_or_default())
}

/// Averages over the pages, so that a long one counts no more than a short one.
fn mozilla(folder: &Path, read: Reader, shows_faults: bool) -> Result<(), Failure> {
    let mut folders: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    folders.sort();
    let url = || "http://fakehost/test/page.html".to_owned();
    let pages = folders.iter().map(|page| Ok((url(), fs::read(page.join("source.html"))?)));
    let (found, took) = read_all(&pages.collect::<Result<Vec<_>, Failure>>()?, read)?;
    let mut sum = [0.0; 3];
    for (page, found) in folders.iter().zip(&found) {
        let expected = fs::read_to_string(page.join("expected.html"))?;
        let scores = compare(&words(&plain(found)), &words(&text(&expected))).scores();
        sum.iter_mut().zip(scores).for_each(|(sum, score)| *sum += score);
        if shows_faults {
            let [precision, recall, f1] = scores;
            println!("{f1:.3} {precision:.3} {recall:.3} {}", page.display());
        }
    }
    report("mozilla", sum.map(|sum| sum / folders.len() as f64), folders.len(), took);
    Ok(())
}

fn trafilatura(folder: &Path, read: Reader, shows_faults: bool) -> Result<(), Failure> {
    let data: BTreeMap<String, Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("evaldata.json"))?)?;
    let name = |item: &Value| item["file"].as_str().unwrap_or_default().to_owned();
    let pages = data.iter().map(|(url, item)| {
        let source = fs::read(folder.join("cache").join(name(item)))
            .or_else(|_| fs::read(folder.join("eval").join(name(item))))?;
        Ok((url.clone(), source))
    });
    let (found, took) = read_all(&pages.collect::<Result<Vec<_>, Failure>>()?, read)?;
    let mut halves = [Counts::default(); 2];
    for (item, found) in data.values().zip(&found) {
        let found = line(&plain(found));
        let pieces = |key: &str, is_in: bool| -> Vec<&str> {
            let all = item[key].as_array().into_iter().flatten().filter_map(Value::as_str);
            all.filter(|piece| found.contains(&line(piece)) == is_in).collect()
        };
        let (right, missed, wrong) = (pieces("with", true), pieces("with", false), pieces("without", true));
        let half = half(&name(item));
        halves[half].right += right.len() as f64;
        halves[half].missed += missed.len() as f64;
        halves[half].wrong += wrong.len() as f64;
        if shows_faults && half == 0 && missed.len() + wrong.len() > 0 {
            println!("{}: missed {missed:?}, wrong {wrong:?}", name(item));
        }
    }
    report("first half", halves[0].scores(), data.len(), took);
    report("second half", halves[1].scores(), data.len(), took);
    let [one, two] = halves;
    let all = Counts {
        right: one.right + two.right,
        wrong: one.wrong + two.wrong,
        missed: one.missed + two.missed,
    };
    report("trafilatura", all.scores(), data.len(), took);
    Ok(())
}

/// The half in which a page is: the lowest bit of the FNV-1a hash of its name's bytes.
fn half(name: &str) -> usize {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(16_777_619);
    (name.bytes().fold(2_166_136_261, step) >> 16 & 1) as usize
}

/// What is found on each page, and how long that took.
fn read_all(pages: &[(String, Vec<u8>)], read: Reader) -> Result<(Vec<String>, Duration), Failure> {
    let begun = processor_time();
    let found = pages.iter().map(|(url, source)| read(source, url)).collect::<Result<_, Failure>>()?;
    Ok((found, processor_time().saturating_sub(begun)))
}

/// How long this thread has been on a processor, where the kernel says so: other work on the machine
/// does not count.
fn processor_time() -> Duration {
    let said = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = said.and_then(|said| said.split(' ').next()?.parse().ok());
    spent.map_or_else(
        || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
        Duration::from_nanos,
    )
}

fn report(what: &str, [precision, recall, f1]: [f64; 3], n_pages: usize, took: Duration) {
    let speed = n_pages as f64 / took.as_secs_f64();
    println!("{what}\t{precision:.4}\t{recall:.4}\t{f1:.4}\t{n_pages}\t{speed:.1}");
}

/// Markdown without its own marks and what stands for pictures, since the judged texts have neither.
fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut rest = markdown;
    let mut text = String::with_capacity(markdown.len());
    while let Some((before, image)) = rest.split_once("[Image: ") {
        text.push_str(before);
        rest = image.split_once(']').map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    for line in text.lines() {
        let is_mark = |c: char| matches!(c, ' ' | '#' | '>' | '|' | '-');
        let line = line.trim_start_matches(is_mark);
        out.push_str(line);
        out.push('\n');
    }
    out.replace(['`', '|'], "")
}

/// How many of each word both have.
fn compare(found: &[String], expected: &[String]) -> Counts {
    let mut left: HashMap<&str, f64> = HashMap::new();
    expected.iter().for_each(|word| *left.entry(word).or_default() += 1.0);
    let mut counts = Counts { missed: expected.len() as f64, ..Counts::default() };
    for word in found {
        match left.get_mut(word.as_str()).filter(|n| **n > 0.0) {
            Some(n) => {
                *n -= 1.0;
                counts.right += 1.0;
                counts.missed -= 1.0;
            }
            None => counts.wrong += 1.0,
        }
    }
    counts
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// The text of a page that was judged already: all of it counts.
fn text(html: &str) -> String {
    let mut out = String::new();
    let mut in_tag = false;
    for c in html.chars() {
        match c {
            '<' => {
                in_tag = true;
                out.push(' ');
            }
            '>' if in_tag => in_tag = false,
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    html_escape::decode_html_entities(&out).into_owned()
}

/// On one line, without the characters that nobody sees and this crate leaves out.
fn line(text: &str) -> String {
    let seen = text.replace(['\u{ad}', '\u{200b}', '\u{2063}', '\u{feff}'], "");
    seen.split_whitespace().collect::<Vec<_>>().join(" ")
}
