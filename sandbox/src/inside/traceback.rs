//! Tracebacks as a notebook shows them: the frames of cells, with their lines.
//!
//! Written here and not by Python's `traceback`, which the code could have replaced.

use std::fmt::Write;

use rustpython_vm::{AsObject, PyObjectRef, VirtualMachine, builtins::PyBaseExceptionRef, suggestion};

use super::sources::{Sources, is_cell};

/// Frames shown at each end of a deep traceback.
const FRAMES_AT_EACH_END: usize = 4;
/// Exceptions shown of a chain of causes.
const CHAIN: usize = 5;

/// The text of an exception with its causes.
pub(crate) fn text(vm: &VirtualMachine, exception: &PyBaseExceptionRef, sources: &Sources) -> String {
    let mut chain = vec![(exception.clone(), "")];
    while chain.len() < CHAIN {
        let (last, _) = &chain[chain.len() - 1];
        let Some((before, link)) = before(vm, last) else { break };
        if chain.iter().any(|(seen, _)| seen.is(&before)) {
            break;
        }
        chain.push((before, link));
    }
    let mut out = String::new();
    for (exception, link) in chain.iter().rev() {
        one(vm, exception, sources, &mut out);
        out.push_str(link);
    }
    out.trim_end().to_owned()
}

/// The exception that led to this one, and how the text says so.
fn before(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> Option<(PyBaseExceptionRef, &'static str)> {
    if let Some(cause) = exception.__cause__() {
        return Some((cause, "\nThe above exception was the direct cause of the following exception:\n\n"));
    }
    let hidden = attribute(vm, exception, "__suppress_context__").is_some_and(|v| v.is(&vm.ctx.true_value));
    let context = exception.__context__().filter(|_| !hidden)?;
    Some((context, "\nDuring handling of the above exception, another exception occurred:\n\n"))
}

fn one(vm: &VirtualMachine, exception: &PyBaseExceptionRef, sources: &Sources, out: &mut String) {
    frames(exception, sources, out);
    if exception.fast_isinstance(vm.ctx.exceptions.syntax_error) {
        syntax_position(vm, exception, sources, out);
    }
    out.push_str(&headline(vm, exception));
    for note in list(vm, exception, "__notes__") {
        let _ = write!(out, "\n{}", string(vm, &note));
    }
    for inner in list(vm, exception, "exceptions") {
        if let Ok(inner) = inner.downcast::<rustpython_vm::builtins::PyBaseException>() {
            let _ = write!(out, "\n  - {}", headline(vm, &inner));
        }
    }
    if exception.fast_isinstance(vm.ctx.exceptions.system_exit) {
        out.push_str("\nThis ends the cell, not the interpreter: variables are kept.");
    }
    out.push('\n');
}

fn frames(exception: &PyBaseExceptionRef, sources: &Sources, out: &mut String) {
    let Some(traceback) = exception.__traceback__() else { return };
    let frames: Vec<_> = traceback
        .iter()
        .filter(|entry| is_cell(entry.frame.code.source_path().as_str()))
        .map(|entry| (entry.frame.code.source_path(), entry.lineno.get(), entry.frame.code.obj_name))
        .collect();
    if frames.is_empty() {
        return;
    }
    out.push_str("Traceback (most recent call last):\n");
    let hidden = frames.len().saturating_sub(2 * FRAMES_AT_EACH_END);
    for (i, (file, line, name)) in frames.iter().enumerate() {
        if hidden > 0 && i == FRAMES_AT_EACH_END {
            let _ = writeln!(out, "  [… {hidden} frames omitted …]");
        }
        if hidden > 0 && (FRAMES_AT_EACH_END..FRAMES_AT_EACH_END + hidden).contains(&i) {
            continue;
        }
        let _ = writeln!(out, "  File \"{}\", line {line}, in {}", file.as_str(), name.as_str());
        if let Some(source) = sources.line(file.as_str(), *line) {
            let _ = writeln!(out, "    {}", short(source));
        }
    }
}

/// Where a syntax error stands, with a caret under it.
fn syntax_position(vm: &VirtualMachine, exception: &PyBaseExceptionRef, sources: &Sources, out: &mut String) {
    let number = |name| attribute(vm, exception, name)?.try_into_value::<usize>(vm).ok();
    let (Some(file), Some(line)) = (attribute(vm, exception, "filename"), number("lineno")) else { return };
    let file = string(vm, &file);
    let _ = writeln!(out, "  File \"{file}\", line {line}");
    let own = attribute(vm, exception, "text").filter(|text| !vm.is_none(text)).map(|text| string(vm, &text));
    let Some(text) = own.or_else(|| sources.line(&file, line).map(str::to_owned)) else { return };
    let (text, stripped) = (text.trim_end(), text.trim());
    let _ = writeln!(out, "    {}", short(stripped));
    // The offset counts characters from 1 in the line as it stands, indentation included.
    let indent = text.chars().count() - stripped.chars().count();
    if let Some(column) = number("offset").and_then(|offset| offset.checked_sub(indent + 1))
        && column <= short(stripped).chars().count()
    {
        let _ = writeln!(out, "    {}^", " ".repeat(column));
    }
}

/// A line of source, cut where no reader follows any more.
fn short(line: &str) -> &str {
    &line[..line.floor_char_boundary(200)]
}

/// The last line of a traceback: the class, the message, a suggestion.
fn headline(vm: &VirtualMachine, exception: &PyBaseExceptionRef) -> String {
    let class = exception.class();
    let module = class.as_object().get_attr("__module__", vm).map(|m| string(vm, &m)).unwrap_or_default();
    let mut out = match module.as_str() {
        "" | "builtins" | "__main__" => class.name().to_string(),
        _ => format!("{module}.{}", class.name()),
    };
    let message = if exception.fast_isinstance(vm.ctx.exceptions.syntax_error) {
        attribute(vm, exception, "msg").map(|msg| string(vm, &msg)).unwrap_or_default()
    } else {
        string(vm, exception.as_object())
    };
    let left_without_code = exception.fast_isinstance(vm.ctx.exceptions.system_exit) && message == "None";
    if !message.is_empty() && !left_without_code {
        let _ = write!(out, ": {message}");
    }
    if let Some(suggestion) = suggestion::offer_suggestions(exception, vm) {
        let _ = write!(out, ". Did you mean: '{}'?", super::host::lossy(suggestion.as_wtf8()));
    }
    out
}

fn attribute(vm: &VirtualMachine, exception: &PyBaseExceptionRef, name: &'static str) -> Option<PyObjectRef> {
    exception.as_object().get_attr(name, vm).ok()
}

fn list(vm: &VirtualMachine, exception: &PyBaseExceptionRef, name: &'static str) -> Vec<PyObjectRef> {
    let items = attribute(vm, exception, name).and_then(|list| list.try_into_value(vm).ok());
    let items: Vec<PyObjectRef> = items.unwrap_or_default();
    items.into_iter().take(10).collect()
}

/// `str(object)`, which is the code's own and may fail.
fn string(vm: &VirtualMachine, object: &rustpython_vm::PyObject) -> String {
    match object.str(vm) {
        Ok(text) => super::host::lossy(text.as_wtf8()).into_owned(),
        Err(_) => "<str() failed>".to_owned(),
    }
}
