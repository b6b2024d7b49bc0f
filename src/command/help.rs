//! Help, hints and documentation, all made from the table.
use super::{
    ALL_STAFF, Arguments, COMMANDS, Command, CommandError, Effect, Sensitivity, Spec, Takes, Times, customer,
    find, suggest,
};
use crate::domain::{
    dispute::Stage,
    letter::{CommandHelp, CommandHint},
    party::Role,
};

/// `#help [COMMAND]`
pub static HELP: Spec = Spec {
    name: "help",
    aliases: &["?", "commands"],
    usage: "#help [COMMAND]",
    summary: "explains the commands, or one",
    help: "Answers with what each command does and an example, or with all about one. Changes nothing and tells \
           the customer nothing.",
    example: "#help promise",
    more_examples: &["#help", "#help #close"],
    sensitive: Sensitivity::Ordinary,
    effect: Effect::Reads,
    who: ALL_STAFF,
    stages: Stage::ALL,
    times: Times::Once,
    takes: Takes::Optional("the name of a command"),
    parse: help,
};

fn help(arguments: &Arguments) -> Result<Command, CommandError> {
    let said = arguments.plain();
    let said = said.trim_start_matches(['#', ' ']);
    if said.is_empty() {
        return Ok(Command::Help(None));
    }
    if let Some(spec) = find(said) {
        return Ok(Command::Help(Some(spec)));
    }
    let nearest = suggest::nearest(said, COMMANDS.iter().flat_map(|spec| spec.names()));
    Err(CommandError {
        caret: arguments.range(),
        what: "there is no such command".to_owned(),
        expected: "the name of a command, or #help alone for all".to_owned(),
        example: "#help".to_owned(),
        did_you_mean: nearest.map(|name| format!("#help {name}")),
    })
}

/// What can be done by reply in `stage`, for the foot of a mail to an agent.
pub fn hints(stage: Stage) -> Vec<CommandHint> {
    let legal = COMMANDS.iter().filter(|spec| spec.stages.contains(&stage));
    legal.map(|spec| CommandHint { usage: spec.usage.to_owned(), help: spec.summary.to_owned() }).collect()
}

/// What can be done by reply to a mail that is about no dispute.
pub fn hints_outside() -> Vec<CommandHint> {
    let outside = COMMANDS.iter().filter(|spec| spec.is_outside());
    outside.map(|spec| CommandHint { usage: spec.usage.to_owned(), help: spec.summary.to_owned() }).collect()
}

/// One command explained, or all.
pub fn help_for(about: Option<&'static Spec>) -> Vec<CommandHelp> {
    let all = COMMANDS.iter().copied().filter(|spec| about.is_none_or(|about| about == *spec));
    all.map(|spec| CommandHelp {
        usage: spec.usage.to_owned(),
        help: spec.help.to_owned(),
        example: spec.example.to_owned(),
    })
    .collect()
}

/// `docs/commands.md`.
pub fn document() -> String {
    let mut out = String::from(PREFACE);
    out.push_str("\n| command | does |\n|---|---|\n");
    for spec in COMMANDS {
        out.push_str(&["| `", spec.usage, "` | ", spec.summary, " |\n"].concat());
    }
    for spec in COMMANDS {
        out.push_str(&section(spec));
    }
    out.push_str(&customer::document());
    out
}

const PREFACE: &str = "\
# Commands

This page is generated from the tables in `src/command`; a test compares it.

## For agents

Begin a reply to one of the desk's mails with lines such as `#promise 3d`, one command a line, before everything
else. The first other line ends them; nothing below it is a command. Case, blanks and the kind of quotes do not
matter. To begin the text itself with a number sign, write `##`.

All lines are read first. If one is wrong, none runs, nothing is sent, and the answer says what was expected.
If all are right, all run, and the answer says what was done and what the customer was sent.
";

fn section(spec: &Spec) -> String {
    let examples = std::iter::once(&spec.example).chain(spec.more_examples);
    let mut facts = vec![("Examples", examples.map(|example| format!("`{example}`")).collect())];
    if !spec.aliases.is_empty() {
        facts.push(("Also", spec.aliases.iter().map(|alias| format!("`#{alias}`")).collect()));
    }
    let stages = spec.stages.iter().map(|stage| stage.word().to_owned()).collect();
    let stages = if spec.is_outside() {
        vec!["none: it is about no dispute, and goes to a mail that is about none".to_owned()]
    } else {
        or_all(stages, Stage::ALL.len())
    };
    facts.push(("Stages", stages));
    let roles = spec.who.iter().map(|role| role.word().to_owned()).collect();
    facts.push(("Who", or_all(roles, Role::ALL.len())));
    facts.push(("Where", vec![where_it_works(spec).to_owned()]));
    let facts: Vec<String> =
        facts.into_iter().map(|(name, values)| format!("- {name}: {}\n", values.join(", "))).collect();
    format!("\n### `{}`\n\n{}\n\n{}", spec.usage, spec.help, facts.concat())
}

/// The words, or one for all of them.
fn or_all(words: Vec<String>, how_many_there_are: usize) -> Vec<String> {
    if words.len() == how_many_there_are { vec!["all".to_owned()] } else { words }
}

fn where_it_works(spec: &Spec) -> &'static str {
    match (spec.effect, spec.sensitive) {
        (Effect::Reads, Sensitivity::Ordinary) => "in a reply or a fresh mail",
        (Effect::Reads, Sensitivity::Sensitive) => {
            "in a reply or a fresh mail that is proven to come from you"
        }
        (Effect::Changes, Sensitivity::Ordinary) => "in a reply",
        (Effect::Changes, Sensitivity::Sensitive) => "in a reply that is proven to come from you",
    }
}
