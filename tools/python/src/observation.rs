//! A call's outcome as the model reads it.

use chat::{Artifact, Observation, Status};
use sandbox::{Denial, End, Limits, Outcome};

/// What stands for a call that showed nothing.
const NOTHING: &str = "(no output)";

/// The observation of an outcome: what was printed, the last value, the traceback and a notice of
/// how the call ended, each on lines of its own.
pub(crate) fn observation(outcome: &Outcome, limits: &Limits) -> Observation {
    let printed = outcome.output.trim_end_matches('\n');
    let notice = outcome.notice(limits);
    let refusals = refusals(&outcome.denials);
    let parts = [
        Some(printed),
        outcome.value.as_deref(),
        outcome.error.as_deref(),
        refusals.as_deref(),
        notice.as_deref(),
    ];
    let parts: Vec<&str> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let text = if parts.is_empty() { NOTHING.to_owned() } else { parts.join("\n") };
    let artifacts = outcome.artifacts.iter().map(|made| Artifact {
        path: made.path.clone(),
        mime: made.mime.clone(),
        sha256: made.sha256.clone(),
    });
    Observation {
        status: status(outcome),
        text,
        truncated: outcome.truncated,
        artifacts: artifacts.collect(),
        denials: outcome.denials.iter().map(as_chat).collect(),
        ..Default::default()
    }
}

fn as_chat(denial: &Denial) -> chat::Denial {
    let Denial { op, target, rule, hint } = denial.clone();
    chat::Denial { op, target, rule, hint }
}

/// What to do instead of what was refused, each advice once.
fn refusals(denials: &[Denial]) -> Option<String> {
    let mut lines: Vec<String> = Vec::new();
    for Denial { rule, hint, .. } in denials {
        let line = format!("Refused by the sandbox ({rule}): {hint}.");
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn status(outcome: &Outcome) -> Status {
    match outcome.end {
        End::Completed if outcome.error.is_none() => Status::Ok,
        End::Timeout(_) | End::Cpu => Status::Timeout,
        End::Completed | End::Memory | End::Cancelled | End::Died(_) => Status::Error,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sandbox::{Death, State};

    use super::*;

    const COMPLETED: Outcome = Outcome {
        output: String::new(),
        value: None,
        error: None,
        truncated: false,
        end: End::Completed,
        state: State::Kept,
        restarted: false,
        notices: Vec::new(),
        denials: Vec::new(),
        artifacts: Vec::new(),
    };

    fn check(outcome: Outcome, status: Status, text: &str) {
        let seen = observation(&outcome, &Limits::default());
        assert_eq!((seen.status, seen.text.as_str()), (status, text));
        assert_eq!(seen.truncated, outcome.truncated);
    }

    #[test]
    fn parts_stand_on_lines_of_their_own() {
        check(COMPLETED, Status::Ok, "(no output)");
        check(Outcome { output: "3367\n".into(), ..COMPLETED }, Status::Ok, "3367");
        check(Outcome { value: Some("42".into()), ..COMPLETED }, Status::Ok, "42");
        let both = Outcome { output: "a\n\nb\n\n".into(), value: Some("[1]".into()), ..COMPLETED };
        check(both, Status::Ok, "a\n\nb\n[1]");
        let error = Outcome { output: "a".into(), error: Some("KeyError: 1".into()), ..COMPLETED };
        check(error, Status::Error, "a\nKeyError: 1");
    }

    #[test]
    fn an_early_end_is_said_with_what_became_of_the_state() {
        let timeout = Outcome { end: End::Timeout(Duration::from_secs(60)), ..COMPLETED };
        check(timeout, Status::Timeout, "The call was stopped after 60 s (time limit). Variables are kept.");
        let crash = Outcome { end: End::Died(Death::Signal(11)), state: State::Lost, ..COMPLETED };
        check(
            crash,
            Status::Error,
            "The interpreter crashed (signal 11). The interpreter was restarted and its state is gone: define again what you need.",
        );
        let restarted = Outcome { value: Some("1".into()), restarted: true, ..COMPLETED };
        check(
            restarted,
            Status::Ok,
            "1\nThe interpreter had been restarted before this call: earlier variables are gone.",
        );
    }
}
