//! `redress senders`: whose mail is held, and whose never is, as people have said it beside the configuration.
use anyhow::bail;
use serde::Serialize;

use super::{
    Exit, Global, Senders, SendersArgs,
    listing::{Listed, Listing},
    opened::{Opened, Words},
    screen,
    table::{Align, Table},
};
use crate::{
    config::settings::Whom,
    domain::{Timestamp, party::plain_address},
    store::senders::{self, Standing},
};

/// Senders that are listed.
const MOST: i64 = 10_000;
/// Who says what an operator says.
const OPERATOR: &str = "operator";

/// Lists senders, or says something of them.
pub fn run(global: &Global, args: &SendersArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    match &args.what {
        Senders::List(print) => screen::show(&listing(&desk)?, print)?,
        what => screen::text(changed(&desk, what)?)?,
    }
    Ok(Exit::Ok)
}

/// A sender in the list.
#[derive(Debug, Serialize)]
pub struct Row {
    /// An address, or `@domain`.
    whom: String,
    /// “blocked” or “allowed”.
    standing: String,
    /// Who said so: a member of staff, “operator”, or “configuration”.
    set_by: String,
    /// When; the configuration does not say.
    set_at: Option<Timestamp>,
}

/// What the configuration says and what people have said.
///
/// # Errors
/// When the database cannot be read.
pub fn listing(desk: &Opened) -> anyhow::Result<Listing<Row>> {
    let intake = &desk.config.intake;
    let configured = |list: &[Whom], standing: Standing| -> Vec<Row> {
        list.iter()
            .map(|whom| Row {
                whom: whom.to_string(),
                standing: standing.to_string(),
                set_by: "configuration".to_owned(),
                set_at: None,
            })
            .collect()
    };
    let mut rows = configured(&intake.blocked, Standing::Blocked);
    rows.extend(configured(&intake.allowed, Standing::Allowed));
    rows.extend(desk.read(|db| senders::list(db, MOST))?.into_iter().map(|sender| Row {
        whom: sender.whom,
        standing: sender.standing.to_string(),
        set_by: sender.set_by,
        set_at: Some(sender.set_at),
    }));
    Ok(Listing::of(&desk.words, rows))
}

impl Listed for Row {
    const NONE: &str = "Nobody is blocked or allowed.\n";

    fn columns() -> Table {
        Table::new()
            .column("sender", Align::Left, 60)
            .column("is", Align::Left, 10)
            .column("said by", Align::Left, 40)
            .column("when", Align::Left, 16)
    }

    fn cells(&self, words: &Words) -> Vec<String> {
        let when = words.moment_or_dash(self.set_at);
        vec![self.whom.clone(), self.standing.clone(), self.set_by.clone(), when]
    }
}

/// Blocks, allows or forgets senders; returns what to say.
///
/// # Errors
/// When one is neither an address nor a domain, or was not in the list, or the database cannot be written. Then
/// nothing was changed.
pub fn changed(desk: &Opened, what: &Senders) -> anyhow::Result<String> {
    let (whom, standing) = match what {
        Senders::List(_) => return Ok(String::new()),
        Senders::Block(args) => (&args.senders, Some(Standing::Blocked)),
        Senders::Allow(args) => (&args.senders, Some(Standing::Allowed)),
        Senders::Forget(args) => (&args.senders, None),
    };
    let names = whom.iter().map(|text| name(text)).collect::<anyhow::Result<Vec<_>>>()?;
    if standing == Some(Standing::Blocked) {
        let policy = &desk.config.policy;
        let ours = |name: &&String| **name == policy.desk_address || policy.staff_by(name).is_some();
        if let Some(name) = names.iter().find(ours) {
            bail!("{name} is an address of the desk's own; nothing was changed");
        }
    }
    let known: Vec<String> =
        desk.read(|db| senders::of(db, &names))?.into_iter().map(|sender| sender.whom).collect();
    if let Some(name) = names.iter().find(|name| standing.is_none() && !known.contains(name)) {
        bail!("nothing was said of {name} here; nothing was changed");
    }
    let now = desk.words.now;
    desk.write(|db| {
        db.tx(|db| {
            for name in &names {
                match standing {
                    Some(standing) => senders::set(db, name, standing, OPERATOR, now)?,
                    None => drop(senders::forget(db, name)?),
                }
            }
            Ok::<_, crate::store::StoreError>(())
        })
    })?;
    let said = match standing {
        Some(Standing::Blocked) => "From now on their mail is held.",
        Some(Standing::Allowed) => {
            "From now on their mail is not held. What waits is released by “redress release mail”."
        }
        None => "What was said of them is forgotten.",
    };
    Ok(format!("{}: {said}\n", names.join(", ")))
}

/// An address, or a domain with or without its `@`, as the store has it.
fn name(text: &str) -> anyhow::Result<String> {
    let whole = text.trim().to_ascii_lowercase();
    let domain = whole.strip_prefix('@').unwrap_or(&whole);
    if plain_address(&whole).is_some() {
        return Ok(whole);
    }
    match plain_address(&format!("anybody@{domain}")) {
        Some(_) if domain.contains('.') => Ok(format!("@{domain}")),
        _ => bail!("“{text}” is neither an address nor a domain; nothing was changed"),
    }
}
