//! PDF files, good and hostile, read in real workers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::{io::Write, os::unix::fs::symlink, path::Path, time::Duration};

use flate2::{Compression, write::ZlibEncoder};
use sandbox::{Document, DocumentError, DocumentReader, Limits};

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");
const LONG: Duration = Duration::from_secs(120);
const SENTENCE: &str = "BT /F 12 Tf 20 160 Td (A gimlet drills small holes.) Tj ET";

fn limits() -> Limits {
    Limits { memory_bytes: 64 << 20, cpu: LONG, ..Limits::default() }
}

fn stream(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("<< {dictionary} /Length {} >>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream"].concat()
}

fn packed(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A file of these objects, whose first is the catalogue.
fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    places.iter().for_each(|place| file.extend(format!("{place:010} 00000 n \n").bytes()));
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{table}\n%%EOF\n").bytes(),
    );
    file
}

/// A file whose pages draw these, each a stream that is object 5 and on; `more` comes after.
fn with_pages(contents: &[Vec<u8>], resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let n = contents.len();
    let kids: String = (0..n).map(|index| format!("{} 0 R ", 4 + n + index)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {n} >>").into_bytes(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
    ];
    objects.extend(contents.iter().cloned());
    for index in 0..n {
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents {} 0 R \
             /Resources << /Font << /F 3 0 R >> {resources} >> >>",
            4 + index
        );
        objects.push(page.into_bytes());
    }
    objects.extend(more.iter().cloned());
    objects.push(b"<< /Title (On\ngimlets \x1b[31m) >>".to_vec());
    let info = format!("/Info {} 0 R", objects.len());
    pdf(&objects, &info)
}

/// Forms that draw each other, twenty times each, twelve deep: more than any machine has time for.
fn forms() -> Vec<u8> {
    let form = |next: usize| {
        let dictionary = format!(
            "/Type /XObject /Subtype /Form /BBox [0 0 300 200] /Resources << /XObject << /X {next} 0 R >> >>"
        );
        stream(&dictionary, "/X Do ".repeat(20).as_bytes())
    };
    let mut forms: Vec<Vec<u8>> = (0..12).map(|index| form(8 + index + 1)).collect();
    forms.push(stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9]", b"0 0 m 1 1 l S"));
    let contents = [stream("", SENTENCE.as_bytes()), stream("", b"/X Do")];
    with_pages(&contents, "/XObject << /X 8 0 R >>", &forms)
}

async fn read(limits: Limits, wall: Duration, pdf: &[u8]) -> Result<Document, DocumentError> {
    DocumentReader::new(HOST, limits).read_pdf(pdf, wall).await
}

async fn refused(pdf: &[u8], expected: &str) {
    match read(limits(), LONG, pdf).await {
        Err(error) => assert!(error.to_string().contains(expected), "{error}"),
        Ok(document) => panic!("{document:?} is not {expected:?}"),
    }
}

#[tokio::test]
async fn pages_and_the_title_come_as_text() {
    let contents = [
        stream(
            "",
            b"BT /F 12 Tf 20 160 Td (A tool to drill with-) Tj 0 -14 Td (out \\033[31msplitting wood.) Tj ET",
        ),
        stream("", b""),
        stream("/Filter /FlateDecode", &packed(SENTENCE.as_bytes())),
        stream(
            "",
            b"BT /F 12 Tf 20 100 Td (Seen) Tj 3 Tr 0 -40 Td (Unseen) Tj 0 Tr 0 900 Td (Outside) Tj ET",
        ),
        stream("", b"BT 3 Tr /F 12 Tf 20 100 Td (Under a scanned page) Tj ET"),
    ];
    let document = read(limits(), LONG, &with_pages(&contents, "", &[])).await.unwrap();
    let pages = [
        "A tool to drill without [31msplitting wood.",
        "",
        "A gimlet drills small holes.",
        "Seen",
        "Under a scanned page",
    ];
    assert_eq!((document.pages, document.n_pages), (pages.map(str::to_owned).to_vec(), 5));
    assert_eq!((document.title.as_str(), document.stopped), ("On gimlets", None));
}

#[tokio::test]
async fn what_has_no_text_says_so() {
    refused(b"%PDF-1.7\n", "no PDF, or damaged").await;
    refused(b"", "no PDF, or damaged").await;
    refused(&with_pages(&[stream("", b"0 0 9 9 re f")], "", &[]), "its 1 pages are pictures").await;
}

#[tokio::test]
async fn a_page_tree_in_a_circle_is_read_once() {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>";
    let objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [2 0 R 3 0 R 6 0 R] /Count 3 >>".to_vec(),
        page.into(),
        stream("", SENTENCE.as_bytes()),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec(),
        b"<< /Type /Pages /Parent 6 0 R /Kids [2 0 R 6 0 R] /Count 9 >>".to_vec(),
    ];
    let document = read(limits(), LONG, &pdf(&objects, "")).await.unwrap();
    assert_eq!(document.pages, ["A gimlet drills small holes."]);
}

#[tokio::test]
async fn bombs_end_the_reader_and_nothing_else() {
    let blank = packed(&packed(&vec![b' '; 512 << 20]));
    let bomb = stream("/Filter [/FlateDecode /FlateDecode]", &blank);
    refused(&with_pages(std::slice::from_ref(&bomb), "", &[]), "it needs more memory than 64 MiB").await;
    // The pages before it are kept.
    let contents = [stream("", SENTENCE.as_bytes()), bomb];
    let document = read(limits(), LONG, &with_pages(&contents, "", &[])).await.unwrap();
    assert_eq!(document.pages, ["A gimlet drills small holes."]);
    assert_eq!(document.stopped.as_deref(), Some("it needs more memory than 64 MiB"));
}

#[tokio::test]
async fn a_page_without_end_is_ended_by_either_clock() {
    let one_second = Limits { cpu: Duration::from_secs(1), ..limits() };
    let document = read(one_second, LONG, &forms()).await.unwrap();
    assert_eq!(document.stopped.as_deref(), Some("it takes more than 1 s of processor time"));
    assert_eq!(document.pages, ["A gimlet drills small holes."]);
    let late = read(limits(), Duration::from_secs(3), &forms()).await;
    let said = late.map_or_else(|error| error.to_string(), |document| document.stopped.unwrap());
    assert!(said.contains("it takes longer than 3 s"), "{said}");
}

#[tokio::test]
async fn more_pages_than_are_read_end_with_a_word() {
    let contents = vec![stream("", SENTENCE.as_bytes()); 2500];
    let document = read(limits(), LONG, &with_pages(&contents, "", &[])).await.unwrap();
    assert_eq!((document.pages.len(), document.n_pages), (2000, 2500));
    assert_eq!(document.stopped.as_deref(), Some("it is longer than what is read of a document"));
}

#[tokio::test]
async fn any_cut_or_spoiled_file_is_answered() {
    let whole = forms();
    for cut in (0..whole.len()).step_by(whole.len() / 12 + 1) {
        let mut spoiled = whole.clone();
        spoiled[cut] ^= 0x55;
        for file in [&whole[..cut], &spoiled] {
            let short = Limits { cpu: Duration::from_secs(1), ..limits() };
            match read(short, LONG, file).await {
                Err(DocumentError::Sandbox(error)) => panic!("{error}"),
                Err(_) => {}
                Ok(document) => assert!(!document.pages.is_empty()),
            }
        }
    }
}

#[tokio::test]
async fn a_process_that_is_no_reader_is_refused() {
    for (behaviour, expected) in [
        ("huge-hello", "a frame of 4294967295 bytes, where"),
        ("garbage-hello", "a frame that is no message"),
        ("early-exit", "it ended at once"),
        ("half-a-frame", "its reader ended"),
        ("zeros", "a frame that is no message"),
    ] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(behaviour);
        // The link is there already when another test made it, or an earlier run.
        let _ = symlink(env!("CARGO_BIN_EXE_hostile-worker"), &path);
        let error = DocumentReader::new(path, limits()).read_pdf(&forms(), LONG).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{behaviour}: {error}");
    }
}
