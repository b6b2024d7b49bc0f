//! Opening a connection: TCP, TLS, greeting, login, capabilities.
//!
//! The dialogue before the login is ours and reads line by line, because it decides whether a password may be sent:
//! STARTTLS is required where configured, what was said before TLS is forgotten, and a server that
//! claims to know us already is left (RFC 9051 sections 6.2.1 and 7.1.4).
use std::io;
use std::sync::Arc;

use async_imap::imap_proto::{Capability, Response};
use async_imap::{Authenticator, Client, Session, error::Error as LibraryError};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::exec::{Abilities, Command, Wire};
use super::mailbox::Keywords;
use super::{Answer, Connection, ImapError, Settings, text};
use crate::net::{Meter, Metered, Security, Stream, TlsFault, printable, read_line};

/// Longest line and most lines of an answer before the login.
const LONGEST_LINE: usize = 8 * 1024;
const MOST_LINES: usize = 50;

impl Connection {
    /// Connects, secures the connection, logs in and learns what the server can do. No folder is selected yet.
    pub async fn open(settings: &Settings) -> Result<Self, ImapError> {
        let patience = settings.patience;
        let (stream, offers) =
            timeout(patience.connect + patience.handshake + patience.command, reach(settings))
                .await
                .map_err(|_| ImapError::Timeout { during: "connecting" })??;
        let meter = Arc::new(Meter::default());
        meter.begin(super::exec::SMALL_ANSWER);
        let client = Client::new(Metered::new(BufWriter::new(stream), Arc::clone(&meter)));
        let session = timeout(patience.command, log_in(client, settings, &offers))
            .await
            .map_err(|_| ImapError::Timeout { during: "LOGIN" })??;
        let mut connection = Self {
            session,
            meter,
            abilities: Abilities::default(),
            patience,
            epoch: None,
            keywords: Keywords::default(),
            news: false,
            broken: false,
        };
        connection.learn_abilities().await?;
        Ok(connection)
    }

    async fn learn_abilities(&mut self) -> Result<(), ImapError> {
        let mut found = Abilities::default();
        self.exec(Command::small("CAPABILITY", "CAPABILITY"), |response| {
            let Response::Capabilities(list) = response else {
                return;
            };
            for capability in list {
                if let Capability::Atom(atom) = capability {
                    match atom.to_ascii_uppercase().as_str() {
                        "IDLE" => found.idle = true,
                        "MOVE" => found.moves = true,
                        "UIDPLUS" => found.uidplus = true,
                        _ => {}
                    }
                }
            }
        })
        .await?;
        self.abilities = found;
        Ok(())
    }
}

/// From nothing to a stream on which a password may be sent, and what the server offers there.
async fn reach(settings: &Settings) -> Result<(Stream, Offers), ImapError> {
    let server = &settings.server;
    let patience = settings.patience;
    let mut tcp = server.connect(patience.connect).await?;
    let mut stream = match server.security {
        Security::Plain => Stream::Plain(tcp),
        Security::ImplicitTls => server.handshake(tcp, patience.handshake).await?,
        Security::StartTls => {
            start_tls(&mut tcp).await?;
            server.handshake(tcp, patience.handshake).await?
        }
    };
    if server.security != Security::StartTls && greeting(&mut stream).await? == Greeting::Known {
        return Err(ImapError::Protocol(
            "it skips the login (PREAUTH), so it is not known whose mail this is",
        ));
    }
    let offers = ask(&mut stream, "P3").await?;
    Ok((stream, offers))
}

/// Greets, requires STARTTLS and gets the server to the point where the handshake begins.
async fn start_tls(tcp: &mut TcpStream) -> Result<(), ImapError> {
    if greeting(tcp).await? == Greeting::Known {
        return Err(TlsFault::LoginSkipped.into());
    }
    if !ask(tcp, "P1").await?.starttls {
        return Err(TlsFault::NotOffered.into());
    }
    tcp.write_all(b"P2 STARTTLS\r\n").await?;
    for _ in 0..MOST_LINES {
        let line = read_line(tcp, LONGEST_LINE).await.map_err(|error| preface(&error))?;
        if let Some(answer) = line.strip_prefix("P2 ") {
            return match first_word(answer).as_str() {
                "OK" => Ok(()),
                _ => Err(TlsFault::Refused(printable(answer)).into()),
            };
        }
    }
    Err(ImapError::Protocol("it talks without end before the login"))
}

#[derive(PartialEq, Eq)]
enum Greeting {
    /// A login is wanted.
    Stranger,
    /// The server claims to know us (PREAUTH).
    Known,
}

async fn greeting<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Greeting, ImapError> {
    let line = read_line(stream, LONGEST_LINE).await.map_err(|error| preface(&error))?;
    let words = line.strip_prefix("* ").ok_or(ImapError::Protocol("its greeting is not IMAP"))?;
    match first_word(words).as_str() {
        "OK" => Ok(Greeting::Stranger),
        "PREAUTH" => Ok(Greeting::Known),
        "BYE" => {
            Err(ImapError::Unreachable { why: format!("the server turns us away: {}", printable(words)) })
        }
        _ => Err(ImapError::Protocol("its greeting is not IMAP")),
    }
}

/// What a server offers before the login.
#[derive(Default)]
struct Offers {
    starttls: bool,
    auth_plain: bool,
    login_disabled: bool,
}

async fn ask<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut S, tag: &str) -> Result<Offers, ImapError> {
    stream.write_all(format!("{tag} CAPABILITY\r\n").as_bytes()).await?;
    stream.flush().await?;
    let mut offers = Offers::default();
    for _ in 0..MOST_LINES {
        let line = read_line(stream, LONGEST_LINE).await.map_err(|error| preface(&error))?;
        let mut words = line.split_ascii_whitespace().map(str::to_ascii_uppercase);
        match (words.next().as_deref(), words.next().as_deref()) {
            (Some("*"), Some("CAPABILITY")) => {
                for word in words {
                    match word.as_str() {
                        "STARTTLS" => offers.starttls = true,
                        "AUTH=PLAIN" => offers.auth_plain = true,
                        "LOGINDISABLED" => offers.login_disabled = true,
                        _ => {}
                    }
                }
            }
            (Some("*"), Some("BYE")) => return Err(ImapError::Lost),
            (Some(ended), Some("OK")) if ended == tag => return Ok(offers),
            (Some(ended), _) if ended == tag => {
                return Err(ImapError::refused("CAPABILITY", Answer::Bad, &line));
            }
            _ => {}
        }
    }
    Err(ImapError::Protocol("it talks without end before the login"))
}

/// Logs in by SASL PLAIN where offered, because it carries any password, else by LOGIN.
async fn log_in(
    client: Client<Wire>,
    settings: &Settings,
    offers: &Offers,
) -> Result<Session<Wire>, ImapError> {
    let password = settings.password.expose_secret();
    let done = if offers.auth_plain {
        let plain = Plain { user: &settings.user, password: &settings.password };
        client.authenticate("PLAIN", plain).await
    } else if offers.login_disabled {
        return Err(ImapError::Unsendable("the server offers no login method we have (PLAIN or LOGIN)"));
    } else if !settings.user.is_ascii() || !password.is_ascii() {
        return Err(ImapError::Unsendable(
            "the server only offers LOGIN, which carries ASCII alone, and the user or password is not ASCII",
        ));
    } else {
        text::quoted(&settings.user)?;
        text::quoted(password)?;
        client.login(&settings.user, password).await
    };
    done.map_err(|(error, _client)| match error {
        LibraryError::No(words) => ImapError::login(Answer::No, server_words(&words)),
        LibraryError::Bad(words) => ImapError::login(Answer::Bad, server_words(&words)),
        other => other.into(),
    })
}

/// The server's words inside the library's debug text `code: .., info: Some("..")`.
fn server_words(text: &str) -> &str {
    text.split_once("info: Some(\"").map_or("", |(_, rest)| rest.strip_suffix("\")").unwrap_or(rest))
}

/// SASL PLAIN (RFC 4616): empty authorisation identity, user, password, separated by NUL.
struct Plain<'a> {
    user: &'a str,
    password: &'a SecretString,
}

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _challenge: &[u8]) -> String {
        format!("\0{}\0{}", self.user, self.password.expose_secret())
    }
}

fn first_word(words: &str) -> String {
    words.split_ascii_whitespace().next().unwrap_or_default().to_ascii_uppercase()
}

/// A read error before the session: the connection, or a line no IMAP server sends.
fn preface(error: &io::Error) -> ImapError {
    match error.kind() {
        io::ErrorKind::QuotaExceeded => ImapError::Protocol("its greeting is not IMAP"),
        _ => ImapError::Lost,
    }
}
