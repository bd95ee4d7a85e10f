//! Exceptions from outside of the code: raised between two instructions, and so that whoever is to handle
//! them can.
//!
//! RustPython 0.5 looks for signals after it has read an instruction. If a signal's function fails, the
//! frame goes on with the handler, but the argument of the instruction that was read is still pending and
//! becomes the upper part of the handler's first argument. `except` and `finally` do not look at theirs;
//! generators and comprehensions begin their cleaning up with instructions that do, and the interpreter
//! would come to grief. There the exception is raised by the next instruction instead, as an event of
//! `sys.monitoring`, whose failure is an instruction's own.

use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use rustpython_vm::{
    PyObjectRef, PyResult, VirtualMachine,
    bytecode::{Instruction, find_exception_handler},
    frame::Frame,
};

use super::wire::Wire;

/// The monitoring tool that raises, one of the two that nobody has a name for.
const TOOL: i32 = 4;

/// What fails with the exception, unless there is no need for it any more.
pub(crate) type Raise = fn(&VirtualMachine) -> PyResult<()>;

/// Whether something is to be raised, for [`check`]; it may have been raised by then.
static IS_ASKED: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether a native function looks for signals, and not the interpreter.
    static IS_NATIVE: Cell<bool> = const { Cell::new(false) };
    static MONITORING: RefCell<Option<Monitoring>> = const { RefCell::new(None) };
    /// What the next instruction of a cell raises.
    static PENDING: Cell<Option<(u32, Raise)>> = const { Cell::new(None) };
}

/// The functions of `sys.monitoring`, whatever the code makes of that name later.
struct Monitoring {
    use_tool: PyObjectRef,
    free_tool: PyObjectRef,
    register: PyObjectRef,
    set_events: PyObjectRef,
    instruction: PyObjectRef,
    callback: PyObjectRef,
}

/// Prepares for [`raise`] on this thread, before any code of the user's exists.
///
/// # Errors
/// The interpreter has no such module.
pub(crate) fn install(vm: &VirtualMachine) -> PyResult<()> {
    let module = vm.sys_module.get_attr("monitoring", vm)?;
    let of = |name: &'static str| module.get_attr(name, vm);
    let monitoring = Monitoring {
        use_tool: of("use_tool_id")?,
        free_tool: of("free_tool_id")?,
        register: of("register_callback")?,
        set_events: of("set_events")?,
        instruction: of("events")?.get_attr("INSTRUCTION", vm)?,
        callback: vm.new_function("interrupt", on_instruction).into(),
    };
    MONITORING.set(Some(monitoring));
    Ok(())
}

/// Says that there is something to raise.
pub(crate) fn ask() {
    IS_ASKED.store(true, Relaxed);
}

/// Raises what there is to raise, within a native function that runs no instructions.
///
/// # Errors
/// The exception.
pub(crate) fn check(vm: &VirtualMachine) -> PyResult<()> {
    if !IS_ASKED.load(Relaxed) {
        return Ok(());
    }
    IS_ASKED.store(false, Relaxed);
    IS_NATIVE.set(true);
    let raised = vm.check_signals();
    IS_NATIVE.set(false);
    raised
}

/// Raises in a cell, if it still runs; called where the interpreter looks for signals.
///
/// # Errors
/// The exception.
pub(crate) fn raise(cell: u32, raise: Raise, vm: &VirtualMachine) -> PyResult<()> {
    if !Wire::get().is_running(cell) {
        return Ok(());
    }
    if IS_NATIVE.get() || !vm.current_frame().is_some_and(|frame| spoils_its_handler(&frame)) {
        return raise(vm);
    }
    PENDING.set(Some((cell, raise)));
    MONITORING.with_borrow(|monitoring| monitoring.as_ref().map_or_else(|| raise(vm), |m| m.watch(vm)))
}

impl Monitoring {
    fn watch(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.stop(vm)?;
        self.use_tool.call((TOOL, "gimlet"), vm)?;
        self.register.call((TOOL, self.instruction.clone(), self.callback.clone()), vm)?;
        self.set_events.call((TOOL, self.instruction.clone()), vm).map(drop)
    }

    fn stop(&self, vm: &VirtualMachine) -> PyResult<()> {
        self.free_tool.call((TOOL,), vm).map(drop)
    }
}

/// The next instruction, of whatever frame.
fn on_instruction(_code: PyObjectRef, _offset: PyObjectRef, vm: &VirtualMachine) -> PyResult<()> {
    MONITORING.with_borrow(|monitoring| monitoring.as_ref().map_or(Ok(()), |m| m.stop(vm)))?;
    match PENDING.take() {
        // Others than the interpreter may call this: nothing is pending then.
        Some((cell, raise)) if Wire::get().is_running(cell) => raise(vm),
        _ => Ok(()),
    }
}

/// Whether an exception here would reach a handler with a wrong argument.
fn spoils_its_handler(frame: &Frame) -> bool {
    // The instruction that was read is the one before the next.
    let Some(at) = frame.lasti().checked_sub(1) else { return false };
    let code = &frame.code.code;
    let Some(handler) = find_exception_handler(&code.exceptiontable, at) else { return false };
    let at = at as usize;
    let is_extended = at > 0 && matches!(code.instructions.read_op(at - 1), Instruction::ExtendedArg);
    let has_argument = is_extended || u8::from(code.instructions.read_arg(at)) != 0;
    has_argument && !matches!(code.instructions.read_op(handler.target as usize), Instruction::PushExcInfo)
}
