//! What the self-test tries from a worker's place with the bare system calls, as code would that
//! had escaped the interpreter. Each attack is harmless where it succeeds.

mod files;
mod kernel;
mod network;
mod processes;

use std::io;

use crate::selftest::Target;

/// An attack: its name, and what it does. `Ok` says what it reached, an error what stopped it.
pub(crate) type Attack = (&'static str, fn(&Target) -> io::Result<String>);

/// The attack that has reached its aim when something of it is left after the process has ended.
pub(crate) const OUTLIVE: &str = "leave a process behind in a session of its own";

/// Every attack by group.
pub(crate) fn attacks() -> impl Iterator<Item = (&'static str, Attack)> {
    let groups = [
        ("files", files::ATTACKS),
        ("processes", processes::ATTACKS),
        ("kernel", kernel::ATTACKS),
        ("network", network::ATTACKS),
    ];
    groups.into_iter().flat_map(|(group, attacks)| attacks.iter().map(move |attack| (group, *attack)))
}

/// Tries the attack of this name.
pub(crate) fn attack(name: &str, target: &Target) -> Result<String, String> {
    let found = attacks().find(|(_, (known, _))| *known == name);
    let (_, (_, attempt)) = found.ok_or_else(|| format!("there is no attack \"{name}\""))?;
    attempt(target).map_err(|e| e.to_string())
}

/// The result of a system call that gives -1 for an error; success reaches `what`.
fn reached(result: libc::c_long, what: &str) -> io::Result<String> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(what.to_owned()) }
}

/// The same for a call that is made with arguments that cannot succeed: any error but a refusal
/// shows that the kernel took the call.
fn taken(result: libc::c_long, what: &str) -> io::Result<String> {
    let refusals = [libc::EPERM, libc::EACCES, libc::ENOSYS, libc::EMFILE];
    match reached(result, what) {
        Err(e) if e.raw_os_error().is_some_and(|error| !refusals.contains(&error)) => Ok(what.to_owned()),
        other => other,
    }
}
