//! Every attack of the self-test against real workers, and the proof that its rows can fail.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "helpers of tests are not tests to the lint")]

use std::path::Path;

use sandbox::{Unconfined, selftest};

#[tokio::test]
async fn every_attack_is_blocked_and_native_ones_would_succeed_unconfined() {
    let report = selftest(Path::new(env!("CARGO_BIN_EXE_sandbox-worker-host")), |_| {}).await.unwrap();
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
    // Without confinement most attacks reach their aim here: the rows are able to fail.
    let reaches = |row: &&sandbox::Row| matches!(row.unconfined, Unconfined::Reaches(_));
    let native = report.rows.iter().filter(|row| row.unconfined != Unconfined::NotTried).count();
    assert!(report.rows.iter().filter(reaches).count() * 2 > native);
    for row in report.rows.iter().filter(reaches) {
        assert!(!row.layers.is_empty(), "nothing blocks it alone: {row:?}");
    }
}
