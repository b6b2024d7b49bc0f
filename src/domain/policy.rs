//! The desk's rules as plain values: promises, deadlines, limits, survey. `config` fills them, `decide` reads them.
use chrono::Duration;

use super::{
    calendar::Calendar,
    dispute::Stage,
    party::{Role, Staff},
};

/// Everything that `decide` needs to know of how this desk works.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Name of the desk as customers see it.
    pub desk_name: String,
    /// The desk's one public address.
    pub desk_address: String,
    /// What stands before a dispute's number, such as `D-`.
    pub prefix: String,
    /// Language where none was detected.
    pub language: String,
    /// Languages in which letters exist.
    pub languages: Vec<String>,
    /// A sentence on the customer's rights, by language, shown in the acknowledgement.
    pub rights: std::collections::BTreeMap<String, String>,
    /// Business hours, holidays and time zone.
    pub calendar: Calendar,
    /// Agents and managers, in the order of the configuration.
    pub staff: Vec<Staff>,
    /// Business days until the next word, by stage.
    pub promise_days: PromiseDays,
    /// The agent is reminded this long before a promise falls due.
    pub promise_reminder: Duration,
    /// How long an agent's reply waits before it leaves.
    pub agent_delay: Duration,
    /// The customer's turn.
    pub customer_turn: CustomerTurn,
    /// For this long after closing a reply reopens; later it opens a linked dispute.
    pub reopen_within: Duration,
    /// Whether a number in the subject counts only from an authenticated party.
    pub subject_needs_authentication: SubjectRule,
    /// Whether the desk can authenticate senders at all, that is trusts an authserv-id.
    pub authentication: Authentication,
    /// The survey.
    pub survey: Survey,
    /// Bounds on acknowledgements.
    pub budgets: Budgets,
}

impl Policy {
    /// The member of staff who writes from `address`.
    pub fn staff_by(&self, address: &str) -> Option<&Staff> {
        self.staff.iter().find(|staff| staff.writes_from(address))
    }

    /// Everybody who is escalated to.
    pub fn managers(&self) -> impl Iterator<Item = &Staff> {
        self.staff.iter().filter(|staff| staff.role == Role::Manager)
    }

    /// `language` if letters exist in it, else the desk's own.
    pub fn letter_language(&self, language: Option<&str>) -> String {
        language
            .filter(|wanted| self.languages.iter().any(|known| known == wanted))
            .unwrap_or(&self.language)
            .to_owned()
    }
}

/// Business days until the next word to the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromiseDays {
    /// In stage open.
    pub open: u32,
    /// In stage investigating.
    pub investigating: u32,
    /// In stage offered.
    pub offered: u32,
    /// In stage agreed.
    pub agreed: u32,
}

impl PromiseDays {
    /// Days for `stage`; a closed dispute has no next word.
    pub fn of(self, stage: Stage) -> Option<u32> {
        match stage {
            Stage::Open => Some(self.open),
            Stage::Investigating => Some(self.investigating),
            Stage::Offered => Some(self.offered),
            Stage::Agreed => Some(self.agreed),
            Stage::Closed => None,
        }
    }
}

/// What happens while the customer owes an answer, in business days since their turn began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerTurn {
    /// Days after which a reminder goes out, ascending.
    pub reminders: Vec<u32>,
    /// Day of the last notice, after the last reminder.
    pub last_notice: u32,
    /// Day on which the dispute closes as unconfirmed.
    pub close: u32,
}

/// Whether the number in a subject needs an authenticated sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectRule {
    /// Only an authenticated party's mail is placed by it.
    Authenticated,
    /// Any party's mail is.
    AnyParty,
}

/// Whether senders can be authenticated here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// An authserv-id is trusted.
    Configured,
    /// None is: agents work in reply-only mode.
    ReplyOnly,
}

impl Authentication {
    /// What can be done where these authserv-ids are trusted.
    pub fn of(trusted: &[String]) -> Self {
        if trusted.is_empty() { Self::ReplyOnly } else { Self::Configured }
    }
}

/// The survey after a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// Whether it is sent at all.
    pub enabled: Enabled,
    /// Business days after closing.
    pub after_days: u32,
    /// A customer is asked at most once in this time.
    pub at_most_every: Duration,
    /// A vote may be changed for this long.
    pub changeable_for: Duration,
    /// A rating at or below this goes to a manager.
    pub review_at: u8,
}

/// A switch with a name, since a bare `true` says nothing at its place of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enabled {
    /// On.
    Yes,
    /// Off.
    No,
}

/// Bounds on automatic acknowledgements; they persist over restarts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// To one address in an hour.
    pub address_hour: u32,
    /// To one address in a day.
    pub address_day: u32,
    /// To one domain in an hour.
    pub domain_hour: u32,
    /// In all in an hour.
    pub total_hour: u32,
}

impl Default for Budgets {
    fn default() -> Self {
        Self { address_hour: 3, address_day: 10, domain_hour: 100, total_hour: 300 }
    }
}
