//! A worker that becomes the user's CPython: it confines itself, by a variant of the list in
//! `sandbox/README.md`, and then executes the interpreter with a driver that speaks the protocol.

#![allow(unsafe_code, reason = "the restrictions are system calls, and so is the last one, execve")]

mod calls;
mod paths;
mod root;

use std::{
    ffi::{CString, OsStr},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    confine::{self, FIRST_FOREIGN},
    exit::{EXIT_SETUP, exit},
    namespaces, resources,
};
use crate::{
    Confinement, Layer, WORK_FOLDER,
    message::{CpythonStart, SeenFolder, Start},
};

/// What runs in the interpreter before the first cell, and between cells.
const DRIVER: &str = include_str!("cpython/driver.py");

/// Gives the driver a name of its own, which tracebacks leave out, and builtins that no cell changes.
const LOAD: &str = "import sys, builtins; exec(compile(sys.argv[1], '<gimlet>', 'exec'), \
                    {'__name__': 'gimlet', '__builtins__': dict(builtins.__dict__)})";

/// What the driver is told.
#[derive(Serialize)]
struct DriverStart<'a> {
    limits: DriverLimits,
    confinement: &'a Confinement,
    process_id: Option<u32>,
    search: Vec<PathBuf>,
    folder: Option<&'a Path>,
    scratch: Option<&'a Path>,
    visible: Vec<&'a Path>,
    input: i32,
    output: i32,
    execve: libc::c_long,
}

#[derive(Serialize)]
struct DriverLimits {
    cpu_s: f64,
    output_bytes: usize,
    printed_bytes: usize,
    recursion_depth: usize,
    memory_mib: usize,
}

/// Confines this process and becomes the interpreter.
pub(crate) fn become_interpreter(start: &Start, cpython: &CpythonStart) -> ! {
    // Without a confinement that can be told nothing may run; the parent sees that it ended.
    let _ = try_become(start, cpython);
    exit(EXIT_SETUP)
}

fn try_become(start: &Start, cpython: &CpythonStart) -> io::Result<()> {
    let mut confinement = Confinement::default();
    confine::join_group(start, &mut confinement);
    let (input, output) = confine::move_protocol()?;
    let (input, output) = (std::mem::ManuallyDrop::new(input), std::mem::ManuallyDrop::new(output));
    confinement.note(Layer::ProtocolOnly, confine::close_from(FIRST_FOREIGN).map(|()| String::new()));
    confinement.note(Layer::EmptyEnvironment, confine::empty_environment());
    confinement.note(Layer::OwnSession, confine::own_session());
    confinement.note(Layer::NoRoot, not_root());
    confinement.note(Layer::Namespaces, own_namespaces());
    confinement.note(Layer::OwnProcessTree, namespaces::own_process_tree());
    let process_id = namespaces::outer_process_id();
    let own_root = root::own_root(cpython);
    let has_own_root = own_root.is_ok();
    confinement.note(Layer::EmptyRoot, own_root);
    confinement.note(Layer::DiesWithParent, confine::die_with_parent());
    confinement.note(Layer::NoNewPrivileges, confine::no_new_privileges());
    confinement.note(Layer::NoCapabilities, namespaces::no_capabilities());
    confinement.note(Layer::Landlock, paths::restrict(cpython, has_own_root));
    let limited = resources::limit_cpython(&start.limits, cpython.file_bytes, has_own_root);
    confinement.note(Layer::ResourceLimits, limited);
    let none = || io::Error::other("the interpreter has its own; 13 limits its data");
    confinement.note_absent(Layer::CountedHeap, &none());
    let place = |folder: &SeenFolder| if has_own_root { folder.at.clone() } else { folder.source.clone() };
    let work = cpython.folders.iter().find(|folder| folder.at == Path::new(WORK_FOLDER)).map(place);
    let packages = cpython.folders.iter().filter(|f| f.at.starts_with(crate::files::PACKAGES)).map(place);
    let program = text(cpython.interpreter.program.as_os_str())?;
    confinement.note(Layer::SystemCalls, calls::allow(program.as_ptr()));
    let limits = &start.limits;
    let told = DriverStart {
        limits: DriverLimits {
            cpu_s: limits.cpu.as_secs_f64(),
            output_bytes: limits.output_bytes,
            printed_bytes: limits.printed_bytes,
            recursion_depth: limits.recursion_depth,
            memory_mib: limits.memory_bytes >> 20,
        },
        confinement: &confinement,
        process_id,
        search: cpython.interpreter.search.iter().cloned().chain(packages).collect(),
        folder: work.as_deref(),
        scratch: has_own_root.then_some(Path::new(root::SCRATCH)),
        visible: visible(cpython),
        input: std::os::fd::AsRawFd::as_raw_fd(&*input),
        output: std::os::fd::AsRawFd::as_raw_fd(&*output),
        execve: libc::SYS_execve,
    };
    let told = serde_json::to_string(&told).map_err(io::Error::other)?;
    execute(&program, &told)
}

fn visible(cpython: &CpythonStart) -> Vec<&Path> {
    let own = cpython.interpreter.readable.iter().map(PathBuf::as_path);
    own.chain(cpython.folders.iter().map(|folder| folder.at.as_path())).collect()
}

/// 4. A worker that was started by root cannot become another user: the interpreter and the work
///    folder may be root's alone.
fn not_root() -> io::Result<String> {
    // SAFETY: numbers only, and an empty list of groups.
    unsafe {
        if libc::geteuid() != 0 {
            return Ok(String::new());
        }
        libc::setgroups(0, std::ptr::null());
    }
    Err(io::Error::other("started by root, whose files the interpreter may be; it has no right of root's"))
}

/// 5. As for the other engine, and the starter becomes user 1000 in it: files must have an owner.
fn own_namespaces() -> io::Result<String> {
    // SAFETY: no memory is involved.
    let (user, group) = unsafe { (libc::geteuid(), libc::getegid()) };
    let given = namespaces::own_namespaces()?;
    std::fs::write("/proc/self/setgroups", "deny")?;
    std::fs::write("/proc/self/uid_map", format!("1000 {user} 1"))?;
    std::fs::write("/proc/self/gid_map", format!("1000 {group} 1"))?;
    Ok(given)
}

fn text(text: &OsStr) -> io::Result<CString> {
    CString::new(text.as_bytes()).map_err(io::Error::other)
}

/// Becomes the interpreter; returns only if that fails.
fn execute(program: &CString, told: &str) -> io::Result<()> {
    // Isolated from the user's environment and folders, writing no .pyc files.
    let options = ["-I", "-B", "-X", "utf8", "-c", LOAD, DRIVER, told].map(OsStr::new);
    let arguments: Vec<CString> = options.into_iter().map(text).collect::<io::Result<_>>()?;
    let mut pointers = vec![program.as_ptr()];
    pointers.extend(arguments.iter().map(|argument| argument.as_ptr()));
    pointers.push(std::ptr::null());
    let environment = [c"LC_ALL=C.UTF-8".as_ptr(), std::ptr::null()];
    // SAFETY: both lists end with a null pointer, and their strings live through the call.
    unsafe { libc::execve(program.as_ptr(), pointers.as_ptr(), environment.as_ptr()) };
    Err(io::Error::last_os_error())
}
