//! Iterators that can go on for ever look at the memory and for interrupts each time: a native loop,
//! such as `list(itertools.repeat(0))` or `sum(range(10**12))`, runs no bytecode between which the
//! watcher could raise.

use std::sync::OnceLock;

use rustpython_vm::{
    PyObject, PyResult, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyTypeRef},
    protocol::PyIterReturn,
};

use crate::inside::{allocator, interrupt, wire::Wire};

type Next = fn(&PyObject, &VirtualMachine) -> PyResult<PyIterReturn>;

/// Of `itertools`.
const ENDLESS: [&str; 7] =
    ["count", "repeat", "cycle", "product", "permutations", "combinations", "combinations_with_replacement"];

/// The interpreter's own functions: for the two iterators of ranges, that of `iter(call, end)`, and
/// for [`ENDLESS`].
static ORIGINALS: OnceLock<[Next; 10]> = OnceLock::new();

const GUARDS: [Next; 10] = [
    next::<0>, next::<1>, next::<2>, next::<3>, next::<4>, next::<5>, next::<6>, next::<7>, next::<8>,
    next::<9>,
];

/// Puts the guards in place; `None` if an iterator is not what is known here.
pub(super) fn install(vm: &VirtualMachine) -> Option<()> {
    let types = &vm.ctx.types;
    let itertools = vm.import("itertools", 0).ok()?;
    let mut classes: Vec<PyTypeRef> =
        [types.range_iterator_type, types.long_range_iterator_type, types.callable_iterator]
            .map(ToOwned::to_owned)
            .into();
    for name in ENDLESS {
        classes.push(itertools.get_attr(name, vm).ok()?.downcast().ok()?);
    }
    let originals: Vec<Next> =
        classes.iter().map(|class| class.slots.iternext.load()).collect::<Option<_>>()?;
    ORIGINALS.set(originals.try_into().ok()?).ok()?;
    for (class, guard) in classes.iter().zip(GUARDS) {
        class.slots.iternext.store(Some(guard));
    }
    Some(())
}

fn next<const KIND: usize>(iterator: &PyObject, vm: &VirtualMachine) -> PyResult<PyIterReturn> {
    if allocator::live() > Wire::get().limits.memory_bytes {
        return Err(memory_is_full(vm));
    }
    interrupt::check(vm)?;
    let originals = ORIGINALS.get().expect("the guards are put in place after the originals are kept");
    originals[KIND](iterator, vm)
}

/// What the watcher raises too.
pub(super) fn memory_is_full(vm: &VirtualMachine) -> PyBaseExceptionRef {
    let limit = Wire::get().limits.memory_bytes >> 20;
    vm.new_memory_error(format!("the memory limit of {limit} MiB was reached"))
}
