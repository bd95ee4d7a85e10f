//! Functions that are registered for good.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use serde_json::json;
use tool_function::{Host, Registered};

fn host() -> Arc<Host> {
    let path = ("PATH".into(), std::env::var_os("PATH").unwrap());
    Arc::new(Host::new("/none", "/").with_environment([path]))
}

fn manifest(folder: &Path, names: &[&str]) -> std::path::PathBuf {
    let script = folder.join("f.sh");
    fs::write(&script, "#!/bin/sh\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let handler = json!({ "type": "command", "command": ["./f.sh"] });
    let functions: Vec<_> =
        names.iter().map(|name| json!({ "name": name, "description": "d", "handler": handler })).collect();
    let file = folder.join("functions.json");
    fs::write(&file, json!(functions).to_string()).unwrap();
    file
}

#[test]
fn what_is_added_works_from_anywhere_until_it_is_removed() {
    let (origin, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let registered = Registered::new(home.path().join("gimlet/tools"));
    assert_eq!(registered.names().unwrap(), [""; 0]);
    let added = registered.add(&manifest(origin.path(), &["b", "a"]), &host()).unwrap();
    assert_eq!(added.len(), 2);
    assert_eq!(registered.names().unwrap(), ["a", "b"]);
    let loaded = registered.load(&host()).unwrap();
    assert_eq!(loaded.iter().map(|function| function.name()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(loaded[0].origin().folder, origin.path());
    assert_eq!(loaded[0].origin().file, registered.file("a"));

    registered.remove("a").unwrap();
    assert_eq!(registered.names().unwrap(), ["b"]);
    let error = registered.remove("a").unwrap_err().to_string();
    assert_eq!(error, format!("no function \"a\" is registered in {}", registered.folder().display()));
    assert!(registered.remove("../b").is_err());
}

#[test]
fn all_of_a_manifest_is_added_or_nothing() {
    let (origin, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let registered = Registered::new(home.path());
    registered.add(&manifest(origin.path(), &["b"]), &host()).unwrap();
    let error = registered.add(&manifest(origin.path(), &["a", "b"]), &host()).unwrap_err().to_string();
    let file = registered.file("b");
    let expected = format!(
        "the function b is registered already, in {}: gimlet tool remove b makes room",
        file.display()
    );
    assert_eq!(error, expected);
    assert_eq!(registered.names().unwrap(), ["b"]);
}

#[test]
fn a_registered_function_whose_program_is_gone_is_told_and_can_be_removed() {
    let (origin, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let registered = Registered::new(home.path());
    registered.add(&manifest(origin.path(), &["a"]), &host()).unwrap();
    fs::remove_file(origin.path().join("f.sh")).unwrap();
    let error = registered.load(&host()).unwrap_err().to_string();
    assert!(
        error.ends_with(&format!("there is no program {}", origin.path().join("f.sh").display())),
        "{error}"
    );
    registered.remove("a").unwrap();
    assert!(registered.load(&host()).unwrap().is_empty());
}
