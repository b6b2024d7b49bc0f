//! What is done on the server to mail that is safe with us: it is moved, marked, or left.
//!
//! None of it is needed for taking mail. What the server refuses is told to the operators and rests until the next
//! scheduled look; the rows that say what is to be done stay.
use super::{After, Intake, IntakeError, Open, doubts::Doubts};
use crate::{
    crash::{self, Point},
    imap::{Flag, ImapError, Marked},
    store::inbox,
};

/// Mails looked up at a time.
const AT_ONCE: i64 = 5_000;
/// The keyword that tells people that a mail was taken.
const KEYWORD: &str = "$Redress";

/// How moving or marking goes in this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tidying {
    /// It was not tried.
    Untried,
    /// The server does it.
    Works,
    /// It is not tried before the next scheduled look.
    Rests,
}

impl Tidying {
    /// At the start of a session.
    pub(super) fn at_first(doubts: &Doubts) -> Self {
        if doubts.tidying.are_too_many() { Tidying::Rests } else { Tidying::Untried }
    }

    /// At a scheduled look.
    pub(super) fn another_chance(self) -> Self {
        if self == Tidying::Rests { Tidying::Untried } else { self }
    }
}

impl Intake {
    /// Does on the server what is still to be done to mail that is safe with us, unless the server refuses.
    pub(super) async fn tidy(&self, open: &mut Open<'_>) -> Result<(), IntakeError> {
        if open.tidying == Tidying::Rests {
            return Ok(());
        }
        let error = match self.tidy_all(open).await {
            Ok(()) => {
                open.doubts.tidying.forget();
                if open.tidying != Tidying::Works {
                    open.tidying = Tidying::Works;
                    self.all_clear(self.tidying_cause()).await?;
                }
                return Ok(());
            }
            Err(IntakeError::Imap(error)) => error,
            Err(error) => return Err(error),
        };
        let usable = error.leaves_connection_usable();
        if !usable {
            open.doubts.tidying.count();
        }
        if usable || open.doubts.tidying.are_too_many() {
            open.tidying = Tidying::Rests;
            self.tell_untidy(&error).await?;
        }
        if usable { Ok(()) } else { Err(error.into()) }
    }

    async fn tell_untidy(&self, error: &ImapError) -> Result<(), IntakeError> {
        let name = &self.settings.imap.name;
        tracing::warn!(mailbox = name, "What was taken cannot be moved or marked: {error}");
        let what = format!(
            "In the mailbox {name}, mail that was taken cannot be moved or marked: {error}. New mail is taken all the \
             same."
        );
        self.alarm(self.tidying_cause(), what, error.advice()).await
    }

    fn tidying_cause(&self) -> String {
        format!("moving or marking mail of mailbox {}", self.settings.imap.name)
    }

    async fn tidy_all(&self, open: &mut Open<'_>) -> Result<(), IntakeError> {
        if let (After::Move(folder), Tidying::Untried) = (&self.settings.after, open.tidying) {
            open.connection.ensure_folder(folder).await?;
        }
        let (mailbox, folder) = self.place();
        let validity = open.selected.uid_validity;
        loop {
            let (m, f) = (mailbox.clone(), folder.clone());
            let uids = self
                .store
                .look(move |db| inbox::pending_server_actions(db, &m, &f, validity, AT_ONCE))
                .await?;
            if uids.is_empty() {
                return Ok(());
            }
            match &self.settings.after {
                After::Move(target) => {
                    crash::before(Point::ImapMove);
                    open.connection.move_to(&uids, target).await?;
                    crash::after(Point::ImapMove);
                }
                After::Flag => {
                    crash::before(Point::ImapFlag);
                    if open.connection.mark(&uids, KEYWORD).await? == Marked::NotAllowed {
                        open.connection.set_flag(&uids, Flag::Flagged).await?;
                    }
                    crash::after(Point::ImapFlag);
                }
                After::Leave => {}
            }
            let (m, f) = (mailbox.clone(), folder.clone());
            crash::before(Point::InboxTidied);
            self.store.run(move |db| inbox::server_action_done(db, &m, &f, validity, &uids)).await?;
            crash::after(Point::InboxTidied);
        }
    }
}
