//! The other side of the pipe, to which commands go and from which answers and events come.
//!
//! It runs what a page wrote, so nothing that it says is believed: a message has a longest length, one
//! that is none ends the conversation, and whoever waits has a deadline of their own.

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::frames::Frames;

const READ_BYTES: usize = 64 << 10;
/// Error messages of the other side are shown up to here, in characters.
const MAX_SHOWN: usize = 200;

/// Why the conversation is over, or one command failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PeerError {
    /// The pipe closed.
    #[error("Chromium ended")]
    Gone,
    /// What came is no message.
    #[error("Chromium broke the protocol: {0}")]
    Protocol(String),
    /// A command was refused.
    #[error("Chromium refuses {method}: {message}")]
    Refused {
        /// The command.
        method: &'static str,
        /// Its words.
        message: String,
    },
}

/// What comes.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// The answer to the command of this number.
    Answer { id: u64, result: Result<Value, String> },
    /// Something happened, perhaps in a session.
    Event { method: String, params: Value, session: Option<String> },
}

/// A message as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    id: Option<u64>,
    method: Option<String>,
    #[serde(default)]
    params: Value,
    #[serde(default)]
    result: Value,
    error: Option<Value>,
    session_id: Option<String>,
}

/// Both pipes.
pub(super) struct Peer<W, R> {
    input: W,
    output: R,
    frames: Frames,
    bytes: Box<[u8]>,
    n_sent: u64,
}

impl<W: AsyncWrite + Unpin, R: AsyncRead + Unpin> Peer<W, R> {
    /// Commands go into `input`, messages come out of `output`.
    pub fn new(input: W, output: R) -> Self {
        Self { input, output, frames: Frames::default(), bytes: vec![0; READ_BYTES].into(), n_sent: 0 }
    }

    /// Sends a command, to a session or to the browser itself, and gives its number.
    ///
    /// # Errors
    /// The pipe is closed.
    pub async fn send(
        &mut self,
        method: &str,
        params: Value,
        session: Option<&str>,
    ) -> Result<u64, PeerError> {
        self.n_sent += 1;
        let mut message = json!({ "id": self.n_sent, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).await.map_err(|_| PeerError::Gone)?;
        Ok(self.n_sent)
    }

    /// Waits for a message. Nothing is lost when the wait is given up.
    ///
    /// # Errors
    /// The pipe is closed, or what came is no message.
    pub async fn next(&mut self) -> Result<Incoming, PeerError> {
        loop {
            if let Some(message) = self.frames.next() {
                return read(&message);
            }
            match self.output.read(&mut self.bytes).await {
                Ok(n) if n > 0 => {
                    let pushed = self.frames.push(&self.bytes[..n]);
                    pushed.map_err(|error| PeerError::Protocol(error.to_string()))?;
                }
                _ => return Err(PeerError::Gone),
            }
        }
    }
}

/// Reads one message.
fn read(message: &[u8]) -> Result<Incoming, PeerError> {
    let written: Written = serde_json::from_slice(message)
        .map_err(|error| PeerError::Protocol(format!("it sent no message ({error})")))?;
    match written {
        Written { id: Some(id), error: None, result, .. } => Ok(Incoming::Answer { id, result: Ok(result) }),
        Written { id: Some(id), error: Some(error), .. } => {
            let text = error["message"].as_str().unwrap_or("no reason");
            let short = agent::clean(text).replace('\n', " ").chars().take(MAX_SHOWN).collect();
            Ok(Incoming::Answer { id, result: Err(short) })
        }
        Written { method: Some(method), params, session_id, .. } => {
            Ok(Incoming::Event { method, params, session: session_id })
        }
        _ => Err(PeerError::Protocol("it sent a message without an id and a method".into())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(message: &str, expected: Result<Incoming, &str>) {
        match (read(message.as_bytes()), expected) {
            (Ok(seen), Ok(expected)) => assert_eq!(seen, expected, "{message}"),
            (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{message}: {error}"),
            (seen, expected) => panic!("{message}: {seen:?} is not {expected:?}"),
        }
    }

    #[test]
    fn messages_are_answers_or_events() {
        let answer = |id, result: Result<Value, &str>| {
            Ok(Incoming::Answer { id, result: result.map_err(str::to_owned) })
        };
        check(r#"{"id":3,"result":{"a":1}}"#, answer(3, Ok(json!({ "a": 1 }))));
        check(
            r#"{"id":3,"error":{"code":-1,"message":"no\u001b[31m\nnode"}}"#,
            answer(3, Err("no[31m node")),
        );
        check(r#"{"id":3,"error":"x"}"#, answer(3, Err("no reason")));
        check(r#"{"id":3}"#, answer(3, Ok(Value::Null)));
        let event =
            Incoming::Event { method: "A.b".into(), params: json!({ "c": [] }), session: Some("S".into()) };
        check(r#"{"method":"A.b","params":{"c":[]},"sessionId":"S","more":1}"#, Ok(event));
        for (message, part) in [
            ("", "no message"),
            ("{}", "without an id"),
            ("[]", "no message"),
            ("{\"id\":-1}", "no message"),
            ("{\"id\":1e99}", "no message"),
            ("{\"method\":3}", "no message"),
            ("\u{1}", "no message"),
        ] {
            check(message, Err(part));
        }
        check(&"[".repeat(100_000), Err("no message"));
    }

    proptest! {
        #[test]
        fn whatever_comes_is_read_or_refused(message in prop::collection::vec(any::<u8>(), 0..200)) {
            let _: Result<Incoming, PeerError> = read(&message);
        }
    }

    #[tokio::test]
    async fn a_peer_that_floods_or_dies_ends_the_conversation() {
        let (ours, mut theirs) = tokio::io::duplex(1 << 16);
        let (output, input) = tokio::io::split(ours);
        let mut peer = Peer::new(input, output);
        let flood = tokio::spawn(async move {
            let piece = vec![b'x'; 1 << 16];
            while theirs.write_all(&piece).await.is_ok() {}
        });
        let error = peer.next().await.unwrap_err();
        assert!(error.to_string().contains("more than 40 MiB"), "{error}");
        drop(peer);
        flood.await.unwrap();

        let (ours, theirs) = tokio::io::duplex(64);
        let (output, input) = tokio::io::split(ours);
        let mut peer = Peer::new(input, output);
        drop(theirs);
        assert_eq!(peer.next().await.unwrap_err(), PeerError::Gone);
        assert_eq!(peer.send("A.b", json!({}), None).await, Err(PeerError::Gone));
    }
}
