//! RustPython without a host: the frozen standard library, and stand-ins where it expects an
//! operating system.

use rustpython_vm::{
    InterpreterBuilder, PyObjectRef, PyResult, Settings, VirtualMachine, scope::Scope, signal,
};

use super::{
    allocator, cell, entry::Job, file_calls, guard, host, interrupt, plot, regex, resources,
    sources::Sources, wire::Wire,
};

/// Stand-ins for `posix`, `_signal`, `open` and `input`, and clear refusals of what is not there.
const PRELUDE: &str = concat!(include_str!("prelude.py"), include_str!("files.py"));

/// A running interpreter with the names that its cells have defined.
pub(crate) struct Interpreter<'vm> {
    pub vm: &'vm VirtualMachine,
    pub wire: &'static Wire,
    pub scope: Scope,
    pub sources: Sources,
    /// What every cell finds in place, whatever the one before has put there.
    originals: Originals,
    /// Writes out what the code has written and not closed.
    flush_files: PyObjectRef,
    /// Live bytes when there was no garbage last.
    pub live_when_clean: usize,
}

/// The names of `builtins`, and the streams.
struct Originals {
    builtins: Vec<(PyObjectRef, PyObjectRef)>,
    streams: Vec<(&'static str, PyObjectRef)>,
}

impl Originals {
    fn of(vm: &VirtualMachine) -> PyResult<Self> {
        let streams = ["stdin", "stdout", "stderr"].into_iter();
        let streams = streams.map(|name| Ok((name, vm.sys_module.get_attr(name, vm)?)));
        Ok(Self {
            builtins: vm.builtins.dict().into_iter().collect(),
            streams: streams.collect::<PyResult<_>>()?,
        })
    }

    fn restore(&self, vm: &VirtualMachine) -> PyResult<()> {
        let builtins = vm.builtins.dict();
        for (name, value) in &self.builtins {
            builtins.set_item(&**name, value.clone(), vm)?;
        }
        self.streams.iter().try_for_each(|(name, stream)| vm.sys_module.set_attr(*name, stream.clone(), vm))
    }
}

/// Starts the interpreter and hands it to `use_it`.
///
/// # Errors
/// The traceback of a prelude that does not fit this interpreter.
pub(crate) fn with_interpreter(
    wire: &'static Wire,
    use_it: impl FnOnce(&mut Interpreter),
) -> Result<(), String> {
    let mut settings = Settings::default();
    settings.isolated = true;
    settings.ignore_environment = true;
    settings.import_site = false;
    settings.write_bytecode = false;
    settings.user_site_directory = false;
    settings.install_signal_handlers = false;
    settings.safe_path = true;
    settings.argv = vec![String::new()];
    let (sender, receiver) = signal::user_signal_channel();
    let builder = InterpreterBuilder::new().settings(settings);
    let mut modules = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    modules.push(host::module_def(&builder.ctx));
    modules.push(file_calls::module_def(&builder.ctx));
    modules.push(plot::module_def(&builder.ctx));
    let interpreter = builder
        .add_native_modules(&modules)
        .add_frozen_modules(rustpython_pylib::FROZEN_STDLIB)
        .init_hook(move |vm| vm.set_user_signal_channel(receiver))
        .build();
    wire.set_signals(sender);
    interpreter.enter(|vm| {
        vm.recursion_limit.set(wire.limits.recursion_depth);
        guard::install(vm)?;
        regex::install(vm)?;
        let prepared = interrupt::install(vm)
            .and_then(|()| prepare(vm))
            .and_then(|scope| Ok((scope, Originals::of(vm)?)));
        let ((scope, flush_files), originals) = prepared.map_err(|exception| {
            let mut text = String::new();
            let _ = vm.write_exception(&mut text, &exception);
            text
        })?;
        let live_when_clean = allocator::live();
        let sources = Sources::default();
        use_it(&mut Interpreter { vm, wire, scope, sources, originals, flush_files, live_when_clean });
        Ok(())
    })
}

/// Runs the prelude, and gives the scope of the cells and what flushes their files.
fn prepare(vm: &VirtualMachine) -> PyResult<(Scope, PyObjectRef)> {
    let prelude = vm.new_scope_with_builtins();
    vm.run_string(prelude.clone(), PRELUDE, "<sandbox>".to_owned()).map(|_: PyObjectRef| ())?;
    let flush_files = prelude.globals.get_item("flush_files", vm)?;
    Ok((vm.new_scope_with_main()?, flush_files))
}

impl Interpreter<'_> {
    /// Writes out what the cell has written and not closed.
    ///
    /// # Errors
    /// What the file's own `flush` raises, such as that the work folder is full.
    pub fn flush_files(&self) -> PyResult<()> {
        self.flush_files.call((), self.vm).map(drop)
    }

    /// Runs a cell and sends how it ended.
    pub fn run(&mut self, job: &Job) {
        // A module whose names cannot be set is the code's own work and its own loss.
        let _ = self.originals.restore(self.vm);
        let cpu = resources::cpu_time();
        resources::limit_cpu(cpu, &self.wire.limits);
        cell::run(self, job, cpu);
    }
}
