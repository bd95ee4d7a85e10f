//! Steps that ask for more memory than there is: `MemoryError`, and the session keeps its names.

#![allow(clippy::unwrap_used, reason = "helpers of tests are not tests to the lint")]

use std::time::Duration;

use sandbox::{CancellationToken, Limits, Notebook, State};

fn notebook() -> Notebook {
    let long = Duration::from_secs(120);
    let limits = Limits { wall: long, cpu: long, grace: long, memory_bytes: 128 << 20, ..Limits::default() };
    Notebook::new(env!("CARGO_BIN_EXE_sandbox-worker-host"), limits)
}

/// Runs each in one session, whose names must outlive them all.
async fn check(cases: &[&str], expected: &str) {
    let mut notebook = notebook();
    let cancel = CancellationToken::new();
    notebook.run("import itertools, re\nmark = 1", &cancel).await.unwrap();
    let mut wrong = Vec::new();
    for code in cases {
        let outcome = notebook.run(code, &cancel).await.unwrap();
        let shown = format!("{:?} {:?} {:?}", outcome.end, outcome.value, outcome.error);
        let next = notebook.run("'mark' in globals()", &cancel).await.unwrap();
        let is_kept = outcome.state == State::Kept && next.value.as_deref() == Some("True");
        if !is_kept || !shown.contains(expected) {
            wrong.push(format!("{code:?} shows {shown}"));
            notebook.run("import itertools, re\nmark = 1", &cancel).await.unwrap();
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn widths_are_asked_for_before_they_are_filled() {
    let cases = [
        "'a'.ljust(10**10)",
        "'a'.rjust(10**10, '\\u00e9')",
        "'a'.center(10**9)",
        "'7'.zfill(10**10)",
        "b'a'.ljust(10**10)",
        "bytearray(b'7').zfill(10**10)",
        "('\\t' * 1000).expandtabs(10**7)",
        "b'\\t'.expandtabs(10**10)",
        "'%0999999999d' % 1",
        "'%*d' % (10**9, 1)",
        "'%.999999999d' % 1",
        "'%(x)999999999s' % {'x': 1}",
        "b'%999999999d' % 1",
        "'%999999999s'.__mod__(1)",
        "f'{1:>9999999999}'",
        "f'{1.5:>9999999999}'",
        "f'{\"a\":>9999999999}'",
        "f'{True:9999999999}'",
        "'{:{}}'.format(1, 10**10)",
        "format(1j, '999999999')",
        "(1).to_bytes(10**10, 'big')",
    ];
    check(&cases, "MemoryError").await;
}

#[tokio::test]
async fn sums_and_pieces_are_asked_for_before_they_are_made() {
    let cases = [
        "bytes(10**10)",
        "bytearray(10**10)",
        "bytes(range(10**10))",
        "list(range(10**9))",
        "tuple(range(10**9))",
        "set(range(10**9))",
        "frozenset(range(10**9))",
        "x = []\nx.extend(range(10**9))",
        "x = []\nx += range(10**9)",
        "('a' * 10**6).join(['b'] * 1000)",
        "b'a'.join([b'x' * 10**6] * 1000)",
        "('ab' * 10**6).replace('a', 'x' * 1000)",
        "(b'ab' * 10**6).replace(b'', b'x' * 1000)",
        "('a ' * 10**7).split()",
        "('a,' * 10**7).split(',')",
        "('a\\n' * 10**7).splitlines()",
        "list('a' * 60_000_000)",
        "x = 'a' * 10**8\nx + x",
        "x = 'a' * 10**8\nx.upper()",
        "x = b'a' * 10**8\nx.hex()",
        "x = [0] * 10**7\nx + x",
        "class S(str):\n    pass\nS('a') * 10**10",
        "'a'.__mul__(10**10)",
        "[0].__imul__(10**12)",
        "True << 10**10",
    ];
    check(&cases, "MemoryError").await;
}

#[tokio::test]
async fn what_an_endless_iterator_gives_is_stopped_when_the_memory_is_full() {
    let cases = [
        "list(itertools.repeat(0))",
        "tuple(itertools.count())",
        "set(itertools.count())",
        "sorted(itertools.count())",
        "','.join(itertools.repeat('a'))",
        "','.join(str(n) for n in itertools.count())",
        "list(map(str, range(10**9)))",
        "list(itertools.product(range(1000), repeat=3))",
        "[*range(10**9)]",
    ];
    check(&cases, "MemoryError").await;
}

#[tokio::test]
async fn ordinary_steps_are_as_they_were() {
    let cases = [
        ("'a'.ljust(3) + 'b'.rjust(3, '*') + 'c'.center(3) + '7'.zfill(3)", "'a  **b c 007'"),
        ("b'a'.ljust(3), bytearray(b'7').zfill(3)", "(b'a  ', bytearray(b'007'))"),
        ("'a\\tb'.expandtabs(4), 'a\\tb'.expandtabs(tabsize=2)", "('a   b', 'a b')"),
        ("'%5d|%-5s|%05.1f|%%|%*d' % (1, 'a', 2.5, 3, 4)", "'    1|a    |002.5|%|  4'"),
        ("'%(x)s' % {'x': 1}, b'%d' % 3", "('1', b'3')"),
        (
            "f'{1:>5}{1.5:.3f}{\"a\":*^5}{True}{True:d}', format(2j, '.1f')",
            "('    11.500**a**True1', '0.0+2.0j')",
        ),
        ("f'{\"abc\":.999999999}'", "'abc'"),
        (
            "'a-b'.replace('-', '+'), 'aaa'.replace('a', 'b', 2), 'aaa'.replace('a', 'b', count=1)",
            "('a+b', 'bba', 'baa')",
        ),
        (
            "','.join('abc'), ','.join(str(n) for n in range(3)), b'-'.join([b'a', b'b'])",
            "('a,b,c', '0,1,2', b'a-b')",
        ),
        (
            "'a b  c'.split(), 'a,b,c'.split(',', 1), 'a\\nb'.splitlines()",
            "(['a', 'b', 'c'], ['a', 'b,c'], ['a', 'b'])",
        ),
        (
            "list(range(3)), tuple(range(3)), set(range(3)), frozenset('a'), list('ab')",
            "([0, 1, 2], (0, 1, 2), {0, 1, 2}, frozenset({'a'}), ['a', 'b'])",
        ),
        (
            "list(itertools.repeat(0, 2)), list(zip('ab', itertools.count()))",
            "([0, 0], [('a', 0), ('b', 1)])",
        ),
        (
            "class S(str):\n    pass\nclass L(list):\n    pass\nS('a') * 2, 2 * S('a'), L([1]) * 2, L(range(2)), S('%s') % 1",
            "('aa', 'aa', [1, 1], [0, 1], '1')",
        ),
        (
            "x = [1]\nx *= 2\nx += (3,)\nx.extend(range(2))\nx, (1,) + (2,), b'a' + b'b', 'a' + 'b'",
            "([1, 1, 3, 0, 1], (1, 2), b'ab', 'ab')",
        ),
        (
            "(5).to_bytes(2, 'big'), b'\\x01'.hex(), 'a'.encode(), b'a'.decode()",
            "(b'\\x00\\x05', '01', b'a', 'a')",
        ),
        (
            "class F(float):\n    pass\nf'{F(1.5):.1f}', str.upper('a'), [*map(str.upper, 'ab')], str.join('-', 'ab')",
            "('1.5', 'A', ['A', 'B'], 'a-b')",
        ),
        ("'a'.join(3)", "TypeError"),
        ("'a' + 1", "TypeError"),
        ("'a'.ljust()", "TypeError"),
        ("'ab'.__mul__('x')", "TypeError"),
    ];
    let (mut notebook, mut wrong) = (notebook(), Vec::new());
    notebook.run("import itertools", &CancellationToken::new()).await.unwrap();
    for (code, expected) in cases {
        let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
        let shown = outcome.value.or(outcome.error).unwrap_or_default();
        if !shown.contains(expected) {
            wrong.push(format!("{code:?} shows {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
