//! The kernel is the judge of the walk.

use std::{fs, os::unix::fs::symlink};

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;

const KINDS: [OFlags; 5] = [
    OFlags::RDONLY.union(OFlags::NONBLOCK),
    OFlags::DIRECTORY.union(OFlags::RDONLY),
    OFlags::PATH,
    OFlags::WRONLY.union(OFlags::NONBLOCK),
    OFlags::PATH.union(OFlags::DIRECTORY),
];

/// What is found, as its device and number, or the error.
fn found(result: io::Result<OwnedFd>) -> Result<(u64, u64), i32> {
    match result {
        Ok(file) => fstat(&file).map(|about| (about.st_dev, about.st_ino)).map_err(|e| e.raw_os_error()),
        Err(e) => Err(e.raw_os_error().unwrap_or_default()),
    }
}

/// Opens a name in both ways.
fn both(root: &Root, name: &str, flags: OFlags) -> [Result<(u64, u64), i32>; 2] {
    let (folder, name) = (root.folder.as_fd(), Path::new(name));
    [by_kernel, walk].map(|open| found(open(folder, name, flags, Mode::empty())))
}

/// A folder with files, folders, a FIFO, and links of every kind to what is in it and outside.
fn place() -> (TempDir, Root) {
    let made = TempDir::new().unwrap();
    let work = made.path().join("work");
    fs::create_dir_all(work.join("a/b")).unwrap();
    fs::write(made.path().join("secret"), "secret").unwrap();
    for (name, text) in [("f", "f"), ("a/f", "af"), ("a/b/f", "abf")] {
        fs::write(work.join(name), text).unwrap();
    }
    for (target, link) in
        [("..", "a/up"), ("../secret", "out"), ("a", "l"), ("none", "lost"), ("/", "a/b/root")]
    {
        symlink(target, work.join(link)).unwrap();
    }
    let mode = Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, work.join("fifo"), FileType::Fifo, mode, 0).unwrap();
    let root = Root::open(&work).unwrap();
    assert_eq!(root.way, Way::Kernel, "this kernel has no openat2 to compare with");
    (made, root)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_walk_answers_as_the_kernel_does(
        parts in prop::collection::vec(
            prop::sample::select(vec!["a", "b", "f", "l", "up", "out", "lost", "root", "fifo", "none", "..", ".", "", "secret"]),
            1..6,
        ),
        kind in prop::sample::select(KINDS.to_vec()),
    ) {
        let (_made, root) = place();
        // A path of Rust's keeps neither empty parts nor a dot but the first.
        let name: PathBuf = Path::new("./").join(parts.join("/").trim_start_matches('/')).components().collect();
        let name = name.to_str().unwrap();
        let [kernel, walked] = both(&root, name, kind);
        prop_assert_eq!(kernel.is_ok(), walked.is_ok(), "{} {:?} {:?}", name, kernel, walked);
        match (kernel, walked) {
            (Err(kernel), Err(walked)) => {
                // Which of several faults is named may differ, but a way out or a link is never told as less.
                let is_breach = |errno| matches!(errno, libc::EXDEV | libc::ELOOP);
                prop_assert_eq!(is_breach(kernel), is_breach(walked), "{} {} {}", name, kernel, walked);
            }
            (kernel, walked) => prop_assert_eq!(kernel, walked, "{}", name),
        }
    }
}

#[test]
fn another_file_system_is_a_way_out() {
    let root = Root::open(Path::new("/")).unwrap();
    for name in ["proc", "proc/version", "proc/self"] {
        for kind in [OFlags::PATH, OFlags::RDONLY] {
            assert_eq!(both(&root, name, kind), [Err(libc::EXDEV); 2], "{name}");
        }
    }
}

#[test]
fn a_name_of_too_many_parts_is_refused() {
    let (_made, root) = place();
    let deep = vec!["a"; MAX_PARTS + 2].join("/");
    let walked = found(walk(root.folder.as_fd(), Path::new(&deep), OFlags::PATH, Mode::empty()));
    assert_eq!(walked, Err(libc::ENOENT));
    let many = format!("{}f", "a/../".repeat(MAX_PARTS * 4));
    assert!(both(&root, &many, OFlags::RDONLY).iter().all(Result::is_ok));
}
