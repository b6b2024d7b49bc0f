//! `redress list`: the disputes, newest first.
use std::fmt;

use serde::Serialize;

use super::{
    Exit, Global, ListArgs,
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

/// Disputes to be printed.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Listing {
    rows: Vec<Row>,
    #[serde(skip)]
    words: Words,
}

#[derive(Debug, Serialize)]
struct Row {
    /// The number with its prefix.
    public: String,
    #[serde(flatten)]
    dispute: Dispute,
}

/// The disputes that `args` ask for.
///
/// # Errors
/// When the database cannot be read.
pub fn listing(desk: &Opened, args: &ListArgs) -> anyhow::Result<Listing> {
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
    Ok(Listing { rows, words: desk.words.clone() })
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.rows.is_empty() {
            return f.write_str("No disputes; “redress list --all” shows closed ones too.\n");
        }
        let mut table = Table::new()
            .column("number", Align::Left, 16)
            .column("stage", Align::Left, 30)
            .column("awaiting", Align::Left, 10)
            .column("agent", Align::Left, 30)
            .column("next word by", Align::Left, 16)
            .column("opened", Align::Left, 16)
            .column("customer", Align::Left, 30)
            .column("subject", Align::Left, 50);
        for Row { public, dispute } in &self.rows {
            table.row([
                public.clone(),
                stage(dispute),
                if dispute.is_closed() { DASH.to_owned() } else { dispute.awaiting.to_string() },
                dispute.agent.clone().unwrap_or_else(|| DASH.to_owned()),
                self.words.moment_or_dash(dispute.promise.map(|promise| promise.due)),
                self.words.moment(dispute.opened_at),
                dispute.customer.address.clone(),
                dispute.subject.clone(),
            ]);
        }
        write!(f, "{table}")
    }
}

/// How far a dispute has come, with its outcome once it is over.
pub fn stage(dispute: &Dispute) -> String {
    match dispute.outcome {
        Some(outcome) => format!("{}, {outcome}", dispute.stage),
        None => dispute.stage.to_string(),
    }
}
