//! A dispute that an agent opens for a customer: from a mail that they forwarded to the desk, or from their own words
//! after a phone call.
//!
//! A forward is a fresh mail, which acts on nothing. Its answer goes to the registered address and carries, in its
//! signed address and Message-ID, the number of the mail that was forwarded; so the reply to it needs to name the
//! customer only, and each forwarded mail opens one dispute at most.
use super::{Handled, Letterbox, suspects::blank};
use crate::{
    clerk::{Act, Birth, ClerkError},
    command::{self, Command, Objection, Parsed, Settled},
    decide::{self, Acknowledge, Age, Manner, Thanks, Wrote},
    domain::{decision::Reply, letter::Transcript, party::Staff},
    mail::{
        fate::Verdict,
        forward::{self, Forwarded},
        inbound::{self, Mail},
        language, meaning,
        token::Token,
    },
    store::{
        StoreError, disputes,
        events::{self, Once},
        inbox::{self, Status},
        message_ids::{self, NewId, Role},
    },
    threading::PlacedBy,
};

/// What the complaint is made of.
struct Complaint {
    /// The mail that was forwarded, with what it forwards.
    source: Option<(i64, Mail, Forwarded)>,
}

impl Letterbox<'_> {
    /// The customer's mail that this mail forwards.
    pub fn forwarded(&self) -> Option<Forwarded> {
        forward::find(&self.reading.mail, &self.clerk().limits, |address| self.desk.is_one_of_us(address))
    }

    /// What makes the reply to our answer be about this mail.
    pub fn about_this_mail(&self) -> Reply {
        u32::try_from(self.waiting.id).map_or(Reply::Inside, |mail| Reply::About { mail })
    }

    /// What stands against opening a dispute for `address`.
    pub fn against_new(
        &mut self,
        address: &str,
        token: Token,
        parsed: &Parsed,
    ) -> Result<Option<Objection>, ClerkError> {
        if self.desk.is_one_of_us(address) {
            return Ok(Some(Objection::OneOfUs(address.to_owned())));
        }
        let complaint = self.complaint(token)?;
        if complaint.source.is_none() && parsed.body.trim().is_empty() {
            return Ok(Some(Objection::NoText));
        }
        let opened = complaint.source.is_some() && events::handled_at(self.db, &key_of(token))?.is_some();
        Ok(opened.then_some(Objection::OpenedBefore))
    }

    /// The mail that the reply is about, if it forwards a customer's.
    fn complaint(&mut self, token: Token) -> Result<Complaint, StoreError> {
        let none = Complaint { source: None };
        if token.serial == 0 {
            return Ok(none);
        }
        let mail = i64::from(token.serial);
        let Some(raw) = inbox::raw(self.db, mail)? else { return Ok(none) };
        let limits = self.clerk().limits.clone();
        let (read, _) = inbound::understand(&raw, &limits);
        let found = forward::find(&read, &limits, |address| self.desk.is_one_of_us(address));
        Ok(Complaint { source: found.map(|forwarded| (mail, read, forwarded)) })
    }

    /// Opens it. Everything that stands against it was asked for before.
    pub fn open_for(
        &mut self,
        staff: &Staff,
        (line, command): (&str, &Command),
        token: Token,
        parsed: &Parsed,
        verdict: &Verdict,
    ) -> Result<Handled, ClerkError> {
        let Command::New { address, name, subject } = command else {
            return self.set_down(Status::Done, verdict, None);
        };
        let complaint = self.complaint(token)?;
        if complaint.source.is_some()
            && events::act_once(self.db, &key_of(token), self.now)? == Once::Repeated
        {
            return self.set_down(Status::Duplicate, verdict, None);
        }
        let number = disputes::next_number(self.db, self.desk.settings.first_number)?;
        let wrote = self.complained(address, name.clone(), subject.clone(), &complaint, parsed)?;
        let note = note(&complaint, parsed);
        let clerk = &self.desk.clerk;
        let key = self.key();
        let past = clerk.past(self.db, &wrote.address, None)?;
        let facts = decide::Facts { past, ..decide::Facts::default() };
        let asked = decide::customer::ForCustomer { staff, note: &note };
        let decision =
            decide::customer::open_for(number, &wrote, &asked, &facts, &clerk.policy, self.now, &key);
        let placed = Some((number, PlacedBy::New));
        let filing = Some(self.judged(Status::Done, verdict, placed));
        clerk.commit(self.db, Act { key: &key, birth: Birth::New, decision, filing, now: self.now })?;
        self.remember(number, &complaint)?;
        let public = number.public(&self.clerk().policy.prefix);
        let lines = vec![command::settled(line, &[Settled::Opened(public, wrote.address)])];
        self.transcript(staff, None, Transcript { done: true, lines, ..blank() })?;
        Ok(self.handled(verdict, placed))
    }

    /// What the customer sends later in their own thread finds the dispute by the ids that the forward kept.
    fn remember(
        &mut self,
        dispute: crate::domain::dispute::Number,
        complaint: &Complaint,
    ) -> Result<(), StoreError> {
        let Some((mail, read, forwarded)) = &complaint.source else { return Ok(()) };
        let sender = Some(forwarded.author.address.as_str());
        let own = forwarded.message_id.iter().map(|id| (id, Role::Theirs));
        let named = read.in_reply_to.iter().chain(&read.references).map(|id| (id, Role::Referred));
        for (id, role) in own.chain(named) {
            message_ids::remember(self.db, &NewId { id, dispute, role, mail: Some(*mail), sender })?;
        }
        Ok(())
    }

    /// The complaint as decisions need it.
    fn complained(
        &mut self,
        address: &str,
        name: Option<String>,
        subject: Option<String>,
        complaint: &Complaint,
        parsed: &Parsed,
    ) -> Result<Wrote, ClerkError> {
        let own = parsed.body.trim();
        let (text, theirs) = match &complaint.source {
            // Nor does that of the agent's own mail stand in for one that the forward has not.
            Some((.., forwarded)) => {
                let theirs = forwarded.subject.clone().unwrap_or_default();
                (forwarded.text.clone(), forward::bare_subject(&theirs).to_owned())
            }
            // What an agent wrote for colleagues stands in no subject, which the customer would read.
            None => (own.to_owned(), String::new()),
        };
        let subject = subject.unwrap_or(theirs);
        let name = name.or_else(|| {
            let (_, _, forwarded) = complaint.source.as_ref()?;
            let author = &forwarded.author;
            author.address.eq_ignore_ascii_case(address).then(|| author.name.clone()).flatten()
        });
        let along = match &complaint.source {
            Some((mail, read, _)) => super::along::of_forward(*mail, read),
            None => self.staffs_along(),
        };
        let language = language::detect(&text);
        Ok(Wrote {
            mail: complaint.source.as_ref().map_or(self.waiting.id, |(mail, ..)| *mail),
            address: address.to_owned(),
            name,
            understood: meaning::in_language(
                meaning::understood(&subject, &text),
                &self.desk.clerk.policy.letter_language(language),
            ),
            language: language.map(str::to_owned),
            subject,
            text,
            // The forward itself stands in the agent's own mailbox, whole.
            cut: String::new(),
            received_at: self.waiting.received_at,
            authenticated: false,
            acknowledge: self.acknowledge_for(address, complaint)?,
            said: command::customer::Said::Prose,
            thanks: Thanks::No,
            answers: 0,
            manner: Manner::Reply,
            age: Age::New,
            attachments: along.taken,
            warnings: Vec::new(),
            linked: None,
        })
    }

    /// A colleague who has proven themselves vouches for the customer, as they would by answering, and so for the
    /// words that they forwarded; their own are not repeated. Machines and budgets stop them no less.
    fn acknowledge_for(&mut self, address: &str, complaint: &Complaint) -> Result<Acknowledge, ClerkError> {
        if self.is_latched(address)? {
            return Ok(Acknowledge::Held(decide::MACHINE.to_owned()));
        }
        Ok(match self.spent(address)? {
            Some(reason) => Acknowledge::Held(reason.to_owned()),
            None if complaint.source.is_some() => Acknowledge::Personal,
            None => Acknowledge::Plain,
        })
    }
}

/// Key of the one dispute that a forwarded mail opens.
fn key_of(token: Token) -> String {
    format!("forwarded:{}", token.serial)
}

/// What stays inside: what the agent wrote above the forwarded mail, and in the reply.
fn note(complaint: &Complaint, parsed: &Parsed) -> String {
    let Some((_, _, forwarded)) = &complaint.source else { return String::new() };
    let parts = [forwarded.comment.trim(), parsed.body.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}
