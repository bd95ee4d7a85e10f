use std::{fs, os::unix::fs::symlink};

use base64::{Engine, prelude::BASE64_STANDARD};
use tempfile::TempDir;

use super::{beneath::Way, *};
use crate::Quota;

struct Place {
    _made: TempDir,
    outside: PathBuf,
    work: PathBuf,
    files: Files,
}

/// A place for each way that names are opened in.
fn places() -> impl Iterator<Item = Place> {
    let ways = [
        #[cfg(target_os = "linux")]
        Way::Kernel,
        Way::Walk,
    ];
    ways.into_iter().map(|way| {
        let mut place = place();
        place.files.mounts.iter_mut().for_each(|(_, folder)| folder.go(way));
        place
    })
}

/// A work folder of 1 KiB and 4 files beside a secret, and a readable folder.
fn place() -> Place {
    let made = TempDir::new().unwrap();
    let base = made.path().canonicalize().unwrap();
    let (work, shown, outside) = (base.join("work"), base.join("shown"), base.join("secret"));
    fs::create_dir(&work).unwrap();
    fs::create_dir(&shown).unwrap();
    fs::write(&outside, "secret").unwrap();
    fs::write(shown.join("given.txt"), "given").unwrap();
    let options = Options {
        work_folder: Some(work.clone()),
        quota: Quota { bytes: 1024, n_files: 4 },
        readable: vec![("shown".into(), shown)],
        ..Options::default()
    };
    Place { _made: made, outside, work, files: Files::open(&options).unwrap() }
}

fn errno(reply: FileReply) -> i32 {
    match reply {
        FileReply::Failed { errno, .. } => errno,
        _ => 0,
    }
}

impl Place {
    fn read(&mut self, path: &str) -> FileReply {
        self.files.answer(&FileRequest::Read { path: path.into(), offset: 0, length: 100 })
    }

    fn create(&mut self, path: &str) -> i32 {
        errno(self.files.answer(&FileRequest::Create { path: path.into(), exclusive: false, truncate: true }))
    }

    fn write(&mut self, path: &str, offset: Option<u64>, n: usize) -> i32 {
        let base64 = BASE64_STANDARD.encode(vec![b'x'; n]);
        errno(self.files.answer(&FileRequest::Write { path: path.into(), offset, base64 }))
    }
}

#[test]
fn no_name_leads_out_of_a_folder() {
    for mut place in places() {
        symlink(&place.outside, place.work.join("link")).unwrap();
        symlink("/", place.work.join("root")).unwrap();
        symlink("real", place.work.join("inner")).unwrap();
        fs::write(place.work.join("real"), "real").unwrap();
        let absolute = format!("/mnt/data/{}", place.outside.display());
        for (path, expected) in [
            ("/mnt/data/real", 0),
            ("/mnt/data/./real", 0),
            ("/mnt/data//real/", 0),
            ("/mnt/shown/given.txt", 0),
            ("/mnt/data/../secret", libc::EXDEV),
            ("/mnt/data/../work/real", libc::EXDEV),
            ("/mnt/data/../../../../../../etc/passwd", libc::EXDEV),
            ("/mnt/data/link", libc::ELOOP),
            ("/mnt/data/inner", libc::ELOOP),
            ("/mnt/data/root/etc/passwd", libc::ELOOP),
            (&absolute, libc::ENOENT),
            ("/mnt/data", libc::EISDIR),
            ("/mnt/data/none", libc::ENOENT),
            ("/mnt/database/x", libc::EACCES),
            ("/mnt/data\0/x", libc::EINVAL),
            ("/etc/passwd", libc::EACCES),
            ("etc/passwd", libc::EACCES),
            ("", libc::EACCES),
        ] {
            assert_eq!(errno(place.read(path)), expected, "{path:?}");
        }
    }
}

#[test]
fn changes_stay_inside_and_never_follow_links() {
    for mut place in places() {
        symlink(&place.outside, place.work.join("link")).unwrap();
        symlink(place.outside.parent().unwrap(), place.work.join("folder")).unwrap();
        for (path, expected) in [
            ("/mnt/data/link", libc::ELOOP),
            ("/mnt/data/folder/new", libc::ELOOP),
            ("/mnt/data/../new", libc::EXDEV),
            ("/mnt/shown/new", libc::EROFS),
            ("/mnt/shown/given.txt", libc::EROFS),
        ] {
            assert_eq!(place.create(path), expected, "{path:?}");
        }
        let rename = |from: &str, to: &str| FileRequest::Rename { path: from.into(), to: to.into() };
        assert_eq!(place.create("/mnt/data/a"), 0);
        for (to, expected) in [
            ("/mnt/data/../b", libc::EXDEV),
            ("/mnt/data/folder/b", libc::ENOTDIR),
            ("/mnt/shown/b", libc::EXDEV),
            ("/mnt/data/b", 0),
        ] {
            assert_eq!(errno(place.files.answer(&rename("/mnt/data/a", to))), expected, "{to}");
        }
        // A link itself can be removed; what it points at stays.
        assert_eq!(errno(place.files.answer(&FileRequest::Remove { path: "/mnt/data/link".into() })), 0);
        assert_eq!(fs::read_to_string(&place.outside).unwrap(), "secret");
        assert_eq!(
            errno(place.files.answer(&FileRequest::RemoveFolder { path: "/mnt/data".into() })),
            libc::EINVAL
        );
    }
}

#[test]
fn a_fifo_does_not_hold_the_parent() {
    for mut place in places() {
        let made = std::process::Command::new("mkfifo").arg(place.work.join("fifo")).status().unwrap();
        assert!(made.success());
        assert_eq!(errno(place.read("/mnt/data/fifo")), libc::EACCES);
        // Without a reader the system refuses before the kind is looked at.
        assert_ne!(place.write("/mnt/data/fifo", None, 1), 0);
    }
}

#[test]
fn bytes_and_files_have_a_quota() {
    for mut place in places() {
        assert_eq!(place.create("/mnt/data/a"), 0);
        assert_eq!(place.write("/mnt/data/a", None, 1000), 0);
        assert_eq!(place.write("/mnt/data/a", None, 25), libc::ENOSPC);
        assert_eq!(place.write("/mnt/data/a", Some(990), 34), 0);
        assert_eq!(place.write("/mnt/data/a", Some(1 << 40), 1), libc::ENOSPC);
        assert_eq!(place.write("/mnt/data/a", Some(u64::MAX), 1), libc::ENOSPC);
        for size in [4096, u64::MAX] {
            let grow = FileRequest::Truncate { path: "/mnt/data/a".into(), size };
            assert_eq!(errno(place.files.answer(&grow)), libc::ENOSPC);
        }
        assert_eq!(errno(place.files.answer(&FileRequest::Remove { path: "/mnt/data/a".into() })), 0);
        for (path, expected) in [
            ("/mnt/data/1", 0),
            ("/mnt/data/2", 0),
            ("/mnt/data/3", 0),
            ("/mnt/data/4", 0),
            ("/mnt/data/5", libc::ENOSPC),
            ("/mnt/data/4", 0),
        ] {
            assert_eq!(place.create(path), expected, "{path}");
        }
        let folder = FileRequest::MakeFolder { path: "/mnt/data/folder".into() };
        assert_eq!(errno(place.files.answer(&folder)), libc::ENOSPC);
    }
}

#[test]
fn artifacts_are_what_a_call_changed_and_left() {
    for mut place in places() {
        fs::write(place.work.join("old.txt"), "old").unwrap();
        place.files.begin_call();
        for path in ["/mnt/data/new.csv", "/mnt/data/gone.txt"] {
            assert_eq!(place.create(path), 0);
        }
        assert_eq!(place.write("/mnt/data/new.csv", None, 3), 0);
        assert_eq!(errno(place.files.answer(&FileRequest::Remove { path: "/mnt/data/gone.txt".into() })), 0);
        assert_eq!(errno(place.read("/mnt/data/old.txt")), 0);
        let artifacts = place.files.artifacts();
        let [artifact] = artifacts.as_slice() else { panic!("{artifacts:?}") };
        assert_eq!(artifact.path, place.work.join("new.csv"));
        assert_eq!((artifact.name.as_str(), artifact.mime.as_str()), ("/mnt/data/new.csv", "text/csv"));
        assert_eq!(artifact.bytes, 3);
        // Of "xxx", by the sha256sum program.
        assert_eq!(artifact.sha256, "cd2eb0837c9b4c962c22d2ff8b5441b7b45805887f051d39bf133b583baf6860");
        place.files.begin_call();
        assert_eq!(place.files.artifacts(), []);
    }
}
