//! What needs memory of a sender: machines that answer us (row L20) and floods (row A21). The rules stand in `decide`;
//! here is what they are told, and what is remembered.
//!
//! Where the desk can tell, only proven mail counts against an address: a forger must not silence somebody else, and a
//! flood of forged mail does not collect the true one.
use super::{Handled, Letterbox};
use crate::{
    clerk::ClerkError,
    command::customer as words,
    decide::{
        Event, Manner, Thanks,
        flood::{Arrival, Lately, NOTICES, Pace, WINDOW, arrival, pace},
        latch::{Author, Exchanged, LATCH, MEMORY, SAME_WITHIN, sign_of_a_machine},
    },
    domain::{
        dispute::{Dispute, Number},
        letter::CustomerLetter,
        policy::Authentication,
    },
    mail::fate::Verdict,
    store::{
        StoreError,
        addresses::{self, Fact},
        exchange::{self, Proof},
        inbox::Age,
    },
    threading::PlacedBy,
};

impl Letterbox<'_> {
    /// Latches the sender's address if their mails look like a machine's answers.
    pub fn watch_for_machines(&mut self) -> Result<(), ClerkError> {
        let Some(address) = self.author() else { return Ok(()) };
        let clerk = &self.desk.clerk;
        let counts = self.reading.authenticated || clerk.policy.authentication == Authentication::ReplyOnly;
        // Whoever writes a word that we asked for is no machine.
        let said = words::first_line(&self.reading.new_text, None, "");
        let past = self.waiting.age == Age::Past;
        if !counts
            || past
            || self.is_expected(&address)
            || matches!(said, words::Said::Word(_))
            || self.is_latched(&address)?
        {
            return Ok(());
        }
        let body = &self.reading.mail.body_hash;
        let same = exchange::same_bodies(self.db, &address, body, self.now - SAME_WITHIN)?.saturating_add(1);
        let exchange = self.exchange(&address)?;
        let Some(sign) = sign_of_a_machine(&exchange, same, self.now) else { return Ok(()) };
        addresses::learn(self.db, &address, Fact::Latched(self.now + LATCH, self.waiting.id))?;
        clerk.latched(self.db, self.waiting.id, sign, self.now)
    }

    /// Whether an address gets no automatic mail now.
    pub fn is_latched(&mut self, address: &str) -> Result<bool, StoreError> {
        let known = addresses::known(self.db, address)?;
        Ok(known.latched_until.is_some_and(|until| until > self.now))
    }

    /// The mails to and fro of the last day, in order, this one last.
    fn exchange(&mut self, address: &str) -> Result<Vec<Exchanged>, StoreError> {
        let since = self.now - MEMORY;
        let theirs = exchange::written_by(self.db, address, self.proof(), since)?;
        let ours = exchange::written_to(self.db, address, since)?;
        let mut mails: Vec<Exchanged> =
            theirs.into_iter().map(|at| Exchanged { at, by: Author::Them }).collect();
        mails.extend(ours.into_iter().rev().map(|(at, letter)| {
            let by_agent = CustomerLetter::BY_AGENTS.contains(&letter.as_str());
            Exchanged { at, by: if by_agent { Author::Person } else { Author::Machine } }
        }));
        // At one moment theirs comes first: ours answers it. The sort is stable.
        mails.sort_by_key(|mail| mail.at);
        mails.push(Exchanged { at: self.now, by: Author::Them });
        Ok(mails)
    }

    /// What a mail that opens a dispute really does.
    pub fn arrival(&mut self) -> Result<Arrival, StoreError> {
        let Some(address) = self.author() else { return Ok(Arrival::Opens) };
        if self.is_expected(&address) || self.waiting.age == Age::Past {
            return Ok(Arrival::Opens);
        }
        let (arrived, proof) = (self.waiting.received_at, self.proof());
        let opened = exchange::opened_by(self.db, &address, proof, arrived - WINDOW)?;
        let flood = match addresses::known(self.db, &address)?.flood {
            Some((number, latest)) if self.collects(number)? => Some((number, latest)),
            _ => None,
        };
        Ok(arrival(Lately { opened, flood }, arrived))
    }

    /// Whether that dispute collects mail with this mail's proof.
    fn collects(&mut self, number: Number) -> Result<bool, StoreError> {
        let dispute = self.load_merged(number)?;
        let proof = self.reading.authenticated;
        Ok(dispute.is_some_and(|dispute| !dispute.is_closed() && dispute.authenticated == proof))
    }

    /// From now on this dispute collects what its customer sends.
    pub fn begin_flood(&mut self, number: Number) -> Result<(), ClerkError> {
        let Some(address) = self.author() else { return Ok(()) };
        addresses::learn(self.db, &address, Fact::Floods(number, self.waiting.received_at))?;
        self.desk.clerk.flooded(self.db, number, self.now)
    }

    /// One more mail of a flood.
    pub fn collect(&mut self, flood: &Dispute, verdict: &Verdict) -> Result<Handled, ClerkError> {
        if let Some(address) = self.author() {
            let latest = addresses::known(self.db, &address)?.flood.map(|(_, latest)| latest);
            let latest = latest.map_or(self.waiting.received_at, |at| at.max(self.waiting.received_at));
            addresses::learn(self.db, &address, Fact::Floods(flood.number, latest))?;
        }
        let mut wrote = self.wrote(None, 0, Manner::Named, verdict);
        wrote.said = words::Said::Prose;
        wrote.thanks = Thanks::No;
        self.decide(flood, PlacedBy::Flood, &Event::Collected(wrote), verdict)
    }

    /// How often a dispute is written to, this mail included.
    pub fn pace(&mut self, number: Number) -> Result<Pace, StoreError> {
        let since = self.waiting.received_at - WINDOW;
        Ok(pace(exchange::lately_in(self.db, number, since, NOTICES)?))
    }

    /// Whether this sender was named as one who may write very often.
    fn is_expected(&self, address: &str) -> bool {
        self.lists.allows(address)
    }

    fn proof(&self) -> Proof {
        if self.reading.authenticated { Proof::Given } else { Proof::Missing }
    }

    fn author(&self) -> Option<String> {
        self.reading.mail.from.as_ref().map(|from| from.address.clone())
    }
}
