//! A cell that breaks what the interpreter or the sandbox needs: the cells after it work, or the
//! interpreter is replaced and that is said.

use super::*;

#[tokio::test]
async fn what_a_cell_breaks_is_put_back_before_the_next() {
    let cases: &[(&str, &[&str])] = &[
        ("sys.settrace(lambda frame, event, argument: 1 / 0)\n5", &[]),
        ("sys.setprofile(lambda frame, event, argument: 1 / 0)", &[]),
        (
            "m = sys.monitoring\nm.use_tool_id(1, 'x')\nm.register_callback(1, m.events.LINE, lambda *a: 1 / 0)\nm.set_events(1, m.events.LINE)",
            &[],
        ),
        ("sys.__dict__.clear()", &[]),
        ("import json\nsys.version_info[0], json.dumps([1])", &["(3, '[1]')"]),
        ("sys.meta_path = None", &[]),
        ("import colorsys\ncolorsys.__name__", &["'colorsys'"]),
        ("sys.meta_path.clear()", &[]),
        ("import numpy", &["use lists with math and statistics"]),
        ("sys.path = None", &[]),
        ("sys.path", &["[]"]),
        ("sys.modules.clear()", &[]),
        ("sys.modules['sys'] is sys", &["True"]),
        ("sys.modules = 3", &[]),
        ("import graphlib\nsys.modules['graphlib'] is graphlib", &["True"]),
        ("import _io\n_io.StringIO = None", &[]),
        ("import io, importlib\nimportlib.reload(io).StringIO('kept').read()", &["'kept'"]),
        ("open.__globals__.clear()", &[]),
        ("open('x')", &["PermissionError: open('x') is not permitted"]),
        ("sys.setrecursionlimit(12)", &[]),
        ("def f(n):\n    return n and f(n - 1)\nf(100)", &["0"]),
    ];
    check(limits(), State::Kept, cases).await;
}

#[tokio::test]
async fn what_is_broken_at_the_end_of_a_cell_is_said_once_beside_its_value() {
    let pyplot =
        "import matplotlib.pyplot as plt\nfor name in list(vars(plt)):\n    vars(plt)[name] = None\n7";
    let cases: &[(&str, &[&str])] = &[
        (
            pyplot,
            &["7\n", "The open figures could not be shown", "matplotlib.pyplot is broken: import it again."],
        ),
        ("open.__globals__['written'].append(3)\n8", &["8\n", "A file could not be written to its end"]),
    ];
    check(limits(), State::Kept, cases).await;
    for (code, _) in cases {
        let mut notebook = notebook(limits());
        run(&mut notebook, code).await;
        assert_eq!(shown(&run(&mut notebook, "1 + 1").await, &limits()), "2", "after {code:?}");
    }
}

#[tokio::test]
async fn an_interpreter_that_cannot_be_mended_is_replaced_and_that_is_said() {
    let cases: &[(&str, &[&str])] = &[(
        "open.__globals__['end_of_cell'].__code__ = (lambda: 1 / 0).__code__\n9",
        &[
            "9\nThe code had broken what the interpreter itself needs. The interpreter was restarted and its state \
             is gone",
        ],
    )];
    check(limits(), State::Lost, cases).await;
}
