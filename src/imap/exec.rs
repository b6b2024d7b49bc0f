//! The connection and its one checked executor.
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_imap::Session;
use async_imap::imap_proto::{MailboxDatum, Outcome, Response, ResponseCode, Status};
use futures::FutureExt;
use tokio::io::BufWriter;
use tokio::time::timeout;

use super::mailbox::Keywords;
use super::{Answer, ImapError, Patience};
use crate::net::{Meter, Metered, Stream};

/// Bytes an answer may have that is not a mail: a search of 5 000 UIDs has about 50 KB.
pub(super) const SMALL_ANSWER: u64 = 8 * 1024 * 1024;
/// What a long answer must bring in each window of [`Patience::command`] to be given another.
const LEAST_PER_WINDOW: u64 = 64 * 1024;

/// The stream below the client library; the buffer joins the four small writes it makes for each command.
pub(super) type Wire = Metered<BufWriter<Stream>>;

/// What the server can do, as it says after the login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Abilities {
    /// RFC 2177.
    pub idle: bool,
    /// RFC 6851.
    pub moves: bool,
    /// RFC 4315.
    pub uidplus: bool,
}

/// A logged-in connection. Not shared, and not reusable after an error that is not a refusal.
pub struct Connection {
    pub(super) session: Session<Wire>,
    pub(super) meter: Arc<Meter>,
    pub(super) abilities: Abilities,
    pub(super) patience: Patience,
    /// UIDVALIDITY of the selected folder.
    pub(super) epoch: Option<u32>,
    pub(super) keywords: Keywords,
    /// The server told of mail since the last open-ended search began.
    pub(super) news: bool,
    /// A command is under way or has failed half-way.
    pub(super) broken: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("abilities", &self.abilities)
            .field("epoch", &self.epoch)
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}

/// A command's name, for errors, and its text.
pub(super) struct Command<'a> {
    /// The name alone, such as `UID FETCH`.
    pub name: &'static str,
    /// The whole line without tag and line end.
    pub line: &'a str,
    /// Bytes the whole answer may have.
    pub allowance: u64,
}

impl<'a> Command<'a> {
    /// A command whose answer is small.
    pub fn small(name: &'static str, line: &'a str) -> Self {
        Self { name, line, allowance: SMALL_ANSWER }
    }
}

impl Connection {
    /// Whether only dropping this connection is left.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Sends one command and reads to its tagged answer, showing every other answer to `on`.
    ///
    /// Only a tagged OK is success. The end of the stream, a BYE, a new UIDVALIDITY and silence are failures.
    pub(super) async fn exec(
        &mut self,
        command: Command<'_>,
        mut on: impl FnMut(&Response<'_>),
    ) -> Result<(), ImapError> {
        self.begin(command.allowance)?;
        let window = self.patience.command;
        let meter = Arc::clone(&self.meter);
        let work = async {
            let tag = self.session.run_command(command.line).await?;
            loop {
                let (epoch, news) = (self.epoch, &mut self.news);
                let ended = read(&mut self.session, |response| {
                    watch(response, epoch, news)?;
                    match response {
                        Response::Done { tag: ended, status, outcome } if *ended == tag => {
                            verdict(command.name, status, outcome).map(Some)
                        }
                        other => {
                            on(other);
                            Ok(None)
                        }
                    }
                });
                if ended.await??.is_some() {
                    return Ok(());
                }
            }
        };
        let result =
            paced(&meter, window, work).await.unwrap_or(Err(ImapError::Timeout { during: command.name }));
        self.end(result)
    }

    /// Marks the connection broken until [`Connection::end`] hears how the command ended.
    pub(super) fn begin(&mut self, allowance: u64) -> Result<(), ImapError> {
        if self.broken {
            return Err(ImapError::Lost);
        }
        self.broken = true;
        self.meter.begin(allowance);
        Ok(())
    }

    /// Ends a command: only an answered one leaves the connection usable.
    pub(super) fn end<T>(&mut self, result: Result<T, ImapError>) -> Result<T, ImapError> {
        self.broken = match &result {
            Ok(_) => false,
            Err(error) => !error.leaves_connection_usable(),
        };
        result
    }

    /// Asks the server for a sign of life; it may tell of new mail on the way.
    pub async fn noop(&mut self) -> Result<(), ImapError> {
        self.exec(Command::small("NOOP", "NOOP"), |_| ()).await
    }

    /// Says goodbye. The answer does not matter: nothing depends on it.
    pub async fn logout(mut self) {
        if self.begin(SMALL_ANSWER).is_ok() {
            let goodbye = async {
                let tag = self.session.run_command("LOGOUT").await.ok()?;
                let answered = |response: &Response<'_>| matches!(response, Response::Done { tag: ended, .. } if *ended == tag);
                while let Ok(false) = read(&mut self.session, answered).await {}
                Some(())
            };
            let _ = timeout(self.patience.command, goodbye).await;
        }
    }
}

/// Reads the next answer and shows it to `look`.
///
/// The library's parser has slices that can panic on what a server sends; that must end the connection, not the daemon.
pub(super) async fn read<T>(
    session: &mut Session<Wire>,
    look: impl FnOnce(&Response<'_>) -> T,
) -> Result<T, ImapError> {
    match AssertUnwindSafe(session.read_response()).catch_unwind().await {
        Err(_) => Err(ImapError::Protocol("an answer cannot be read")),
        Ok(Err(error)) => Err(error.into()),
        Ok(Ok(None)) => Err(ImapError::Lost),
        Ok(Ok(Some(response))) => Ok(look(response.parsed())),
    }
}

/// What every answer is checked for, whatever the command: a goodbye, a folder that is no longer the one we
/// selected, and news of mail.
pub(super) fn watch(response: &Response<'_>, epoch: Option<u32>, news: &mut bool) -> Result<(), ImapError> {
    match response {
        Response::Data { status: Status::Bye, .. } => Err(ImapError::Lost),
        Response::Data { outcome, .. } => match (&outcome.code, epoch) {
            (Some(ResponseCode::UidValidity(now)), Some(selected)) if *now != selected => {
                Err(ImapError::Lost)
            }
            _ => Ok(()),
        },
        Response::MailboxData(MailboxDatum::Exists(_)) => {
            *news = true;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// What a tagged answer means. Response codes the library does not know stand at the head of the text.
pub(super) fn verdict(name: &'static str, status: &Status, outcome: &Outcome<'_>) -> Result<(), ImapError> {
    let text = outcome.information.as_deref().unwrap_or_default();
    match (status, &outcome.code) {
        (Status::Ok, _) => Ok(()),
        (Status::No, Some(ResponseCode::TryCreate)) => Err(ImapError::NoSuchFolder { command: name }),
        (Status::No, _) => Err(ImapError::refused(name, Answer::No, text)),
        (Status::Bad, _) => Err(ImapError::refused(name, Answer::Bad, text)),
        (Status::PreAuth | Status::Bye, _) => {
            Err(ImapError::Protocol("a tagged answer is neither OK, NO nor BAD"))
        }
    }
}

/// Runs `work`, giving it another `window` for each window in which the server sent enough; `None` is silence.
pub(super) async fn paced<T>(meter: &Meter, window: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut before = 0;
    loop {
        if let Ok(done) = timeout(window, &mut work).await {
            return Some(done);
        }
        let taken = meter.taken();
        if taken.saturating_sub(before) < LEAST_PER_WINDOW {
            return None;
        }
        before = taken;
    }
}
