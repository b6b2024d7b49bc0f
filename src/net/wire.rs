//! The byte stream below a mail protocol: plain or TLS as one type, and a meter that bounds what a server may send.
//!
//! The meter exists because the parsers above it buffer a whole answer: without it a server decides how much
//! memory we use. Deliberately absent: timeouts, which belong to the step and not to the stream.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// A connection to a server, protected or not.
#[derive(Debug)]
pub enum Stream {
    /// Bytes as they are.
    Plain(TcpStream),
    /// Inside TLS.
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// The TCP connection underneath.
    pub fn tcp(&self) -> &TcpStream {
        match self {
            Self::Plain(tcp) => tcp,
            Self::Tls(tls) => tls.get_ref().0,
        }
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

/// How many bytes came in since the last step began, and how many may. Shared by a stream and who watches it.
#[derive(Debug, Default)]
pub struct Meter {
    taken: AtomicU64,
    allowance: AtomicU64,
}

impl Meter {
    /// Begins a step that may read `allowance` bytes.
    pub fn begin(&self, allowance: u64) {
        self.taken.store(0, Ordering::Relaxed);
        self.allowance.store(allowance, Ordering::Relaxed);
    }

    /// Bytes read since the step began.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }

    /// Counts `more` bytes; an error of kind `QuotaExceeded` once the step has read more than it may.
    fn count(&self, more: usize) -> io::Result<()> {
        let more = u64::try_from(more).unwrap_or(u64::MAX);
        let taken = self.taken.fetch_add(more, Ordering::Relaxed).saturating_add(more);
        if taken > self.allowance.load(Ordering::Relaxed) {
            return Err(io::Error::new(
                io::ErrorKind::QuotaExceeded,
                "the server sent more than this step may read",
            ));
        }
        Ok(())
    }
}

/// A stream whose reading is counted by a [`Meter`].
#[derive(Debug)]
pub struct Metered<S> {
    inner: S,
    meter: Arc<Meter>,
}

impl<S> Metered<S> {
    /// Puts `meter` on `inner`.
    pub fn new(inner: S, meter: Arc<Meter>) -> Self {
        Self { inner, meter }
    }

    /// The stream underneath.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        Poll::Ready(self.meter.count(buf.filled().len().saturating_sub(before)))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
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

/// Reads one line, without its end, of at most `limit` bytes; `UnexpectedEof` if the server closes first.
///
/// It reads byte by byte and so never past the line: what was slipped in behind the answer to STARTTLS is not
/// in any buffer of ours but meets the TLS handshake, which fails on it (RFC 9051 section 6.2.1, RFC 3207 section 4.2).
/// The few short lines before a session make the cost irrelevant. Bytes that are not UTF-8 become U+FFFD.
pub async fn read_line<S: AsyncRead + Unpin>(stream: &mut S, limit: usize) -> io::Result<String> {
    let mut line = Vec::new();
    loop {
        match stream.read_u8().await? {
            b'\n' => break,
            byte if line.len() < limit => line.push(byte),
            _ => return Err(io::Error::new(io::ErrorKind::QuotaExceeded, "the server's line is too long")),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(String::from_utf8_lossy(&line).into_owned())
}
