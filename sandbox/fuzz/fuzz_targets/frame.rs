//! Whatever a worker sends, a call of the parent's ends within its limits; whatever comes to a
//! worker, its reader takes or refuses.
//!
//! The files are the library's own, read from their place: as a dependency it would bring the
//! interpreter, which is never run here and takes most of an hour to build with instrumentation.

#![no_main]
#![allow(dead_code, unused_imports, reason = "the parts of these files that only the library uses")]

#[path = "../../src"]
mod library {
    pub(crate) mod call;
    pub(crate) mod clean;
    pub(crate) mod confinement;
    pub(crate) mod engine;
    pub(crate) mod error;
    pub(crate) mod excerpt;
    pub(crate) mod files;
    pub(crate) mod frame;
    pub(crate) mod fuzzing;
    pub(crate) mod limits;
    pub(crate) mod message;
    pub(crate) mod options;
    pub(crate) mod outcome;
    pub(crate) mod policy;
    pub(crate) mod selftest {
        mod stage;

        pub(crate) use stage::Target;
    }
}

use library::*;

pub(crate) use confinement::{Confinement, Layer};
pub(crate) use engine::{Cpython, Engine};
pub(crate) use error::SandboxError;
pub(crate) use files::{Artifact, WORK_FOLDER};
pub(crate) use limits::Limits;
pub(crate) use options::{Options, Quota};
pub(crate) use outcome::{Death, End, Outcome, State};
pub(crate) use policy::Denial;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzzing::frames(bytes));
