use std::{
    fs::File,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::Path,
};

use super::*;

fn disk(home: &Path, max_bytes: u64) -> Disk {
    Disk::new(home.join("gimlet/pages"), max_bytes, "de".into())
}

fn url(n: usize) -> Url {
    Url::parse(&format!("https://a.example/{n}?q=x")).unwrap()
}

fn kept(n: usize, body: &[u8]) -> Kept {
    let page =
        Fetched { url: url(n), mime: "text/html".into(), charset: Some("utf-8".into()), body: body.to_vec() };
    Kept {
        page: Arc::new(page),
        // Whole milliseconds, as they are written.
        since: UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
        fresh: Duration::from_secs(60),
        etag: Some(HeaderValue::from_static("\"t\"")),
        modified: None,
        is_private: false,
    }
}

fn files(disk: &Disk) -> Vec<PathBuf> {
    fs::read_dir(&disk.folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_page_comes_back_as_it_was_to_those_who_ask_alike() {
    let home = tempfile::tempdir().unwrap();
    let disk = disk(home.path(), 1 << 20);
    assert_eq!(disk.load(&url(1), false), None);
    let page = kept(1, b"line\nline\0\xff");
    disk.store(&page, false).unwrap();
    assert_eq!(disk.load(&url(1), false), Some(page));
    assert_eq!(disk.load(&url(1), true), None);
    assert_eq!(disk.load(&url(2), false), None);
    let other = Disk::new(disk.folder.clone(), 1 << 20, "en".into());
    assert_eq!(other.load(&url(1), false), None);
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&disk.folder), mode(&files(&disk)[0])), (0o700, 0o600));
    disk.forget(&url(1), false).unwrap();
    disk.forget(&url(1), false).unwrap();
    assert!(files(&disk).is_empty());
}

#[test]
fn what_is_private_long_or_of_no_use_is_not_taken() {
    let check = |change: fn(&mut Kept), expected| {
        let mut page = kept(1, b"x");
        change(&mut page);
        assert_eq!(Disk::takes(&page), expected, "{page:?}");
    };
    check(|_| {}, true);
    check(|page| page.etag = None, true);
    check(|page| page.fresh = Duration::ZERO, true);
    check(|page| (page.etag, page.fresh) = (None, Duration::ZERO), false);
    check(|page| page.is_private = true, false);
    assert!(!Disk::takes(&kept(1, &vec![0; MAX_PAGE_BYTES + 1])));
}

#[test]
fn files_and_bytes_are_bounded_and_what_is_not_ours_stays() {
    let home = tempfile::tempdir().unwrap();
    let disk = disk(home.path(), 6_000);
    disk.store(&kept(0, b"x"), false).unwrap();
    fs::write(disk.folder.join("notes.txt"), vec![0; 9_000]).unwrap();
    for (name, age) in [("page-torn.part", 3600), ("page-new.part", 0)] {
        fs::write(disk.folder.join(name), vec![0; 9_000]).unwrap();
        let file = File::options().append(true).open(disk.folder.join(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }
    (1..9).for_each(|n| disk.store(&kept(n, &[0; 1_000]), false).unwrap());
    let left = files(&disk);
    let n_bytes: u64 = left.iter().map(|path| fs::metadata(path).unwrap().len()).sum();
    assert!(n_bytes <= 6_000 + 2 * 9_000 && left.len() > 3, "{left:?}");
    assert!(disk.folder.join("notes.txt").exists() && disk.folder.join("page-new.part").exists());
    assert!(!disk.folder.join("page-torn.part").exists());
    let wide = Disk::new(disk.folder.clone(), u64::MAX, "de".into());
    for n in 0..MAX_FILES {
        fs::write(wide.folder.join(format!("{n:064x}")), "").unwrap();
    }
    wide.store(&kept(1, b"x"), false).unwrap();
    assert_eq!(files(&wide).len(), MAX_FILES + 2);
}

#[test]
fn torn_and_hostile_files_are_no_pages() {
    let home = tempfile::tempdir().unwrap();
    let disk = disk(home.path(), 1 << 20);
    disk.store(&kept(1, b"the body"), false).unwrap();
    let path = disk.folder.join(disk.name(&url(1), false));
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert_eq!(disk.load(&url(1), false), None, "{length}");
    }
    let text = String::from_utf8(whole.clone()).unwrap();
    for hostile in [
        text.replace("the body", "the b0dy"),
        text.replace("a.example", "b.example"),
        text.replace("\\\"t\\\"", "t\\r\\nx: y"),
        text.replace("\"etag\"", "\"more\":1,\"etag\""),
        text.replace("1700000000123", "-1"),
        format!("{}\n", "[".repeat(MAX_HEAD_BYTES * 2)),
        "x".repeat(MAX_HEAD_BYTES + MAX_PAGE_BYTES + 1),
    ] {
        fs::write(&path, &hostile).unwrap();
        assert_eq!(disk.load(&url(1), false), None, "{}", &hostile[..hostile.len().min(300)]);
    }
    // A page that claims to come from the future is believed no longer than another.
    fs::write(&path, text.replace("1700000000123", "99999999999999").replace(":60000", ":99999999999"))
        .unwrap();
    let late = disk.load(&url(1), false).unwrap();
    assert!(late.since <= SystemTime::now() && late.fresh == MAX_FRESH);
    fs::remove_file(&path).unwrap();
    let elsewhere = home.path().join("elsewhere");
    fs::write(&elsewhere, &whole).unwrap();
    symlink(&elsewhere, &path).unwrap();
    assert_eq!(disk.load(&url(1), false), None);
    disk.store(&kept(1, b"new"), false).unwrap();
    assert_eq!(fs::read(&elsewhere).unwrap(), whole);
    assert!(disk.load(&url(1), false).is_some());
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert_eq!(disk.load(&url(1), false), None);
    assert!(disk.store(&kept(1, b"new"), false).is_err());
    // Where others can write, nothing is believed and nothing is left.
    disk.store(&kept(2, b"mine"), false).unwrap();
    fs::set_permissions(&disk.folder, fs::Permissions::from_mode(0o777)).unwrap();
    assert_eq!(disk.load(&url(2), false), None);
    assert!(disk.store(&kept(3, b"mine"), false).is_err());
}

#[test]
fn readers_beside_writers_see_whole_pages() {
    let home = tempfile::tempdir().unwrap();
    let bodies: Vec<Vec<u8>> = (0..4u8).map(|n| vec![n; 50_000 + usize::from(n)]).collect();
    std::thread::scope(|scope| {
        for body in &bodies {
            scope.spawn(|| {
                let disk = disk(home.path(), 300_000);
                for n in 0..40 {
                    disk.store(&kept(n % 8, body), false).unwrap();
                    if let Some(seen) = disk.load(&url(n % 8), false) {
                        assert!(bodies.contains(&seen.page.body));
                    }
                }
            });
        }
    });
    let disk = disk(home.path(), 300_000);
    assert!(files(&disk).len() <= 6, "{:?}", files(&disk));
}
