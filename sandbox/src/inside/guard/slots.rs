//! Operators and constructors: repetition, sums, powers, shifts and `%`; `bytes(n)`, `list(range(n))`.

use std::sync::OnceLock;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyInt, PyTypeRef},
    function::FuncArgs,
    protocol::{PyNumberBinaryFunc, PyNumberTernaryFunc, PySequence},
};

use super::{amount, ask_for, ask_for_number, collect, methods, size, size_as_items};

type Repeat = fn(PySequence<'_>, isize, &VirtualMachine) -> PyResult;
type Concat = fn(PySequence<'_>, &PyObject, &VirtualMachine) -> PyResult;
type New = fn(PyTypeRef, FuncArgs, &VirtualMachine) -> PyResult;
type Call = fn(&PyObject, Vec<PyObjectRef>, usize, Option<&[PyObjectRef]>, &VirtualMachine) -> PyResult;
type Init = fn(PyObjectRef, FuncArgs, &VirtualMachine) -> PyResult<()>;

/// The interpreter's own functions, which the guards call. There is one interpreter.
static ORIGINALS: OnceLock<Originals> = OnceLock::new();

struct Originals {
    /// By the numbers below.
    sequences: [Sequence; 5],
    remainders: [PyNumberBinaryFunc; 3],
    add: PyNumberBinaryFunc,
    power: PyNumberTernaryFunc,
    shift: PyNumberBinaryFunc,
    bytes: New,
    bytearray: Init,
    list: Call,
    tuple: New,
    set: Init,
    frozenset: New,
}

/// Making a new one, and growing one in place.
struct Sequence {
    repeat: Option<Repeat>,
    inplace_repeat: Option<Repeat>,
    concat: Option<Concat>,
    inplace_concat: Option<Concat>,
}

const STR: usize = 0;
const BYTES: usize = 1;
const BYTEARRAY: usize = 2;
const LIST: usize = 3;
const TUPLE: usize = 4;

/// Puts the guards in place; `None` if there is no such function.
pub(super) fn install(vm: &VirtualMachine) -> Option<()> {
    let types = &vm.ctx.types;
    let sequences =
        [types.str_type, types.bytes_type, types.bytearray_type, types.list_type, types.tuple_type];
    let [str_number, bytes_number, bytearray_number, ..] = sequences.map(|class| &class.slots.as_number);
    let int = &types.int_type.slots.as_number;
    let originals = Originals {
        sequences: sequences.map(|class| {
            let slots = &class.slots.as_sequence;
            Sequence {
                repeat: slots.repeat.load(),
                inplace_repeat: slots.inplace_repeat.load(),
                concat: slots.concat.load(),
                inplace_concat: slots.inplace_concat.load(),
            }
        }),
        remainders: [
            str_number.remainder.load()?,
            bytes_number.remainder.load()?,
            bytearray_number.remainder.load()?,
        ],
        add: str_number.add.load()?,
        power: int.power.load()?,
        shift: int.lshift.load()?,
        bytes: types.bytes_type.slots.new.load()?,
        bytearray: types.bytearray_type.slots.init.load()?,
        list: types.list_type.slots.vectorcall.load()?,
        tuple: types.tuple_type.slots.new.load()?,
        set: types.set_type.slots.init.load()?,
        frozenset: types.frozenset_type.slots.new.load()?,
    };
    ORIGINALS.set(originals).ok()?;
    install_sequences(vm);
    str_number.remainder.store(Some(remainder::<STR>));
    bytes_number.remainder.store(Some(remainder::<BYTES>));
    bytearray_number.remainder.store(Some(remainder::<BYTEARRAY>));
    str_number.add.store(Some(add));
    for class in [types.int_type, types.bool_type] {
        let number = &class.slots.as_number;
        number.power.store(Some(power));
        number.right_power.store(Some(power));
        number.lshift.store(Some(shift));
        number.right_lshift.store(Some(shift));
    }
    types.bytes_type.slots.new.store(Some(bytes));
    types.bytearray_type.slots.init.store(Some(bytearray));
    types.list_type.slots.vectorcall.store(Some(list));
    types.tuple_type.slots.new.store(Some(tuple));
    types.set_type.slots.init.store(Some(set));
    types.frozenset_type.slots.new.store(Some(frozenset));
    // This one calls the interpreter's own `init` without looking at the slot.
    types.set_type.slots.vectorcall.store(None);
    Some(())
}

fn install_sequences(vm: &VirtualMachine) {
    let types = &vm.ctx.types;
    let guards: [(_, [Repeat; 2], [Concat; 2]); 5] = [
        (types.str_type, [repeat::<STR>, grow::<STR>], [concat::<STR>, append::<STR>]),
        (types.bytes_type, [repeat::<BYTES>, grow::<BYTES>], [concat::<BYTES>, append::<BYTES>]),
        (
            types.bytearray_type,
            [repeat::<BYTEARRAY>, grow::<BYTEARRAY>],
            [concat::<BYTEARRAY>, append::<BYTEARRAY>],
        ),
        (types.list_type, [repeat::<LIST>, grow::<LIST>], [concat::<LIST>, append::<LIST>]),
        (types.tuple_type, [repeat::<TUPLE>, grow::<TUPLE>], [concat::<TUPLE>, append::<TUPLE>]),
    ];
    for (class, [repeat, grow], [concat, append]) in guards {
        let slots = &class.slots.as_sequence;
        if slots.repeat.load().is_some() {
            slots.repeat.store(Some(repeat));
        }
        if slots.inplace_repeat.load().is_some() {
            slots.inplace_repeat.store(Some(grow));
        }
        if slots.concat.load().is_some() {
            slots.concat.store(Some(concat));
        }
        if slots.inplace_concat.load().is_some() {
            slots.inplace_concat.store(Some(append));
        }
    }
}

fn originals() -> &'static Originals {
    ORIGINALS.get().expect("the guards are put in place after the originals are kept")
}

fn repeat<const KIND: usize>(sequence: PySequence<'_>, n: isize, vm: &VirtualMachine) -> PyResult {
    ask_for(size(sequence.obj).saturating_mul(n.max(0) as u64), vm)?;
    match originals().sequences[KIND].repeat {
        Some(repeat) => repeat(sequence, n, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

fn grow<const KIND: usize>(sequence: PySequence<'_>, n: isize, vm: &VirtualMachine) -> PyResult {
    ask_for(size(sequence.obj).saturating_mul(n.max(0) as u64), vm)?;
    match originals().sequences[KIND].inplace_repeat {
        Some(grow) => grow(sequence, n, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

fn concat<const KIND: usize>(sequence: PySequence<'_>, other: &PyObject, vm: &VirtualMachine) -> PyResult {
    ask_for(size(sequence.obj).saturating_add(size(other)), vm)?;
    match originals().sequences[KIND].concat {
        Some(concat) => concat(sequence, other, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

fn append<const KIND: usize>(sequence: PySequence<'_>, other: &PyObject, vm: &VirtualMachine) -> PyResult {
    ask_for(size_as_items(other, vm), vm)?;
    match originals().sequences[KIND].inplace_concat {
        Some(append) => append(sequence, other, vm),
        None => Ok(vm.ctx.not_implemented()),
    }
}

fn add(one: &PyObject, other: &PyObject, vm: &VirtualMachine) -> PyResult {
    ask_for(size(one).saturating_add(size(other)), vm)?;
    (originals().add)(one, other, vm)
}

fn remainder<const KIND: usize>(format: &PyObject, values: &PyObject, vm: &VirtualMachine) -> PyResult {
    // The other way round too: a format on the right is nobody's.
    ask_for(methods::of_percent(format, values), vm)?;
    (originals().remainders[KIND])(format, values, vm)
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

/// What `bytes(source)` takes: `source` is how many there are, or gives each.
fn of_bytes(arguments: &[PyObjectRef], vm: &VirtualMachine) -> u64 {
    match arguments {
        [source] if source.downcast_ref::<PyInt>().is_some() => amount(source),
        [source, ..] => size_as_items(source, vm) / super::REFERENCE,
        [] => 0,
    }
}

fn bytes(class: PyTypeRef, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
    ask_for(of_bytes(&arguments.args, vm), vm)?;
    (originals().bytes)(class, arguments, vm)
}

fn bytearray(object: PyObjectRef, arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    ask_for(of_bytes(&arguments.args, vm), vm)?;
    (originals().bytearray)(object, arguments, vm)
}

/// Whether the items of `source` are to be asked for one by one: it does not say how many it gives.
fn is_unmeasured(source: &PyObject, vm: &VirtualMachine) -> bool {
    source.class().slots.iternext.load().is_some() && size_as_items(source, vm) == 0
}

fn list(
    class: &PyObject,
    arguments: Vec<PyObjectRef>,
    n: usize,
    names: Option<&[PyObjectRef]>,
    vm: &VirtualMachine,
) -> PyResult {
    if let [source] = arguments.as_slice() {
        ask_for(size_as_items(source, vm), vm)?;
        if class.is(vm.ctx.types.list_type) && names.is_none_or(<[_]>::is_empty) && is_unmeasured(source, vm)
        {
            return Ok(vm.ctx.new_list(collect(source, vm)?).into());
        }
    }
    (originals().list)(class, arguments, n, names, vm)
}

fn tuple(class: PyTypeRef, mut arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
    measure(&mut arguments, vm)?;
    (originals().tuple)(class, arguments, vm)
}

fn set(object: PyObjectRef, mut arguments: FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    measure(&mut arguments, vm)?;
    (originals().set)(object, arguments, vm)
}

fn frozenset(class: PyTypeRef, mut arguments: FuncArgs, vm: &VirtualMachine) -> PyResult {
    measure(&mut arguments, vm)?;
    (originals().frozenset)(class, arguments, vm)
}

/// Asks for the items of the one argument. What does not say how many it gives is gathered in a list
/// first.
fn measure(arguments: &mut FuncArgs, vm: &VirtualMachine) -> PyResult<()> {
    let [source] = arguments.args.as_mut_slice() else { return Ok(()) };
    ask_for(size_as_items(source, vm), vm)?;
    if is_unmeasured(source, vm) {
        *source = vm.ctx.new_list(collect(source, vm)?).into();
    }
    Ok(())
}
