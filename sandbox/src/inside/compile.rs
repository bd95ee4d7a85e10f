//! A cell's source as code objects: its statements, and the expression that it may end with.

use rustpython_vm::{
    PyRef, VirtualMachine,
    builtins::PyCode,
    compiler::{CompileError, ast::ModExpression, codegen::compile, core::SourceFileBuilder, parser},
};

/// A compiled cell. The two parts run in the same scope, one after the other.
///
/// The compiler's own `Mode::BlockExpr` is not used: it also gives what a last `def` defines, and
/// breaks on an empty cell and on one that ends with a constant.
pub(crate) struct CellCode {
    pub statements: PyRef<PyCode>,
    pub value: Option<PyRef<PyCode>>,
}

/// Compiles a cell.
///
/// # Errors
/// The source is not Python.
pub(crate) fn compile_cell(vm: &VirtualMachine, file: &str, source: &str) -> Result<CellCode, CompileError> {
    let source_file = SourceFileBuilder::new(file, source).finish();
    let parsed = parser::parse_module(source);
    let parsed = parsed.map_err(|error| CompileError::from_ruff_parse_error(error, &source_file))?;
    let mut module = parsed.into_syntax();
    let last = module.body.pop_if(|statement| statement.is_expr_stmt());
    let statements = compile::compile_program(&module, source_file.clone(), vm.compile_opts())?;
    let value = match last.and_then(|statement| statement.expr_stmt()) {
        None => None,
        Some(last) => {
            let expression =
                ModExpression { node_index: last.node_index, range: last.range, body: last.value };
            Some(compile::compile_expression(&expression, source_file, vm.compile_opts())?)
        }
    };
    Ok(CellCode { statements: vm.ctx.new_code(statements), value: value.map(|code| vm.ctx.new_code(code)) })
}
