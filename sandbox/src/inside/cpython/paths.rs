//! Restriction 12 for the user's interpreter: Landlock with a rule for each path that it may read or
//! write, and execution of the interpreter and its loader only.

use std::{io, path::Path};

use landlock::{AccessFs, BitFlags, RulesetCreatedAttr, path_beneath_rules};

use super::{super::landlock as rules, root::SCRATCH};
use crate::message::{CpythonStart, SeenFolder};

pub(super) fn restrict(cpython: &CpythonStart, has_own_root: bool) -> io::Result<String> {
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    // No links, devices, FIFOs or sockets, and nothing in it is executed.
    let work = read
        | AccessFs::WriteFile
        | AccessFs::MakeReg
        | AccessFs::MakeDir
        | AccessFs::RemoveFile
        | AccessFs::RemoveDir
        | AccessFs::Refer
        | AccessFs::Truncate;
    let place = |folder: &SeenFolder| match has_own_root {
        true => folder.at.clone(),
        false => folder.source.clone(),
    };
    let folders = |is_writable| {
        cpython.folders.iter().filter(move |folder| folder.is_writable == is_writable).map(place)
    };
    let interpreter = &cpython.interpreter;
    let started = std::iter::once(interpreter.program.as_path()).chain(interpreter.loader.as_deref());
    let scratch = has_own_root.then_some(Path::new(SCRATCH));
    let ruleset = rules::everything()
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(&interpreter.readable, read)))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(folders(false), read)))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(folders(true), work)))
        .and_then(|ruleset| ruleset.add_rules(path_beneath_rules(scratch, work)))
        .and_then(|ruleset| {
            ruleset.add_rules(path_beneath_rules(["/dev/null"], AccessFs::ReadFile | AccessFs::WriteFile))
        })
        .and_then(|ruleset| {
            ruleset.add_rules(path_beneath_rules(started, AccessFs::ReadFile | AccessFs::Execute))
        });
    rules::restrict_by(ruleset)
}
