//! What the mail system itself says: bounces, reports, out-of-office notes.
//!
//! A bounce counts only if it names the very recipient of a mail of ours, and shows which mail that was: by its
//! Message-ID, or by the signed address that only the mail servers and that recipient have seen. Everything else is
//! filed, since anybody can forge one.
use chrono::NaiveTime;

use super::{Handled, Letterbox, outcome::place_of};
use crate::{
    clerk::{ClerkError, Envelope},
    decide::{Event, Permanence, Returned, deadlines::ABSENCE},
    domain::{Timestamp, dispute::Number},
    mail::{
        bounce::{self, Bounce},
        fate::{self, Verdict},
        token::{Addressing, Audience},
    },
    store::{
        StoreError,
        addresses::{self, Fact},
        disputes,
        inbox::Status,
        outbox,
    },
    threading::{Party, PlacedBy, Placement},
};

impl Letterbox<'_> {
    /// A mail of ours came back, or somebody says so.
    pub fn bounced(&mut self, verdict: &Verdict) -> Result<Handled, ClerkError> {
        let Some(bounce) = &self.reading.bounce else {
            return self.set_down(Status::Done, verdict, None);
        };
        let Some(sent) = self.letter_of(bounce)? else {
            return self.set_down(Status::Done, verdict, None);
        };
        let Some(failed) = bounce.recipients.iter().find(|f| f.address.eq_ignore_ascii_case(&sent.recipient))
        else {
            return self.set_down(Status::Done, verdict, None);
        };
        let dispute = match sent.dispute {
            Some(number) => disputes::load(self.db, number)?,
            None => None,
        };
        let failed_for_good = failed.permanent && failed.action != "delayed" && failed.action != "delivered";
        let (Some(dispute), outbox::Audience::Customer) = (dispute, sent.audience) else {
            if failed_for_good {
                self.desk.clerk.staff_undelivered(self.db, &sent.recipient, self.now)?;
            }
            return self.set_down(Status::Done, verdict, None);
        };
        if failed_for_good {
            addresses::learn(self.db, &sent.recipient, Fact::Dead(self.now))?;
        }
        let returned = Returned {
            permanence: if failed_for_good { Permanence::Address } else { Permanence::Temporary },
            diagnostic: failed.diagnostic.clone().or_else(|| failed.status.clone()).unwrap_or_default(),
        };
        self.decide(&dispute, PlacedBy::Token, &Event::Undeliverable(returned), verdict)
    }

    /// A complaint report stops surveys to the address that complained. Nothing else follows from a report.
    pub fn reported(&mut self, verdict: &Verdict) -> Result<Handled, ClerkError> {
        let mail = &self.reading.mail;
        if mail.content_type.report_type.as_deref() == Some("feedback-report")
            && let Some(sent) = self.sent_mail(bounce::returned_id(mail).as_deref())?
        {
            addresses::learn(self.db, &sent.recipient, Fact::NoSurvey)?;
        }
        self.set_down(Status::Done, verdict, None)
    }

    /// Automatic mail: on its dispute if it belongs to one, and never taken for an answer.
    pub fn automatic(&mut self, placement: &Placement, verdict: &Verdict) -> Result<Handled, ClerkError> {
        let Some((number, by)) = place_of(placement) else {
            return self.set_down(Status::Done, verdict, None);
        };
        let Some(dispute) = disputes::load(self.db, number)? else {
            return self.set_down(Status::Done, verdict, None);
        };
        if let Some(staff) = self.writer().cloned() {
            let has_it = dispute.agent.as_deref() == Some(staff.address.as_str());
            if has_it
                && verdict.out_of_office
                && self.answers_mail_to(&staff.address)
                && self.is_new_absence(&staff.address)?
            {
                return self.decide(&dispute, by, &Event::AgentAway(staff), verdict);
            }
            return self.set_down(Status::Done, verdict, Some((number, by)));
        }
        // Anybody can forge From and read a number off a subject; only an absence says that the customer is away.
        let proven = self.reading.authenticated || matches!(by, PlacedBy::Token | PlacedBy::Reference);
        if self.party_of(&dispute) == Party::Yes && verdict.out_of_office && proven {
            return self.decide(&dispute, by, &Event::CustomerAway(self.customer_back_at(number)), verdict);
        }
        self.set_down(Status::Done, verdict, Some((number, by)))
    }

    /// When the absence ends that this mail tells of: with the night before the day it names, else after the usual time.
    fn back_at(&self) -> Timestamp {
        let calendar = &self.desk.clerk.policy.calendar;
        let named = fate::back_on(&self.reading.mail, calendar.local_date(self.waiting.received_at));
        let dawn = named.map(|day| calendar.instant(day.and_time(NaiveTime::MIN)));
        dawn.filter(|dawn| *dawn > self.now).unwrap_or(self.now + ABSENCE)
    }

    /// When a customer is back. Anybody can write in their name, and a pause costs them time: it lasts longer than the
    /// usual time only if the note is proven, or answers a mail of ours by what only its reader knows.
    fn customer_back_at(&self, number: Number) -> Timestamp {
        let back = self.back_at();
        let reading = self.reading;
        let mut sights = reading.addressed.iter().chain(&reading.ours);
        let answers_ours = sights.any(|sight| sight.token.dispute == number.0);
        if reading.authenticated || answers_ours { back } else { back.min(self.now + ABSENCE) }
    }

    /// Notes the absence; says whether it is news.
    fn is_new_absence(&mut self, address: &str) -> Result<bool, StoreError> {
        let known = addresses::known(self.db, address)?.away_until.filter(|until| *until > self.now);
        let until = self.back_at();
        if known.is_none_or(|known| until > known) {
            addresses::learn(self.db, address, Fact::Away(until))?;
        }
        Ok(known.is_none())
    }

    /// Whether this mail answers one that was issued to this member of staff: From alone proves nothing.
    fn answers_mail_to(&self, address: &str) -> bool {
        let mut sights = self.reading.addressed.iter().chain(&self.reading.ours);
        sights.any(|sight| sight.issued_to.as_deref() == Some(address))
    }

    /// Whether a bounce came where bounces of this mail go. Where that is a signed address, whoever knows nothing
    /// but the mail's Message-ID cannot have sent it.
    fn came_to_bounce_address(&self, sent: &outbox::Letter) -> bool {
        let clerk = &self.desk.clerk;
        if clerk.envelope != Envelope::Signed || clerk.addressing == Addressing::None {
            return true;
        }
        let number = sent.dispute.map_or(0, |number| number.0);
        let mut sights = self.reading.addressed.iter();
        sights.any(|sight| sight.token.audience == Audience::Bounce && sight.token.dispute == number)
    }

    /// The letter that came back: the one whose id the bounce names; where it names none of ours, the newest to the
    /// customer of the dispute whose signed address it came to, if it says that it could not reach that customer.
    /// Many servers return no id, and some relays give our mail one of their own. Letters to staff are left out: a
    /// customer knows the signed address of their own dispute, and must not speak for an agent's mailbox with it.
    fn letter_of(&mut self, bounce: &Bounce) -> Result<Option<outbox::Letter>, StoreError> {
        if let Some(sent) = self.sent_mail(bounce.original_message_id.as_deref())? {
            return Ok(self.came_to_bounce_address(&sent).then_some(sent));
        }
        let addressed = self.reading.addressed.iter();
        let mut numbers = addressed.filter(|sight| sight.token.audience == Audience::Bounce);
        let Some(number) = numbers.next().map(|sight| Number(sight.token.dispute)) else { return Ok(None) };
        let letters = outbox::of(self.db, number)?;
        Ok(letters.into_iter().rev().find(|letter| {
            letter.audience == outbox::Audience::Customer
                && letter.sent_at.is_some()
                && bounce.recipients.iter().any(|one| one.address.eq_ignore_ascii_case(&letter.recipient))
        }))
    }

    /// The mail of ours with this id.
    fn sent_mail(&mut self, id: Option<&str>) -> Result<Option<outbox::Letter>, StoreError> {
        match id {
            Some(id) => outbox::by_message_id(self.db, id),
            None => Ok(None),
        }
    }
}
