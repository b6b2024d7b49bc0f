//! Opening a conversation with the relay: TCP, greeting, TLS, EHLO, AUTH.
//!
//! STARTTLS is done here and not by the client library, which keeps what it has read before the handshake and would
//! take it as the protected server's words (RFC 3207 section 4.2).
use std::io;
use std::sync::Arc;

use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use secrecy::ExposeSecret;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use super::error::Sender;
use super::wire::Wire;
use super::{Settings, SmtpError, Stage};
use crate::net::{Meter, Metered, Security, Stream, TlsFault, printable, read_line};

/// Bytes the relay may send in one step.
pub(super) const REPLY_ALLOWANCE: u64 = 64 * 1024;
/// Longest line (RFC 5321 section 4.5.3.1.5 has 512) and most lines of a reply before TLS.
const LONGEST_LINE: usize = 4096;
const MOST_LINES: usize = 100;

/// A conversation with the relay, ready for MAIL FROM.
pub(super) struct Live {
    pub connection: AsyncSmtpConnection,
    pub meter: Arc<Meter>,
}

impl Live {
    /// Connects, protects the connection as configured and logs in.
    pub async fn open(settings: &Settings) -> Result<Self, SmtpError> {
        let stream = reach(settings).await?;
        let meter = Arc::new(Meter::default());
        meter.begin(REPLY_ALLOWANCE);
        let wire = Box::new(Wire::greeted(Metered::new(stream, Arc::clone(&meter))));
        let name = ClientId::Domain(settings.hello_name.clone());
        let hello = AsyncSmtpConnection::connect_with_transport(wire, &name);
        let connection = timeout(settings.patience.command, hello)
            .await
            .map_err(|_| SmtpError::Timeout { stage: Stage::Hello })?
            .map_err(|error| SmtpError::from_library(&error, Stage::Hello, Sender::Named))?;
        let mut live = Self { connection, meter };
        live.log_in(settings).await?;
        Ok(live)
    }

    async fn log_in(&mut self, settings: &Settings) -> Result<(), SmtpError> {
        let stage = Stage::Login;
        let (Some(user), Some(password)) = (&settings.user, &settings.password) else {
            return Ok(());
        };
        let methods = [Mechanism::Plain, Mechanism::Login];
        if self.connection.server_info().get_auth_mechanism(&methods).is_none() {
            let text = "the relay offers no login by PLAIN or LOGIN on this connection".to_owned();
            return Err(SmtpError::Configuration { stage, code: None, text });
        }
        let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
        self.meter.begin(REPLY_ALLOWANCE);
        timeout(settings.patience.command, self.connection.auth(&methods, &credentials))
            .await
            .map_err(|_| SmtpError::Timeout { stage })?
            .map(drop)
            .map_err(|error| SmtpError::from_library(&error, stage, Sender::Named))
    }
}

/// From nothing to a stream on which EHLO is the next word.
async fn reach(settings: &Settings) -> Result<Stream, SmtpError> {
    let server = &settings.server;
    let patience = settings.patience;
    let mut tcp = server.connect(patience.connect).await.map_err(SmtpError::from_net)?;
    let greeted = async |stream: &mut Stream| {
        timeout(patience.command, greeting(stream))
            .await
            .unwrap_or(Err(SmtpError::Timeout { stage: Stage::Greeting }))
    };
    match server.security {
        Security::Plain => {
            let mut stream = Stream::Plain(tcp);
            greeted(&mut stream).await?;
            Ok(stream)
        }
        Security::ImplicitTls => {
            let mut stream = server.handshake(tcp, patience.connect).await.map_err(SmtpError::from_net)?;
            greeted(&mut stream).await?;
            Ok(stream)
        }
        Security::StartTls => {
            timeout(patience.command, start_tls(&mut tcp, &settings.hello_name))
                .await
                .unwrap_or(Err(SmtpError::Timeout { stage: Stage::Hello }))?;
            server.handshake(tcp, patience.connect).await.map_err(SmtpError::from_net)
        }
    }
}

/// Greets, requires STARTTLS and gets the relay to the point where the handshake begins.
async fn start_tls<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, name: &str) -> Result<(), SmtpError> {
    let stage = Stage::Hello;
    greeting(stream).await?;
    let offers = ask(stream, &format!("EHLO {name}\r\n"), stage).await?;
    if offers.code >= 400 {
        return Err(SmtpError::reply(stage, offers.code, &offers.text(), Sender::Named));
    }
    if !offers.lines.iter().any(|line| line.trim().eq_ignore_ascii_case("STARTTLS")) {
        return Err(TlsFault::NotOffered.into());
    }
    let answer = ask(stream, "STARTTLS\r\n", stage).await?;
    match answer.code {
        220 => Ok(()),
        421 => Err(SmtpError::reply(stage, answer.code, &answer.text(), Sender::Named)),
        _ => Err(TlsFault::Refused(printable(&answer.text())).into()),
    }
}

async fn greeting<S: AsyncRead + Unpin>(stream: &mut S) -> Result<(), SmtpError> {
    let stage = Stage::Greeting;
    let reply = Reply::read(stream, stage).await?;
    match reply.code {
        220 => Ok(()),
        code if code >= 400 => Err(SmtpError::reply(stage, code, &reply.text(), Sender::Named)),
        _ => Err(SmtpError::Lost { stage }),
    }
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    command: &str,
    stage: Stage,
) -> Result<Reply, SmtpError> {
    let lost = |_: io::Error| SmtpError::Lost { stage };
    stream.write_all(command.as_bytes()).await.map_err(lost)?;
    stream.flush().await.map_err(lost)?;
    Reply::read(stream, stage).await
}

/// A reply that was read before the client library had the connection.
struct Reply {
    code: u16,
    lines: Vec<String>,
}

impl Reply {
    async fn read<S: AsyncRead + Unpin>(stream: &mut S, stage: Stage) -> Result<Self, SmtpError> {
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = read_line(stream, LONGEST_LINE).await.map_err(|_| SmtpError::Lost { stage })?;
            let Some((digits, rest)) = line.split_at_checked(3) else {
                return Err(SmtpError::Lost { stage });
            };
            let Ok(code) = digits.parse::<u16>() else {
                return Err(SmtpError::Lost { stage });
            };
            let text = rest.get(1..).unwrap_or_default().to_owned();
            lines.push(text);
            if !rest.starts_with('-') {
                return Ok(Self { code, lines });
            }
        }
        Err(SmtpError::Lost { stage })
    }

    fn text(&self) -> String {
        self.lines.join(" ")
    }
}
