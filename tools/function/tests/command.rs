//! The command handler, with small scripts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{fs, process::Command};

use chat::{CancellationToken, Status};
use serde_json::json;

use support::{Bench, is_gone, line_of};

#[tokio::test]
async fn arguments_come_on_standard_input_and_standard_output_is_the_observation() {
    let seen = Bench::script("cat; echo noise >&2").call(json!({ "n": 3, "text": "a 'b' $c\n" })).await;
    assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, r#"{"n":3,"text":"a 'b' $c\n"}"#));
    assert!(!seen.truncated && seen.artifacts.is_empty());
}

#[tokio::test]
async fn a_failure_shows_its_code_and_the_end_of_standard_error() {
    let check = async |script: &str, expected: &str| {
        let seen = Bench::script(script).call(json!({})).await;
        assert_eq!((seen.status, seen.text.as_str()), (Status::Error, expected));
    };
    check("exit 7", "The command failed with exit code 7.").await;
    check(
        "echo some; echo why >&2; exit 1",
        "some\nThe command failed with exit code 1. Its standard error ends:\nwhy",
    )
    .await;
    check("kill -9 $$", "The command was ended by signal 9.").await;
    let long = Bench::script("yes error | head -c 100000 >&2; echo last >&2; exit 2").call(json!({})).await;
    assert!(long.text.ends_with("last") && long.text.len() < 4300, "{} bytes", long.text.len());
}

#[tokio::test]
async fn the_environment_is_empty_but_for_the_path_and_what_is_named() {
    let path = std::env::var("PATH").unwrap();
    let bare = Bench::new(json!({ "type": "command", "command": ["env"] })).call(json!({})).await;
    assert_eq!(bare.text, format!("PATH={path}"));
    let named = json!({ "type": "command", "command": ["env"], "env": ["TOKEN", "NOT_SET"] });
    assert_eq!(Bench::new(named).call(json!({})).await.text, format!("PATH={path}\nTOKEN=s3cret"));
}

#[tokio::test]
async fn it_runs_in_the_hosts_folder_or_in_its_own() {
    let bench = Bench::script("pwd -P");
    let work = bench.path("work").canonicalize().unwrap();
    assert_eq!(bench.call(json!({})).await.text, work.display().to_string());
    let bench = Bench::script_with("pwd -P", json!({ "cwd": "." }));
    assert_eq!(
        bench.call(json!({})).await.text,
        bench.folder.path().canonicalize().unwrap().display().to_string()
    );
}

#[tokio::test]
async fn nothing_runs_when_arguments_are_wrong() {
    let bench = Bench::script("touch ran");
    let seen = bench.call(json!({ "n": "three" })).await;
    assert_eq!(seen.status, Status::Error);
    assert!(seen.text.contains("- at /n: \"three\" is not of type \"integer\"\n"), "{}", seen.text);
    assert!(!bench.path("work/ran").exists());
}

#[tokio::test]
async fn a_long_output_is_kept_in_a_file() {
    let bench = Bench::script("head -c 200000 /dev/zero | tr '\\0' x; echo end");
    let seen = bench.call(json!({})).await;
    assert_eq!(seen.status, Status::Ok);
    assert!(seen.truncated && seen.text.len() < 17_000);
    let artifact = &seen.artifacts[0];
    assert!(artifact.path.starts_with(bench.path("outputs")));
    assert_eq!(
        (fs::metadata(&artifact.path).unwrap().len(), artifact.mime.as_str()),
        (200_004, "text/plain")
    );
    let note = format!("xend\n[The output has 200004 bytes; all of it is in {}]", artifact.path.display());
    assert!(seen.text.ends_with(&note), "{}", &seen.text[seen.text.len() - 300..]);
}

#[tokio::test]
async fn an_endless_output_is_stopped() {
    let seen = Bench::script("yes").call(json!({})).await;
    assert_eq!(seen.status, Status::Error);
    assert!(seen.text.ends_with("The command was stopped because its output passed 64 MiB."));
}

#[tokio::test]
async fn a_command_that_hangs_is_stopped_with_all_that_it_started() {
    let grandchild = "(trap '' HUP INT TERM; echo started; exec tail -f /dev/null) & echo $! > pid; wait";
    let bench = Bench::script_with(grandchild, json!({ "timeout_s": 0.5 }));
    let seen = bench.call(json!({})).await;
    assert_eq!(seen.status, Status::Timeout);
    assert!(seen.text.ends_with("The command was stopped after 0.5 s (its time limit)."), "{}", seen.text);
    // On a busy machine the script may not have got so far.
    if bench.path("work/pid").exists() {
        is_gone(&line_of(&bench.path("work/pid")).await).await;
    }
}

#[tokio::test]
async fn cancelling_and_dropping_stop_all_that_was_started() {
    let script = "(trap '' HUP INT TERM; exec tail -f /dev/null) & echo $! > pid; wait";
    let bench = Bench::script(script);
    let pid = bench.path("work/pid");
    let cancel = CancellationToken::new();
    let seen = {
        let call = bench.call_until(json!({}), &cancel);
        tokio::pin!(call);
        tokio::select! {
            seen = &mut call => panic!("it ended by itself: {seen:?}"),
            _ = line_of(&pid) => cancel.cancel(),
        }
        call.await
    };
    assert_eq!((seen.status, seen.text.as_str()), (Status::Timeout, "The command was cancelled."));
    is_gone(&line_of(&pid).await).await;

    let bench = Bench::script(script);
    let pid = bench.path("work/pid");
    tokio::select! {
        seen = bench.call(json!({})) => panic!("it ended by itself: {seen:?}"),
        _ = line_of(&pid) => {}
    }
    is_gone(&line_of(&pid).await).await;
}

#[tokio::test]
async fn what_a_command_leaves_running_ends_with_it() {
    let bench = Bench::script("tail -f /dev/null & echo $! > pid; echo done");
    let seen = bench.call(json!({})).await;
    assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, "done"));
    is_gone(&line_of(&bench.path("work/pid")).await).await;
}

#[tokio::test]
async fn what_escapes_does_not_hold_the_call() {
    let escape =
        "setsid sh -c 'echo $$ > pid; exec tail -f /dev/null' & while [ ! -s pid ]; do :; done; echo done";
    let bench = Bench::script(escape);
    let seen = bench.call(json!({})).await;
    let pid = line_of(&bench.path("work/pid")).await;
    assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    assert_eq!((seen.status, seen.text.as_str()), (Status::Ok, "done"));
}

#[tokio::test]
async fn large_arguments_that_nobody_reads_do_no_harm() {
    let large = json!({ "text": "x".repeat(1 << 20) });
    assert_eq!(Bench::script("exit 0").call(large.clone()).await.status, Status::Ok);
    assert_eq!(Bench::script("wc -c").call(large).await.text.trim(), ((1 << 20) + 12).to_string());
}

#[tokio::test]
async fn a_program_that_is_gone_or_no_program_is_told() {
    let bench = Bench::script("exit 0");
    fs::remove_file(bench.path("f.sh")).unwrap();
    let seen = bench.call(json!({})).await;
    assert_eq!(seen.status, Status::Error);
    assert!(
        seen.text.ends_with("could not be started: No such file or directory (os error 2)"),
        "{}",
        seen.text
    );
}

#[tokio::test]
async fn bytes_that_are_not_text_are_kept() {
    let seen = Bench::script("printf '\\211PNG\\0'").call(json!({})).await;
    assert_eq!((seen.status, seen.artifacts[0].mime.as_str()), (Status::Ok, "application/octet-stream"));
    assert_eq!(Bench::script("printf 'a\\377b'").call(json!({})).await.text, "a\u{fffd}b");
}
