//! What cells and the sandbox's own Python need, kept before any code of the user's exists and put
//! back around each cell: a cell that spoils it does so for itself only.

use std::sync::atomic::Ordering;

use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyDict, PyDictRef, PyList, PyListRef, PyModule, PyNone, PyStr, PyType, PyTypeRef},
    types::PyTypeFlags,
};

/// Modules whose every name is put back: the sandbox's Python looks things up in them at each call.
const NEEDED: [&str; 6] = ["builtins", "_io", "posix", "_gimlet", "_gimlet_files", "_gimlet_plot"];

/// References to what was there at the start.
pub(crate) struct Originals {
    /// Names that get their first value again, whatever they have.
    always: Vec<(PyDictRef, Names)>,
    /// The names of `sys`, most of which are the code's to set.
    sys: Names,
    modules: PyDictRef,
    /// What was imported at the start, by its name.
    imported: Names,
    meta_path: PyListRef,
    finders: Vec<PyObjectRef>,
    /// The attributes of the classes that files and imports are made of.
    classes: Vec<(PyTypeRef, Names)>,
    recursion_limit: usize,
}

type Names = Vec<(PyObjectRef, PyObjectRef)>;

impl Originals {
    /// Keeps them; `prelude` is the scope of the sandbox's Python.
    pub fn of(prelude: &PyDictRef, vm: &VirtualMachine) -> PyResult<Self> {
        let is_wrong = |what: &str| vm.new_type_error(format!("{what} is not what the interpreter has"));
        let attribute = |name: &'static str| vm.sys_module.get_attr(name, vm);
        let modules: PyDictRef = attribute("modules")?.downcast().map_err(|_| is_wrong("sys.modules"))?;
        let meta_path: PyListRef =
            attribute("meta_path")?.downcast().map_err(|_| is_wrong("sys.meta_path"))?;
        let mut always = vec![(prelude.clone(), names(prelude))];
        for name in NEEDED {
            let module = modules.get_item(name, vm)?;
            let module = module.downcast_ref::<PyModule>().ok_or_else(|| is_wrong(name))?.dict();
            always.push((module.clone(), names(&module)));
        }
        let classes = prelude.into_iter().filter_map(|(_, value)| value.downcast::<PyType>().ok());
        let classes = classes.filter(|class| is_of_prelude(class)).map(|class| {
            let attributes = class.attributes.read();
            let names = attributes.iter().map(|(name, value)| ((*name).to_owned().into(), value.clone()));
            let names = names.collect();
            drop(attributes);
            (class, names)
        });
        let finders = meta_path.borrow_vec().to_vec();
        Ok(Self {
            always,
            sys: names(&vm.sys_module.dict()),
            imported: names(&modules),
            modules,
            finders,
            meta_path,
            classes: classes.collect(),
            recursion_limit: vm.recursion_limit.get(),
        })
    }

    /// Puts them back, and ends tracing.
    ///
    /// # Errors
    /// The interpreter is spoilt: it refuses to set a name.
    pub fn restore(&self, vm: &VirtualMachine) -> PyResult<()> {
        end_tracing(vm);
        vm.recursion_limit.set(vm.recursion_limit.get().max(self.recursion_limit));
        for (dict, names) in &self.always {
            put_back(dict, names, |_, _| true, vm)?;
        }
        let sys = vm.sys_module.dict();
        put_back(&sys, &self.sys, |name, now| is_stream(name) || is_lost(now), vm)?;
        // Another dictionary than the first is the code's to have, as long as it holds what is needed.
        let modules: Option<PyDictRef> = vm.sys_module.get_attr("modules", vm)?.downcast().ok();
        let modules = modules.unwrap_or_else(|| self.modules.clone());
        put_back(&modules, &self.imported, |name, now| is_core(name) || is_no_module(now), vm)?;
        self.restore_finders(vm)?;
        self.restore_classes(vm)
    }

    /// The finders of the start come first and in their order; those that the code has added stay.
    fn restore_finders(&self, vm: &VirtualMachine) -> PyResult<()> {
        let now = vm.sys_module.get_attr("meta_path", vm)?;
        let Some(now) = now.downcast_ref::<PyList>() else {
            return vm.sys_module.set_attr("meta_path", self.meta_path.clone(), vm);
        };
        let mut now = now.borrow_vec_mut();
        if self.finders.iter().all(|finder| now.iter().any(|other| other.is(finder))) {
            return Ok(());
        }
        now.retain(|other| !self.finders.iter().any(|finder| finder.is(other)));
        now.splice(..0, self.finders.iter().cloned());
        Ok(())
    }

    fn restore_classes(&self, vm: &VirtualMachine) -> PyResult<()> {
        for (class, names) in &self.classes {
            for (name, value) in names {
                let Some(name) = name.downcast_ref::<PyStr>() else { continue };
                let name = vm.ctx.intern_str(name.as_wtf8());
                if !class.get_direct_attr(name).is_some_and(|now| now.is(value)) {
                    class.as_object().set_attr(name, value.clone(), vm)?;
                }
            }
        }
        Ok(())
    }
}

fn names(dict: &PyDictRef) -> Names {
    dict.into_iter().collect()
}

/// Whether a class was written in Python, and so can be changed by Python.
fn is_of_prelude(class: &PyType) -> bool {
    class.slots.flags.has_feature(PyTypeFlags::HEAPTYPE)
}

/// Sets those names again whose value is another one now, and which `is_to_be` says.
fn put_back(
    dict: &PyDictRef,
    names: &Names,
    is_to_be: impl Fn(&PyObject, &Change) -> bool,
    vm: &VirtualMachine,
) -> PyResult<()> {
    for (name, value) in names {
        let now = dict.get_item_opt(&**name, vm)?;
        if now.as_ref().is_some_and(|now| now.is(value)) {
            continue;
        }
        if is_to_be(name, &Change { first: value, now: now.as_deref() }) {
            dict.set_item(&**name, value.clone(), vm)?;
        }
    }
    Ok(())
}

/// A name that has not its first value any more.
struct Change<'a> {
    first: &'a PyObject,
    now: Option<&'a PyObject>,
}

/// Whether a name of `sys` is gone, or can no longer be what the interpreter takes it for.
fn is_lost(change: &Change) -> bool {
    let is_list = |object: &PyObject| object.downcast_ref::<PyList>().is_some();
    let is_dict = |object: &PyObject| object.downcast_ref::<PyDict>().is_some();
    let Some(now) = change.now else { return true };
    now.downcast_ref::<PyNone>().is_some()
        || is_list(change.first) && !is_list(now)
        || is_dict(change.first) && !is_dict(now)
}

fn is_no_module(change: &Change) -> bool {
    change.now.is_none_or(|now| now.downcast_ref::<PyModule>().is_none())
}

fn is_stream(name: &PyObject) -> bool {
    is_one_of(name, &["stdin", "stdout", "stderr"])
}

fn is_core(name: &PyObject) -> bool {
    is_one_of(name, &["sys", "builtins"])
}

fn is_one_of(name: &PyObject, names: &[&str]) -> bool {
    name.downcast_ref::<PyStr>().and_then(|name| name.to_str()).is_some_and(|name| names.contains(&name))
}

/// Functions that are called at each step would be called in the cells to come, too.
fn end_tracing(vm: &VirtualMachine) {
    if vm.use_tracing.get() {
        vm.use_tracing.set(false);
        vm.trace_func.replace(vm.ctx.none());
        vm.profile_func.replace(vm.ctx.none());
    }
    vm.state.global_trace_func.lock().take();
    vm.state.global_profile_func.lock().take();
    if vm.state.monitoring_events.load() != 0 {
        let mut monitoring = vm.state.monitoring.lock();
        monitoring.global_events = Default::default();
        monitoring.local_events.clear();
        let callbacks = std::mem::take(&mut monitoring.callbacks);
        drop(monitoring);
        vm.state.monitoring_events.store(0);
        // By this the code objects notice that they are to be left alone.
        vm.state.instrumentation_version.fetch_add(1, Ordering::Release);
        drop(callbacks);
    }
}
