//! Whether what a Python attack came to is what must be seen.

use std::time::Duration;

use super::python::BREACH;
use crate::{End, Engine, Limits, Outcome, State};

/// What must be seen of a Python attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    /// The interpreter has nothing to do it with: the traceback says this, and the state is kept.
    Refused(&'static str),
    /// A limit raises an exception that says this, and the state is kept.
    Limited(&'static str),
    /// The code runs to its end and prints this, without having found a way.
    Harmless(&'static str),
    /// The clock stops it, whatever it does about that.
    Stopped,
    /// The memory limit stops it: by `MemoryError` or with the worker.
    OutOfMemory,
    /// Whatever it breaks, it breaks only itself: any end will do, if the next call works.
    Contained,
}

impl Expect {
    /// What blocks it, in the words of the table.
    pub fn layer(self, engine: &Engine) -> &'static str {
        let is_native = matches!(engine, Engine::Cpython(_));
        match self {
            Self::Refused(_) | Self::Harmless(_) if is_native => "restrictions of the process",
            Self::OutOfMemory if is_native => "resource limits",
            Self::Refused(_) | Self::Harmless(_) => "interpreter without a host",
            Self::Limited(_) => "limits of a call",
            Self::Stopped => "the parent's clock",
            Self::OutOfMemory => "counted heap",
            Self::Contained => "process of its own",
        }
    }

    /// Endless attacks need not be watched for long.
    pub fn shorten(self, limits: &mut Limits) {
        if self == Self::Stopped {
            limits.wall = Duration::from_millis(400);
        }
    }
}

/// `Ok` with what was seen if the attack is blocked, `Err` with what speaks against it.
pub(super) fn judge(
    expect: Expect,
    outcome: &Outcome,
    next: &Outcome,
    marker: &str,
    limits: &Limits,
) -> Result<String, String> {
    let error = outcome.error.as_deref().unwrap_or_default();
    let shown = format!("{}\n{}\n{error}", outcome.output, outcome.value.as_deref().unwrap_or_default());
    let last_line = error.lines().last().unwrap_or_default();
    let notice = outcome.notice(limits).unwrap_or_default();
    if outcome.output.contains(BREACH) {
        return Err(format!("the attack succeeded: {}", outcome.output.trim_end()));
    }
    if shown.contains(marker) {
        return Err("the secret was shown".to_owned());
    }
    if shown.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("a control character came through".to_owned());
    }
    if shown.len() > 4 * limits.output_bytes {
        return Err(format!("{} bytes were shown", shown.len()));
    }
    if next.output != "3367\n" {
        return Err(format!("the call after it did not work: {next:?}"));
    }
    let kept = outcome.end == End::Completed && outcome.state == State::Kept;
    let seen = match expect {
        Expect::Refused(text) | Expect::Limited(text) => (kept && error.contains(text)).then_some(last_line),
        Expect::Harmless(text) => {
            (kept && error.is_empty() && outcome.output.contains(text)).then_some("it found no way")
        }
        Expect::Stopped => matches!(outcome.end, End::Timeout(_)).then_some(notice.as_str()),
        Expect::OutOfMemory if outcome.end == End::Memory => Some(notice.as_str()),
        Expect::OutOfMemory => (kept && error.contains("MemoryError")).then_some(last_line),
        Expect::Contained => Some(if notice.is_empty() { last_line } else { notice.as_str() }),
    };
    seen.map(str::to_owned)
        .ok_or_else(|| format!("it went otherwise: {last_line} {notice} {:?}", outcome.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(output: &str, error: &str) -> Outcome {
        let error = (!error.is_empty()).then(|| error.to_owned());
        Outcome { output: output.to_owned(), error, ..Outcome::completed() }
    }

    fn lost(end: End) -> Outcome {
        Outcome { end, state: State::Lost, ..Outcome::completed() }
    }

    #[test]
    fn an_attack_that_succeeds_is_never_called_blocked() {
        let works = done("3367\n", "");
        let timeout = || lost(End::Timeout(Duration::from_secs(1)));
        for (expect, outcome, next, blocked) in [
            (Expect::Refused("PermissionError"), done("", "PermissionError: no"), &works, true),
            (Expect::Refused("PermissionError"), done("", ""), &works, false),
            (Expect::Refused("PermissionError"), done("BREACHED", "PermissionError: no"), &works, false),
            (Expect::Refused("PermissionError"), done("the-marker", "PermissionError"), &works, false),
            (Expect::Refused("PermissionError"), done("", "PermissionError"), &done("", ""), false),
            (Expect::Refused("PermissionError"), done("\u{1b}[2J", "PermissionError"), &works, false),
            (Expect::Refused("PermissionError"), lost(End::Memory), &works, false),
            (Expect::Limited("OSError"), done("x", "OSError: limit"), &works, true),
            (Expect::Limited("OSError"), done(&"x".repeat(1 << 20), "OSError: limit"), &works, false),
            (Expect::Harmless("walked"), done("walked", ""), &works, true),
            (Expect::Harmless("walked"), done("", "TypeError"), &works, false),
            (Expect::Stopped, timeout(), &works, true),
            (Expect::Stopped, done("", ""), &works, false),
            (Expect::Stopped, timeout(), &timeout(), false),
            (Expect::OutOfMemory, lost(End::Memory), &works, true),
            (Expect::OutOfMemory, done("", "MemoryError: full"), &works, true),
            (Expect::OutOfMemory, done("", ""), &works, false),
            (Expect::Contained, timeout(), &works, true),
            (Expect::Contained, done("BREACHED", ""), &works, false),
        ] {
            let verdict = judge(expect, &outcome, next, "the-marker", &Limits::default());
            assert_eq!(verdict.is_ok(), blocked, "{expect:?} {outcome:?}: {verdict:?}");
        }
    }
}
