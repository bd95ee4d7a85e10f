//! Methods that make something larger than what they are given.

use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyPayload, PyResult, VirtualMachine,
    builtins::{PyByteArray, PyBytes, PyList, PyStr, PyTuple, PyType},
    function::{FuncArgs, PyMethodDef, PyMethodFlags},
};

use super::{OBJECT, amount, ask_for, collect, fits, size, size_as_items, width};

/// How many bytes a call takes. It may put the arguments into a form that says so.
type Need = fn(&mut FuncArgs, &VirtualMachine) -> PyResult<u64>;

/// Of text and of both kinds of bytes.
const OF_TEXT: [(&str, Need); 19] = [
    ("ljust", padded),
    ("rjust", padded),
    ("center", padded),
    ("zfill", padded),
    ("expandtabs", expanded),
    ("replace", replaced),
    ("join", joined),
    ("split", split),
    ("rsplit", split),
    ("splitlines", lines),
    ("translate", same),
    ("upper", same),
    ("lower", same),
    ("title", same),
    ("swapcase", same),
    ("capitalize", same),
    ("__mul__", repeated),
    ("__rmul__", repeated),
    ("__add__", added),
];
const OF_STR: [(&str, Need); 4] =
    [("encode", same), ("casefold", same), ("__format__", formatted_text), ("__mod__", percent)];
const OF_BYTES: [(&str, Need); 3] = [("hex", doubled), ("decode", same), ("__mod__", percent)];
const OF_SEQUENCE: [(&str, Need); 2] = [("__mul__", repeated), ("__rmul__", repeated)];
const OF_LIST: [(&str, Need); 3] = [("__imul__", repeated), ("extend", extended), ("copy", same)];
const OF_INT: [(&str, Need); 2] = [("to_bytes", to_bytes), ("__format__", formatted_number)];
const OF_NUMBER: [(&str, Need); 1] = [("__format__", formatted_number)];

/// Methods by their names, and what each call of them needs.
type Guards = &'static [(&'static str, Need)];

/// Puts the guards in place; `None` if a method is not there.
pub(super) fn install(vm: &VirtualMachine) -> Option<()> {
    let types = &vm.ctx.types;
    let (bytes, bytearray) = (types.bytes_type, types.bytearray_type);
    let methods: [(&'static Py<PyType>, Guards); 12] = [
        (types.str_type, &OF_TEXT),
        (bytes, &OF_TEXT),
        (bytearray, &OF_TEXT),
        (types.str_type, &OF_STR),
        (bytes, &OF_BYTES),
        (bytearray, &OF_BYTES),
        (types.list_type, &OF_SEQUENCE),
        (types.tuple_type, &OF_SEQUENCE),
        (types.list_type, &OF_LIST),
        (types.int_type, &OF_INT),
        (types.float_type, &OF_NUMBER),
        (types.complex_type, &OF_NUMBER),
    ];
    for (class, guards) in methods {
        for (name, need) in guards {
            guard(class, name, *need, vm)?;
        }
    }
    guard(types.bool_type, "__format__", formatted_number, vm)
}

/// Puts a method in the place of one that asks first and then calls it.
fn guard(class: &'static Py<PyType>, name: &'static str, need: Need, vm: &VirtualMachine) -> Option<()> {
    replace(class, name, vm, move |original, mut arguments, vm| {
        ask_for(need(&mut arguments, vm)?, vm)?;
        original.call(arguments, vm)
    })
}

/// Puts a method in the place of another one, which it is given.
pub(crate) fn replace(
    class: &'static Py<PyType>,
    name: &'static str,
    vm: &VirtualMachine,
    with: impl Fn(&PyObject, FuncArgs, &VirtualMachine) -> PyResult + 'static,
) -> Option<()> {
    let name_object = vm.ctx.intern_str(name);
    let original = class.get_direct_attr(name_object)?;
    let doc = original.get_attr("__doc__", vm).ok()?;
    let doc = doc.downcast_ref::<PyStr>().and_then(|doc| doc.to_str());
    let function = move |vm: &VirtualMachine, arguments: FuncArgs| with(&original, arguments, vm);
    // One for each method of the process, which are as many as the tables of their callers have.
    let method: &'static PyMethodDef = Box::leak(Box::new(PyMethodDef {
        name,
        func: Box::leak(Box::new(function)),
        flags: PyMethodFlags::METHOD,
        doc: doc.map(|doc| &*Box::leak(doc.to_owned().into_boxed_str())),
    }));
    class.set_attr(name_object, method.to_method(class, &vm.ctx).into_pyobject(vm));
    Some(())
}

/// The object that the method is of.
fn own(arguments: &FuncArgs) -> u64 {
    arguments.args.first().map_or(0, |object| size(object))
}

fn argument<'a>(arguments: &'a FuncArgs, i: usize, name: &str) -> Option<&'a PyObjectRef> {
    arguments.args.get(i).or_else(|| arguments.kwargs.get(name))
}

fn same(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(own(arguments))
}

fn doubled(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(own(arguments).saturating_mul(2))
}

fn added(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(own(arguments).saturating_add(arguments.args.get(1).map_or(0, |other| size(other))))
}

fn repeated(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(own(arguments).saturating_mul(arguments.args.get(1).map_or(0, |n| amount(n))))
}

fn extended(arguments: &mut FuncArgs, vm: &VirtualMachine) -> PyResult<u64> {
    Ok(arguments.args.get(1).map_or(0, |source| size_as_items(source, vm)))
}

fn to_bytes(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(argument(arguments, 1, "length").map_or(0, |length| amount(length)))
}

fn padded(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    let width = arguments.args.get(1).map_or(0, |width| amount(width));
    // Characters are at least a quarter of the bytes: no more of them can be there already.
    let fill = arguments.args.get(2).map_or(1, |fill| size(fill).max(1));
    Ok(own(arguments).max(width.saturating_mul(fill)))
}

fn expanded(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    let size_of_tab = argument(arguments, 1, "tabsize").map_or(8, |size| amount(size));
    let own = own(arguments);
    let all_tabs = own.saturating_mul(size_of_tab);
    if fits(all_tabs) {
        return Ok(all_tabs);
    }
    let Some(text) = arguments.args.first() else { return Ok(0) };
    let n_tabs = with_bytes(text, |bytes| bytes.iter().filter(|byte| **byte == b'\t').count() as u64);
    Ok(own.saturating_add(n_tabs.saturating_mul(size_of_tab)))
}

fn replaced(arguments: &mut FuncArgs, vm: &VirtualMachine) -> PyResult<u64> {
    let own = own(arguments);
    let [text, old, new, ..] = arguments.args.as_slice() else { return Ok(own) };
    let (old_size, new_size) = (size(old), size(new));
    let most = (own / old_size.max(1) + 1).saturating_mul(new_size).saturating_add(own);
    if fits(most) {
        return Ok(most);
    }
    let limit = argument(arguments, 3, "count").map_or(u64::MAX, |count| match amount(count) {
        0 => u64::MAX, // a negative one is no limit; 0 takes nothing and is rare
        limit => limit,
    });
    let n = occurrences(text, old, vm).min(limit);
    Ok(own.saturating_sub(n.saturating_mul(old_size)).saturating_add(n.saturating_mul(new_size)))
}

fn joined(arguments: &mut FuncArgs, vm: &VirtualMachine) -> PyResult<u64> {
    let between = own(arguments);
    let Some(source) = arguments.args.get_mut(1) else { return Ok(0) };
    let all = |items: &[PyObjectRef]| {
        // One alone is given back as it is.
        if items.len() < 2 {
            return 0;
        }
        let items_size = items.iter().fold(0u64, |sum, item| sum.saturating_add(size(item)));
        items_size.saturating_add(between.saturating_mul((items.len() - 1) as u64))
    };
    if let Some(list) = source.downcast_ref::<PyList>() {
        return Ok(all(&list.borrow_vec()));
    }
    if let Some(tuple) = source.downcast_ref::<PyTuple>() {
        return Ok(all(tuple.as_slice()));
    }
    let items = collect(source, vm)?;
    let need = all(&items);
    *source = vm.ctx.new_list(items).into();
    Ok(need)
}

fn split(arguments: &mut FuncArgs, vm: &VirtualMachine) -> PyResult<u64> {
    let own = own(arguments);
    // A piece for every byte is more than there can be.
    let most = own.saturating_mul(OBJECT);
    if fits(most) {
        return Ok(most);
    }
    let Some(text) = arguments.args.first() else { return Ok(0) };
    let n = match argument(arguments, 1, "sep").filter(|separator| !vm.is_none(separator)) {
        Some(separator) => occurrences(text, separator, vm),
        None => with_bytes(text, |bytes| {
            bytes.split(u8::is_ascii_whitespace).filter(|piece| !piece.is_empty()).count() as u64
        }),
    };
    let limit = argument(arguments, 2, "maxsplit").map_or(u64::MAX, |count| match amount(count) {
        0 => u64::MAX,
        limit => limit,
    });
    Ok(own.saturating_add((n.min(limit) + 1).saturating_mul(OBJECT)))
}

fn lines(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    let own = own(arguments);
    let most = own.saturating_mul(OBJECT);
    if fits(most) {
        return Ok(most);
    }
    let Some(text) = arguments.args.first() else { return Ok(0) };
    let n = with_bytes(text, |bytes| bytes.split(|byte| *byte == b'\n').count() as u64);
    Ok(own.saturating_add(n.saturating_mul(OBJECT)))
}

fn formatted_text(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(own(arguments).saturating_add(spec_width(arguments, false)))
}

fn formatted_number(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    Ok(spec_width(arguments, true))
}

fn spec_width(arguments: &FuncArgs, adds_digits: bool) -> u64 {
    let spec = arguments.args.get(1).and_then(|spec| spec.downcast_ref::<PyStr>());
    spec.map_or(0, |spec| width::of_spec(spec.as_wtf8().as_bytes(), adds_digits))
}

fn percent(arguments: &mut FuncArgs, _: &VirtualMachine) -> PyResult<u64> {
    let [format, values, ..] = arguments.args.as_slice() else { return Ok(0) };
    Ok(of_percent(format, values))
}

/// What `format % values` takes: the widths, and the text among the values, which is copied whole.
pub(super) fn of_percent(format: &PyObject, values: &PyObject) -> u64 {
    let widths = with_bytes(format, width::of_percent);
    let values = match values.downcast_ref::<PyTuple>() {
        Some(tuple) => tuple.as_slice().to_vec(),
        None => vec![values.to_owned()],
    };
    let text = values.iter().fold(0u64, |sum, value| {
        let is_text = value.downcast_ref::<PyStr>().is_some() || value.downcast_ref::<PyBytes>().is_some();
        sum.saturating_add(if is_text { size(value) } else { 0 })
    });
    widths
        .among_values
        .iter()
        .filter_map(|i| values.get(*i))
        .fold(widths.bytes.saturating_add(text), |sum, value| sum.saturating_add(amount(value)))
}

/// Looks at the bytes of text or of bytes; at none of anything else.
fn with_bytes<R>(object: &PyObject, look: impl FnOnce(&[u8]) -> R) -> R {
    if let Some(text) = object.downcast_ref::<PyStr>() {
        look(text.as_wtf8().as_bytes())
    } else if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        look(bytes.as_bytes())
    } else if let Some(bytes) = object.downcast_ref::<PyByteArray>() {
        look(&bytes.borrow_buf())
    } else {
        look(&[])
    }
}

/// How often `part` is in `text`, by the `count` of its built-in class; what is no part of such text is
/// refused by the method itself.
fn occurrences(text: &PyObject, part: &PyObject, vm: &VirtualMachine) -> u64 {
    let types = &vm.ctx.types;
    let class = [types.str_type, types.bytes_type, types.bytearray_type]
        .into_iter()
        .find(|class| text.fast_isinstance(class));
    let count = class.and_then(|class| class.get_attr(vm.ctx.intern_str("count")));
    let counted = count.and_then(|count| count.call((text.to_owned(), part.to_owned()), vm).ok());
    counted.map_or(0, |n| amount(&n))
}
