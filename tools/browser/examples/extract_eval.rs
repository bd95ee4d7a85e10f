//! Measures what is found of pages that others have judged.
//!
//! ```text
//! cargo run --release -p gimlet-tool-browser --example extract_eval -- mozilla FOLDER
//! cargo run --release -p gimlet-tool-browser --example extract_eval -- trafilatura FOLDER
//! ```
//!
//! The first folder is `test/test-pages` of Mozilla's Readability: each page's words are held against
//! those of its `expected.html`. The second is `tests` of trafilatura: `evaldata.json` names pieces of
//! text that must be found on each page and others that must not. `benches/extract_eval.py` does the
//! same with the Python tools.
#![allow(clippy::print_stdout, reason = "an example shows its figures")]

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
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
    fn scores(self) -> (f64, f64, f64) {
        let share = |part: f64, rest: f64| if part + rest > 0.0 { part / (part + rest) } else { 1.0 };
        let (precision, recall) = (share(self.right, self.wrong), share(self.right, self.missed));
        (precision, recall, share(2.0 * self.right, self.wrong + self.missed))
    }
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["mozilla", folder] => mozilla(Path::new(folder)),
        ["trafilatura", folder] => trafilatura(Path::new(folder)),
        _ => Err("write mozilla FOLDER or trafilatura FOLDER".into()),
    }
}

/// Averages over the pages, so that a long one counts no more than a short one.
fn mozilla(folder: &Path) -> Result<(), Failure> {
    let mut pages: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, Failure>>()?;
    pages.sort();
    let (mut sum, mut took, mut worst) = ([0.0; 3], Duration::ZERO, Vec::new());
    for page in &pages {
        let source = fs::read(page.join("source.html"))?;
        let begun = Instant::now();
        let (_, found) = extract(&source, "http://fakehost/test/page.html").ok_or("no URL")?;
        took += begun.elapsed();
        let expected = fs::read_to_string(page.join("expected.html"))?;
        let (precision, recall, f1) = compare(&words(&found), &words(&text(&expected))).scores();
        [precision, recall, f1].iter().zip(&mut sum).for_each(|(score, sum)| *sum += score);
        worst.push((f1, precision, recall, page.file_name().unwrap_or_default().to_owned()));
    }
    worst.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (f1, precision, recall, name) in worst.iter().take(12) {
        println!("{f1:.3} (precision {precision:.3}, recall {recall:.3}) {}", name.display());
    }
    let n = pages.len() as f64;
    report([sum[0] / n, sum[1] / n, sum[2] / n], pages.len(), took);
    Ok(())
}

fn trafilatura(folder: &Path) -> Result<(), Failure> {
    let data: HashMap<String, Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("evaldata.json"))?)?;
    let (mut counts, mut took, mut faults) = (Counts::default(), Duration::ZERO, Vec::new());
    for (url, item) in &data {
        let name = item["file"].as_str().ok_or("a page without a file")?;
        let source = fs::read(folder.join("cache").join(name))
            .or_else(|_| fs::read(folder.join("eval").join(name)))?;
        let begun = Instant::now();
        let (_, found) = extract(&source, url).ok_or("no URL")?;
        took += begun.elapsed();
        let found = line(&found);
        let pieces =
            |key: &str| item[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(line);
        let n_found = |key: &str| pieces(key).filter(|piece| found.contains(piece.as_str())).count() as f64;
        let (right, wrong) = (n_found("with"), n_found("without"));
        let missed = pieces("with").count() as f64 - right;
        counts.right += right;
        counts.wrong += wrong;
        counts.missed += missed;
        faults.push((missed, wrong, name.to_owned()));
    }
    faults.sort_by(|a, b| (b.0, &b.2).partial_cmp(&(a.0, &a.2)).unwrap_or(std::cmp::Ordering::Equal));
    if std::env::var_os("SHOW_FAULTS").is_some() {
        faults.iter().for_each(|(missed, wrong, name)| println!("missed {missed} wrong {wrong} {name}"));
    }
    let (precision, recall, f1) = counts.scores();
    report([precision, recall, f1], data.len(), took);
    Ok(())
}

fn report([precision, recall, f1]: [f64; 3], n_pages: usize, took: Duration) {
    println!(
        "precision {precision:.3}  recall {recall:.3}  F1 {f1:.3}  {n_pages} pages, {:.0} a second",
        n_pages as f64 / took.as_secs_f64()
    );
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

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
