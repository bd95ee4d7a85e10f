//! A process that pretends to be a worker and is not, for this package's tests. What it does is
//! the name that it was started under.

use std::{
    env,
    io::{self, Read, Write},
    path::Path,
    process::exit,
    thread::park,
};

fn main() {
    let program = env::args().next().unwrap_or_default();
    let behaviour = Path::new(&program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    // A parent that closes the pipe has seen enough.
    let _ = act(&behaviour);
}

fn act(behaviour: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match behaviour {
        "huge-hello" => out.write_all(&[0xff; 64])?,
        "garbage-hello" => frame(&mut out, b"]]]]")?,
        "early-exit" => exit(3),
        "output-before-ready" => frame(&mut out, br#"{"type":"output","cell":0,"text":"x"}"#)?,
        _ => {
            frame(&mut out, br#"{"type":"ready","confinement":{"enforced":[],"missing":[]}}"#)?;
            out.flush()?;
            // The request begins to arrive; whether it is read further depends.
            let mut request = [0; 4];
            io::stdin().read_exact(&mut request)?;
            answer(behaviour, &mut out)?;
        }
    }
    out.flush()?;
    loop {
        park();
    }
}

fn answer(behaviour: &str, out: &mut impl Write) -> io::Result<()> {
    match behaviour {
        "huge-length" => out.write_all(&[0xff; 64]),
        "garbage" => frame(out, b"\xff\xfe{]"),
        "deep-json" => frame(out, &[b'['; 60_000]),
        "zeros" => loop {
            out.write_all(&[0; 4096])?;
        },
        "endless-output" => loop {
            frame(out, format!(r#"{{"type":"output","cell":1,"text":"{}"}}"#, "x".repeat(9000)).as_bytes())?;
        },
        "long-output" => {
            frame(out, format!(r#"{{"type":"output","cell":1,"text":"{}"}}"#, "x".repeat(20_000)).as_bytes())
        }
        "empty-output" => loop {
            frame(out, br#"{"type":"output","cell":1,"text":""}"#)?;
        },
        "wrong-cell" => frame(out, br#"{"type":"done","cell":7}"#),
        "second-ready" => frame(out, br#"{"type":"ready","confinement":{"enforced":[],"missing":[]}}"#),
        "half-a-frame" => {
            out.write_all(&[0, 0, 0, 99, b'{'])?;
            out.flush()?;
            exit(5)
        }
        "controls" => {
            frame(out, br#"{"type":"output","cell":1,"text":"a\u001b[2Jb\u0007"}"#)?;
            frame(out, br#"{"type":"done","cell":1,"value":"\u001b]0;t\u0007v","error":null}"#)
        }
        "silent" => Ok(()),
        other => panic!("no behaviour is called {other}"),
    }
}

fn frame(out: &mut impl Write, payload: &[u8]) -> io::Result<()> {
    out.write_all(&(payload.len() as u32).to_be_bytes())?;
    out.write_all(payload)
}
