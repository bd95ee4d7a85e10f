//! Seatbelt, the sandbox of macOS: what the process may ask of the kernel, by a profile.

#![allow(unsafe_code, reason = "Seatbelt is C")]

use std::{
    ffi::{CStr, CString, c_char, c_int},
    io, ptr,
};

unsafe extern "C" {
    fn sandbox_init(profile: *const c_char, flags: u64, error: *mut *mut c_char) -> c_int;
    fn sandbox_free_error(error: *mut c_char);
}

/// What the worker may still do. It is for the whole process, for good, also for a descendant.
const PROFILE: &str = include_str!("seatbelt.sb");

/// Puts the profile in force on every thread.
///
/// # Errors
/// The system does not take it: what it says.
pub(super) fn restrict() -> io::Result<String> {
    let profile = CString::new(PROFILE)?;
    let mut error = ptr::null_mut();
    // Without flags the first argument is the profile itself and not the name of one of Apple's.
    // SAFETY: the profile and the place for the error live through the call.
    if unsafe { sandbox_init(profile.as_ptr(), 0, &raw mut error) } == 0 {
        return Ok(String::new());
    }
    if error.is_null() {
        return Err(io::Error::other("the profile was refused"));
    }
    // SAFETY: on failure the system has put a text there, which is ours until it is freed, once.
    let reason = unsafe {
        let reason = CStr::from_ptr(error).to_string_lossy().into_owned();
        sandbox_free_error(error);
        reason
    };
    Err(io::Error::other(reason))
}
