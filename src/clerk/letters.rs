//! From a decided letter to the final bytes that the outbox keeps.
use super::{Clerk, ClerkError, Envelope, Release};
use crate::{
    domain::{
        Timestamp,
        decision::{Nature, Outgoing, Recipient, Reply},
        dispute::Dispute,
        letter::Goes,
    },
    mail::{
        inbound::{self, Limits},
        outbound,
        token::{Addressing, Audience, Token, reply_address},
    },
    store::{Db, StoreError, inbox, outbox},
};

/// Language of staff letters; customers have theirs in the dispute.
const STAFF_LANGUAGE: &str = "en";
/// At most this many earlier ids go into References.
const THREAD_LENGTH: usize = 20;

impl Clerk {
    /// A letter becomes final bytes. What stands in them now is what a retry sends.
    pub(super) fn render(
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
        });
        let gate = if self.is_held(outgoing) { outbox::Gate::Held } else { outbox::Gate::Open };
        // A mail that cannot be made is a mail that cannot be delivered: it is reported like one, and stops nothing.
        let (bytes, gate) = match composed {
            Ok(composed) => (composed.bytes, gate),
            Err(error) => (Vec::new(), outbox::Gate::Dead(error.to_string())),
        };
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
            message_id: seal.message_id,
            bytes,
            gate,
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
            Reply::About { mail } => (Audience::StaffInside, mail),
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
