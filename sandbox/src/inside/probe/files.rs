//! Attacks on files.

#![allow(unsafe_code, reason = "the attacks are system calls")]

use std::{
    ffi::CString,
    fs::{self, File},
    io::{self, Read},
    os::{
        fd::{FromRawFd, RawFd},
        unix::{
            ffi::OsStrExt,
            fs::{FileExt, symlink},
        },
    },
    path::Path,
};

use super::{Attack, reached};
use crate::selftest::Target;

pub(super) const ATTACKS: &[Attack] = &[
    ("read /etc/passwd", |_| read("/etc/passwd")),
    ("read a file of the user", |target| read(&target.secret)),
    ("read through ..", |target| read(Path::new("../../../../../..").join(relative(&target.secret)))),
    ("read /proc of itself", |_| read("/proc/self/maps")),
    ("read /proc of the parent", |target| read(format!("/proc/{}/environ", target.parent))),
    ("read an inherited descriptor", inherited),
    ("look whether a file exists", |target| fs::metadata(&target.secret).map(|_| "it exists".into())),
    ("list a folder", |target| fs::read_dir(&target.folder).map(|_| "its names".into())),
    ("create a file", |target| create(&target.folder.join("probe-created"))),
    ("create a file in /tmp", |target| create(&unique("/tmp", target))),
    ("create a file in /dev/shm", |target| create(&unique("/dev/shm", target))),
    ("truncate a file", |target| {
        let path = c_path(&target.victim)?;
        // SAFETY: the path lives through the call.
        reached(unsafe { libc::truncate(path.as_ptr(), 1) }.into(), "its length")
    }),
    ("delete a file", |target| {
        let result = fs::remove_file(&target.victim);
        if result.is_ok() {
            fs::write(&target.victim, "victim")?;
        }
        result.map(|()| "it is gone".into())
    }),
    ("rename a file", |target| {
        let moved = target.folder.join("probe-moved");
        fs::rename(&target.victim, &moved)?;
        fs::rename(&moved, &target.victim).map(|()| "its name".into())
    }),
    ("change a file's rights", |target| {
        let path = c_path(&target.victim)?;
        // SAFETY: the path lives through the call.
        reached(unsafe { libc::chmod(path.as_ptr(), 0o600) }.into(), "its rights")
    }),
    ("make a symlink to a secret", |target| {
        let link = target.folder.join("probe-symlink");
        symlink(&target.secret, &link)?;
        let text = read(&link);
        fs::remove_file(&link)?;
        text
    }),
    ("make a hard link to a secret", |target| {
        let link = target.folder.join("probe-hardlink");
        fs::hard_link(&target.secret, &link)?;
        let text = read(&link);
        fs::remove_file(&link)?;
        text
    }),
    ("make a FIFO", |target| node(&target.folder.join("probe-fifo"), libc::S_IFIFO, 0)),
    ("make a device", |target| node(&target.folder.join("probe-device"), libc::S_IFCHR, libc::makedev(1, 7))),
    ("make a folder", |target| {
        let folder = target.folder.join("probe-folder");
        fs::create_dir(&folder)?;
        fs::remove_dir(&folder).map(|()| "a folder".into())
    }),
    ("go to another folder", |_| std::env::set_current_dir("/etc").map(|()| "/etc".into())),
    ("open by handle", |_| {
        // SAFETY: a null handle is refused before it is read, if the call is taken at all.
        let result = unsafe { libc::syscall(libc::SYS_open_by_handle_at, -1, std::ptr::null::<u8>(), 0) };
        super::taken(result, "a file without its path")
    }),
    ("duplicate a descriptor", |_| {
        // SAFETY: numbers only.
        reached(unsafe { libc::dup(0) }.into(), "another descriptor")
    }),
];

fn read(path: impl AsRef<Path>) -> io::Result<String> {
    let mut bytes = [0; 64];
    let n = File::open(path)?.read(&mut bytes)?;
    Ok(format!("its first {n} bytes"))
}

fn relative(path: &Path) -> &Path {
    path.strip_prefix("/").unwrap_or(path)
}

fn create(path: &Path) -> io::Result<String> {
    fs::write(path, "probe")?;
    fs::remove_file(path).map(|()| "a new file".into())
}

fn unique(folder: &str, target: &Target) -> std::path::PathBuf {
    Path::new(folder).join(format!("gimlet-selftest-{}", target.parent))
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(io::Error::other)
}

fn node(path: &Path, kind: libc::mode_t, device: libc::dev_t) -> io::Result<String> {
    let name = c_path(path)?;
    // SAFETY: the path lives through the call.
    reached(unsafe { libc::mknod(name.as_ptr(), kind | 0o600, device) }.into(), "a node")?;
    fs::remove_file(path).map(|()| "a node".into())
}

/// Reads from the first descriptor that is neither the protocol's nor a copy of it.
fn inherited(_: &Target) -> io::Result<String> {
    for descriptor in 100..256 as RawFd {
        // SAFETY: numbers only.
        if unsafe { libc::fcntl(descriptor, libc::F_GETFD) } != -1 {
            // SAFETY: it is open, and this process ends before anybody else could use it.
            let file = unsafe { File::from_raw_fd(descriptor) };
            let mut bytes = [0; 16];
            // The position is shared with everybody who has the file open.
            if file.read_at(&mut bytes, 0).is_ok_and(|n| n > 0) {
                return Ok(format!("descriptor {descriptor}"));
            }
        }
    }
    Err(io::Error::other("no descriptor but the protocol's is open"))
}
