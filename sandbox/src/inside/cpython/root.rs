//! Restriction 7 for the user's interpreter: a root that holds what it reads to run, the folders
//! that the user gave, and nothing else.

use std::{
    ffi::{CStr, CString},
    fs, io,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::{Component, Path, PathBuf},
    ptr,
};

use crate::inside::{confine::check, namespaces};
use crate::message::CpythonStart;

/// A folder in memory, for caches; gone with the worker.
pub(super) const SCRATCH: &str = "/scratch";
/// The machine's root while the new one is being furnished.
const OLD: &str = "/.old";
/// Links on the way to one path.
const MAX_LINKS: usize = 40;

/// Moves into a root of its own.
///
/// # Errors
/// There are no mounts of its own, or one cannot be made.
pub(super) fn own_root(cpython: &CpythonStart) -> io::Result<String> {
    if !namespaces::has_own_mounts() {
        return Err(io::Error::other("there is no mount namespace"));
    }
    mount(None, "/", None, libc::MS_REC | libc::MS_PRIVATE, None)?;
    let flags = libc::MS_NOSUID | libc::MS_NODEV;
    mount(Some("tmpfs"), "/tmp", Some("tmpfs"), flags, Some("size=1m,nr_inodes=4k,mode=755"))?;
    fs::create_dir("/tmp/.old")?;
    pivot("/tmp", "/tmp/.old")?;
    let mut bound = Vec::new();
    for path in &cpython.interpreter.readable {
        expose(path, path, false, &mut bound)?;
    }
    for folder in &cpython.folders {
        expose(&folder.at, &folder.source, folder.is_writable, &mut bound)?;
    }
    expose(Path::new("/dev/null"), Path::new("/dev/null"), true, &mut bound)?;
    fs::create_dir_all(SCRATCH)?;
    mount(Some("tmpfs"), SCRATCH, Some("tmpfs"), flags, Some("size=64m,nr_inodes=4k,mode=700"))?;
    // Unless a folder of the user's lies there, /tmp is another name of it.
    if !Path::new("/tmp").exists() {
        symlink(SCRATCH, "/tmp")?;
    }
    let old = text(Path::new(OLD))?;
    // SAFETY: a string that lives through the call.
    check(unsafe { libc::umount2(old.as_ptr(), libc::MNT_DETACH) })?;
    fs::remove_dir(OLD)?;
    mount(None, "/", None, libc::MS_REMOUNT | libc::MS_RDONLY | flags, None)?;
    Ok("with the interpreter's own files".to_owned())
}

fn pivot(new: &str, old: &str) -> io::Result<()> {
    let (new, old) = (text(Path::new(new))?, text(Path::new(old))?);
    // SAFETY: both strings live through the calls.
    unsafe {
        if libc::syscall(libc::SYS_pivot_root, new.as_ptr(), old.as_ptr()) == -1 {
            return Err(io::Error::last_os_error());
        }
        check(libc::chdir(c"/".as_ptr())).map(drop)
    }
}

/// Shows the machine's `source` at `at`. Where they are one path, its links are made anew on the way.
fn expose(at: &Path, source: &Path, is_writable: bool, bound: &mut Vec<PathBuf>) -> io::Result<()> {
    let real = if at == source { follow(at, bound)? } else { source.to_owned() };
    let place = if at == source { real.clone() } else { at.to_owned() };
    if bound.iter().any(|seen| place.starts_with(seen)) {
        return Ok(());
    }
    let from = under_old(&real);
    make_parents(&place)?;
    match fs::metadata(&from)?.is_dir() {
        true => fs::create_dir_all(&place)?,
        false => drop(fs::OpenOptions::new().create(true).append(true).open(&place)?),
    }
    bind(&from, &place, is_writable)?;
    bound.push(place);
    Ok(())
}

/// The path without links, on the machine; each link met is made in the new root.
fn follow(path: &Path, bound: &[PathBuf]) -> io::Result<PathBuf> {
    let mut done = PathBuf::from("/");
    let mut left: Vec<_> = parts(path).rev().collect();
    let mut n_links = 0;
    while let Some(part) = left.pop() {
        if part == ".." {
            done.pop();
            continue;
        }
        let next = done.join(&part);
        if !fs::symlink_metadata(under_old(&next))?.is_symlink() {
            done = next;
            continue;
        }
        n_links += 1;
        if n_links > MAX_LINKS {
            return Err(io::Error::from_raw_os_error(libc::ELOOP));
        }
        let target = fs::read_link(under_old(&next))?;
        if !bound.iter().any(|seen| next.starts_with(seen)) {
            make_parents(&next)?;
            match symlink(&target, &next) {
                Err(e) if e.kind() != io::ErrorKind::AlreadyExists => return Err(e),
                _ => {}
            }
        }
        if target.is_absolute() {
            done = PathBuf::from("/");
        }
        left.extend(parts(&target).collect::<Vec<_>>().into_iter().rev());
    }
    Ok(done)
}

fn parts(path: &Path) -> impl DoubleEndedIterator<Item = std::ffi::OsString> + '_ {
    path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    })
}

fn under_old(path: &Path) -> PathBuf {
    Path::new(OLD).join(path.strip_prefix("/").unwrap_or(path))
}

fn make_parents(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

/// Attributes of a mount and of all below it, which only grow: what the machine forbids stays so.
#[repr(C)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

const RDONLY: u64 = 1;
const NOSUID: u64 = 2;
const NODEV: u64 = 4;

fn bind(from: &Path, to: &Path, is_writable: bool) -> io::Result<()> {
    let is_device = to.starts_with("/dev");
    mount(from.to_str(), &to.to_string_lossy(), None, libc::MS_BIND | libc::MS_REC, None)?;
    let set = NOSUID | if is_writable { 0 } else { RDONLY } | if is_device { 0 } else { NODEV };
    let attributes = Attributes { set, clear: 0, propagation: 0, user_namespace: 0 };
    let place = text(to)?;
    // SAFETY: the string and the attributes, whose size is told, live through the call.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            place.as_ptr(),
            libc::AT_RECURSIVE,
            &raw const attributes,
            size_of::<Attributes>(),
        )
    };
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

fn mount(
    source: Option<&str>,
    place: &str,
    kind: Option<&str>,
    flags: libc::c_ulong,
    data: Option<&str>,
) -> io::Result<()> {
    let owned = |text: Option<&str>| text.map(CString::new).transpose().map_err(io::Error::other);
    let (source, kind, data) = (owned(source)?, owned(kind)?, owned(data)?);
    let place = text(Path::new(place))?;
    let pointer = |text: &Option<CString>| text.as_deref().map_or(ptr::null(), CStr::as_ptr);
    // SAFETY: every pointer is null or a string that lives through the call.
    let result = unsafe {
        libc::mount(pointer(&source), place.as_ptr(), pointer(&kind), flags, pointer(&data).cast())
    };
    check(result).map(drop)
}

fn text(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(io::Error::other)
}
