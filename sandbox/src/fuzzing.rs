//! What the fuzz target and the property tests say about the protocol: any bytes at all end a
//! call within its limits, whether or not they are frames, messages, or the right ones.

use std::time::Duration;

use crate::{
    End, Limits, Options, Outcome, Quota,
    call::{Call, DENIAL_BYTES, MAX_DENIALS, MAX_UNSENT, Progress},
    files::Files,
    frame::{self, Decoder},
    message::{self, MAX_NOTICES, MAX_TO_WORKER, NOTICE_BYTES, ToWorker},
};

/// What stands between two payloads in the input of [`frames`]: no byte of UTF-8.
const BETWEEN: u8 = 0xff;

/// Small enough that short inputs reach them.
pub(crate) fn limits() -> Limits {
    Limits { output_bytes: 64, printed_bytes: 400, ..Limits::default() }
}

/// Feeds both ends of the protocol, the parent's with an empty work folder. Of the first byte, the high
/// bit says whether the rest is the wire itself or payloads that are framed here, and the others how
/// much arrives at once.
///
/// # Panics
/// An outcome past its limits.
pub(crate) fn frames(bytes: &[u8]) {
    let Some((&how, rest)) = bytes.split_first() else { return };
    let framed: Vec<u8>;
    let wire = if how & 0x80 == 0 {
        rest
    } else {
        framed = rest.split(|byte| *byte == BETWEEN).flat_map(frame::encode).collect();
        &framed
    };
    let reads: Vec<&[u8]> = wire.chunks(usize::from(how & 0x7f) + 1).collect();
    let folder = tempfile::tempdir().expect("there is a place for temporary files");
    let quota = Quota { bytes: 4096, n_files: 8 };
    let options = Options { work_folder: Some(folder.path().to_owned()), quota, ..Options::default() };
    let mut files = Files::open(&options).expect("the folder was just made");
    let mut outcome = outcome_of(&reads, &mut files);
    outcome.artifacts = files.artifacts();
    check(&outcome);
    take_requests(&reads);
}

/// Reads bytes as a call's worker does in `worker.rs`, and gives what the model would be shown.
///
/// # Panics
/// More waits to be sent than may.
pub(crate) fn outcome_of(reads: &[&[u8]], files: &mut Files) -> Outcome {
    let limits = limits();
    let mut decoder = Decoder::new(message::max_from_worker(limits.output_bytes));
    let mut call = Call::new(1, Duration::from_secs(1), Vec::new(), &limits);
    for read in reads {
        decoder.push(read);
        loop {
            match call.take_next(&mut decoder, files) {
                Ok(None) => break,
                Ok(Some(Progress::More)) => {}
                Ok(Some(Progress::Done(done))) => return call.done(*done),
                Ok(Some(Progress::Failed(_))) | Err(_) => return call.lost(Some(End::Memory)),
            }
            assert!(call.unsent().len() <= MAX_UNSENT + 4096);
        }
    }
    call.lost(None)
}

/// The model is shown no more than it may be, and nothing that drives a terminal.
///
/// # Panics
/// Otherwise.
pub(crate) fn check(outcome: &Outcome) {
    let room = limits().output_bytes + 64;
    let texts = [Some(&outcome.output), outcome.value.as_ref(), outcome.error.as_ref()];
    for text in texts.into_iter().flatten() {
        assert!(text.len() <= room, "{} bytes: {text:?}", text.len());
        assert!(!text.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{text:?}");
    }
    assert!(outcome.notices.len() <= MAX_NOTICES);
    for notice in &outcome.notices {
        assert!(notice.len() <= NOTICE_BYTES + 64 && !notice.chars().any(char::is_control), "{notice:?}");
    }
    assert!(outcome.denials.len() <= MAX_DENIALS);
    for denial in &outcome.denials {
        assert!(denial.op.len() + denial.target.len() <= 2 * (DENIAL_BYTES + 64), "{denial:?}");
        assert!(!denial.target.chars().any(char::is_control), "{denial:?}");
    }
}

/// Reads bytes as the worker's first thread does in `inside/entry.rs`, until one is refused.
fn take_requests(reads: &[&[u8]]) {
    let mut decoder = Decoder::new(MAX_TO_WORKER);
    for read in reads {
        decoder.push(read);
        while let Ok(Some(payload)) = decoder.next() {
            if message::decode::<ToWorker>(payload).is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::frames;

    #[test]
    fn the_seeds_of_the_fuzz_target_are_taken() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/frame");
        let mut n_seeds = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            frames(&std::fs::read(entry.unwrap().path()).unwrap());
            n_seeds += 1;
        }
        assert!(n_seeds >= 5);
    }
}
