//! The card of a dispute, at the head of what staff reads about it.
use crate::domain::{
    dispute::Dispute,
    letter::{Card, PastDispute},
    policy::Policy,
};

/// The dispute at a glance.
pub fn card(dispute: &Dispute, past: &[PastDispute], policy: &Policy) -> Card {
    let agent = dispute.agent.as_deref();
    Card {
        number: dispute.number.public(&policy.prefix),
        subject: dispute.subject.clone(),
        customer_name: dispute.customer.name.clone(),
        customer_address: dispute.customer.address.clone(),
        language: dispute.language.clone(),
        stage: dispute.stage,
        level: dispute.level,
        awaiting: dispute.awaiting,
        outcome: dispute.outcome,
        agent: agent.map(|address| {
            policy.staff_by(address).map_or_else(|| address.to_owned(), |staff| staff.name.clone())
        }),
        opened: dispute.opened_at,
        promise: dispute.promise.map(|promise| promise.due),
        promises_kept: dispute.promises_kept,
        promises_broken: dispute.promises_broken,
        past: past.iter().take(5).cloned().collect(),
        linked: dispute.linked.map(|number| number.public(&policy.prefix)),
    }
}

/// A dispute as it stands on the card of another one.
pub fn past_of(dispute: &Dispute, policy: &Policy) -> PastDispute {
    PastDispute {
        number: dispute.number.public(&policy.prefix),
        subject: dispute.subject.clone(),
        outcome: dispute.outcome,
        rating: dispute.rating.map(|rating| rating.score),
    }
}
