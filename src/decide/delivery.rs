//! What follows from the mail system's own messages: out-of-office notes and mail that came back.
//!
//! Neither is ever taken for an answer or for silence.
use super::{
    Case, Permanence, Returned,
    draft::{Draft, News},
};
use crate::domain::{
    Timestamp,
    decision::{Actor, Decision, TimerKind, What},
    dispute::Awaiting,
    letter::{Goes, Reason, WarningKind},
    party::Staff,
};

/// The customer is away until then: their clock stands still, ours does not.
pub fn customer_away(case: &Case<'_>, until: Timestamp) -> Decision {
    let mut draft = Draft::new(case);
    if draft.dispute.is_closed() {
        draft.record(Actor::Customer, What::Filed, "automatic mail");
        return draft.done();
    }
    // Autoresponders speak once: an absence that is told while we owe the next word still counts when they do.
    draft.dispute.paused_until = Some(until);
    draft.record(Actor::Customer, What::Away, until.to_rfc3339());
    if draft.dispute.awaiting == Awaiting::Customer {
        draft.set(TimerKind::CustomerTurn, draft.policy().calendar.business_days_after(until, 1));
    }
    draft.done()
}

/// The agent is away: the managers hear of it, the customer never does.
pub fn agent_away(case: &Case<'_>, staff: &Staff) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Agent(staff.address.clone()), What::Away, String::new());
    let managers: Vec<_> = draft.policy().managers().collect();
    let news = News { writer: &staff.name, by: Some(&staff.address), ..News::default() };
    draft.notify_these(&managers, Reason::AgentAway, Goes::Inside, &news);
    draft.done()
}

/// Mail to the customer came back. Only a final failure changes anything.
pub fn undeliverable(case: &Case<'_>, returned: &Returned) -> Decision {
    let mut draft = Draft::new(case);
    draft.record(Actor::Desk, What::Undeliverable, returned.diagnostic.clone());
    if returned.permanence == Permanence::Temporary {
        return draft.done();
    }
    draft.dispute.undeliverable |= returned.permanence == Permanence::Address;
    if draft.dispute.awaiting == Awaiting::Customer {
        draft.our_turn();
    }
    let desk = draft.policy().desk_name.clone();
    let news = News { writer: &desk, ..News::default() }
        .warn(WarningKind::Undeliverable, returned.diagnostic.clone());
    draft.notify(Reason::Undeliverable, Goes::Inside, &news);
    draft.done()
}
