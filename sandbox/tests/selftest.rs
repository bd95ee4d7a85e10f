//! Every attack of the self-test against real workers, and the proof that its rows can fail.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are not tests to the lint")]

use std::{ffi::OsStr, path::Path};

use sandbox::{Cpython, Engine, Report, Row, Unconfined, selftest};

/// All rows, every one of them blocked.
async fn report(engine: Engine) -> Report {
    let report =
        selftest(Path::new(env!("CARGO_BIN_EXE_sandbox-worker-host")), engine, |_| {}).await.unwrap();
    for row in &report.rows {
        println!(
            "{:<10} {:<52} blocked={} by [{}] {} | {:?} | {:?}",
            row.group,
            row.attack,
            row.blocked,
            row.layers.join(", "),
            row.observed,
            row.unconfined,
            row.duration
        );
    }
    let open: Vec<_> = report.rows.iter().filter(|row| !row.blocked).collect();
    assert!(open.is_empty(), "{open:#?}");
    assert!(report.is_passed(), "{:?}", report.confinement);
    report
}

fn most_reach_their_aim_unconfined(report: &Report) {
    let tried = report.rows.iter().filter(|row| row.unconfined != Unconfined::NotTried);
    let (reach, fail): (Vec<&Row>, Vec<&Row>) =
        tried.partition(|row| matches!(row.unconfined, Unconfined::Reaches(_)));
    assert!(reach.len() > fail.len(), "{fail:#?}");
}

#[tokio::test]
async fn the_users_cpython_is_held_by_the_process_alone() {
    let engine = Engine::Cpython(Cpython::find(OsStr::new("python3")).unwrap());
    let report = report(engine).await;
    assert!(report.rows.len() > 80, "{} rows", report.rows.len());
    most_reach_their_aim_unconfined(&report);
}

#[tokio::test]
async fn every_attack_is_blocked_and_native_ones_would_succeed_unconfined() {
    let report = report(Engine::RustPython).await;
    // Without confinement most attacks reach their aim here: the rows are able to fail.
    most_reach_their_aim_unconfined(&report);
    let reaches = |row: &&Row| matches!(row.unconfined, Unconfined::Reaches(_));
    for row in report.rows.iter().filter(reaches) {
        assert!(!row.layers.is_empty(), "nothing blocks it alone: {row:?}");
    }
}
