//! Loads the possible places of a mail and asks `threading` which one it is.
use super::Letterbox;
use crate::{
    domain::dispute::{Dispute, Number},
    domain::policy::SubjectRule,
    mail::{inbound::Mail, providers::is_shared},
    store::{StoreError, disputes, inbox, message_ids, message_ids::Role},
    threading::{
        self, Answered, Candidates, Counts, Expected, Header, Held, HeldRole, Numbered, Party, Placement, Tie,
    },
};

/// How many numbers of a subject are looked up.
const NUMBERS: usize = 8;
/// How many disputes are looked at for one mail.
const DISPUTES: usize = 32;

impl Letterbox<'_> {
    /// Where this mail belongs.
    pub fn place(&mut self) -> Result<Placement, StoreError> {
        let candidates = self.candidates()?;
        Ok(threading::place(&candidates))
    }

    fn candidates(&mut self) -> Result<Candidates, StoreError> {
        let reading = self.reading;
        let mail = &reading.mail;
        Ok(Candidates {
            addressed: reading.addressed.iter().map(|sight| sight.token).collect(),
            ours: reading.ours.iter().map(|sight| sight.token).filter(|token| token.dispute > 0).collect(),
            held: self.held(mail)?,
            expected: self.expected(mail)?,
            numbered: self.numbered(mail)?,
            forward: threading::is_forward(&mail.subject),
        })
    }

    /// What the store holds of the ids that this mail refers to, in the order of the headers. One lookup for all,
    /// and each dispute is loaded once, whatever a stranger writes into References.
    fn held(&mut self, mail: &Mail) -> Result<Vec<Held>, StoreError> {
        let direct = mail.in_reply_to.iter().map(|id| (Header::InReplyTo, id));
        let older = mail.references.iter().rev().map(|id| (Header::References, id));
        let named: Vec<(Header, &String)> = direct.chain(older).collect();
        let ids: Vec<String> = named.iter().map(|(_, id)| (*id).clone()).collect();
        let known = message_ids::lookup(self.db, &ids)?;
        let mut looked_at: Vec<(Number, Option<(Tie, Answered)>)> = Vec::new();
        let mut found = Vec::new();
        for (header, id) in named {
            for held in known.iter().filter(|held| held.id == *id) {
                let role = match held.role {
                    Role::Theirs => HeldRole::Mail,
                    Role::Referred => HeldRole::Mentioned,
                    Role::Own => continue,
                };
                let tied = match looked_at.iter().find(|(number, _)| *number == held.dispute) {
                    Some((_, tied)) => *tied,
                    None if looked_at.len() >= DISPUTES => continue,
                    None => {
                        let dispute = disputes::load(self.db, held.dispute)?;
                        let tied = dispute.map(|dispute| (self.tie_to(&dispute), answered(&dispute)));
                        looked_at.push((held.dispute, tied));
                        tied
                    }
                };
                let (tie, answered) = tied.unwrap_or((Tie::Stranger, Answered::Yes));
                if tie != Tie::Party && threading::is_weak_id(id) {
                    continue;
                }
                found.push(Held { dispute: held.dispute, role, header, tie, answered });
            }
        }
        Ok(found)
    }

    fn expected(&mut self, mail: &Mail) -> Result<Vec<Expected>, StoreError> {
        let Some(own) = &mail.message_id else { return Ok(Vec::new()) };
        let mut found: Vec<Expected> = Vec::new();
        for known in message_ids::lookup(self.db, std::slice::from_ref(own))? {
            let fresh = found.iter().all(|expected| expected.dispute != known.dispute);
            if known.role != Role::Referred || !fresh || found.len() >= DISPUTES {
                continue;
            }
            let Some(dispute) = disputes::load(self.db, known.dispute)? else { continue };
            let (tie, answered) = (self.tie_to(&dispute), answered(&dispute));
            if tie != Tie::Party && threading::is_weak_id(own) {
                continue;
            }
            found.push(Expected { dispute: known.dispute, tie, answered });
        }
        Ok(found)
    }

    fn numbered(&mut self, mail: &Mail) -> Result<Vec<Numbered>, StoreError> {
        let policy = &self.desk.clerk.policy;
        let mut found = Vec::new();
        for number in threading::numbers_in(&mail.subject, &policy.prefix).into_iter().take(NUMBERS) {
            if disputes::load(self.db, number)?.is_none() {
                continue;
            }
            let proven = match policy.subject_needs_authentication {
                SubjectRule::Authenticated => self.reading.authenticated,
                SubjectRule::AnyParty => true,
            };
            let counts = if proven && self.party(number)? == Party::Yes { Counts::Yes } else { Counts::No };
            found.push(Numbered { dispute: number, counts });
        }
        Ok(found)
    }

    fn party(&mut self, number: Number) -> Result<Party, StoreError> {
        Ok(disputes::load(self.db, number)?.map_or(Party::No, |dispute| self.party_of(&dispute)))
    }

    /// Whether the writer of this mail is the customer of `dispute`: From alone says so.
    pub fn party_of(&self, dispute: &Dispute) -> Party {
        let from = self.reading.mail.from.as_ref();
        let same = from.is_some_and(|from| from.address.eq_ignore_ascii_case(&dispute.customer.address));
        if same { Party::Yes } else { Party::No }
    }

    /// What ties the writer of this mail to `dispute`.
    fn tie_to(&self, dispute: &Dispute) -> Tie {
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
        let from = self.reading.mail.from.as_ref();
        // A relay makes addresses for people who do not know each other.
        let is_relays =
            |address: &str| self.desk.settings.relays.iter().any(|relay| relay.covers_domain_of(address));
        let from = from.filter(|from| !is_relays(&from.address)).and_then(|from| domain(&from.address));
        if self.party_of(dispute) == Party::Yes {
            return Tie::Party;
        }
        let same = from.is_some_and(|from| {
            domain(&dispute.customer.address).as_deref() == Some(from.as_str()) && !is_shared(&from)
        });
        if same { Tie::Colleague } else { Tie::Stranger }
    }

    /// The row that says what became of this mail.
    pub fn filing(&self, status: inbox::Status) -> inbox::Filing {
        let mail = &self.reading.mail;
        let refers = mail.in_reply_to.iter().chain(&mail.references).cloned().collect();
        inbox::Filing {
            mail: self.waiting.id,
            status,
            fate: None,
            rule: None,
            reason: None,
            dispute: None,
            placed_by: None,
            message_id: mail.message_id.clone(),
            sender: mail.from.as_ref().map(|from| from.address.clone()),
            body_hash: Some(mail.body_hash),
            sent_at: mail.date,
            refers,
        }
    }
}

fn answered(dispute: &Dispute) -> Answered {
    if dispute.agent.is_some() || dispute.is_closed() { Answered::Yes } else { Answered::No }
}
