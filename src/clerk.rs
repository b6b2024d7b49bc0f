//! The clerk: loads what a decision needs, writes down what it decided. The whole shell around the pure core.
//!
//! Desk and ticker share it, so that a mail and a date act in the same way: load, decide, render to final bytes,
//! write rows in one transaction. Nothing is sent from here and nothing is read from the network.
use chrono::Duration;

use crate::{
    clock::Clock,
    decide::{Facts, past_of},
    domain::{
        Timestamp,
        decision::{Decision, Nature, Outgoing, Recipient, Reply, Thread, TimerKind, What},
        dispute::{Dispute, Number},
        letter::{Alarm, Goes, Milestone, MilestoneKind, StaffLetter},
        policy::Policy,
    },
    mail::{
        inbound::{self, Limits},
        outbound::{self, ComposeError},
        token::{Addressing, Audience, KeyRing, Token, reply_address},
    },
    store::{
        self, Applied, Change, Commit, Db, Store, StoreError,
        addresses::{self, Fact},
        alarms,
        events::{self, Once},
        inbox,
        outbox::{self, Whose},
        timers,
    },
    templates::{TemplateError, Templates},
};

/// Language of staff letters; customers have theirs in the dispute.
const STAFF_LANGUAGE: &str = "en";
/// At most this many earlier ids go into References.
const THREAD_LENGTH: usize = 20;

/// What the clerk works with. One for the whole desk.
pub struct Clerk {
    /// The rules.
    pub policy: Policy,
    /// The letters.
    pub templates: Templates,
    /// The signing keys.
    pub keys: KeyRing,
    /// How reply addresses are made.
    pub addressing: Addressing,
    /// What stands in MAIL FROM.
    pub envelope: Envelope,
    /// Whether mail waits for `redress release`.
    pub release: Release,
    /// Who is told when something is wrong with the desk itself.
    pub notify: Vec<String>,
    /// Bounds on mail that is read again for its attachments.
    pub limits: Limits,
    /// Time and randomness.
    pub clock: Clock,
}

/// What stands in MAIL FROM of automatic and human mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Envelope {
    /// A signed address that never answers, so that bounces find their dispute.
    Signed,
    /// The desk's own address: the server has no subaddresses.
    Desk,
    /// Nothing (`<>`), for automatic mail, where the relay allows it.
    Null,
}

/// Whether mail leaves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// It does.
    AtOnce,
    /// It is written and waits (`[sending] hold`).
    Held,
}

/// Why something could not be written down.
#[derive(Debug, thiserror::Error)]
pub enum ClerkError {
    /// The database; try again if it is temporary.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No letter could be made, not even from the embedded template. A defect of the program.
    #[error("a letter could not be written: {0}")]
    Template(#[from] TemplateError),
    /// The letter could not be made a mail.
    #[error("a mail could not be composed: {0}")]
    Compose(#[from] ComposeError),
}

/// Runs `f` on a connection that may write. Errors of the store reach the pool, all others pass by it.
pub fn writing<T>(store: &Store, f: impl FnOnce(&mut Db) -> Result<T, ClerkError>) -> Result<T, ClerkError> {
    store.with(|db| match f(db) {
        Err(ClerkError::Store(error)) => Err(error),
        other => Ok(other),
    })?
}

/// What is written.
pub struct Act<'a> {
    /// Event key: the same event acts once.
    pub key: &'a str,
    /// Whether the dispute begins with it.
    pub birth: Birth,
    /// What was decided.
    pub decision: Decision,
    /// The mail that caused it, filed in the same transaction.
    pub filing: Option<inbox::Filing>,
    /// When.
    pub now: Timestamp,
}

/// Whether a decision begins a dispute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Birth {
    /// It does.
    New,
    /// The dispute exists.
    Known,
}

impl Clerk {
    /// What the store knows of a dispute beyond its row.
    pub fn facts(&self, db: &mut Db, dispute: &Dispute, now: Timestamp) -> Result<Facts, StoreError> {
        let past = self.past(db, &dispute.customer.address, Some(dispute.number))?;
        let standing = addresses::known(db, &dispute.customer.address)?;
        let entries = store::journal::of(db, dispute.number)?;
        let timeline = entries
            .iter()
            .filter_map(|entry| {
                Some(Milestone { at: entry.at, what: milestone(entry.entry.as_ref()?.what)? })
            })
            .collect();
        Ok(Facts {
            past,
            timeline,
            customer_thread: customer_thread(db, dispute)?,
            surveyed_at: standing.surveyed_at,
            surveys_stopped: standing.no_survey,
            turn_due: turn_due(db, dispute)?,
            answered_lately: Self::answered_lately(db, &dispute.customer.address, now)?,
        })
    }

    /// Earlier disputes of a customer, newest first, without `but`.
    pub fn past(
        &self,
        db: &mut Db,
        address: &str,
        but: Option<Number>,
    ) -> Result<Vec<crate::domain::letter::PastDispute>, StoreError> {
        let disputes = store::disputes::of_customer(db, address, 6)?;
        Ok(disputes.iter().filter(|d| Some(d.number) != but).map(|d| past_of(d, &self.policy)).collect())
    }

    fn answered_lately(db: &mut Db, address: &str, now: Timestamp) -> Result<u32, StoreError> {
        const ANSWERS: &[&str] = &["status", "ask-back", "reopened"];
        let mut count = 0;
        for letter in ANSWERS {
            count += outbox::count_letters_to(db, Whose::Address(address), letter, now - Duration::hours(1))?;
        }
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Writes a decision down, whole or not at all.
    pub fn commit(&self, db: &mut Db, act: Act<'_>) -> Result<Applied, ClerkError> {
        db.tx(|db| {
            let mut decision = act.decision;
            if let Some(replaced) = &decision.replaces
                && outbox::cancel(db, replaced)? == outbox::Cancelled::TooLate
            {
                decision.outgoing.clear();
                decision.journal.clear();
            }
            let mut rows = Vec::with_capacity(decision.outgoing.len());
            for outgoing in &decision.outgoing {
                rows.push(self.render(db, outgoing, Some(&decision.dispute), act.now)?);
            }
            let salts = decision.journal.iter().map(|_| self.clock.random()).collect::<Vec<[u8; 16]>>();
            let dispute = match act.birth {
                Birth::New => Change::New(&decision.dispute),
                Birth::Known => Change::Changed(&decision.dispute),
            };
            let surveyed = decision.journal.iter().any(|entry| entry.what == What::Surveyed);
            if surveyed {
                addresses::learn(db, &decision.dispute.customer.address, Fact::Surveyed(act.now))?;
            }
            let commit = Commit {
                key: act.key,
                dispute,
                journal: &decision.journal,
                salts: &salts,
                timers: &decision.timers,
                outbox: &rows,
                filing: act.filing.as_ref(),
                now: act.now,
            };
            Ok(store::apply(db, &commit)?)
        })
    }

    /// Writes letters that belong to no dispute, once for `key`. Returns whether this was the first time.
    pub fn post(
        &self,
        db: &mut Db,
        key: &str,
        letters: &[Outgoing],
        now: Timestamp,
    ) -> Result<Once, ClerkError> {
        self.post_about(db, key, None, letters, now)
    }

    /// Writes letters about a dispute that do not change it, once for `key`.
    pub fn post_about(
        &self,
        db: &mut Db,
        key: &str,
        about: Option<&Dispute>,
        letters: &[Outgoing],
        now: Timestamp,
    ) -> Result<Once, ClerkError> {
        db.tx(|db| {
            if events::act_once(db, key, now)? == Once::Repeated {
                return Ok(Once::Repeated);
            }
            for outgoing in letters {
                let row = self.render(db, outgoing, about, now)?;
                outbox::insert(db, &row, now)?;
            }
            Ok(Once::New)
        })
    }

    /// A letter to one member of staff that belongs to no dispute, or to `about` without changing it.
    pub fn staff_letter(
        &self,
        to: &str,
        letter: StaffLetter,
        key: String,
        answers: Thread,
        now: Timestamp,
    ) -> Outgoing {
        let nature = if answers == Thread::default() { Nature::Generated } else { Nature::Replied };
        Outgoing {
            key,
            to: Recipient::Staff(to.to_owned()),
            letter: letter.into(),
            leave_at: now,
            reply: Reply::Inside,
            nature,
            answers,
            attachments: Vec::new(),
        }
    }

    /// Whether `letter` went to `address` fewer than `most` times within the last hour.
    pub fn may_tell(
        &self,
        db: &mut Db,
        address: &str,
        letter: &str,
        most: i64,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let count = outbox::count_letters_to(db, Whose::Address(address), letter, now - Duration::hours(1))?;
        Ok(count < most)
    }

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

    /// A letter becomes final bytes. What stands in them now is what a retry sends.
    fn render(
        &self,
        db: &mut Db,
        outgoing: &Outgoing,
        dispute: Option<&Dispute>,
        now: Timestamp,
    ) -> Result<outbox::NewOutbox, ClerkError> {
        let address = self.address(outgoing, dispute);
        let language = match (&outgoing.to, dispute) {
            (Recipient::Customer, Some(dispute)) => dispute.language.as_str(),
            (Recipient::Customer, None) => self.policy.language.as_str(),
            _ => STAFF_LANGUAGE,
        };
        let rendered = self.templates.render(&outgoing.letter, language, outgoing.reply)?;
        if let Some(reason) = &rendered.fell_back {
            tracing::error!(letter = outgoing.letter.name(), %reason, "A template of yours failed; the embedded one was used");
        }
        let seal = self.seal(outgoing, dispute, &address);
        let attachments = attachments(db, outgoing, &self.limits)?;
        let parts: Vec<_> = attachments
            .iter()
            .map(|part| outbound::Attached {
                name: &part.name,
                media_type: &part.media_type,
                bytes: &part.bytes,
            })
            .collect();
        let composed = outbound::compose(&outbound::Draft {
            from_name: &self.policy.desk_name,
            from_address: &self.policy.desk_address,
            to_name: None,
            to_address: &address,
            reply_to: seal.reply_to.as_deref(),
            subject: &rendered.subject,
            text: &rendered.text,
            html: Some(&rendered.html),
            message_id: &seal.message_id,
            in_reply_to: outgoing.answers.in_reply_to.as_deref(),
            references: &seal.references,
            nature: outgoing.nature,
            attachments: &parts,
            date: outgoing.leave_at.max(now),
            loop_mark: &self.keys.loop_mark(&seal.message_id),
        })?;
        Ok(outbox::NewOutbox {
            key: outgoing.key.clone(),
            dispute: dispute.map(|dispute| dispute.number),
            letter: outgoing.letter.name().to_owned(),
            audience: match outgoing.to {
                Recipient::Customer => outbox::Audience::Customer,
                Recipient::Staff(_) => outbox::Audience::Staff,
                Recipient::Operator(_) => outbox::Audience::Operator,
            },
            recipient: address,
            envelope_from: seal.envelope_from,
            message_id: composed.message_id,
            bytes: composed.bytes,
            gate: if self.is_held(outgoing) { outbox::Gate::Held } else { outbox::Gate::Open },
            leave_at: outgoing.leave_at,
        })
    }

    /// Alarms leave even in shadow mode: they are the operators' own.
    fn is_held(&self, outgoing: &Outgoing) -> bool {
        self.release == Release::Held && !matches!(outgoing.to, Recipient::Operator(_))
    }

    fn address(&self, outgoing: &Outgoing, dispute: Option<&Dispute>) -> String {
        match (&outgoing.to, dispute) {
            (Recipient::Staff(address) | Recipient::Operator(address), _) => address.clone(),
            (Recipient::Customer, Some(dispute)) => dispute.customer.address.clone(),
            // A customer letter without a dispute cannot come to be; the desk itself is the harmless reader.
            (Recipient::Customer, None) => self.policy.desk_address.clone(),
        }
    }

    /// The signed parts of a mail: where replies go, where bounces go, its id, its thread.
    fn seal(&self, outgoing: &Outgoing, dispute: Option<&Dispute>, address: &str) -> Seal {
        let number = dispute.map_or(0, |dispute| dispute.number.0);
        let (audience, serial) = match outgoing.reply {
            Reply::FromCustomer { question } => (Audience::Customer, question),
            Reply::ToCustomer => (Audience::StaffToCustomer, 0),
            Reply::Inside => (Audience::StaffInside, 0),
            // Nobody may act by answering it, but it is known when it comes back.
            Reply::None => (Audience::Bounce, 0),
        };
        let token = Token { dispute: number, audience, serial };
        let issued_to = matches!(outgoing.to, Recipient::Staff(_)).then_some(address);
        let desk = self.policy.desk_address.as_str();
        let domain = desk.rsplit_once('@').map_or(desk, |(_, domain)| domain);
        let reply_to = match (outgoing.reply, &self.addressing) {
            (Reply::None, _) | (_, Addressing::None) => None,
            _ => Some(reply_address(&self.addressing, desk, &self.keys.sign_local(token, issued_to))),
        };
        let bounce = Token { dispute: number, audience: Audience::Bounce, serial: 0 };
        let envelope_from = match (self.envelope, outgoing.nature) {
            (Envelope::Null, Nature::Replied | Nature::Generated) => None,
            (Envelope::Desk, _) => Some(desk.to_owned()),
            (Envelope::Signed | Envelope::Null, _) => {
                Some(reply_address(&self.addressing, desk, &self.keys.sign_local(bounce, None)))
            }
        };
        let mut references = outgoing.answers.references.clone();
        if references.is_empty() && matches!(outgoing.to, Recipient::Staff(_)) && number > 0 {
            references.push(format!("d{number}.staff@{domain}"));
        }
        let skip = references.len().saturating_sub(THREAD_LENGTH);
        Seal {
            reply_to,
            envelope_from,
            message_id: self.keys.message_id(token, issued_to, self.clock.random(), domain),
            references: references.split_off(skip),
        }
    }

    /// What a signed address or Message-ID says of a reply to it.
    pub fn goes(audience: Audience) -> Goes {
        if audience == Audience::StaffToCustomer { Goes::ToCustomer } else { Goes::Inside }
    }
}

struct Seal {
    reply_to: Option<String>,
    envelope_from: Option<String>,
    message_id: String,
    references: Vec<String>,
}

/// What a customer may see of a journal entry.
fn milestone(what: What) -> Option<MilestoneKind> {
    Some(match what {
        What::Opened => MilestoneKind::Received,
        What::CustomerWrote => MilestoneKind::YouWrote,
        What::Taken => MilestoneKind::Taken,
        What::Answered => MilestoneKind::Answered,
        What::HoldingUpdate => MilestoneKind::Delayed,
        What::Resolved => MilestoneKind::Resolved,
        What::Escalated => MilestoneKind::Escalated,
        What::Closed | What::Confirmed | What::Withdrawn => MilestoneKind::Closed,
        What::Reopened => MilestoneKind::Reopened,
        _ => return None,
    })
}

/// The customer's mails in a dispute, by which their client threads our answer.
fn customer_thread(db: &mut Db, dispute: &Dispute) -> Result<Thread, StoreError> {
    let own = |sender: &str| sender.eq_ignore_ascii_case(&dispute.customer.address);
    let ids: Vec<String> = inbox::mails_of(db, dispute.number)?
        .into_iter()
        .filter(|mail| mail.sender.as_deref().is_some_and(own))
        .filter_map(|mail| mail.message_id)
        .collect();
    Ok(Thread { in_reply_to: ids.last().cloned(), references: ids })
}

/// When the next step of the customer's turn is due.
fn turn_due(db: &mut Db, dispute: &Dispute) -> Result<Option<Timestamp>, StoreError> {
    let timers = timers::of(db, dispute.number)?;
    Ok(timers.iter().find(|timer| timer.kind == TimerKind::CustomerTurn).map(|timer| timer.due_at))
}

/// Reads the attachments that go along from the mails that brought them.
fn attachments(
    db: &mut Db,
    outgoing: &Outgoing,
    limits: &Limits,
) -> Result<Vec<inbound::Attachment>, StoreError> {
    let mut found = Vec::new();
    let mut open: Option<(i64, inbound::Mail)> = None;
    for wanted in &outgoing.attachments {
        if open.as_ref().is_none_or(|(mail, _)| *mail != wanted.mail) {
            let Some(raw) = inbox::raw(db, wanted.mail)? else { continue };
            open = Some((wanted.mail, inbound::understand(&raw, limits).0));
        }
        if let Some(part) = open.as_ref().and_then(|(_, mail)| mail.attachments.get(wanted.index)) {
            found.push(part.clone());
        }
    }
    Ok(found)
}
