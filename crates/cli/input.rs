//! Arguments that may stand on standard input instead.

use std::io::{self, Read};

use anyhow::{Context, bail};

/// The argument, or what is on standard input if it is `-`.
///
/// # Errors
/// Standard input cannot be read, is longer than `max_bytes` or is not UTF-8; `what` is told.
pub fn text(argument: &str, what: &str, max_bytes: u64) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut bytes = Vec::new();
    io::stdin()
        .take(max_bytes + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read {what} from standard input"))?;
    if bytes.len() as u64 > max_bytes {
        bail!("{what} on standard input: there are more than {max_bytes} bytes");
    }
    String::from_utf8(bytes).with_context(|| format!("{what} on standard input: this is not UTF-8"))
}
