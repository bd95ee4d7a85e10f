//! Single steps that ask for much memory: refused with `MemoryError` before they begin.
//!
//! Rust aborts when an allocation fails, so `'a' * 10**10` would end the worker, and `10**10**8`
//! would compute for minutes before it does. Both say beforehand how much they need. What is
//! guarded here is what people write: repetition, powers and shifts, `bytes(n)`, `list(range(n))`.
//! The same through a class of their own, or by the name of a method, ends the worker.

use std::sync::OnceLock;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyByteArray, PyBytes, PyInt, PyList, PyRange, PyStr, PyTuple, PyTypeRef},
    function::FuncArgs,
    protocol::{PyNumberBinaryFunc, PyNumberTernaryFunc, PySequence},
};

use super::{allocator, wire::Wire};

/// What a reference in a list or a tuple takes.
const REFERENCE: u64 = size_of::<PyObjectRef>() as u64;

/// What is worth a look.
const LARGE: u64 = 1 << 20;

/// A number takes at most this part of the memory: computing with it takes several times as much,
/// and far more time than memory.
const PART_FOR_A_NUMBER: u64 = 16;

type Repeat = fn(PySequence<'_>, isize, &VirtualMachine) -> PyResult;
type New = fn(PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;
type Call = fn(&PyObject, Vec<PyObjectRef>, usize, Option<&[PyObjectRef]>, &VirtualMachine) -> PyResult;
type Init = fn(PyObjectRef, FuncArgs, &VirtualMachine) -> PyResult<()>;

/// The interpreter's own functions, which the guards call. There is one interpreter.
static ORIGINALS: OnceLock<Originals> = OnceLock::new();

struct Originals {
    /// By [`KINDS`]: making a new one, and growing one in place.
    repeat: [(Option<Repeat>, Option<Repeat>); 5],
    power: PyNumberTernaryFunc,
    shift: PyNumberBinaryFunc,
    bytes: New,
    bytearray: Init,
    list: Call,
    tuple: New,
}

const STR: usize = 0;
const BYTES: usize = 1;
const BYTEARRAY: usize = 2;
const LIST: usize = 3;
const TUPLE: usize = 4;

/// Puts the guards in place, before any code of the user's exists.
///
/// # Errors
/// This interpreter has no such function.
pub(crate) fn install(vm: &VirtualMachine) -> Result<(), String> {
    let types = &vm.ctx.types;
    let sequences =
        [types.str_type, types.bytes_type, types.bytearray_type, types.list_type, types.tuple_type];
    let found = || {
        Some(Originals {
            repeat: sequences.map(|class| {
                let slots = &class.slots.as_sequence;
                (slots.repeat.load(), slots.inplace_repeat.load())
            }),
            power: types.int_type.slots.as_number.power.load()?,
            shift: types.int_type.slots.as_number.lshift.load()?,
            bytes: types.bytes_type.slots.new.load()?,
            bytearray: types.bytearray_type.slots.init.load()?,
            list: types.list_type.slots.vectorcall.load()?,
            tuple: types.tuple_type.slots.new.load()?,
        })
    };
    let originals = found().ok_or("the interpreter has not the functions that are to be guarded")?;
    ORIGINALS.set(originals).map_err(|_| "there is an interpreter already")?;
    let guards: [(Repeat, Repeat); 5] = [
        (repeat::<STR>, grow::<STR>),
        (repeat::<BYTES>, grow::<BYTES>),
        (repeat::<BYTEARRAY>, grow::<BYTEARRAY>),
        (repeat::<LIST>, grow::<LIST>),
        (repeat::<TUPLE>, grow::<TUPLE>),
    ];
    for (class, (repeat, grow)) in sequences.iter().zip(guards) {
        let slots = &class.slots.as_sequence;
        if slots.repeat.load().is_some() {
            slots.repeat.store(Some(repeat));
        }
        if slots.inplace_repeat.load().is_some() {
            slots.inplace_repeat.store(Some(grow));
        }
    }
    let number = &types.int_type.slots.as_number;
    number.power.store(Some(power));
    number.right_power.store(Some(power));
    number.lshift.store(Some(shift));
    number.right_lshift.store(Some(shift));
    types.bytes_type.slots.new.store(Some(bytes));
    types.bytearray_type.slots.init.store(Some(bytearray));
    types.list_type.slots.vectorcall.store(Some(list));
    types.tuple_type.slots.new.store(Some(tuple));
    Ok(())
}

fn originals() -> &'static Originals {
    ORIGINALS.get().expect("the guards are put in place after the originals are kept")
}

/// Refuses a step that takes `bytes` if there is no room for them.
fn ask_for(bytes: u64, vm: &VirtualMachine) -> PyResult<()> {
    let limit = Wire::get().limits.memory_bytes;
    // Small steps are the watcher's: it sees them add up.
    if bytes < LARGE || bytes <= limit.saturating_sub(allocator::live()) as u64 {
        return Ok(());
    }
    Err(refusal(format!("this step needs {} MiB more", bytes >> 20), vm))
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

fn repeat<const KIND: usize>(sequence: PySequence<'_>, n: isize, vm: &VirtualMachine) -> PyResult {
    ask_for(size(sequence.obj).saturating_mul(n.max(0) as u64), vm)?;
    match originals().repeat[KIND].0 {
        Some(repeat) => repeat(sequence, n, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

fn grow<const KIND: usize>(sequence: PySequence<'_>, n: isize, vm: &VirtualMachine) -> PyResult {
    ask_for(size(sequence.obj).saturating_mul(n.max(0) as u64), vm)?;
    match originals().repeat[KIND].1 {
        Some(grow) => grow(sequence, n, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
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

fn power(base: &PyObject, exponent: &PyObject, modulus: &PyObject, vm: &VirtualMachine) -> PyResult {
    if vm.is_none(modulus)
        && let (Some(base), Some(exponent)) = (base.downcast_ref::<PyInt>(), exponent.downcast_ref::<PyInt>())
        // An exponent past 64 bits, or a negative one, takes no memory.
        && let Ok(exponent) = u64::try_from(exponent.as_bigint())
    {
        // The logarithm of 0, 1 and -1 is 0: their powers stay small.
        let base = base.as_bigint();
        let logarithm = match u64::try_from(base).or_else(|_| u64::try_from(&-base)) {
            Ok(small) => (small.max(1) as f64).log2(),
            Err(_) => (base.bits() - 1) as f64,
        };
        ask_for_number((logarithm * exponent as f64) as u64, vm)?;
    }
    (originals().power)(base, exponent, modulus, vm)
}

fn shift(number: &PyObject, by: &PyObject, vm: &VirtualMachine) -> PyResult {
    if let (Some(number), Some(by)) = (number.downcast_ref::<PyInt>(), by.downcast_ref::<PyInt>())
        && let (bits @ 1.., Ok(by)) = (number.as_bigint().bits(), u64::try_from(by.as_bigint()))
    {
        ask_for_number(bits.saturating_add(by), vm)?;
    }
    (originals().shift)(number, by, vm)
}

/// The number that a constructor such as `bytes(n)` is given.
fn count(arguments: &[PyObjectRef]) -> u64 {
    let number = arguments.first().filter(|_| arguments.len() == 1).and_then(|n| n.downcast_ref::<PyInt>());
    number.map_or(0, |n| u64::try_from(n.as_bigint()).unwrap_or_default())
}

/// The length of the range that a constructor such as `list(range(n))` is given.
fn range_length(arguments: &[PyObjectRef], vm: &VirtualMachine) -> u64 {
    let range = arguments.first().filter(|object| object.downcast_ref::<PyRange>().is_some());
    let length = range.and_then(|range| range.as_object().length_opt(vm));
    length.and_then(Result::ok).unwrap_or_default() as u64
}

fn bytes(class: PyTypeRef, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
    ask_for(count(&arguments.args), vm)?;
    (originals().bytes)(class, arguments, vm)
}

fn bytearray(object: PyObjectRef, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    ask_for(count(&arguments.args), vm)?;
    (originals().bytearray)(object, arguments, vm)
}

fn list(
    class: &PyObject,
    arguments: Vec<PyObjectRef>,
    n: usize,
    names: Option<&[PyObjectRef]>,
    vm: &VirtualMachine,
) -> PyResult {
    ask_for(range_length(&arguments, vm).saturating_mul(REFERENCE), vm)?;
    (originals().list)(class, arguments, n, names, vm)
}

fn tuple(class: PyTypeRef, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
    ask_for(range_length(&arguments.args, vm).saturating_mul(REFERENCE), vm)?;
    (originals().tuple)(class, arguments, vm)
}
