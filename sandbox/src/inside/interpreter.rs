//! RustPython without a host: the frozen standard library, and stand-ins where it expects an
//! operating system.

use rustpython_vm::{
    InterpreterBuilder, PyObjectRef, PyResult, Settings, VirtualMachine, scope::Scope, signal,
};

use super::{
    allocator, cell,
    entry::Job,
    file_calls, guard,
    host::{self, lossy},
    interrupt,
    originals::Originals,
    plot, regex, resources,
    sources::Sources,
    wire::Wire,
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
    /// Shows what is drawn, and writes out what the code has written and not closed.
    end_of_cell: PyObjectRef,
    /// Live bytes when there was no garbage last.
    pub live_when_clean: usize,
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
        let prepared = interrupt::install(vm).and_then(|()| prepare(vm));
        let (scope, end_of_cell, originals) = prepared.map_err(|exception| {
            let mut text = String::new();
            let _ = vm.write_exception(&mut text, &exception);
            text
        })?;
        let live_when_clean = allocator::live();
        let sources = Sources::default();
        use_it(&mut Interpreter { vm, wire, scope, sources, originals, end_of_cell, live_when_clean });
        Ok(())
    })
}

/// Runs the prelude, and gives the scope of the cells, what ends them, and what they all find.
fn prepare(vm: &VirtualMachine) -> PyResult<(Scope, PyObjectRef, Originals)> {
    let prelude = vm.new_scope_with_builtins();
    vm.run_string(prelude.clone(), PRELUDE, "<sandbox>".to_owned()).map(|_: PyObjectRef| ())?;
    let end_of_cell = prelude.globals.get_item("end_of_cell", vm)?;
    let originals = Originals::of(&prelude.globals, vm)?;
    Ok((vm.new_scope_with_main()?, end_of_cell, originals))
}

impl Interpreter<'_> {
    /// Shows what the cell has drawn, and writes out what it has written and not closed, with the
    /// names that this needs put back. Gives what did not work, in sentences.
    ///
    /// # Errors
    /// An interrupt came; or the interpreter is spoilt.
    pub fn end_cell(&self) -> PyResult<Vec<String>> {
        self.originals.restore(self.vm)?;
        let notices = self.end_of_cell.call((), self.vm)?;
        self.vm.extract_elements_with(&notices, |notice| {
            let text = notice.str(self.vm)?;
            Ok(lossy(text.as_wtf8()).into_owned())
        })
    }

    /// Runs a cell and sends how it ended.
    pub fn run(&mut self, job: &Job) {
        // What cannot be put back now fails at the end of the cell too, and is said there.
        let _ = self.originals.restore(self.vm);
        let cpu = resources::cpu_time();
        resources::limit_cpu(cpu, &self.wire.limits);
        cell::run(self, job, cpu);
    }
}
