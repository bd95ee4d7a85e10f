//! The work folder and the mounts as Python sees them.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::fs;

use sandbox::{CancellationToken, Notebook, Options, Quota};
use tempfile::TempDir;

const HOST: &str = env!("CARGO_BIN_EXE_sandbox-worker-host");

fn options(place: &TempDir) -> Options {
    let (work, packages) = (place.path().join("work"), place.path().join("packages"));
    fs::create_dir_all(&work).unwrap();
    fs::create_dir_all(packages.join("pack/inner")).unwrap();
    fs::write(packages.join("pack/__init__.py"), "from .inner import thing\nname = 'pack'\n").unwrap();
    fs::write(packages.join("pack/inner/__init__.py"), "").unwrap();
    fs::write(packages.join("pack/inner/thing.py"), "def double(x):\n    return 2 * x\n").unwrap();
    fs::write(place.path().join("secret"), "secret").unwrap();
    Options {
        work_folder: Some(work),
        packages: vec![packages],
        quota: Quota { bytes: 1 << 20, n_files: 20 },
        ..Options::default()
    }
}

/// Runs each cell in one notebook: the value must be as said, or the error hold it.
async fn check(notebook: &mut Notebook, cases: &[(&str, &str)]) {
    for (code, expected) in cases {
        let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
        let shown = outcome.value.clone().or(outcome.error.clone()).unwrap_or_default();
        assert!(
            shown.contains(expected) && (!expected.is_empty() || shown.is_empty()),
            "{code}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn python_works_with_files_as_people_write_it() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cases = [
        ("with open('a.txt', 'w') as f:\n    n = f.write('one\\ntwo\\n')\nn", "8"),
        ("open('/mnt/data/a.txt').read()", "'one\\ntwo\\n'"),
        ("[line.strip() for line in open('a.txt')]", "['one', 'two']"),
        (
            "with open('a.txt', 'a') as f:\n    n = f.write('three')\nopen('a.txt', 'rb').read()[-5:]",
            "b'three'",
        ),
        (
            "with open('a.txt', 'r+b') as f:\n    n = f.seek(4); n = f.write(b'TWO')\nopen('a.txt').readlines()[1]",
            "'TWO\\n'",
        ),
        (
            "import os\nos.getcwd(), os.listdir(), os.path.exists('a.txt'), os.path.isdir('/mnt/data')",
            "('/mnt/data', ['a.txt'], True, True)",
        ),
        ("os.makedirs('x/y', exist_ok=True)\nos.path.getsize('a.txt')", "13"),
        (
            "from pathlib import Path\nn = Path('x/y/p.txt').write_text('path')\nPath('/mnt/data/x/y/p.txt').read_text(), [p.name for p in Path('x/y').iterdir()]",
            "('path', ['p.txt'])",
        ),
        (
            "[(f, sorted(n)) for f, _, n in os.walk('.')]",
            "[('.', ['a.txt']), ('./x', []), ('./x/y', ['p.txt'])]",
        ),
        ("import glob\nglob.glob('x/*/*.txt')", "['x/y/p.txt']"),
        (
            "import csv\nwith open('t.csv', 'w', newline='') as f:\n    csv.writer(f).writerows([['a', 'b'], [1, 2]])\nlist(csv.DictReader(open('t.csv')))",
            "[{'a': '1', 'b': '2'}]",
        ),
        (
            "import json\nwith open('j.json', 'w') as f:\n    json.dump({'k': [1]}, f)\njson.load(open('j.json'))",
            "{'k': [1]}",
        ),
        (
            "import zipfile\nwith zipfile.ZipFile('z.zip', 'w') as z:\n    z.writestr('in', 'zipped')\nzipfile.ZipFile('z.zip').read('in')",
            "b'zipped'",
        ),
        (
            "import shutil\nshutil.copyfile('j.json', 'k.json')\nos.rename('k.json', 'l.json'); os.remove('l.json')\nos.path.exists('l.json')",
            "False",
        ),
        ("open('mod.py', 'w').write('value = 7')\nimport mod\nmod.value", "7"),
        ("import pack\npack.thing.double(21)", "42"),
        ("open('none.txt')", "FileNotFoundError: [Errno 2]"),
        ("open('a.txt', 'x')", "FileExistsError: [Errno 17]"),
        ("open('x')", "IsADirectoryError"),
        ("open('/etc/passwd')", "PermissionError"),
        ("open('../../etc/passwd')", "PermissionError"),
        ("open('/packages/0/pack/__init__.py', 'w')", "OSError: [Errno 30]"),
        ("os.listdir('/')", "['mnt', 'packages']"),
        ("open('big', 'wb').write(b'x' * 2_000_000)", "OSError: [Errno 28]"),
        ("for i in range(40):\n    open(f'f{i}', 'w').close()", "OSError: [Errno 28]"),
    ];
    check(&mut notebook, &cases).await;
}

#[tokio::test]
async fn a_call_says_what_it_left_and_what_was_refused() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cancel = CancellationToken::new();
    let code = "open('out.csv', 'w').write('a,b')\nf = open('kept.txt', 'w')\nn = f.write('not closed')\nopen('/etc/passwd')";
    let outcome = notebook.run(code, &cancel).await.unwrap();
    let names: Vec<_> =
        outcome.artifacts.iter().map(|a| (a.name.as_str(), a.mime.as_str(), a.bytes)).collect();
    assert_eq!(names, [("/mnt/data/kept.txt", "text/plain", 10), ("/mnt/data/out.csv", "text/csv", 3)]);
    let denied: Vec<_> =
        outcome.denials.iter().map(|d| (d.op.as_str(), d.target.as_str(), d.rule.as_str())).collect();
    assert_eq!(denied, [("open", "/etc/passwd", "files.outside")]);
    assert!(notebook.run("1", &cancel).await.unwrap().artifacts.is_empty());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_out_is_told_once_and_closed() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cancel = CancellationToken::new();
    let cases = [
        "f = open('far', 'wb')\nn = f.seek(10**15)\nf.write(b'x')",
        "f = open('much', 'w')\nn = f.buffer.seek(10**15)\nf.write('x')",
        "n = open('full', 'wb').write(b'x' * 1_000_000)\nf = open('full', 'ab')\nf.write(b'x' * 60_000) and 1",
    ];
    for code in cases {
        let outcome = notebook.run(code, &cancel).await.unwrap();
        assert_eq!((outcome.value.as_deref(), &outcome.error), (Some("1"), &None), "{code}");
        let [notice] = outcome.notices.as_slice() else { panic!("{code}: {:?}", outcome.notices) };
        assert!(notice.contains("could not be written to its end and is closed"), "{notice}");
        assert!(notice.contains("OSError: [Errno 28]"), "{notice}");
        let next = notebook.run("1 + 1", &cancel).await.unwrap();
        assert_eq!((next.value.as_deref(), next.error, next.notices), (Some("2"), None, vec![]), "{code}");
    }
    check(
        &mut notebook,
        &[("f = open('far', 'wb')\nn = f.seek(10**15)\nn = f.write(b'x')\nf.close()", "Errno 28")],
    )
    .await;
    check(&mut notebook, &[("f.close()\nf.closed", "True")]).await;
}

#[tokio::test]
async fn a_path_of_megabytes_is_too_long_and_costs_nothing_else() {
    let place = TempDir::new().unwrap();
    let mut notebook = Notebook::new(HOST, options(&place));
    let cases = [
        ("import os, _gimlet_files\nlong = 'a' * 3 * 10**6\nmark = 1", ""),
        ("open(long)", "[Errno 36] File name too long"),
        ("open('/' + long)", "Error: "),
        ("os.path.exists(long)", "False"),
        ("os.rename('a', long)", "[Errno 36] File name too long"),
        ("os.listdir('x/' * 10**6)", "[Errno 36] File name too long"),
        ("_gimlet_files.denied(long, long)", ""),
        ("mark", "1"),
    ];
    check(&mut notebook, &cases).await;
}
