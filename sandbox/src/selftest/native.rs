//! Native attacks: one process for each attempt, confined with the layers that the attempt names.

use std::{fs, io, path::Path, time::Instant};

use super::{
    Row, Target, Unconfined,
    attempt::{self, Attempt},
    limits,
};
use crate::{
    Layer, SandboxError,
    inside::probe,
    message::{Probe, Start},
};

/// Layers that block attacks, each as it works without the others: an empty root needs its
/// namespace, and namespaces say nothing while their own rights are still there.
const ALONE: [(&str, &[Layer]); 7] = [
    ("cgroup", &[Layer::Cgroup]),
    ("protocol only", &[Layer::ProtocolOnly]),
    ("not root", &[Layer::NoRoot, Layer::NotDumpable]),
    ("namespaces", &[Layer::Namespaces, Layer::OwnProcessTree, Layer::EmptyRoot, Layer::NoCapabilities]),
    ("resource limits", &[Layer::NoRoot, Layer::ResourceLimits]),
    ("Landlock", &[Layer::NoNewPrivileges, Layer::Landlock]),
    ("system calls", &[Layer::NoNewPrivileges, Layer::SystemCalls]),
];

/// The groups and names of all native attacks.
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    probe::attacks().map(|(group, (name, _))| (group, name))
}

/// Tries an attack confined, then with each layer alone, then with nothing.
pub(super) async fn row(
    program: &Path,
    target: &Target,
    group: &'static str,
    name: &str,
    layers: &[Layer],
) -> Result<Row, SandboxError> {
    let start = Instant::now();
    let confined = attempt(program, target, name, layers).await?;
    let duration = start.elapsed();
    let mut blocking = Vec::new();
    for (layer, alone) in ALONE.into_iter().filter(|(_, alone)| alone.iter().all(|l| layers.contains(l))) {
        if attempt(program, target, name, alone).await?.is_blocked() {
            blocking.push(layer.to_owned());
        }
    }
    let unconfined = match attempt(program, target, name, &[]).await? {
        Attempt::Reached(what) => Unconfined::Reaches(what),
        other => Unconfined::Fails(other.to_string()),
    };
    // What stops it on this machine anyway blocks with every layer alone, and is none of them.
    if matches!(unconfined, Unconfined::Fails(_)) {
        blocking.clear();
    }
    Ok(Row {
        group,
        attack: name.to_owned(),
        blocked: confined.is_blocked(),
        layers: blocking,
        observed: confined.to_string(),
        unconfined,
        duration,
    })
}

async fn attempt(
    program: &Path,
    target: &Target,
    name: &str,
    layers: &[Layer],
) -> Result<Attempt, SandboxError> {
    renew(&target.victim).map_err(SandboxError::Stage)?;
    let probe = Probe { attack: name.to_owned(), layers: layers.to_vec(), target: target.clone() };
    let start = Start { limits: limits(), probe: Some(probe), ..Start::default() };
    attempt::attempt(program, start).await
}

/// Makes the file that is attacked anew: the attempt before, with fewer layers, may have succeeded.
fn renew(victim: &Path) -> io::Result<()> {
    match fs::remove_file(victim) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::write(victim, "victim"),
    }
}
