//! Modules of ours in the place of the interpreter's; what is expected is what CPython 3.11 gives.

use super::*;

#[tokio::test]
async fn xml_reads_as_in_cpython() {
    let tree = "import xml.etree.ElementTree as E, xml.dom.minidom as M, io\n";
    let laughs = "s = '<!DOCTYPE l [<!ENTITY a \"' + 'x' * 100 + '\">' + ''.join(f'<!ENTITY {chr(98+i)} \"{(\"&\" + chr(97+i) + \";\") * 10}\">' for i in range(9)) + ']><l>&j;</l>'\nE.fromstring(s)";
    let cases: &[(&str, &str)] = &[
        ("E.fromstring('<a b=\"1\"><c>t</c></a>').tag", "'a'"),
        (
            "[(e.get('n'), e.text) for e in E.fromstring('<r><i n=\"1\">a</i><i n=\"2\">b</i></r>').findall('i')]",
            "[('1', 'a'), ('2', 'b')]",
        ),
        ("M.parseString('<a k=\"2\"/>').toxml()", "'<?xml version=\"1.0\" ?><a k=\"2\"/>'"),
        ("E.fromstring('<p:a xmlns:p=\"u\" p:k=\"v\">x<b/>tail</p:a>').attrib", "{'{u}k': 'v'}"),
        (
            "E.tostring(E.fromstring('<a k=\"&lt;\">1<b>&amp;</b>2</a>'), encoding='unicode')",
            "'<a k=\"&lt;\">1<b>&amp;</b>2</a>'",
        ),
        (
            "[(k, e.tag) for k, e in E.iterparse(io.BytesIO(b'<a><b k=\"1\"/></a>'), ('start', 'end'))]",
            "[('start', 'a'), ('start', 'b'), ('end', 'b'), ('end', 'a')]",
        ),
        ("E.fromstring('<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;!</a>').text", "'x!'"),
        (
            "E.fromstring('<?xml version=\"1.0\" encoding=\"latin-1\"?><a>\u{fc}</a>'.encode('latin-1')).text",
            "'\u{fc}'",
        ),
        ("E.fromstring('<a></b>')", "mismatched tag: line 1, column 5"),
        ("E.fromstring('<a>')", "no element found: line 1, column 3"),
        ("E.fromstring('<a/>x')", "junk after document element: line 1, column 4"),
        ("E.fromstring('<a>&nope;</a>')", "undefined entity: line 1, column 3"),
        (laughs, "limit on input amplification factor"),
    ];
    let mut notebook = notebook(limits());
    for (code, expected) in cases {
        let text = shown(&run(&mut notebook, &format!("{tree}{code}")).await, &limits());
        assert!(text.contains(expected), "{code}: {text}");
    }
}

#[tokio::test]
async fn a_library_that_does_well_without_is_no_denial() {
    let mut notebook = notebook(limits());
    let cases = [
        ("import os\nos.environ['A'] = '1'\nos.environ.pop('A'), os.getenv('A')", "('1', None)", 0),
        ("import os\nos.path.expanduser('~')", "'~'", 0),
        ("import socket", "not permitted", 1),
        ("import importlib\nimportlib.import_module('pwd')", "not permitted", 1),
    ];
    for (code, expected, n_denials) in cases {
        let outcome = run(&mut notebook, code).await;
        let text = shown(&outcome, &limits());
        assert!(text.contains(expected), "{code}: {text}");
        assert_eq!(outcome.denials.len(), n_denials, "{code}: {:?}", outcome.denials);
    }
}

#[tokio::test]
async fn a_pool_of_threads_runs_its_tasks_in_order() {
    let pool = "from concurrent.futures import ThreadPoolExecutor, as_completed\n";
    let cases = [
        (
            "with ThreadPoolExecutor(4) as p:\n    r = list(p.map(lambda x: x * x, range(5)))\nr",
            "[0, 1, 4, 9, 16]",
        ),
        (
            "with ThreadPoolExecutor() as p:\n    r = [f.result() for f in as_completed([p.submit(pow, 2, 5)])]\nr",
            "[32]",
        ),
        ("f = ThreadPoolExecutor().submit(int, 'x')\ntype(f.exception()).__name__", "'ValueError'"),
    ];
    let mut notebook = notebook(limits());
    for (code, expected) in cases {
        assert_eq!(shown(&run(&mut notebook, &format!("{pool}{code}")).await, &limits()), expected, "{code}");
    }
}
