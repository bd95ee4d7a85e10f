//! A worker that reads one document. Two threads: the first takes the document's bytes and ends the
//! process with the parent, the other reads.

mod flow;
mod letters;
mod pdf;

use std::{
    fs::File,
    io::{self, Read, Write},
    sync::mpsc::{self, Receiver},
    thread,
};

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    allocator,
    confine::Confined,
    entry::{note_last_restrictions, panic_message},
    exit::{EXIT_PANIC, EXIT_PARENT, EXIT_SETUP, exit},
    resources,
};
use crate::{
    Confinement, Layer, Limits,
    document::message::{FromReader, MAX_TO_READER, ToReader},
    frame::Decoder,
    message,
};

/// For objects within objects; the end of it is a crash of this process and of nothing else.
const READER_STACK: usize = 64 << 20;

/// Reads the document that the parent sends, tells its pages, and ends.
pub(super) fn serve(limits: &Limits, confined: Confined) -> ! {
    let Confined { input, output, confinement, .. } = confined;
    let (documents, document) = mpsc::sync_channel(1);
    let limits = limits.clone();
    let read = move || {
        let mut pipe = output;
        // Nothing is used after a panic, so nothing can be seen half done.
        let body = std::panic::AssertUnwindSafe(|| read(&limits, confinement, &document, &mut pipe));
        let Err(panic) = std::panic::catch_unwind(body) else { exit(0) };
        send(&mut pipe, &FromReader::Failed { reason: panic_message(&*panic).to_owned() });
        exit(EXIT_PANIC);
    };
    if thread::Builder::new().name("reader".into()).stack_size(READER_STACK).spawn(read).is_err() {
        exit(EXIT_SETUP);
    }
    let mut input = input;
    let is_sent = receive(&mut input).is_some_and(|bytes| documents.send(bytes).is_ok());
    if !is_sent {
        exit(EXIT_PARENT);
    }
    // The parent has nothing more to say: what ends this is its end.
    let mut rest = [0; 64];
    loop {
        match input.read(&mut rest) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            _ => exit(EXIT_PARENT),
        }
    }
}

/// The document, as it comes in parts; nothing if what comes is not the protocol.
fn receive(input: &mut File) -> Option<Vec<u8>> {
    let mut document = Vec::new();
    let mut decoder = Decoder::new(MAX_TO_READER);
    let mut bytes = vec![0; 64 << 10];
    loop {
        while let Some(payload) = decoder.next().ok()? {
            match message::decode(payload).ok()? {
                ToReader::Part { base64 } => BASE64_STANDARD.decode_vec(base64, &mut document).ok()?,
                ToReader::Read => return Some(document),
            }
        }
        match input.read(&mut bytes) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return None,
            Ok(n) => decoder.push(&bytes[..n]),
        }
    }
}

fn read(limits: &Limits, mut confinement: Confinement, document: &Receiver<Vec<u8>>, pipe: &mut File) {
    allocator::limit(limits.hard_memory_bytes());
    confinement.note(Layer::CountedHeap, Ok(String::new()));
    resources::limit_cpu_of_all(limits);
    note_last_restrictions(&mut confinement);
    send(pipe, &FromReader::Ready { confinement });
    let Ok(document) = document.recv() else { return };
    pdf::read(document, |message| send(pipe, message));
}

/// Sends a message; a parent that does not take it is gone, and so is the worker then.
fn send(pipe: &mut File, message: &FromReader) {
    if pipe.write_all(&message::encode(message)).is_err() {
        exit(EXIT_PARENT);
    }
}
