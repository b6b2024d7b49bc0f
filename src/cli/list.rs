//! `redress list`: the disputes, newest first.
use serde::Serialize;

use super::{
    Exit, Global, ListArgs,
    listing::{Listed, Listing},
    opened::{DASH, Opened, Words},
    screen,
    table::{Align, Table},
};
use crate::{
    domain::dispute::{Dispute, Stage},
    store::disputes::{self, Filter, Holder},
};

/// Prints the list.
pub fn run(global: &Global, args: &ListArgs) -> anyhow::Result<Exit> {
    screen::show(&listing(&Opened::of(global)?, args)?, &args.print)?;
    Ok(Exit::Ok)
}

/// A dispute in the list.
#[derive(Debug, Serialize)]
pub struct Row {
    /// The number with its prefix.
    public: String,
    #[serde(flatten)]
    dispute: Dispute,
}

/// The disputes that `args` ask for.
///
/// # Errors
/// When the database cannot be read.
pub fn listing(desk: &Opened, args: &ListArgs) -> anyhow::Result<Listing<Row>> {
    let stages = match args.stage {
        Some(stage) => vec![stage],
        None if args.all => Vec::new(),
        None => Stage::ALL.iter().copied().filter(|stage| *stage != Stage::Closed).collect(),
    };
    let agent = args.agent.as_ref().map(|address| {
        let registered = desk.config.policy.staff_by(address).map(|staff| staff.address.clone());
        Holder::Agent(registered.unwrap_or_else(|| address.to_lowercase()))
    });
    let filter = Filter { stages, agent, ..Filter::default() };
    let found = desk.read(|db| disputes::list(db, &filter, args.limit.into()))?;
    let rows =
        found.into_iter().map(|dispute| Row { public: desk.words.number(dispute.number), dispute }).collect();
    Ok(Listing::of(&desk.words, rows))
}

impl Listed for Row {
    const NONE: &str = "No disputes; “redress list --all” shows closed ones too.\n";

    fn columns() -> Table {
        Table::new()
            .column("number", Align::Left, 16)
            .column("stage", Align::Left, 30)
            .column("awaiting", Align::Left, 10)
            .column("agent", Align::Left, 30)
            .column("next word by", Align::Left, 16)
            .column("opened", Align::Left, 16)
            .column("customer", Align::Left, 30)
            .column("subject", Align::Left, 50)
    }

    fn cells(&self, words: &Words) -> Vec<String> {
        let Row { public, dispute } = self;
        vec![
            public.clone(),
            stage(dispute),
            if dispute.is_closed() { DASH.to_owned() } else { dispute.awaiting.to_string() },
            dispute.agent.clone().unwrap_or_else(|| DASH.to_owned()),
            words.moment_or_dash(dispute.promise.map(|promise| promise.due)),
            words.moment(dispute.opened_at),
            dispute.customer.address.clone(),
            dispute.subject.clone(),
        ]
    }
}

/// How far a dispute has come, with its outcome once it is over.
pub fn stage(dispute: &Dispute) -> String {
    match dispute.outcome {
        Some(outcome) => format!("{}, {outcome}", dispute.stage),
        None => dispute.stage.to_string(),
    }
}
