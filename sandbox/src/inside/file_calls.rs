//! `_gimlet_files`: what Python asks of the parent about files, one request at a time.

use base64::{Engine, prelude::BASE64_STANDARD};
use rustpython_vm::{PyResult, VirtualMachine, builtins::PyBaseExceptionRef};

pub(crate) use _gimlet_files::module_def;

use super::wire::Wire;
use crate::files::{FileReply, FileRequest};

/// The longest path, in bytes, as the system has it.
const MAX_PATH: usize = 4096;
/// Of a longer one, what is told.
const MAX_SHOWN: usize = 64;

/// Asks, and waits for the answer.
fn ask(request: FileRequest, vm: &VirtualMachine) -> PyResult<FileReply> {
    vm.check_signals()?;
    let path = request.path().to_owned();
    let is_long =
        path.len() > MAX_PATH || matches!(&request, FileRequest::Rename { to, .. } if to.len() > MAX_PATH);
    if is_long {
        let shown = format!("{}…", &path[..path.floor_char_boundary(MAX_SHOWN)]);
        return Err(os_error(libc::ENAMETOOLONG, "File name too long", &shown, vm));
    }
    match Wire::get().ask(request) {
        FileReply::Failed { errno, reason } => Err(os_error(errno, &reason, &path, vm)),
        reply => Ok(reply),
    }
}

/// `OSError(errno, reason, path)`, which Python turns into the class of that number.
fn os_error(errno: i32, reason: &str, path: &str, vm: &VirtualMachine) -> PyBaseExceptionRef {
    // Rust's own texts end with the number, which Python shows at the front.
    let reason = reason.split(" (os error").next().unwrap_or(reason);
    let arguments =
        vec![vm.ctx.new_int(errno).into(), vm.ctx.new_str(reason).into(), vm.ctx.new_str(path).into()];
    match vm.invoke_exception(vm.ctx.exceptions.os_error.to_owned(), arguments) {
        Ok(exception) | Err(exception) => exception,
    }
}

/// The parent answered another question; it is not to be trusted to have been asked right.
fn unexpected(vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_os_error("the answer does not fit the question")
}

#[allow(
    clippy::unwrap_used,
    reason = "in what pymodule generates: setting a fresh module's names cannot fail"
)]
#[rustpython_vm::pymodule]
mod _gimlet_files {
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        convert::ToPyObject,
        function::{ArgBytesLike, OptionalOption},
    };

    use super::{BASE64_STANDARD, Engine, FileReply, FileRequest, Wire, ask, unexpected};
    use crate::files::MAX_PART;

    /// Where files can be.
    #[pyfunction]
    fn mounts(vm: &VirtualMachine) -> Vec<PyObjectRef> {
        Wire::get().mounts.iter().map(|mount| vm.ctx.new_str(mount.as_str()).into()).collect()
    }

    /// Size, whether it is a folder, and when it was changed.
    #[pyfunction]
    fn stat(path: String, vm: &VirtualMachine) -> PyResult<(u64, bool, i64)> {
        match ask(FileRequest::Stat { path }, vm)? {
            FileReply::Stat { size, is_folder, modified_s } => Ok((size, is_folder, modified_s)),
            _ => Err(unexpected(vm)),
        }
    }

    /// Names, and whether each is a folder.
    #[pyfunction]
    fn names(path: String, vm: &VirtualMachine) -> PyResult<Vec<PyObjectRef>> {
        match ask(FileRequest::List { path }, vm)? {
            FileReply::Names { names } => Ok(names.into_iter().map(|name| name.to_pyobject(vm)).collect()),
            _ => Err(unexpected(vm)),
        }
    }

    #[pyfunction]
    fn read(path: String, offset: u64, length: usize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        match ask(FileRequest::Read { path, offset, length: length.min(MAX_PART) }, vm)? {
            FileReply::Bytes { base64 } => BASE64_STANDARD.decode(base64).map_err(|_| unexpected(vm)),
            _ => Err(unexpected(vm)),
        }
    }

    /// Writes a part and gives how much it was and where it ends; `None` is the end of the file.
    #[pyfunction]
    fn write(
        path: String,
        offset: OptionalOption<u64>,
        bytes: ArgBytesLike,
        vm: &VirtualMachine,
    ) -> PyResult<(usize, u64)> {
        let base64 = {
            let bytes = bytes.borrow_buf();
            BASE64_STANDARD.encode(&bytes[..bytes.len().min(MAX_PART)])
        };
        match ask(FileRequest::Write { path, offset: offset.flatten(), base64 }, vm)? {
            FileReply::Written { n, offset } => Ok((n, offset)),
            _ => Err(unexpected(vm)),
        }
    }

    #[pyfunction]
    fn create(path: String, exclusive: bool, truncate: bool, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::Create { path, exclusive, truncate }, vm).map(drop)
    }

    #[pyfunction]
    fn truncate(path: String, size: u64, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::Truncate { path, size }, vm).map(drop)
    }

    #[pyfunction]
    fn remove(path: String, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::Remove { path }, vm).map(drop)
    }

    #[pyfunction]
    fn mkdir(path: String, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::MakeFolder { path }, vm).map(drop)
    }

    #[pyfunction]
    fn rmdir(path: String, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::RemoveFolder { path }, vm).map(drop)
    }

    #[pyfunction]
    fn rename(path: String, to: String, vm: &VirtualMachine) -> PyResult<()> {
        ask(FileRequest::Rename { path, to }, vm).map(drop)
    }

    /// Takes down that something was refused.
    #[pyfunction]
    fn denied(op: String, target: String, _vm: &VirtualMachine) {
        Wire::get().denied(op, target);
    }
}
