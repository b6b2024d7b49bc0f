//! Waiting to be told of mail (IDLE, RFC 2177).
use std::time::Duration;

use async_imap::imap_proto::Response;
use tokio::time::{Instant, timeout, timeout_at};

use super::exec::{SMALL_ANSWER, read, verdict, watch};
use super::{Connection, ImapError};

/// Why the wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The server told of mail, during the wait or since the last open-ended search began: search again.
    NewMail,
    /// Nothing was heard; the link has been proved alive.
    Timeout,
}

impl Connection {
    /// Whether the server says it can tell of new mail by itself.
    pub fn can_idle(&self) -> bool {
        self.abilities.idle
    }

    /// Waits until the server tells of mail, at most `longest` and at most [`super::Patience::idle`].
    ///
    /// It ends with the server's tagged answer, so `Ok` also proves that the link lives. `IdleUnavailable` leaves
    /// the connection usable: poll instead. A dropped future leaves it broken, as every unanswered command does.
    pub async fn wait_for_mail(&mut self, longest: Duration) -> Result<Woken, ImapError> {
        if self.news {
            self.news = false;
            return Ok(Woken::NewMail);
        }
        if !self.abilities.idle {
            return Err(ImapError::IdleUnavailable);
        }
        self.begin(SMALL_ANSWER)?;
        let result = self.idle(longest.min(self.patience.idle)).await;
        if matches!(result, Err(ImapError::IdleUnavailable)) {
            self.abilities.idle = false;
        }
        self.end(result)?;
        let woken = if self.news { Woken::NewMail } else { Woken::Timeout };
        self.news = false;
        Ok(woken)
    }

    async fn idle(&mut self, longest: Duration) -> Result<(), ImapError> {
        let silence = |_| ImapError::Timeout { during: "IDLE" };
        let (epoch, window) = (self.epoch, self.patience.command);
        let (session, news) = (&mut self.session, &mut self.news);

        let begun = async {
            let tag = session.run_command("IDLE").await?;
            loop {
                let step = read(session, |response| {
                    watch(response, epoch, news)?;
                    match response {
                        Response::Continue(_) => Ok(true),
                        Response::Done { tag: ended, .. } if *ended == tag => Err(ImapError::IdleUnavailable),
                        _ => Ok(false),
                    }
                });
                if step.await?? {
                    return Ok::<_, ImapError>(tag);
                }
            }
        };
        let tag = timeout(window, begun).await.map_err(silence)??;

        // Lines such as "still here" do not end the wait, and do not prolong it either.
        let until = Instant::now() + longest;
        while !*news {
            match timeout_at(until, read(session, |response| watch(response, epoch, news))).await {
                Err(_) => break,
                Ok(heard) => heard??,
            }
        }

        let ended = async {
            session.run_command_untagged("DONE").await?;
            loop {
                let step = read(session, |response| {
                    watch(response, epoch, news)?;
                    match response {
                        Response::Done { tag: ended, status, outcome } if *ended == tag => {
                            verdict("IDLE", status, outcome).map(|()| true)
                        }
                        _ => Ok(false),
                    }
                });
                if step.await?? {
                    return Ok(());
                }
            }
        };
        timeout(window, ended).await.map_err(silence)?
    }
}
