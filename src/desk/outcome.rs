//! From fate to act: which of the desk's few answers a mail gets.
use chrono::Duration;

use super::{Handled, Letterbox};
use crate::{
    clerk::ClerkError,
    domain::{Timestamp, dispute::Number},
    mail::{
        fate::{self, Fate, Setting, Verdict},
        relay::Voice,
    },
    store::inbox::{self, Status},
    threading::{Party, PlacedBy, Placement},
};

/// Within this time a second copy of a mail, by Message-ID, sender and body, is the same mail.
const SAME_MAIL: Duration = Duration::days(7);

impl Letterbox<'_> {
    /// Acts on the mail and files it.
    pub fn act(&mut self) -> Result<Handled, ClerkError> {
        if self.reading.forged > 0 {
            tracing::warn!(
                mail = self.waiting.id,
                signatures = self.reading.forged,
                "Forged signatures were ignored"
            );
        }
        if let Some(earlier) = self.duplicate_of()? {
            let filing =
                inbox::Filing { reason: Some("a second copy".to_owned()), ..self.filing(Status::Duplicate) };
            inbox::file(self.db, &filing)?;
            let copy = Verdict {
                fate: Fate::Person,
                acknowledge: false,
                rule: "duplicate",
                because: "duplicate: a second copy of a mail that was taken".to_owned(),
                out_of_office: false,
            };
            // The copy itself stands on no dispute; whoever looks for it finds the one that its first delivery is in.
            let first = inbox::load(self.db, earlier)?.and_then(|row| row.dispute);
            return Ok(self.handled(&copy, first.map(|number| (number, PlacedBy::Reference))));
        }
        let placement = self.place()?;
        let verdict = self.judge(&placement);
        self.follow(&placement, &verdict)
    }

    /// The mail that this one is a second copy of.
    fn duplicate_of(&mut self) -> Result<Option<i64>, ClerkError> {
        let mail = &self.reading.mail;
        let (Some(id), Some(from)) = (&mail.message_id, &mail.from) else { return Ok(None) };
        // An agent's mail acts once, however late it is sent again.
        let since = if self.writer().is_some() { Timestamp::UNIX_EPOCH } else { self.now - SAME_MAIL };
        Ok(inbox::duplicate_of(self.db, self.waiting.id, id, &from.address, &mail.body_hash, since)?)
    }

    fn judge(&self, placement: &Placement) -> Verdict {
        let (reading, settings) = (self.reading, &self.desk.settings);
        let from_agent = self.writer().is_some();
        let setting = Setting {
            bounce: reading.bounce.as_ref(),
            words: &reading.new_text,
            own_addresses: &settings.own_addresses,
            own_lists: &settings.own_lists,
            blocked: &self.lists.blocked,
            allowed: &self.lists.allowed,
            our_hosts: &settings.trust.border_hosts,
            echo: reading.echo.as_deref(),
            // That the mail is the relay's is proven, so an answer to whom it names is one to it.
            authenticated: reading.authenticated || reading.voice.is_relayed(),
            dmarc_failed: reading.dmarc_failed,
            threads: !matches!(placement, Placement::New { .. }),
            in_reply_to_ours: !reading.ours.is_empty() || !reading.addressed.is_empty(),
            from_agent,
            relayed: reading.voice.is_relayed(),
        };
        let verdict = self.unsaid(fate::judge(&reading.mail, &setting));
        let is_set_down = matches!(verdict.fate, Fate::Suspect | Fate::List);
        if is_set_down && self.waiting.released_at.is_some() {
            return self.released(&setting, &verdict);
        }
        verdict
    }

    /// A relay's mail that does not say whose it is, or that may not be the relay's, waits for a person, unless it is
    /// no person's at all.
    fn unsaid(&self, verdict: Verdict) -> Verdict {
        let why = match &self.reading.voice {
            Voice::Own | Voice::Customer { .. } => return verdict,
            // What speaks against its sender is said better already.
            Voice::Unproven if verdict.fate == Fate::Suspect => return verdict,
            Voice::Unproven => {
                "nothing proves that it came through the relay whose address it has".to_owned()
            }
            Voice::Nobody(why) => why.to_string(),
        };
        if !matches!(verdict.fate, Fate::Person | Fate::List | Fate::Suspect) {
            return verdict;
        }
        let because = format!("relay: {why}");
        Verdict { fate: Fate::Suspect, acknowledge: false, rule: "relay", because, ..verdict }
    }

    /// A suspect mail that somebody has looked at: what spoke against its sender does so no more, and whether it is
    /// acknowledged is judged like that of any other mail.
    fn released(&self, setting: &Setting<'_>, verdict: &Verdict) -> Verdict {
        let authors: Vec<String> =
            self.reading.mail.authors.iter().map(|author| author.address.clone()).collect();
        let trusted = Setting { blocked: &[], allowed: &authors, dmarc_failed: false, ..*setting };
        let again = fate::judge(&self.reading.mail, &trusted);
        if matches!(again.fate, Fate::Suspect | Fate::List) {
            return Verdict {
                fate: Fate::Person,
                because: "released by a person".to_owned(),
                acknowledge: verdict.acknowledge && !self.reading.voice.is_a_relays_own(),
                ..verdict.clone()
            };
        }
        if self.reading.voice.is_a_relays_own() {
            let because = "released by a person; its address is a relay's, which nobody reads".to_owned();
            return Verdict { acknowledge: false, because, ..again };
        }
        if self.reading.dmarc_failed {
            // Whoever released it has read it; its author is false all the same, and an answer goes to another.
            let because = "released by a person; your mail server says that its sender is false".to_owned();
            return Verdict { acknowledge: false, because, ..again };
        }
        Verdict { because: format!("released by a person; {}", again.because), ..again }
    }

    /// The verdict on a mail that belongs to a dispute and yet opens a new one, which is acknowledged like any other.
    pub fn verdict_if_new(&self, verdict: &Verdict) -> Verdict {
        let fresh = self.judge(&Placement::New { ambiguous: Vec::new(), mentions: Vec::new() });
        if fresh.fate == verdict.fate { fresh } else { verdict.clone() }
    }

    fn follow(&mut self, placement: &Placement, verdict: &Verdict) -> Result<Handled, ClerkError> {
        match verdict.fate {
            Fate::Person if self.writer().is_some() => self.staff_wrote(verdict),
            // A party who was shown an agent's reply address is still a party, without the agent's powers.
            Fate::Person if self.is_for_staff() && !self.is_party(placement)? => self.staff_wrote(verdict),
            Fate::Person => self.customer_wrote(placement, verdict),
            Fate::List if self.is_party(placement)? => self.customer_wrote(placement, verdict),
            Fate::Bounce => self.bounced(verdict),
            Fate::Report => self.reported(verdict),
            Fate::Automatic => self.automatic(placement, verdict),
            Fate::List => self.set_down(Status::Done, verdict, place_of(placement)),
            Fate::Own => self.set_down(Status::Done, verdict, None),
            Fate::Suspect => self.set_down(Status::Held, verdict, None),
            Fate::Quarantined => self.set_down(Status::Quarantined, verdict, None),
        }
    }

    fn is_party(&mut self, placement: &Placement) -> Result<bool, ClerkError> {
        let number = match placement {
            Placement::Existing { number, .. } => number,
            // Only their customer's mail joins disputes.
            Placement::Joins { .. } => return Ok(true),
            Placement::New { .. } => return Ok(false),
        };
        let dispute = crate::store::disputes::load(self.db, *number)?;
        Ok(dispute.is_some_and(|dispute| self.party_of(&dispute) == Party::Yes))
    }

    /// Files the mail without any other effect.
    pub fn set_down(
        &mut self,
        status: Status,
        verdict: &Verdict,
        placed: Option<(Number, PlacedBy)>,
    ) -> Result<Handled, ClerkError> {
        let filing = self.judged(status, verdict, placed);
        inbox::file(self.db, &filing)?;
        Ok(self.handled(verdict, placed))
    }

    /// The filing with the verdict and the place in it.
    pub fn judged(
        &self,
        status: Status,
        verdict: &Verdict,
        placed: Option<(Number, PlacedBy)>,
    ) -> inbox::Filing {
        inbox::Filing {
            fate: Some(verdict.fate.as_str().to_owned()),
            rule: Some(verdict.rule.to_owned()),
            reason: Some(verdict.because.clone()),
            dispute: placed.map(|(number, _)| number),
            placed_by: placed.map(|(_, by)| by.word().to_owned()),
            ..self.filing(status)
        }
    }

    /// What to report of this mail.
    pub fn handled(&self, verdict: &Verdict, placed: Option<(Number, PlacedBy)>) -> Handled {
        Handled {
            mail: self.waiting.id,
            fate: verdict.fate,
            rule: verdict.rule,
            because: verdict.because.clone(),
            acknowledge: verdict.acknowledge,
            placed,
        }
    }

    /// Key of the event that this mail is.
    pub fn key(&self) -> String {
        format!("mail:{}", self.waiting.id)
    }
}

/// Where a mail is filed that changes nothing there.
pub(super) fn place_of(placement: &Placement) -> Option<(Number, PlacedBy)> {
    match placement {
        Placement::Existing { number, by, .. } => Some((*number, *by)),
        Placement::Joins { into, .. } => Some((*into, PlacedBy::Reference)),
        Placement::New { .. } => None,
    }
}
