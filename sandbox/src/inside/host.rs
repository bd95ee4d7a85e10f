//! `_gimlet`: the few things of the host that Python code can reach.

use std::{borrow::Cow, fmt::Write};

use rustpython_vm::common::wtf8::Wtf8;

pub(crate) use _gimlet::module_def;

/// Text for the protocol: lone surrogates become visible escapes.
pub(crate) fn lossy(text: &Wtf8) -> Cow<'_, str> {
    if let Ok(text) = text.as_str() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for point in text.code_points() {
        match point.to_char() {
            Some(c) => out.push(c),
            None => {
                let _ = write!(out, "\\u{:04x}", point.to_u32());
            }
        }
    }
    Cow::Owned(out)
}

#[allow(clippy::unwrap_used, reason = "in what pyattr generates: setting a fresh module's names cannot fail")]
#[rustpython_vm::pymodule]
mod _gimlet {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use rustpython_vm::{
        PyPayload, PyResult, VirtualMachine,
        builtins::PyStrRef,
        function::{ArgBytesLike, ArgIntoFloat, ArgIterable, FuncArgs},
        pyclass,
    };

    use super::lossy;
    use crate::inside::{confine, wire::Wire};

    /// How long a sleep goes on before it looks for an interrupt.
    const NAP: Duration = Duration::from_millis(5);

    /// `time.sleep` that an interrupt ends.
    #[pyfunction]
    fn sleep(seconds: ArgIntoFloat, vm: &VirtualMachine) -> PyResult<()> {
        let seconds: f64 = seconds.into_float();
        if seconds.is_nan() || seconds < 0.0 {
            return Err(vm.new_value_error("sleep length must be non-negative"));
        }
        let start = Instant::now();
        loop {
            vm.check_signals()?;
            let left = seconds - start.elapsed().as_secs_f64();
            if left <= 0.0 {
                return Ok(());
            }
            thread::sleep(Duration::from_secs_f64(left.min(NAP.as_secs_f64())));
        }
    }

    /// The source of a module of ours that stands in for one of the interpreter's.
    #[pyfunction]
    fn library(name: String, _vm: &VirtualMachine) -> Option<&'static str> {
        match name.as_str() {
            "pyexpat" => Some(concat!(
                include_str!("library/expat/names.py"),
                include_str!("library/expat/text.py"),
                include_str!("library/expat/doctype.py"),
                include_str!("library/expat/tags.py"),
                include_str!("library/expat/markup.py"),
                include_str!("library/expat/parser.py"),
            )),
            "concurrent.futures.thread" => Some(include_str!("library/executor.py")),
            _ => None,
        }
    }

    /// Randomness of the kernel.
    #[pyfunction]
    fn urandom(size: isize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        let size = usize::try_from(size).map_err(|_| vm.new_value_error("negative argument not allowed"))?;
        let mut bytes = vec![0; size];
        confine::entropy(&mut bytes).map_err(|e| vm.new_os_error(e.to_string()))?;
        Ok(bytes)
    }

    fn print(text: &str, vm: &VirtualMachine) -> PyResult<()> {
        vm.check_signals()?;
        let wire = Wire::get();
        wire.print(text).map_err(|_| {
            let limit = wire.limits.printed_bytes >> 10;
            vm.new_os_error(format!("the call has printed its limit of {limit} KiB: print less"))
        })
    }

    /// Standard output or error: text.
    #[pyattr]
    #[pyclass(name = "TextOut")]
    #[derive(Debug, PyPayload)]
    struct TextOut {
        name: &'static str,
    }

    #[pyclass]
    impl TextOut {
        #[pymethod]
        fn write(&self, text: PyStrRef, vm: &VirtualMachine) -> PyResult<usize> {
            print(&lossy(text.as_wtf8()), vm)?;
            Ok(text.char_len())
        }

        #[pymethod]
        fn writelines(&self, lines: ArgIterable<PyStrRef>, vm: &VirtualMachine) -> PyResult<()> {
            lines.iter(vm)?.try_for_each(|line| print(&lossy(line?.as_wtf8()), vm))
        }

        #[pymethod]
        fn flush(&self) {}

        #[pymethod]
        fn close(&self) {}

        #[pymethod]
        fn isatty(&self) -> bool {
            false
        }

        #[pymethod]
        fn readable(&self) -> bool {
            false
        }

        #[pymethod]
        fn writable(&self) -> bool {
            true
        }

        #[pymethod]
        fn seekable(&self) -> bool {
            false
        }

        #[pymethod]
        fn fileno(&self, vm: &VirtualMachine) -> PyResult<i32> {
            Err(vm.new_os_error("this stream has no descriptor"))
        }

        #[pymethod]
        fn reconfigure(&self, _options: FuncArgs) {}

        #[pygetset]
        fn encoding(&self) -> &'static str {
            "utf-8"
        }

        #[pygetset]
        fn errors(&self) -> &'static str {
            "backslashreplace"
        }

        #[pygetset]
        fn closed(&self) -> bool {
            false
        }

        #[pygetset]
        fn name(&self) -> &'static str {
            self.name
        }

        #[pygetset]
        fn mode(&self) -> &'static str {
            "w"
        }

        #[pygetset]
        fn buffer(&self) -> BytesOut {
            BytesOut {}
        }
    }

    /// Standard output or error: bytes, shown as text.
    #[pyattr]
    #[pyclass(name = "BytesOut")]
    #[derive(Debug, PyPayload)]
    struct BytesOut {}

    #[pyclass]
    impl BytesOut {
        #[pymethod]
        fn write(&self, bytes: ArgBytesLike, vm: &VirtualMachine) -> PyResult<usize> {
            let bytes = bytes.borrow_buf();
            print(&String::from_utf8_lossy(&bytes), vm)?;
            Ok(bytes.len())
        }

        #[pymethod]
        fn flush(&self) {}
    }

    #[pyattr]
    fn stdout(_vm: &VirtualMachine) -> TextOut {
        TextOut { name: "<stdout>" }
    }

    #[pyattr]
    fn stderr(_vm: &VirtualMachine) -> TextOut {
        TextOut { name: "<stderr>" }
    }
}
