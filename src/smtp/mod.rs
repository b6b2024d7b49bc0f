//! The SMTP adapter: one mail to one recipient through the configured relay, and what became of it.
//!
//! The client library is driven command by command, because its own sending cannot tell whether the final dot was
//! sent, waits without limit, and gives up a mail for a wrong password. Bytes are sent as they are: the outbox row is
//! what is repeated, so nothing is added or re-encoded here, and what could be read as SMTP commands is refused.
//!
//! Deliberately absent: MX lookup and direct delivery, several recipients in one envelope (one refused would hide
//! which), retrying and its schedule (the sender flow), DSN parameters (the library does not tell if they are offered).
mod error;
mod open;
mod wire;

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error as LibraryError;
use lettre::transport::smtp::commands::{Data, Mail, Noop, Quit, Rcpt, Rset};
use lettre::transport::smtp::extension::{Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use secrecy::SecretString;
use tokio::time::{Instant, timeout};

use crate::crash::{self, Point};
use crate::net::{Endpoint, EndpointFault};
use error::Sender;
use open::{Live, REPLY_ALLOWANCE};

pub use error::{Class, SmtpError, Stage};

/// Conversations kept open between mails, and how long; relays close idle ones after some minutes.
const MOST_IDLE: usize = 4;
const LONGEST_IDLE: Duration = Duration::from_mins(1);
/// Bytes of a mail handed to the library at once; each piece renews [`Patience::block`].
const PIECE: usize = 16 * 1024;

/// The relay and how to log in to it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The relay.
    pub server: Endpoint,
    /// Login name; without it nothing but the connection itself identifies us.
    pub user: Option<String>,
    /// Password; never shown by `Debug`.
    pub password: Option<SecretString>,
    /// Our name in EHLO: a fully qualified domain name or an address literal (RFC 5321 section 4.1.1.1).
    pub hello_name: String,
    /// How long to wait for what.
    pub patience: Patience,
}

/// How long a step may take before the conversation is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Name lookup and TCP together; the TLS handshake as long again.
    pub connect: Duration,
    /// One reply: greeting, EHLO, AUTH, MAIL FROM, RCPT TO, DATA.
    pub command: Duration,
    /// Each 16 KiB of the mail on their way out.
    pub block: Duration,
    /// The reply to the final dot. Ten minutes (RFC 5321 section 4.5.3.2.6): giving up early sends a mail twice.
    pub accepted: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_mins(1),
            block: Duration::from_mins(3),
            accepted: Duration::from_mins(10),
        }
    }
}

/// What is wrong with [`Settings`], for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsFault {
    /// The server part is wrong.
    #[error(transparent)]
    Server(#[from] EndpointFault),
    /// A user without a password, or the other way round.
    #[error("user and password go together")]
    HalfCredentials,
    /// The EHLO name is empty or not plain ASCII without spaces.
    #[error("hello_name is not a host name")]
    HelloName,
}

impl Settings {
    /// Checks what can be checked without a network.
    pub fn validate(&self) -> Result<(), SettingsFault> {
        self.server.validate()?;
        if self.user.is_some() != self.password.is_some() {
            return Err(SettingsFault::HalfCredentials);
        }
        if self.hello_name.is_empty() || !self.hello_name.chars().all(|c| c.is_ascii_graphic()) {
            return Err(SettingsFault::HelloName);
        }
        Ok(())
    }
}

/// Sends mails through one relay. It may be shared: mails sent at once use a conversation each.
pub struct Mailer {
    settings: Settings,
    idle: Mutex<Vec<(Live, Instant)>>,
}

impl Mailer {
    /// Nothing is connected before the first mail.
    pub fn new(settings: Settings) -> Self {
        Self { settings, idle: Mutex::new(Vec::new()) }
    }

    /// Sends `bytes` as they are to one recipient; `from: None` is the null sender `<>`.
    ///
    /// `Ok` means that the relay has taken the mail. The bytes must be a mail in wire form: CR LF line ends only.
    pub async fn send(&self, from: Option<&str>, to: &str, bytes: &[u8]) -> Result<(), SmtpError> {
        self.send_while(from, to, bytes, async || true).await
    }

    /// As [`Mailer::send`], if `is_ours` still holds when everything is said but the mail's text.
    pub async fn send_while(
        &self,
        from: Option<&str>,
        to: &str,
        bytes: &[u8],
        is_ours: impl AsyncFnOnce() -> bool,
    ) -> Result<(), SmtpError> {
        let letter = Letter::new(from, to, bytes)?;
        let mut live = self.conversation().await?;
        let sent = letter.send(&mut live, self.settings.patience, is_ours).await;
        if sent.as_ref().err().is_none_or(SmtpError::leaves_connection_usable) {
            self.keep(live);
        }
        sent
    }

    /// Connects, protects the connection, logs in and leaves, without sending anything.
    pub async fn check(&self) -> Result<(), SmtpError> {
        let mut live = Live::open(&self.settings).await?;
        let command = self.settings.patience.command;
        let stage = Stage::Login;
        live.meter.begin(REPLY_ALLOWANCE);
        step(command, stage, Sender::Named, live.connection.command(Noop)).await?;
        let _ = timeout(command, live.connection.command(Quit)).await;
        Ok(())
    }

    /// Takes leave on all open conversations.
    pub async fn close(&self) {
        loop {
            let Some((mut live, _)) = self.idle().pop() else {
                return;
            };
            live.meter.begin(REPLY_ALLOWANCE);
            let _ = timeout(self.settings.patience.command, live.connection.command(Quit)).await;
        }
    }

    /// An open conversation that still answers, or a new one.
    async fn conversation(&self) -> Result<Live, SmtpError> {
        loop {
            let Some((mut live, since)) = self.idle().pop() else {
                crash::before(Point::SmtpConnect);
                let opened = Live::open(&self.settings).await;
                crash::after(Point::SmtpConnect);
                return opened;
            };
            if since.elapsed() > LONGEST_IDLE {
                continue;
            }
            live.meter.begin(REPLY_ALLOWANCE);
            let reset = timeout(self.settings.patience.command, live.connection.command(Rset)).await;
            if matches!(reset, Ok(Ok(_))) {
                return Ok(live);
            }
        }
    }

    fn keep(&self, live: Live) {
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE {
            idle.push((live, Instant::now()));
        }
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<(Live, Instant)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One mail to one recipient, checked to be sayable in SMTP.
struct Letter<'a> {
    from: Option<Address>,
    to: Address,
    /// Without the line end of the last line, which belongs to the final dot.
    body: &'a [u8],
}

impl<'a> Letter<'a> {
    fn new(from: Option<&str>, to: &str, bytes: &'a [u8]) -> Result<Self, SmtpError> {
        let address = |text: &str, why| text.parse::<Address>().map_err(|_| SmtpError::Unsendable(why));
        if has_irregular_line_end(bytes) {
            return Err(SmtpError::Unsendable("a line of the mail does not end in CR LF (a fault of ours)"));
        }
        Ok(Self {
            from: from.map(|text| address(text, "the sender's address is not an address")).transpose()?,
            to: address(to, "the recipient's address is not an address")?,
            body: bytes.strip_suffix(b"\r\n").unwrap_or(bytes),
        })
    }

    fn sender(&self) -> Sender {
        if self.from.is_some() { Sender::Named } else { Sender::Null }
    }

    async fn send(
        &self,
        live: &mut Live,
        patience: Patience,
        is_ours: impl AsyncFnOnce() -> bool,
    ) -> Result<(), SmtpError> {
        let parameters = self.parameters(live)?;
        let limit = patience.command;
        let sender = self.sender();
        let Live { connection, meter } = live;

        meter.begin(REPLY_ALLOWANCE);
        let mail = Mail::new(self.from.clone(), parameters);
        crash::before(Point::SmtpMail);
        step(limit, Stage::Sender, sender, connection.command(mail)).await?;
        crash::after(Point::SmtpMail);

        meter.begin(REPLY_ALLOWANCE);
        let rcpt = Rcpt::new(self.to.clone(), Vec::new());
        crash::before(Point::SmtpRcpt);
        step(limit, Stage::Recipient, sender, connection.command(rcpt)).await?;
        crash::after(Point::SmtpRcpt);

        if !is_ours().await {
            return Err(SmtpError::TakenOver);
        }

        meter.begin(REPLY_ALLOWANCE);
        crash::before(Point::SmtpData);
        let ready = step(limit, Stage::Data, sender, connection.command(Data)).await?;
        crash::after(Point::SmtpData);
        if !ready.has_code(354) {
            return Err(SmtpError::Lost { stage: Stage::Data });
        }
        meter.begin(REPLY_ALLOWANCE);
        self.send_body(live, patience).await
    }

    /// MAIL FROM parameters this mail needs, if the relay knows them (RFC 6531, RFC 6152).
    fn parameters(&self, live: &Live) -> Result<Vec<MailParameter>, SmtpError> {
        let server = live.connection.server_info();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        let mut parameters = Vec::new();
        if !is_ascii(&self.to) || !self.from.as_ref().is_none_or(is_ascii) {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                return Err(SmtpError::Unsendable("the address is not ASCII and the relay has no SMTPUTF8"));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !self.body.is_ascii() {
            if !server.supports_feature(Extension::EightBitMime) {
                return Err(SmtpError::Unsendable("the mail is not ASCII and the relay has no 8BITMIME"));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Sends the mail piece by piece and waits for the answer to its final dot.
    ///
    /// The library asks for the next piece only when the last is written, so running out of pieces is the moment
    /// before the dot: from there on a failure is uncertain, before it is not.
    async fn send_body(&self, live: &mut Live, patience: Patience) -> Result<(), SmtpError> {
        const AT_DOT: usize = usize::MAX;
        let asked = AtomicUsize::new(0);
        let stage = |asked: usize| if asked == AT_DOT { Stage::Dot } else { Stage::Body };
        let last = std::iter::from_fn(|| {
            crash::after(Point::SmtpBody);
            crash::before(Point::SmtpDot);
            asked.store(AT_DOT, Ordering::Relaxed);
            None
        });
        let pieces = self
            .body
            .chunks(PIECE)
            .inspect(|_| {
                crash::before(Point::SmtpBody);
                asked.fetch_add(1, Ordering::Relaxed);
            })
            .chain(last);

        let mut work = pin!(live.connection.message_iter(pieces));
        let mut before = 0;
        let result = loop {
            let limit = if before == AT_DOT { patience.accepted } else { patience.block };
            if let Ok(result) = timeout(limit, &mut work).await {
                break result;
            }
            let now = asked.load(Ordering::Relaxed);
            if now == before {
                return Err(match stage(now) {
                    Stage::Dot => SmtpError::Uncertain("no answer in time after the whole mail was sent"),
                    stage => SmtpError::Timeout { stage },
                });
            }
            before = now;
        };
        match result {
            Ok(reply) if u16::from(reply.code()) < 300 => {
                crash::after(Point::SmtpDot);
                Ok(())
            }
            Ok(_) => Err(SmtpError::Uncertain("the answer to the whole mail was neither yes nor no")),
            Err(error) => {
                let stage = stage(asked.load(Ordering::Relaxed));
                Err(SmtpError::from_library(&error, stage, self.sender()))
            }
        }
    }
}

/// Waits for one reply.
async fn step(
    limit: Duration,
    stage: Stage,
    sender: Sender,
    command: impl Future<Output = Result<Response, LibraryError>>,
) -> Result<Response, SmtpError> {
    match timeout(limit, command).await {
        Err(_) => Err(SmtpError::Timeout { stage }),
        Ok(Err(error)) => Err(SmtpError::from_library(&error, stage, sender)),
        Ok(Ok(reply)) => Ok(reply),
    }
}

/// Whether there is a CR without LF or an LF without CR. The library does not dot-stuff after those, and a relay that
/// takes them as line ends would read the mail's text as commands (RUSTSEC-2026-0561).
fn has_irregular_line_end(bytes: &[u8]) -> bool {
    let mut previous = 0;
    for byte in bytes {
        if (*byte == b'\n') != (previous == b'\r') {
            return true;
        }
        previous = *byte;
    }
    previous == b'\r'
}

#[cfg(test)]
mod tests;
