//! Understanding a mail: everything that needs its bytes and the keys, and nothing of the store.
use std::net::IpAddr;

use super::Desk;
use crate::mail::{
    authenticity::{self, Results},
    bounce::{self, Bounce},
    fate::matches_any,
    inbound::{self, Defect, Mail, ReturnPath},
    relay::{self, Arrival, Voice},
    reply::{self, Answers, Context, Split},
    token::{Token, Verified, find_in},
};

/// A mail as understood.
#[derive(Debug)]
pub struct Reading {
    /// The mail.
    pub mail: Mail,
    /// What was wrong with it.
    pub defects: Vec<Defect>,
    /// What the trusted border says of its sender.
    pub results: Option<Results>,
    /// Whether that vouches for From.
    pub authenticated: bool,
    /// Whether that says From is false.
    pub dmarc_failed: bool,
    /// Whose voice it is. A customer who speaks through a relay stands in the mail's From, which then nothing
    /// vouches for.
    pub voice: Voice,
    /// What it says of a mail that did not arrive.
    pub bounce: Option<Bounce>,
    /// The newly written text.
    pub new_text: String,
    /// Where nothing was newly written: what was passed on. For reading only; it binds nobody.
    pub passed_on: String,
    /// What was cut around it.
    pub cut: String,
    /// Of that, what stood below it and may be the author's own words.
    pub own_cut: String,
    /// Of that, the rest but footers: earlier mail, with what leads to it.
    pub old_mail: String,
    /// Valid signed addresses among the recipients.
    pub addressed: Vec<Sight>,
    /// Valid signed Message-IDs of ours: In-Reply-To, then References from the newest.
    pub ours: Vec<Sight>,
    /// Signatures that look like ours and are not.
    pub forged: usize,
    /// Set when the mail is one of ours coming back, with the sign of it.
    pub echo: Option<String>,
}

/// A valid token and whom it was issued to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// What it says.
    pub token: Token,
    /// The member of staff it was issued to.
    pub issued_to: Option<String>,
}

impl Desk {
    /// Understands raw bytes. Never fails: what cannot be understood is named among the defects.
    pub fn read(&self, raw: &[u8]) -> Reading {
        let clerk = &self.clerk;
        let (mut mail, defects) = inbound::understand(raw, &clerk.limits);
        let results = authenticity::results(&mail.headers, &self.settings.trust);
        let mut authenticated = authenticity::authenticated(&mail, &self.settings.trust);
        let mut dmarc_failed = authenticity::dmarc_failed(&mail, &self.settings.trust);
        let text_cut = defects.iter().any(|defect| matches!(defect, Defect::TextCut(_)));
        let voice = self.voice(&mail, |handed_over_by| Arrival { authenticated, handed_over_by, text_cut });
        if let Voice::Customer { customer, .. } = &voice {
            mail.from = Some(customer.clone());
            (authenticated, dmarc_failed) = (false, false);
        }
        let staff: Vec<&str> = clerk.policy.staff.iter().map(|staff| staff.address.as_str()).collect();
        let mut forged = 0;
        let mut sift = |verified: Verified| match verified {
            Verified::Valid { token, issued_to } => Some(Sight { token, issued_to }),
            Verified::Forged => {
                forged += 1;
                None
            }
            Verified::NotOurs => None,
        };
        let addressed: Vec<Sight> = find_in(&mail.recipients, &clerk.addressing, &clerk.policy.desk_address)
            .iter()
            .filter_map(|local| sift(clerk.keys.verify_local(local, &staff)))
            .collect();
        let ours = mail
            .in_reply_to
            .iter()
            .chain(mail.references.iter().rev())
            .filter_map(|id| sift(clerk.keys.verify_message_id(id, &staff)))
            .collect();
        let split = split(&mail, &addressed);
        let echo = self.echo(&mail, &staff);
        let bounce = bounce::read(&mail);
        Reading {
            mail,
            defects,
            results,
            authenticated,
            dmarc_failed,
            voice,
            bounce,
            new_text: split.new.trim().to_owned(),
            passed_on: split.passed_on,
            cut: split.rest,
            own_cut: split.own_cut,
            old_mail: split.old_mail,
            addressed,
            ours,
            forged,
            echo,
        }
    }

    fn voice(&self, mail: &Mail, arrival: impl FnOnce(Option<IpAddr>) -> Arrival) -> Voice {
        let relays = &self.settings.relays;
        if relays.is_empty() {
            return Voice::Own;
        }
        let handed_over_by = authenticity::handed_over_by(&mail.headers, &self.settings.trust);
        relay::hear(mail, relays, arrival(handed_over_by), |address| self.is_ours(address))
    }

    /// Whether an address is the desk's own or a colleague's.
    fn is_ours(&self, address: &str) -> bool {
        self.clerk.policy.staff_by(address).is_some() || matches_any(address, &self.settings.own_addresses)
    }

    /// Whether an address is nobody's who could be a customer or be blocked: ours, or a relay's.
    pub fn is_one_of_us(&self, address: &str) -> bool {
        self.is_ours(address) || self.settings.relays.iter().any(|relay| relay.covers(address))
    }

    fn echo(&self, mail: &Mail, staff: &[&str]) -> Option<String> {
        let keys = &self.clerk.keys;
        let id = mail.message_id.as_deref()?;
        if matches!(keys.verify_message_id(id, staff), Verified::Valid { .. }) {
            return Some("Message-ID".to_owned());
        }
        let marked = mail.headers_named("X-Redress-Loop").any(|mark| keys.verify_loop_mark(mark.trim(), id));
        marked.then(|| "X-Redress-Loop".to_owned())
    }
}

/// Takes the text apart, seen whether the mail answers anything.
fn split(mail: &Mail, addressed: &[Sight]) -> Split {
    // What comes from nobody is a program's, and quotes as it likes.
    let program = mail.return_path == ReturnPath::Null;
    let refers = !mail.in_reply_to.is_empty() || !mail.references.is_empty() || !addressed.is_empty();
    let answers = if program || refers || reply::is_answer(&mail.subject) {
        Answers::Something
    } else {
        Answers::Nothing
    };
    let from = mail.from.as_ref();
    let name = from.and_then(|from| from.name.as_deref()).unwrap_or_default();
    let author = format!("{name} {}", from.map_or("", |from| from.address.as_str()));
    reply::split_of(&mail.text, Context { answers, author: &author })
}
