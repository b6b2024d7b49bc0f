//! What operators are told: once when something goes wrong, once when it is over.
use super::{Clerk, ClerkError};
use crate::{
    domain::{
        Timestamp,
        decision::{Nature, Outgoing, Recipient, Reply, Thread},
        letter::{Alarm, StaffLetter},
    },
    store::{Db, alarms},
};

/// Cause under which mail to staff that cannot be delivered is alarmed.
const STAFF_MAIL: &str = "mail to staff";
/// Cause under which mail that was set aside is alarmed.
const QUARANTINE: &str = "quarantine";

impl Clerk {
    /// Something is wrong that an operator should know: told once for each `cause`, by mail and in the log.
    ///
    /// # Errors
    /// When the database fails.
    pub fn alarm(
        &self,
        db: &mut Db,
        cause: &str,
        what: &str,
        advice: &str,
        now: Timestamp,
    ) -> Result<(), ClerkError> {
        db.tx(|db| {
            if alarms::raise(db, cause, what, now)? == alarms::Raised::Again {
                return Ok(());
            }
            tracing::error!(cause, advice, "Alarm: {what}");
            self.tell_operators(
                db,
                cause,
                &Alarm { what: what.to_owned(), advice: advice.to_owned(), over: false, at: now },
            )?;
            Ok(alarms::told(db, cause, alarms::Told::Raised)?)
        })
    }

    /// The cause of an alarm is gone: told once, if it was told before.
    ///
    /// # Errors
    /// When the database fails.
    pub fn all_clear(&self, db: &mut Db, cause: &str, now: Timestamp) -> Result<(), ClerkError> {
        db.tx(|db| {
            if alarms::clear(db, cause, now)? == alarms::Cleared::WasQuiet {
                return Ok(());
            }
            tracing::info!(cause, "The cause of an alarm is gone");
            let what = format!("It works again: {cause}.");
            self.tell_operators(db, cause, &Alarm { what, advice: String::new(), over: true, at: now })?;
            Ok(alarms::told(db, cause, alarms::Told::Over)?)
        })
    }

    fn tell_operators(&self, db: &mut Db, cause: &str, letter: &Alarm) -> Result<(), ClerkError> {
        let half = if letter.over { "over" } else { "raised" };
        let key = format!("alarm:{cause}:{half}:{}", letter.at.timestamp_micros());
        let letters: Vec<Outgoing> = self
            .notify
            .iter()
            .map(|address| Outgoing {
                key: format!("{key}:{address}"),
                to: Recipient::Operator(address.clone()),
                letter: StaffLetter::Alarm(letter.clone()).into(),
                leave_at: letter.at,
                reply: Reply::None,
                nature: Nature::Generated,
                answers: Thread::default(),
                attachments: Vec::new(),
            })
            .collect();
        self.post(db, &key, &letters, letter.at)?;
        Ok(())
    }

    /// Mail to a member of staff came back or was refused. No customer hears of it, and no agent can.
    ///
    /// # Errors
    /// When the database fails.
    pub fn staff_undelivered(&self, db: &mut Db, address: &str, now: Timestamp) -> Result<(), ClerkError> {
        // By name: alarms go to the log too, and addresses do not.
        let name = self.policy.staff_by(address).map_or("a colleague", |staff| staff.name.as_str());
        let what = format!("Mail to {name} was refused for good.");
        let advice = "Correct the address of this agent, or their mailbox; redress outbox shows the letters.";
        self.alarm(db, &format!("{STAFF_MAIL} {name}"), &what, advice, now)
    }

    /// A mail was set aside with its bytes. Told once while any is; the log has a line for each.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_aside(&self, db: &mut Db, mail: i64, reason: &str, now: Timestamp) -> Result<(), ClerkError> {
        let what = format!("Mail {mail} was set aside: {reason}.");
        let advice = "Look at it with redress show --mail, then let it be tried again with redress retry.";
        self.alarm(db, QUARANTINE, &what, advice, now)
    }

    /// No mail is set aside any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn none_set_aside(&self, db: &mut Db, now: Timestamp) -> Result<(), ClerkError> {
        self.all_clear(db, QUARANTINE, now)
    }
}
