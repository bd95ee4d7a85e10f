//! A stream of lines none of which may be too long.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

/// The longest line, which is one message.
pub(crate) const MAX_LINE_BYTES: usize = 16 << 20;

/// A reader that ends at a line of more than [`MAX_LINE_BYTES`]. A message that long is not read at
/// all, so the call that it answers ends at once instead of waiting for it in vain.
pub(crate) struct BoundedLines<R> {
    inner: R,
    max: usize,
    n_bytes: usize,
    overlong: Arc<AtomicBool>,
}

impl<R> BoundedLines<R> {
    /// The reader, and what becomes true when it has ended for this reason.
    pub fn new(inner: R) -> (Self, Arc<AtomicBool>) {
        let overlong = Arc::new(AtomicBool::new(false));
        (Self { inner, max: MAX_LINE_BYTES, n_bytes: 0, overlong: overlong.clone() }, overlong)
    }

    /// Counts on; false if the line has become too long.
    fn take(&mut self, bytes: &[u8]) -> bool {
        let mut longest = 0;
        for (i, piece) in bytes.split(|&byte| byte == b'\n').enumerate() {
            if i > 0 {
                self.n_bytes = 0;
            }
            self.n_bytes += piece.len();
            longest = longest.max(self.n_bytes);
        }
        longest <= self.max
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for BoundedLines<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.overlong.load(Ordering::Relaxed) {
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        let fits = self.take(&buf.filled()[before..]);
        if !fits {
            buf.set_filled(before);
            self.overlong.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn check(input: &[u8], expected: Option<&[u8]>) {
        for piece in [1, 3, 64] {
            let (mut lines, overlong) = BoundedLines::new(tokio_test_reader(input, piece));
            lines.max = 8;
            let mut seen = Vec::new();
            lines.read_to_end(&mut seen).await.unwrap();
            assert_eq!(overlong.load(Ordering::Relaxed), expected.is_none(), "{input:?} by {piece}");
            if let Some(expected) = expected {
                assert_eq!(seen, expected);
            }
            assert!(seen.len() <= input.len());
        }
    }

    /// Gives at most `piece` bytes at once.
    fn tokio_test_reader(input: &[u8], piece: usize) -> impl AsyncRead + Unpin {
        let (mut near, far) = tokio::io::duplex(piece);
        let input = input.to_vec();
        tokio::spawn(async move {
            // A reader that ends early is what is tested.
            let _ = tokio::io::AsyncWriteExt::write_all(&mut near, &input).await;
        });
        far
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_ends_the_stream() {
        check(b"", Some(b"")).await;
        check(b"12345678\n12345678\n", Some(b"12345678\n12345678\n")).await;
        check(b"1234\n\n123456", Some(b"1234\n\n123456")).await;
        check(b"123456789", None).await;
        check(b"1\n123456789\n2\n", None).await;
    }
}
