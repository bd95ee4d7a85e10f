//! One cell: compiled, run, its last value shown.

use std::time::Duration;

use rustpython_vm::{
    AsObject, PyObjectRef, PyResult, VirtualMachine, builtins::PyBaseExceptionRef, gc_state::gc_state,
};

use super::{
    allocator,
    compile::compile_cell,
    entry::Job,
    exit::{EXIT_MEMORY, exit},
    host::lossy,
    interpreter::Interpreter,
    sources, traceback,
    wire::Running,
};
use crate::{
    excerpt::excerpt,
    message::{FromWorker, MAX_NOTICES, NOTICE_BYTES},
};

/// Runs a cell, and sends what it printed and how it ended.
pub(crate) fn run(interpreter: &mut Interpreter, job: &Job, cpu_at_start: Duration) {
    let wire = interpreter.wire;
    let file = sources::file_name(job.cell);
    remember(interpreter, &file, &job.code);
    allocator::forgive();
    wire.begin(Running { cell: job.cell, cpu_at_start, out_of_cpu: None });
    let vm = interpreter.vm;
    let result = execute(interpreter, &file, &job.code);
    let (result, notices, is_spoilt) = match interpreter.end_cell() {
        Ok(notices) => (result, notices, false),
        // The call's time is over, or its memory full.
        Err(stopped) if is_from_outside(&stopped, vm) => (result.and(Err(stopped)), Vec::new(), false),
        Err(_) => (result, Vec::new(), true),
    };
    let (value, error) = match result {
        Ok(value) => (value, None),
        Err(exception) => (None, Some(traceback::text(vm, &exception, &interpreter.sources))),
    };
    let out_of_cpu = wire.end().is_some_and(|running| running.out_of_cpu.is_some());
    free_memory(interpreter);
    let limit = wire.limits.output_bytes;
    let (value, value_cut) = value.map(|text| excerpt(&text, limit)).unzip();
    let (error, error_cut) = error.map(|text| excerpt(&text, limit)).unzip();
    let truncated = value_cut == Some(true) || error_cut == Some(true);
    let notices = bounded(notices);
    wire.send(&FromWorker::Done { cell: job.cell, value, error, truncated, out_of_cpu, notices, is_spoilt });
}

/// Whether what was raised comes from the watcher or the parent rather than from spoilt code.
fn is_from_outside(exception: &PyBaseExceptionRef, vm: &VirtualMachine) -> bool {
    let classes = &vm.ctx.exceptions;
    exception.fast_isinstance(classes.keyboard_interrupt) || exception.fast_isinstance(classes.memory_error)
}

/// As many notices as a message holds, with what says how many there are more.
fn bounded(mut notices: Vec<String>) -> Vec<String> {
    let n_more = notices.len().saturating_sub(MAX_NOTICES - 1);
    if n_more > 1 {
        notices.truncate(MAX_NOTICES - 1);
        notices.push(format!("And {n_more} more of this kind."));
    }
    notices.into_iter().map(|notice| excerpt(&notice, NOTICE_BYTES).0).collect()
}

fn execute(interpreter: &Interpreter, file: &str, code: &str) -> Result<Option<String>, PyBaseExceptionRef> {
    let vm = interpreter.vm;
    let cell = compile_cell(vm, file, code).map_err(|error| vm.new_syntax_error(&error, Some(code)))?;
    let scope = || interpreter.scope.clone();
    vm.run_code_obj(cell.statements, scope())?;
    let Some(value) = cell.value else { return Ok(None) };
    let value = vm.run_code_obj(value, scope())?;
    if vm.is_none(&value) {
        return Ok(None);
    }
    vm.builtins.set_attr("_", value.clone(), vm)?;
    Ok(Some(lossy(value.repr(vm)?.as_wtf8()).into_owned()))
}

/// Keeps the source for tracebacks, ours and those that the code prints itself.
fn remember(interpreter: &mut Interpreter, file: &str, code: &str) {
    let forgotten = interpreter.sources.add(file, code);
    // The code may have broken its linecache: that is its own loss.
    let _ = fill_linecache(interpreter.vm, file, code, &forgotten);
}

fn fill_linecache(vm: &VirtualMachine, file: &str, code: &str, forgotten: &[String]) -> PyResult<()> {
    let cache = vm.import("linecache", 0)?.get_attr("cache", vm)?;
    for file in forgotten {
        let _ = cache.del_item(file.as_str(), vm);
    }
    let lines: Vec<PyObjectRef> =
        code.split_inclusive('\n').map(|line| vm.ctx.new_str(line).into()).collect();
    let entry = [
        vm.ctx.new_int(code.len()).into(),
        vm.ctx.none(),
        vm.ctx.new_list(lines).into(),
        vm.ctx.new_str(file).into(),
    ];
    cache.set_item(file, vm.ctx.new_tuple(entry.into()).into(), vm)
}

/// Garbage in cycles that may gather before all of it is looked for: the interpreter's own collector
/// never looks at what has grown old.
const GARBAGE: usize = 4 << 20;

/// After a cell: what is garbage goes, when there is much. If the memory is full even then, no next
/// cell could run, so the worker ends and a fresh one takes its place.
fn free_memory(interpreter: &mut Interpreter) {
    let limit = interpreter.wire.limits.memory_bytes;
    if allocator::live() <= limit.min(interpreter.live_when_clean + GARBAGE) {
        return;
    }
    gc_state().collect_force(2);
    interpreter.live_when_clean = allocator::live();
    if interpreter.live_when_clean > limit {
        exit(EXIT_MEMORY);
    }
}
