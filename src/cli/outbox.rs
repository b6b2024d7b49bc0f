//! `redress outbox`: what was written and how far sending has come; `--resend` queues again what failed for good,
//! `--drop` takes back what is held.
use anyhow::bail;
use serde::Serialize;

use super::{
    ChoiceArgs, Exit, Global, OutboxArgs, OutboxState,
    listing::{Listed, Listing},
    opened::{DASH, Opened, Words, counted},
    release, screen,
    table::{Align, Table},
};
use crate::{
    domain::Timestamp,
    store::{
        inbox::Which,
        outbox::{self, Audience, Letter, State},
    },
};

/// Letters of one state that are listed, the oldest first.
const MOST: i64 = 1_000;

/// Prints letters, or queues dead ones again.
pub fn run(global: &Global, args: &OutboxArgs) -> anyhow::Result<Exit> {
    let desk = Opened::of(global)?;
    if !args.resend.is_empty() {
        screen::text(resend(&desk, &args.resend)?)?;
    } else if !args.drop.is_empty() {
        screen::text(drop_held(&desk, &args.drop)?)?;
    } else {
        screen::show(&letters(&desk, args.state)?, &args.print)?;
    }
    Ok(Exit::Ok)
}

impl OutboxState {
    /// The states of the store that this word covers.
    fn states(self) -> &'static [State] {
        match self {
            Self::Waiting => &[State::Queued, State::Leased],
            Self::Held => &[State::Held],
            Self::Sent => &[State::Sent],
            Self::Dead => &[State::Dead],
            Self::Cancelled => &[State::Cancelled],
        }
    }
}

/// A letter in the list.
#[derive(Debug, Serialize)]
pub struct Row {
    id: i64,
    state: State,
    letter: String,
    audience: Audience,
    to: String,
    dispute: Option<String>,
    message_id: String,
    size: i64,
    leave_at: Timestamp,
    next_attempt_at: Timestamp,
    attempts: i64,
    sent_at: Option<Timestamp>,
    /// The server's last code and words.
    code: Option<i64>,
    last_error: Option<String>,
}

impl Row {
    fn of(letter: Letter, words: &Words) -> Self {
        Self {
            id: letter.id,
            state: letter.state,
            letter: letter.letter,
            audience: letter.audience,
            to: letter.recipient,
            dispute: letter.dispute.map(|number| words.number(number)),
            message_id: letter.message_id,
            size: letter.size,
            leave_at: letter.leave_at,
            next_attempt_at: letter.next_attempt_at,
            attempts: letter.attempts,
            sent_at: letter.sent_at,
            code: letter.code,
            last_error: letter.last_error,
        }
    }

    /// The moment that matters in its state.
    fn when(&self, words: &Words) -> String {
        match self.state {
            State::Sent => words.moment_or_dash(self.sent_at),
            State::Queued | State::Leased => words.moment_and_distance(self.next_attempt_at),
            State::Held | State::Dead | State::Cancelled => words.moment(self.leave_at),
        }
    }
}

/// The letters of a dispute.
pub fn of_dispute(letters: Vec<Letter>, words: &Words) -> Listing<Row> {
    Listing::of(words, letters.into_iter().map(|letter| Row::of(letter, words)).collect())
}

/// The letters of a state; of all that have not left, if none is named.
///
/// # Errors
/// When the database cannot be read.
pub fn letters(desk: &Opened, state: Option<OutboxState>) -> anyhow::Result<Listing<Row>> {
    let unsent = [OutboxState::Waiting, OutboxState::Held, OutboxState::Dead];
    let wanted = state.map_or_else(|| unsent.to_vec(), |state| vec![state]);
    let mut found = Vec::new();
    for state in wanted.iter().flat_map(|state| state.states()) {
        found.extend(desk.read(|db| outbox::list(db, *state, MOST))?);
    }
    found.sort_by_key(|letter| letter.id);
    Ok(of_dispute(found, &desk.words))
}

impl Listed for Row {
    const NONE: &str = "No letters.\n";

    fn columns() -> Table {
        Table::new()
            .column("letter", Align::Right, 9)
            .column("state", Align::Left, 9)
            .column("when", Align::Left, 40)
            .column("kind", Align::Left, 30)
            .column("to", Align::Left, 40)
            .column("dispute", Align::Left, 16)
            .column("tries", Align::Right, 5)
            .column("last answer", Align::Left, 200)
    }

    fn cells(&self, words: &Words) -> Vec<String> {
        vec![
            self.id.to_string(),
            self.state.to_string(),
            self.when(words),
            self.letter.clone(),
            self.to.clone(),
            self.dispute.clone().unwrap_or_else(|| DASH.to_owned()),
            self.attempts.to_string(),
            self.last_error.clone().unwrap_or_else(|| DASH.to_owned()),
        ]
    }
}

/// Queues dead letters again, all that are named or none; returns what to say.
///
/// # Errors
/// When one of them is not dead, or the database cannot be written.
pub fn resend(desk: &Opened, numbers: &[i64]) -> anyhow::Result<String> {
    let found =
        desk.read(|db| numbers.iter().map(|id| outbox::load(db, *id)).collect::<Result<Vec<_>, _>>())?;
    for (number, letter) in numbers.iter().zip(&found) {
        match letter {
            None => {
                bail!("there is no letter {number}; “redress outbox --state dead” lists those to send again")
            }
            Some(letter) if letter.state != State::Dead => {
                bail!("letter {number} is {}, and only dead letters are sent again", letter.state)
            }
            Some(letter) if letter.size == 0 => {
                bail!("letter {number} was never composed, so there is nothing to send; its error says why")
            }
            Some(_) => {}
        }
    }
    let now = desk.words.now;
    let mut queued = 0;
    for number in numbers {
        queued += desk.write(|db| outbox::resend(db, Which::One(*number), now))?;
    }
    Ok(format!("{} will be sent again.\n", counted(queued, "letter")))
}

/// Takes held letters back, all that are named or none; returns what to say.
///
/// # Errors
/// When one of them is not held, or the database cannot be written.
pub fn drop_held(desk: &Opened, numbers: &[i64]) -> anyhow::Result<String> {
    let named = ChoiceArgs { numbers: numbers.to_vec(), all: false };
    let count = release::each(desk, &named, "letter", "held", outbox::drop_held)?;
    Ok(format!("{} will not be sent.\n", counted(count, "letter")))
}
