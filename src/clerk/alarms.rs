//! What operators are told: once when something goes wrong, once when it is over.
use super::{Clerk, ClerkError};
use crate::{
    decide::{
        flood::{DISPUTES, WINDOW},
        latch::Sign,
    },
    domain::{
        Timestamp,
        decision::{Nature, Outgoing, Recipient, Reply, Thread},
        dispute::Number,
        letter::{Alarm, StaffLetter},
    },
    store::{Db, addresses, alarms},
};

/// Cause under which mail to staff that cannot be delivered is alarmed.
const STAFF_MAIL: &str = "mail to staff";
/// Cause under which mail that was set aside is alarmed.
const QUARANTINE: &str = "quarantine";
/// Cause under which a machine that answers us is alarmed, before the number of its mail.
const LATCHED: &str = "automatic mail to the sender of mail";
/// Cause under which a flood is alarmed, before the number of its dispute.
const FLOOD: &str = "mail from the customer of";

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

    /// A machine may be answering our automatic mail: its address gets none for a time.
    ///
    /// # Errors
    /// When the database fails.
    pub fn latched(&self, db: &mut Db, mail: i64, sign: Sign, now: Timestamp) -> Result<(), ClerkError> {
        let what = format!(
            "A machine may be answering our mail: {}. The sender of mail {mail} gets no automatic mail for a day.",
            sign.word()
        );
        let advice = "See who it is with redress show --mail. What agents write to them leaves as ever.";
        self.alarm(db, &format!("{LATCHED} {mail}"), &what, advice, now)
    }

    /// One sender opens one dispute after the other: their further mail is collected in this one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn flooded(&self, db: &mut Db, number: Number, now: Timestamp) -> Result<(), ClerkError> {
        let number = number.public(&self.policy.prefix);
        let what = format!(
            "Somebody opened more than {DISPUTES} disputes within an hour. Their further mail is collected in {number}."
        );
        let advice =
            "Look at it with redress show. If it is abuse, block the address: see blocked in [intake].";
        self.alarm(db, &format!("{FLOOD} {number}"), &what, advice, now)
    }

    /// Lifts latches that have ended and ends floods that have dried up, each told once.
    ///
    /// # Errors
    /// When the database fails.
    pub fn calm_down(&self, db: &mut Db, now: Timestamp) -> Result<(), ClerkError> {
        for mail in addresses::lift_latches(db, now)? {
            self.all_clear(db, &format!("{LATCHED} {mail}"), now)?;
        }
        for number in addresses::end_floods(db, now - WINDOW)? {
            self.all_clear(db, &format!("{FLOOD} {}", number.public(&self.policy.prefix)), now)?;
        }
        Ok(())
    }

    /// No mail is set aside any more.
    ///
    /// # Errors
    /// When the database fails.
    pub fn none_set_aside(&self, db: &mut Db, now: Timestamp) -> Result<(), ClerkError> {
        self.all_clear(db, QUARANTINE, now)
    }
}
