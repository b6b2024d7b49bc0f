//! The stream under the client library, which reads replies more strictly than servers write them.
//!
//! Without this a reply in Latin-1, without a text after its code, or ended by a bare LF counts as a broken
//! connection, and after the final dot as doubt. The reply that opens the connection has been read by us already
//! (see `open`), so one is put in its place.
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::net::{Metered, Stream};

/// A metered stream whose incoming replies are made regular. What goes out is not touched.
#[derive(Debug)]
pub(super) struct Wire {
    inner: Metered<Stream>,
    tidy: Tidy,
    /// Regular bytes not yet handed on, and how many of them are.
    ready: Vec<u8>,
    given: usize,
}

impl Wire {
    /// The greeting that `inner` has already given is given again.
    pub fn greeted(inner: Metered<Stream>) -> Self {
        Self { inner, tidy: Tidy::default(), ready: b"220 again\r\n".to_vec(), given: 0 }
    }
}

/// Makes replies regular, byte by byte.
#[derive(Debug, Default)]
struct Tidy {
    /// Bytes in this line so far, and the last of them.
    column: usize,
    last: u8,
}

impl Tidy {
    fn feed(&mut self, byte: u8, out: &mut Vec<u8>) {
        let ends_line = byte == b'\r' || byte == b'\n';
        // A code alone (RFC 5321 section 4.2.1 asks clients to accept it) gets the space a text would follow.
        if ends_line && self.column == 3 {
            out.push(b' ');
            self.column += 1;
        }
        match byte {
            b'\n' => {
                if self.last != b'\r' {
                    out.push(b'\r');
                }
                out.push(b'\n');
                self.column = 0;
            }
            b'\r' => out.push(b'\r'),
            b' '..=b'~' | b'\t' => {
                out.push(byte);
                self.column = self.column.saturating_add(1);
            }
            _ => {
                out.push(b'?');
                self.column = self.column.saturating_add(1);
            }
        }
        self.last = byte;
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if this.given >= this.ready.len() {
            let mut space = [0; 1024];
            let mut raw = ReadBuf::new(&mut space);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut raw))?;
            this.ready.clear();
            this.given = 0;
            for byte in raw.filled() {
                this.tidy.feed(*byte, &mut this.ready);
            }
        }
        let waiting = this.ready.get(this.given..).unwrap_or_default();
        let count = waiting.len().min(buf.remaining());
        buf.put_slice(waiting.get(..count).unwrap_or_default());
        this.given += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.inner.get_ref().tcp().peer_addr()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_made_regular() {
        let check = |given: &[u8], expected: &str| {
            let (mut tidy, mut out) = (Tidy::default(), Vec::new());
            for byte in given {
                tidy.feed(*byte, &mut out);
            }
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(b"250-a\r\n250 b\r\n", "250-a\r\n250 b\r\n");
        check(b"250\r\n", "250 \r\n");
        check(b"250\n221 bye\n", "250 \r\n221 bye\r\n");
        check(b"550 Empf\xe4nger\0 unbekannt\r\n", "550 Empf?nger? unbekannt\r\n");
    }
}
