//! Rules with many cases, as tables: which command runs in which stage, and who hears of what.
use std::fmt::Write as _;

use redress::{
    command,
    decide::{
        Acknowledge, Age, AgentWrote, Case, Event, Facts, Manner, Permanence, Returned, Thanks, Wrote, decide,
    },
    domain::{
        decision::{Recipient, Thread, TimerKind},
        dispute::{Awaiting, Dispute, Number, Outcome, Question, QuestionKind, Stage},
        letter::{Goes, Understood},
        party::Staff,
        policy::Policy,
    },
    store::disputes,
};

use super::complaint;
use crate::world::World;

/// A dispute of Ada's as it stands after her complaint, and the usual desk's rules.
fn setting() -> (World, Dispute) {
    let mut world = World::new();
    complaint(&mut world);
    let dispute = world.parts().store.with(|db| disputes::load(db, Number(1000))).unwrap().unwrap();
    (world, dispute)
}

fn staff<'p>(policy: &'p Policy, address: &str) -> &'p Staff {
    policy.staff_by(address).unwrap()
}

fn at_stage(dispute: &Dispute, stage: Stage) -> Dispute {
    let mut dispute = dispute.clone();
    dispute.stage = stage;
    if stage == Stage::Closed {
        dispute.outcome = Some(Outcome::Unconfirmed);
        dispute.closed_at = Some(dispute.opened_at);
        dispute.promise = None;
    }
    dispute
}

fn agent_wrote(policy: &Policy, text: &str) -> AgentWrote {
    let parsed = command::parse(text);
    AgentWrote {
        mail: 7,
        staff: staff(policy, "anna@shop.test").clone(),
        authenticated: true,
        goes: Goes::ToCustomer,
        commands: parsed.commands().unwrap(),
        body: parsed.body,
        attachments: Vec::new(),
        thread: Thread::default(),
    }
}

#[test]
fn which_command_runs_in_which_stage() {
    let (world, dispute) = setting();
    let policy = &world.parts().desk.clerk().policy;
    let facts = Facts::default();
    let mut table = String::new();
    for line in ["#take", "#note", "#promise 3d", "#resolve", "#close withdrawn", "#help", ""] {
        write!(table, "{line:18}").unwrap();
        for stage in Stage::ALL {
            let dispute = at_stage(&dispute, *stage);
            let case = Case { dispute: &dispute, facts: &facts, policy, now: world.now(), key: "mail:7" };
            let event = Event::AgentWrote(agent_wrote(policy, &format!("{line}\n\nSome words.")));
            let shown = match decide(&case, &event) {
                Ok(decision) if decision.dispute.stage == *stage => "runs".to_owned(),
                Ok(decision) => format!("→ {}", decision.dispute.stage),
                Err(_) => "refused".to_owned(),
            };
            write!(table, " {:22}", format!("{stage}: {shown}")).unwrap();
        }
        table.truncate(table.trim_end().len());
        table.push('\n');
    }
    insta::assert_snapshot!(table, @"
    #take              open: → investigating  investigating: runs    offered: runs          agreed: runs           closed: refused
    #note              open: runs             investigating: runs    offered: runs          agreed: runs           closed: runs
    #promise 3d        open: → investigating  investigating: runs    offered: runs          agreed: runs           closed: refused
    #resolve           open: → offered        investigating: → offered offered: runs          agreed: → offered      closed: refused
    #close withdrawn   open: → closed         investigating: → closed offered: → closed      agreed: → closed       closed: refused
    #help              open: → investigating  investigating: runs    offered: runs          agreed: runs           closed: runs
                       open: → investigating  investigating: runs    offered: runs          agreed: runs           closed: runs
    ");
    world.finish();
}

fn customer_wrote(text: &str, dispute: &Dispute) -> Wrote {
    let asked = dispute.question.map(|question| question.kind);
    Wrote {
        mail: 7,
        address: dispute.customer.address.clone(),
        name: None,
        subject: String::new(),
        text: text.to_owned(),
        cut: String::new(),
        received_at: dispute.opened_at,
        authenticated: true,
        acknowledge: Acknowledge::No(String::new()),
        language: None,
        said: command::customer::first_line(text, asked, ""),
        thanks: if command::customer::is_plain_thanks(text, "") { Thanks::Plain } else { Thanks::No },
        answers: dispute.question.map_or(0, |question| question.serial),
        manner: Manner::Reply,
        age: Age::New,
        attachments: Vec::new(),
        understood: Understood::default(),
        warnings: Vec::new(),
        linked: None,
    }
}

/// Every event with a short name, for a dispute in this state.
fn events(dispute: &Dispute, policy: &Policy) -> Vec<(&'static str, Event)> {
    let wrote = |text: &str| Event::CustomerWrote(customer_wrote(text, dispute));
    let due = |kind| Event::Due(kind, dispute.promise.map_or(dispute.opened_at, |promise| promise.due));
    let back = |permanence| Event::Undeliverable(Returned { permanence, diagnostic: "550".to_owned() });
    vec![
        ("prose", wrote("Here is one more fact.")),
        ("thanks", wrote("Thank you!")),
        ("status", wrote("status")),
        ("withdraw", wrote("withdraw")),
        ("yes", wrote("yes")),
        ("no", wrote("no")),
        ("yes, but", wrote("Yes, but not all of it.")),
        ("outsider", Event::OutsiderWrote(customer_wrote("Hello", dispute))),
        ("agent answers", Event::AgentWrote(agent_wrote(policy, "We look into it."))),
        ("agent notes", Event::AgentWrote(agent_wrote(policy, "#note\nBe kind."))),
        ("customer away", Event::CustomerAway(dispute.opened_at + chrono::Duration::days(7))),
        ("agent away", Event::AgentAway(staff(policy, "anna@shop.test").clone())),
        ("promise near", due(TimerKind::PromiseReminder)),
        ("promise due", due(TimerKind::PromiseDue)),
        ("turn over", due(TimerKind::CustomerTurn)),
        ("address dead", back(Permanence::Address)),
        ("mail put off", back(Permanence::Temporary)),
        ("merged", Event::MergedInto(Number(1))),
    ]
}

/// The letters of each event: whom they go to and which they are.
fn told(world: &World, dispute: &Dispute) -> String {
    let policy = &world.parts().desk.clerk().policy;
    let facts = Facts::default();
    let mut table = String::new();
    for (name, event) in events(dispute, policy) {
        let case = Case { dispute, facts: &facts, policy, now: world.now(), key: "mail:7" };
        let decision = decide(&case, &event).unwrap();
        let letters: Vec<String> = decision
            .outgoing
            .iter()
            .map(|outgoing| match &outgoing.to {
                Recipient::Customer => format!("customer: {}", outgoing.letter.name()),
                Recipient::Staff(address) | Recipient::Operator(address) => {
                    format!("{}: {}", address.split('@').next().unwrap_or_default(), outgoing.letter.name())
                }
            })
            .collect();
        writeln!(table, "{name:14} {}", if letters.is_empty() { "-".to_owned() } else { letters.join(", ") })
            .unwrap();
    }
    table
}

#[test]
fn who_is_told_of_what_while_nobody_has_it() {
    let (world, dispute) = setting();
    insta::assert_snapshot!(told(&world, &dispute), @"
    prose          anna: notification, mara: notification
    thanks         -
    status         customer: status
    withdraw       anna: notification, mara: notification, customer: withdrawn
    yes            anna: notification, mara: notification
    no             anna: notification, mara: notification
    yes, but       anna: notification, mara: notification
    outsider       anna: notification, mara: notification
    agent answers  customer: answer
    agent notes    mara: notification, anna: transcript
    customer away  -
    agent away     mara: notification
    promise near   anna: promise-reminder, mara: promise-reminder
    promise due    customer: holding, anna: promise-broken, mara: promise-broken
    turn over      -
    address dead   anna: notification, mara: notification
    mail put off   -
    merged         anna: notification, mara: notification
    ");
    world.finish();
}

#[test]
fn who_is_told_of_what_while_a_resolution_lies_with_the_customer() {
    let (world, dispute) = setting();
    let mut dispute = at_stage(&dispute, Stage::Offered);
    dispute.agent = Some("anna@shop.test".to_owned());
    dispute.awaiting = Awaiting::Customer;
    dispute.promise = None;
    dispute.question =
        Some(Question { serial: 1, kind: QuestionKind::Resolution, asked_at: dispute.opened_at });
    dispute.questions_asked = 1;
    insta::assert_snapshot!(told(&world, &dispute), @"
    prose          anna: notification
    thanks         anna: notification
    status         customer: status
    withdraw       anna: notification, customer: withdrawn
    yes            customer: confirmed, anna: notification
    no             customer: reopened, anna: notification, mara: notification
    yes, but       anna: notification, customer: ask-back
    outsider       anna: notification
    agent answers  customer: answer
    agent notes    anna: transcript
    customer away  -
    agent away     mara: notification
    promise near   -
    promise due    -
    turn over      customer: reminder
    address dead   anna: notification
    mail put off   -
    merged         anna: notification
    ");
    world.finish();
}

#[test]
fn who_is_told_of_what_after_closing() {
    let (world, dispute) = setting();
    let mut dispute = at_stage(&dispute, Stage::Closed);
    dispute.agent = Some("anna@shop.test".to_owned());
    insta::assert_snapshot!(told(&world, &dispute), @"
    prose          customer: reopened, anna: notification
    thanks         -
    status         customer: status
    withdraw       -
    yes            customer: reopened, anna: notification
    no             customer: reopened, anna: notification
    yes, but       customer: reopened, anna: notification
    outsider       anna: notification
    agent answers  customer: answer
    agent notes    anna: transcript
    customer away  -
    agent away     mara: notification
    promise near   -
    promise due    -
    turn over      -
    address dead   anna: notification
    mail put off   -
    merged         anna: notification
    ");
    world.finish();
}
