//! The watcher: memory and processor time, looked at every two milliseconds while a cell runs.

use std::{
    thread,
    time::{Duration, Instant},
};

use rustpython_vm::{PyResult, VirtualMachine};

use super::{
    allocator,
    exit::{EXIT_CPU, exit},
    resources,
    wire::{Running, Wire},
};

const TICK: Duration = Duration::from_millis(2);

/// Between two `MemoryError`s: the first needs time to unwind and to free.
const MEMORY_PAUSE: Duration = Duration::from_millis(50);

/// Watches for ever.
pub(crate) fn watch(wire: &'static Wire) -> ! {
    let mut raised_memory_at: Option<Instant> = None;
    loop {
        let running = wire.wait_for_cell();
        check_cpu(wire, running);
        let pausing = raised_memory_at.is_some_and(|at| at.elapsed() < MEMORY_PAUSE);
        if !pausing && allocator::live() > wire.limits.memory_bytes {
            raised_memory_at = Some(Instant::now());
            wire.signal(running.cell, raise_memory_error);
        }
        wire.flush();
        thread::sleep(TICK);
    }
}

fn check_cpu(wire: &'static Wire, running: Running) {
    match running.out_of_cpu {
        None if resources::cpu_time().saturating_sub(running.cpu_at_start) > wire.limits.cpu => {
            wire.mark_out_of_cpu(running.cell);
            wire.signal(running.cell, raise_interrupt);
        }
        Some(at) if at.elapsed() > wire.limits.grace => {
            wire.flush();
            exit(EXIT_CPU);
        }
        _ => {}
    }
}

/// What a stopped cell sees.
pub(crate) fn raise_interrupt(vm: &VirtualMachine) -> PyResult<()> {
    let class = vm.ctx.exceptions.keyboard_interrupt.to_owned();
    Err(vm.new_exception_msg(class, "the call was stopped".into()))
}

fn raise_memory_error(vm: &VirtualMachine) -> PyResult<()> {
    let limit = Wire::get().limits.memory_bytes;
    // Between the look and this moment the code may have freed what it had.
    if allocator::live() <= limit {
        return Ok(());
    }
    Err(vm.new_memory_error(format!("the memory limit of {} MiB was reached", limit >> 20)))
}
