//! Reaching a mail server: names to sockets, TLS and what it trusts, and reading with a bound.
//!
//! IMAP and SMTP need the same four things and may not import each other, so they stand here, below both.
//! TLS fails closed (RFC 8314): the system's roots plus an optional own authority, or one pinned certificate;
//! TLS 1.2 and up; the name is always checked.
//!
//! Deliberately absent: a switch that turns checking off, opportunistic TLS, client certificates, proxies.
pub mod tls;
pub mod wire;

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use serde::Deserialize;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub use tls::{TlsFault, TlsSettings};
pub use wire::{Meter, Metered, Stream, read_line};

/// How the connection is protected. There is no "TLS if offered": that is what an attacker asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (ports 993 and 465), as RFC 8314 section 3 recommends.
    #[serde(rename = "tls")]
    ImplicitTls,
    /// Plain text up to STARTTLS, which is required: a server without it is refused before any credential.
    StartTls,
    /// No protection; only for a server on the loopback interface.
    Plain,
}

/// One server and how it is spoken to.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Host name or address; with TLS the name the certificate must carry.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// What TLS trusts.
    pub tls: TlsSettings,
}

/// Why a server was not reached, or not safely.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The name has no address, or nothing answers there. Wait and try again.
    #[error("{host} port {port} cannot be reached: {why}")]
    Unreachable {
        /// The configured host.
        host: String,
        /// The configured port.
        port: u16,
        /// What the system said.
        why: String,
    },
    /// The server was reached but not trusted. An operator has to act, unless the certificate is renewed by itself.
    #[error("the TLS handshake failed: {0}")]
    Tls(#[from] TlsFault),
    /// The server did not finish this step in time.
    #[error("no answer in time during {during}")]
    Timeout {
        /// The step, for a sentence.
        during: &'static str,
    },
}

/// What is wrong with the settings of an [`Endpoint`], for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointFault {
    /// The host is empty or holds a space or a control character.
    #[error("the host is empty or holds a space")]
    Host,
    /// Port 0 cannot be dialled.
    #[error("the port is 0")]
    Port,
    /// Plain text was asked for a host that is not this machine.
    #[error("plain text is only allowed to this machine (localhost, 127.0.0.1, ::1); use tls or starttls")]
    PlainToElsewhere,
    /// The pinned fingerprint is not 64 hexadecimal digits.
    #[error("the pinned fingerprint is not a SHA-256 in hexadecimal (64 digits, colons allowed)")]
    Pin,
}

impl Endpoint {
    /// Checks what can be checked without a network.
    pub fn validate(&self) -> Result<(), EndpointFault> {
        if self.host.is_empty() || self.host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(EndpointFault::Host);
        }
        if self.port == 0 {
            return Err(EndpointFault::Port);
        }
        if self.security == Security::Plain && !self.is_loopback() {
            return Err(EndpointFault::PlainToElsewhere);
        }
        self.tls.pin().map(drop).map_err(|_| EndpointFault::Pin)
    }

    /// Whether the host is this machine by its name or address; nothing is resolved.
    pub fn is_loopback(&self) -> bool {
        let bare = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(&self.host);
        bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Opens the TCP connection, trying each address of the name in turn; `patience` bounds the whole.
    ///
    /// Plain text to another machine is refused here again, so that no path leads around [`Endpoint::validate`].
    pub async fn connect(&self, patience: Duration) -> Result<TcpStream, NetError> {
        if let Err(fault) = self.validate() {
            return Err(self.unreachable(fault.to_string()));
        }
        match timeout(patience, self.try_addresses()).await {
            Err(_) => Err(NetError::Timeout { during: "connecting" }),
            Ok(Err(error)) => Err(self.unreachable(error.to_string())),
            Ok(Ok(stream)) => {
                keep_alive(&stream);
                Ok(stream)
            }
        }
    }

    /// Does the TLS handshake on an open connection, checking the certificate against [`Endpoint::tls`].
    pub async fn handshake(&self, tcp: TcpStream, patience: Duration) -> Result<Stream, NetError> {
        let shaking = tls::handshake(&self.host, &self.tls, tcp);
        match timeout(patience, shaking).await {
            Err(_) => Err(NetError::Timeout { during: "the TLS handshake" }),
            Ok(done) => Ok(Stream::Tls(Box::new(done?))),
        }
    }

    async fn try_addresses(&self) -> io::Result<TcpStream> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
        for address in tokio::net::lookup_host((bare, self.port)).await? {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn unreachable(&self, why: String) -> NetError {
        NetError::Unreachable { host: self.host.clone(), port: self.port, why }
    }
}

/// Lets the kernel find a dead peer within about a minute, also while IDLE says nothing for long.
///
/// A system that refuses these options only notices later, through our own timeouts; hence no error.
fn keep_alive(stream: &TcpStream) {
    let probes = TcpKeepalive::new()
        .with_time(Duration::from_secs(30))
        .with_interval(Duration::from_secs(10))
        .with_retries(3);
    let _ = SockRef::from(stream).set_tcp_keepalive(&probes);
    let _ = stream.set_nodelay(true);
}

/// Makes a server's words fit for a log or a page: no control characters, one line, at most 300 characters.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(300).collect::<String>().trim().to_owned()
}

#[cfg(test)]
pub(crate) mod tests;
