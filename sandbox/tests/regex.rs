//! Patterns over long texts: what comes out, and that it does not take long.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not tests to the lint")]

use std::time::Duration;

use sandbox::{CancellationToken, Limits, Notebook};

async fn check(cases: &[(&str, &str)]) {
    let long = Duration::from_secs(60);
    let limits = Limits { wall: long, cpu: long, grace: long, ..Limits::default() };
    let mut notebook = Notebook::new(env!("CARGO_BIN_EXE_sandbox-worker-host"), limits);
    let cancel = CancellationToken::new();
    notebook.run("import re", &cancel).await.unwrap();
    let mut wrong = Vec::new();
    for (code, expected) in cases {
        let outcome = notebook.run(code, &cancel).await.unwrap();
        if outcome.value.as_deref() != Some(expected) {
            wrong.push(format!("{code} is {:?} {:?}", outcome.value, outcome.error));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same patterns over a text that is left to the interpreter's own methods, and over one of which it
/// is a part.
#[tokio::test]
async fn long_texts_give_what_short_ones_give() {
    let setup = r"
def same(pattern, text, flags=0, n=300):
    p = re.compile(pattern, flags)
    for text in (text, text.replace('e', 'é你\U0001f600')):
        piece = text + '\n'
        long = piece * n
        words = p.findall(piece)
        assert p.findall(long) == words * n, (pattern, p.findall(long)[:9], words)
        assert p.sub('<>', long) == p.sub('<>', piece) * n
        assert p.subn('-', long)[1] == len(words) * n
        assert p.sub(r'[\g<0>]', long) == p.sub(r'[\g<0>]', piece) * n
        assert ''.join(p.sub('', long)) == ''.join(x for x in re.compile('(?:%s)' % pattern, flags).split(long))
    return True
";
    let simple = [
        r"same(r'\w+', 'one two, three')",
        r"same(r'[aeo]', 'one two, three')",
        r"same(r'^\w+', 'one two', re.M)",
        r"same(r'\d+', 'no digits here')",
        r"same(r'T', 'one two three', re.I)",
    ];
    let all = format!("{setup}\n{}", simple.join(" and "));
    check(&[(&all, "True")]).await;
}

#[tokio::test]
async fn groups_limits_and_empty_matches_are_as_in_python() {
    let cases = [
        (
            "t = 'ab=1;c=;' * 500\nre.findall(r'(\\w+)=(\\d)?', t)[:3]",
            "[('ab', '1'), ('c', ''), ('ab', '1')]",
        ),
        ("re.findall(r'(\\w)=', t)[:3]", "['b', 'c', 'b']"),
        ("re.findall(r'=(\\d)?', t)[:3]", "['1', '', '1']"),
        ("re.compile('=').findall(t, 3992)", "['=', '=']"),
        ("re.compile('=').findall(t, pos=2, endpos=9)", "['=', '=']"),
        ("re.split(';', t, maxsplit=2)[:2]", "['ab=1', 'c=']"),
        ("re.split('(=)(x)?', t)[:6]", "['ab', '=', None, '1;c', '=', None]"),
        ("len(re.split(';', t))", "1001"),
        ("re.sub('=', ':', t, count=2)[:10]", "'ab:1;c:;ab'"),
        ("re.sub(r'(\\w+)=(\\d?)', r'\\2<\\g<1>>', t)[:12]", "'1<ab>;<c>;1<'"),
        ("re.sub('=', lambda m: m.group() * 2, t)[:8]", "'ab==1;c='"),
        ("re.subn('[0-9]', '', t)[1]", "500"),
        ("re.sub('', '-', 'x' * 3000)[:5], len(re.findall('', 'x' * 3000))", "('-x-x-', 3001)"),
        ("re.findall('x*', 'a' + 'x' * 3000)[0]", "''"),
        ("[len(x) for x in re.findall(b'x+', b'ax' * 3000)][:2]", "[1, 1]"),
        ("re.findall('\\ud800', '\\ud800a' * 2000)[0] == '\\ud800'", "True"),
        ("class S(str): pass\nre.findall('a', S('a' * 3000))[2999]", "'a'"),
    ];
    check(&cases).await;
    let wrong = [
        ("try: re.findall('a', 3)\nexcept TypeError as e: print(e)\n1", "1"),
        (
            "try: re.sub('a', r'\\9', 'a' * 3000)\nexcept re.error as e: x = str(e)\nx[:23]",
            "'invalid group reference'",
        ),
        (
            "try: re.compile('a').findall('a' * 3000, nothing=1)\nexcept TypeError: x = 'refused'\nx",
            "'refused'",
        ),
    ];
    check(&wrong).await;
}

/// With the square of its length this would take minutes.
#[tokio::test]
async fn a_long_text_takes_no_longer_than_it_is_long() {
    let cases = [
        ("t = 'words and 词语, ' * 100000\nlen(re.findall(r'\\w+', t))", "300000"),
        ("len(re.split(r'\\s+', t)), len(re.sub(r'\\w+', 'x', t))", "(300001, 700000)"),
    ];
    check(&cases).await;
}
