//! Commands for working on a dispute: take it, note something, promise the next word.
use super::{ALL_STAFF, Command, Effect, Sensitivity, Spec, Takes, Times, WHILE_OPEN, When};
use crate::domain::dispute::Stage;

/// `#take`
pub static TAKE: Spec = Spec {
    name: "take",
    aliases: &["mine"],
    usage: "#take",
    summary: "you have it from now on",
    help: "Makes you the one who has this dispute: its mail comes to you, and the customer sees your name. \
           Whoever had it before is told. A dispute that nobody had looked at counts as being investigated.",
    example: "#take",
    more_examples: &["#Take", "# take"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: WHILE_OPEN,
    times: Times::Once,
    takes: Takes::Nothing,
    parse: |_| Ok(Command::Take),
};

/// `#note`
pub static NOTE: Spec = Spec {
    name: "note",
    aliases: &["internal"],
    usage: "#note",
    summary: "this mail stays inside",
    help: "Keeps this mail inside: the text below goes to the dispute's record and to your colleagues, and the \
           customer gets nothing of it.",
    example: "#note",
    more_examples: &["#internal"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: Stage::ALL,
    times: Times::Once,
    takes: Takes::Nothing,
    parse: |_| Ok(Command::Note),
};

/// `#promise WHEN`
pub static PROMISE: Spec = Spec {
    name: "promise",
    aliases: &["next"],
    usage: "#promise WHEN",
    summary: "date of the next word to the customer",
    help: "Sets the day by which the customer hears from you next. With a text below, the customer reads the day \
           under it; without one they are told of the day alone. WHEN is a number of business days (3d), of weeks \
           (2w), today, tomorrow, a day of the week (the next one), or a date with its year (2026-12-01, \
           1.12.2026, 1 Dec 2026). You are reminded before it; if it passes in silence, the customer is told of \
           the delay and a manager learns of it.",
    example: "#promise 3d",
    more_examples: &[
        "#promise 2w",
        "#promise tomorrow",
        "#promise friday",
        "#promise 2026-12-01",
        "#promise 1.12.2026",
        "#promise 1 Dec 2026",
        "#promise by Friday",
    ],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: WHILE_OPEN,
    times: Times::Once,
    takes: Takes::Required(
        "a number of business days such as 3d, a day of the week, or a date such as 2026-12-01",
    ),
    parse: |arguments| When::parse(arguments).map(Command::Promise),
};
