//! Code of others that may panic on a page, without a word on standard error.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does this work; nothing if it panics. The panic is not reported: a page that causes one is no fault
/// of the user's, and a screen may be drawn on the terminal.
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                before(info);
            }
        }));
    });
    let was_quiet = IS_QUIET.replace(true);
    // What the work may have left half done is dropped with it.
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_QUIET.set(was_quiet);
    done.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs in a process of its own, whose standard error can be read.
    const CHILD: &str = "GIMLET_TEST_QUIET";

    #[test]
    fn a_panic_ends_the_work_and_is_not_told() {
        if std::env::var_os(CHILD).is_some() {
            assert_eq!(quietly(|| 1), Some(1));
            assert_eq!(quietly(|| panic!("inside")).map(|(): ()| 0), None);
            assert!(panic::catch_unwind(|| panic!("outside")).is_err());
            return;
        }
        let this = format!("{}::a_panic_ends_the_work_and_is_not_told", module_path!());
        let name = this.split_once("::").unwrap().1;
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        let done = child.args([name, "--exact", "--nocapture"]).env(CHILD, "1").output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{said}");
        assert!(said.contains("outside") && !said.contains("inside"), "{said}");
    }
}
