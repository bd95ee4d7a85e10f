//! Restriction 12: Landlock, to the highest version that the kernel has, with no rule at all: no
//! path, port, abstract socket or process outside can be reached.

use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetCreated, RulesetError,
    RulesetStatus, Scope,
};

pub(super) fn restrict() -> io::Result<String> {
    restrict_by(everything())
}

/// A set of rules that forbids all that Landlock knows.
pub(super) fn everything() -> Result<RulesetCreated, RulesetError> {
    // What the kernel does not know of the newest version is left out, and the status says so.
    let newest = ABI::V7;
    Ruleset::default()
        .handle_access(AccessFs::from_all(newest))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(newest)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(newest)))
        .and_then(Ruleset::create)
}

/// Puts rules in force, and gives their version.
pub(super) fn restrict_by(rules: Result<RulesetCreated, RulesetError>) -> io::Result<String> {
    let status = rules.and_then(RulesetCreated::restrict_self).map_err(io::Error::other)?;
    match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => {
            Err(io::Error::other("the kernel does not have it, or has it off"))
        }
        (_, LandlockStatus::Available { effective_abi, .. }) => {
            Ok(format!("version {}", effective_abi as u32))
        }
        _ => Err(io::Error::other("the kernel does not say what it enforces")),
    }
}
