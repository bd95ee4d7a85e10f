//! Single steps that ask for much memory: refused with `MemoryError` before they begin.
//!
//! Rust aborts when an allocation fails, so `'a' * 10**10` would end the worker, and `10**10**8`
//! would compute for minutes before it does. Most such steps say beforehand how much they need:
//! operators and constructors (`slots.rs`), methods (`methods.rs`), the widths of formats
//! (`width.rs`). Those that do not, because they take what an iterator gives, are stopped by the
//! endless iterators themselves (`iterators.rs`).

mod iterators;
mod methods;
mod slots;
mod width;

pub(crate) use methods::replace;

use rustpython_vm::{
    PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyByteArray, PyBytes, PyInt, PyList, PyRange, PyStr, PyTuple},
};

use super::{allocator, wire::Wire};

/// What a reference in a list or a tuple takes.
const REFERENCE: u64 = size_of::<PyObjectRef>() as u64;

/// The least that a new number or a new piece of text takes with its reference.
const OBJECT: u64 = 48;

/// What is worth a look.
const LARGE: u64 = 1 << 20;

/// A number takes at most this part of the memory: computing with it takes several times as much,
/// and far more time than memory.
const PART_FOR_A_NUMBER: u64 = 16;

/// Puts the guards in place, before any code of the user's exists.
///
/// # Errors
/// This interpreter has no such function.
pub(crate) fn install(vm: &VirtualMachine) -> Result<(), String> {
    let missing = || "the interpreter has not the functions that are to be guarded".to_owned();
    slots::install(vm).ok_or_else(missing)?;
    methods::install(vm).ok_or_else(missing)?;
    iterators::install(vm).ok_or_else(missing)
}

/// Whether there is room for `bytes` more. Small steps are the watcher's: it sees them add up.
fn fits(bytes: u64) -> bool {
    let limit = Wire::get().limits.memory_bytes;
    bytes < LARGE || bytes <= limit.saturating_sub(allocator::live()) as u64
}

/// Refuses a step that takes `bytes` if there is no room for them.
fn ask_for(bytes: u64, vm: &VirtualMachine) -> PyResult<()> {
    if fits(bytes) { Ok(()) } else { Err(refusal(format!("this step needs {} MiB more", bytes >> 20), vm)) }
}

/// Refuses a number of `bits` bits if that is more than this sandbox computes with.
fn ask_for_number(bits: u64, vm: &VirtualMachine) -> PyResult<()> {
    let limit = Wire::get().limits.memory_bytes as u64 / PART_FOR_A_NUMBER;
    if bits / 8 <= limit {
        return Ok(());
    }
    let digits = (bits as f64 * std::f64::consts::LOG10_2).ceil() as u64;
    Err(refusal(format!("this number would have about {digits} digits"), vm))
}

fn refusal(what: String, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let limit = Wire::get().limits.memory_bytes >> 20;
    vm.new_memory_error(format!("{what}, and the memory limit is {limit} MiB"))
}

/// Everything that an iterator gives. The list's own growth is asked for, not taken, so that an
/// endless iterator ends in `MemoryError`.
fn collect(iterable: &PyObject, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
    let iterator = iterable.to_owned().get_iter(vm)?;
    let mut items = Vec::new();
    for item in iterator.iter::<PyObjectRef>(vm)? {
        make_room(&mut items, vm)?;
        items.push(item?);
    }
    Ok(items)
}

/// Asks for the room of one more object; without it the list is emptied.
///
/// # Errors
/// `MemoryError`: the memory is full.
pub(crate) fn make_room(items: &mut Vec<PyObjectRef>, vm: &VirtualMachine) -> PyResult<()> {
    if items.len() == items.capacity() && items.try_reserve(items.len().max(64)).is_err() {
        drop(std::mem::take(items));
        allocator::forgive();
        return Err(iterators::memory_is_full(vm));
    }
    Ok(())
}

/// What the items of a sequence take.
fn size(object: &PyObject) -> u64 {
    if let Some(text) = object.downcast_ref::<PyStr>() {
        text.as_wtf8().len() as u64
    } else if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        bytes.as_bytes().len() as u64
    } else if let Some(bytes) = object.downcast_ref::<PyByteArray>() {
        bytes.borrow_buf().len() as u64
    } else if let Some(list) = object.downcast_ref::<PyList>() {
        list.borrow_vec().len() as u64 * REFERENCE
    } else if let Some(tuple) = object.downcast_ref::<PyTuple>() {
        tuple.len() as u64 * REFERENCE
    } else {
        0
    }
}

/// A number that says how much; one past 64 bits is as good as the largest.
fn amount(object: &PyObject) -> u64 {
    let Some(number) = object.downcast_ref::<PyInt>() else { return 0 };
    let number = number.as_bigint();
    u64::try_from(number).unwrap_or(if *number < 0.into() { 0 } else { u64::MAX })
}

/// What a sequence of the items of `source` takes, as far as its type says how many there are: the
/// numbers of a range do not exist yet.
fn size_as_items(source: &PyObject, vm: &VirtualMachine) -> u64 {
    if source.downcast_ref::<PyRange>().is_some() {
        // A range longer than can be counted is refused by what counts it.
        let length = source.length_opt(vm).and_then(Result::ok).unwrap_or_default();
        (length as u64).saturating_mul(OBJECT)
    } else if let Some(text) = source.downcast_ref::<PyStr>() {
        text.char_len() as u64 * REFERENCE
    } else if source.downcast_ref::<PyBytes>().is_some() || source.downcast_ref::<PyByteArray>().is_some() {
        size(source) * REFERENCE
    } else {
        size(source)
    }
}
