//! Packages of plain Python that people work with. `GIMLET_PYTHON_PACKAGES` names a folder that has
//! them, such as what `pip install --target` makes; what is not there is skipped by name.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests are not tests to the lint")]

use std::path::PathBuf;

use sandbox::{CancellationToken, Limits, Notebook, Options};

/// The folder, if it has this package.
fn folder_with(package: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GIMLET_PYTHON_PACKAGES").map(PathBuf::from);
    let found = folder.filter(|folder| folder.join(package).is_dir());
    if found.is_none() {
        eprintln!("skipped {package}: GIMLET_PYTHON_PACKAGES names no folder that has it");
    }
    found
}

/// Runs each cell in one notebook that has the package.
async fn check(package: &str, cases: &[(&str, &str)]) {
    let Some(folder) = folder_with(package) else { return };
    let limits = Limits { wall: std::time::Duration::from_secs(300), ..Limits::default() };
    let options = Options { packages: vec![folder], limits, ..Options::default() };
    let mut notebook = Notebook::new(env!("CARGO_BIN_EXE_sandbox-worker-host"), options);
    for (code, value) in cases {
        let outcome = notebook.run(code, &CancellationToken::new()).await.unwrap();
        assert_eq!(outcome.value.as_deref(), Some(*value), "{code}: {outcome:?}");
    }
}

#[tokio::test]
async fn mpmath_computes() {
    let cases = [
        (
            "from mpmath import mp, zeta, findroot, quad, sin\nmp.dps = 30\nstr(zeta(3))",
            "'1.20205690315959428539973816151'",
        ),
        ("str(findroot(lambda x: x**2 - 2, 1.4))", "'1.41421356237309504880168872421'"),
        ("str(quad(sin, [0, mp.pi]))", "'2.0'"),
    ];
    check("mpmath", &cases).await;
}

#[tokio::test]
async fn sympy_computes() {
    let cases = [
        ("from sympy import *\nx, y = symbols('x y')\nsolve(x**2 - 5*x + 6, x)", "[2, 3]"),
        ("solve([x + y - 3, x - y - 1], [x, y])", "{x: 2, y: 1}"),
        ("integrate(sin(x)**2, x)", "x/2 - sin(x)*cos(x)/2"),
        ("integrate(exp(-x**2), (x, -oo, oo))", "sqrt(pi)"),
        ("factor(x**4 - 1)", "(x - 1)*(x + 1)*(x**2 + 1)"),
        ("diff(sin(x)*exp(x), x)", "exp(x)*sin(x) + exp(x)*cos(x)"),
        ("limit(sin(x)/x, x, 0)", "1"),
        ("Matrix([[1, 2], [3, 4]]).inv()", "Matrix([\n[ -2,    1],\n[3/2, -1/2]])"),
        ("f = Function('f')\ndsolve(f(x).diff(x) - f(x))", "Eq(f(x), C1*exp(x))"),
        ("N(pi, 30)", "3.14159265358979323846264338328"),
    ];
    check("sympy", &cases).await;
}
