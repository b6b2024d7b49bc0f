//! Commands that end a dispute: put a resolution to the customer, close it.
use super::{
    ALL_STAFF, Arguments, Command, CommandError, Effect, Sensitivity, Spec, Takes, Times, WHILE_OPEN, suggest,
};
use crate::domain::dispute::Outcome;

/// What `#close` takes. An award and a merger have commands of their own.
const OUTCOMES: &[Outcome] =
    &[Outcome::Unconfirmed, Outcome::Withdrawn, Outcome::Deadlocked, Outcome::NotADispute];

/// `#resolve`
pub static RESOLVE: Spec = Spec {
    name: "resolve",
    aliases: &["resolved", "solve"],
    usage: "#resolve",
    summary: "the text below settles it; the customer is asked",
    help: "Sends the text below as the resolution, which is required: what was found and what was done. The \
           customer is asked whether this settles the matter. Yes closes the dispute as confirmed, no goes back to \
           you one level higher, and silence closes it as unconfirmed after reminders.",
    example: "#resolve",
    more_examples: &[],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: WHILE_OPEN,
    times: Times::Once,
    takes: Takes::Nothing,
    parse: |_| Ok(Command::Resolve),
};

/// `#close OUTCOME`
pub static CLOSE: Spec = Spec {
    name: "close",
    aliases: &[],
    usage: "#close OUTCOME",
    summary: "end it without asking",
    help: "Ends the dispute at once. OUTCOME is unconfirmed, withdrawn, deadlocked or not a dispute. \
           The text below, if any, goes to the customer with the news. Only the customer can confirm: where you can, \
           use #resolve, which asks them. Needs a mail that is proven to come from you.",
    example: "#close withdrawn",
    more_examples: &[
        "#close unconfirmed",
        "#close deadlocked",
        "#close not a dispute",
        "#close \"not a dispute\"",
        "#close not-a-dispute",
    ],
    sensitive: Sensitivity::Sensitive,
    effect: Effect::Changes,
    who: ALL_STAFF,
    stages: WHILE_OPEN,
    times: Times::Once,
    takes: Takes::Required("how it ended: unconfirmed, withdrawn, deadlocked or not a dispute"),
    parse: close,
};

fn close(arguments: &Arguments) -> Result<Command, CommandError> {
    let said = arguments.plain().replace('-', " ");
    if let Some(outcome) = OUTCOMES.iter().find(|outcome| outcome.word() == said) {
        return Ok(Command::Close(*outcome));
    }
    if said == Outcome::Confirmed.word() {
        return Err(CommandError {
            caret: arguments.range(),
            what: "only the customer can confirm".to_owned(),
            expected:
                "#resolve, which asks the customer; or unconfirmed, withdrawn, deadlocked or not a dispute"
                    .to_owned(),
            example: CLOSE.example.to_owned(),
            did_you_mean: None,
        });
    }
    let nearest = suggest::nearest(&said, OUTCOMES.iter().map(|outcome| outcome.word()));
    Err(CommandError {
        caret: arguments.range(),
        what: "this is no outcome".to_owned(),
        expected: "unconfirmed, withdrawn, deadlocked or not a dispute".to_owned(),
        example: CLOSE.example.to_owned(),
        did_you_mean: nearest.map(|outcome| format!("#close {outcome}")),
    })
}
