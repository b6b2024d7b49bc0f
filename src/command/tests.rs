use chrono::{NaiveDate, Weekday};
use proptest::prelude::*;

use super::*;

fn commands(text: &str) -> Vec<Command> {
    parse(text).lines.into_iter().map(|line| line.result.unwrap()).collect()
}

fn error(text: &str) -> CommandError {
    parse(text).lines.into_iter().find_map(|line| line.result.err()).unwrap()
}

#[test]
fn every_example_reads_prints_and_reads_back() {
    for spec in COMMANDS {
        for example in std::iter::once(&spec.example).chain(spec.more_examples) {
            let parsed = parse(example);
            assert_eq!((parsed.lines.len(), parsed.body.as_str()), (1, ""), "{example}");
            let read = commands(example);
            assert_eq!(spec_of(&read[0]), *spec, "{example}");
            assert_eq!(commands(&read[0].to_string()), read, "{example}");
        }
    }
}

#[test]
fn names_and_aliases_are_unique_and_lower_case() {
    let mut names: Vec<_> = COMMANDS.iter().flat_map(|spec| spec.names()).collect();
    assert!(names.iter().all(|name| *name == name.to_lowercase() && !name.contains([' ', '#'])));
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn every_row_is_complete() {
    for spec in COMMANDS {
        assert!(spec.usage.starts_with(&format!("#{}", spec.name)), "{spec:?}");
        assert_eq!(spec.usage.contains(' '), spec.takes != Takes::Nothing, "{spec:?}");
        assert!(spec.help.ends_with('.') && spec.help.len() > spec.summary.len(), "{spec:?}");
        assert!(!spec.who.is_empty() && spec.summary.len() < 60, "{spec:?}");
        assert_eq!(help_for(Some(spec)).len(), 1);
    }
    assert_eq!(help_for(None).len(), COMMANDS.len());
}

#[test]
fn only_what_is_legal_in_a_stage_is_hinted() {
    let usages = |stage| hints(stage).into_iter().map(|hint| hint.usage).collect::<Vec<_>>();
    assert_eq!(usages(Stage::Closed), ["#note", "#help [COMMAND]"]);
    let outside = hints_outside().len();
    assert_eq!(usages(Stage::Investigating).len() + outside, COMMANDS.len());
}

#[test]
fn keyboards_do_not_matter() {
    use Command::{Close, Help, Note, Promise, Take};
    let not_a_dispute = || vec![Close(Outcome::NotADispute)];
    let cases = [
        ("#take", vec![Take]),
        ("# take", vec![Take]),
        ("#Take.", vec![Take]),
        ("\u{feff}\u{200b}#\u{a0}TAKE\u{202f}", vec![Take]),
        ("\u{ff03}take", vec![Take]),
        ("#\u{fe0f}\u{20e3} take", vec![Take]),
        ("\n \n#take\r\n\r\n#note\n", vec![Take, Note]),
        ("#take\r#note", vec![Take, Note]),
        ("#promise  3 d", vec![Promise(When::BusinessDays(3))]),
        ("#promise: 3d", vec![Promise(When::BusinessDays(3))]),
        ("#close \u{201c}Not a dispute\u{201d}", not_a_dispute()),
        ("#close not\u{2011}a\u{2011}dispute.", not_a_dispute()),
        ("#help", vec![Help(None)]),
        ("#?", vec![Help(None)]),
        ("#help #Close", vec![Help(find("close"))]),
        ("#internal", vec![Note]),
        ("#RESOLVED\n\nDear Ada", vec![Command::Resolve]),
        ("Dear Ada,\n#take", vec![]),
        ("##take", vec![]),
        ("", vec![]),
    ];
    for (text, expected) in cases {
        assert_eq!(commands(text), expected, "{text:?}");
    }
}

#[test]
fn the_text_below_is_kept_as_written() {
    let cases = [
        ("#take\n\nDear Ada,\n\n  indented\n#note\n\n", "Dear Ada,\n\n  indented\n#note"),
        ("##1 problem is\n##2 is\na ## b", "#1 problem is\n#2 is\na ## b"),
        ("  ## heading", "  # heading"),
        ("\u{200b}##x", "\u{200b}#x"),
        ("\n\n  first\n", "  first"),
        ("#note", ""),
        (" \n", ""),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).body, expected, "{text:?}");
    }
}

#[test]
fn commands_below_the_first_ordinary_line_are_text_and_reported() {
    let parsed = parse("#take\nDear Ada,\n# Note\n##note\n#hashtag\n#promise 3d");
    assert_eq!((parsed.lines.len(), parsed.strays), (1, vec!["# Note".to_owned(), "#promise 3d".to_owned()]));
}

#[test]
fn a_wrong_line_is_explained_with_a_caret() {
    let cases = [
        ("#promise 3x", "         ^^", "this is no day", None),
        ("#promise", "        ^", "#promise needs more than its name", None),
        ("#promse 3d", "^^^^^^^", "#promse is no command", Some("#promise")),
        ("# taek", "^^^^^^", "#taek is no command", Some("#take")),
        ("#take it now", "      ^^^^^^", "#take stands alone on its line", None),
        ("#close widthrawn", "       ^^^^^^^^^", "this is no outcome", Some("#close withdrawn")),
        ("#close merged", "       ^^^^^^", "this is no outcome", None),
        ("#close \"not a dispute", "       ^^^^^^^^^^^^^^", "this quote is never closed", None),
        ("#help promse", "      ^^^^^^", "there is no such command", Some("#help promise")),
        ("#promise \u{6771}\u{4eac} e\u{301}", "         ^^^^^^", "this is no day", None),
        ("#1 problem is", "^^", "#1 is no command", None),
        ("#", "^", "there is no command", None),
        ("#promise 3d\n#promise 5d", "^^^^^^^^^^^", "#promise stands here twice", None),
    ];
    for (text, expected_caret, what, meant) in cases {
        let line = text.lines().last().unwrap();
        let error = error(text);
        assert_eq!(caret(line, &error.caret), expected_caret, "{text:?}");
        assert_eq!((error.what.as_str(), error.did_you_mean.as_deref()), (what, meant), "{text:?}");
    }
    assert_eq!(error("#1 problem is").example, "##1 problem is");
}

#[test]
fn one_wrong_line_stops_all() {
    let transcript = parse("#take\n#promse 3d\n\nDear Ada").commands().unwrap_err();
    assert_eq!(transcript.len(), 2);
    assert!(transcript[0].note.starts_with("understood, not run"));
    assert_eq!(transcript[1].note, "#promse is no command; did you mean #promise?");
    assert_eq!(parse("#take\nDear Ada").commands(), Ok(vec![("#take".to_owned(), Command::Take)]));
    assert_eq!(parse("Dear Ada").commands(), Ok(vec![]));
}

#[test]
fn only_help_may_be_asked_for_without_a_reply() {
    let cases =
        [("#help", true), ("#help\n#take", false), ("#take", false), ("#hlp", false), ("hello", false)];
    for (text, expected) in cases {
        assert_eq!(parse(text).only_reads(), expected, "{text:?}");
    }
}

#[test]
fn a_flood_of_commands_is_bounded() {
    let parsed = parse(&"#help\n".repeat(10_000));
    assert!(parsed.lines.len() < 50 && parsed.commands().is_err());
    let long = parse(&format!("#promise {}", "3".repeat(100_000)));
    assert!(long.lines[0].text.chars().count() <= 300 && long.lines[0].result.is_err());
}

#[test]
fn the_documentation_is_up_to_date() {
    assert_eq!(document(), include_str!("../../docs/commands.md"), "write `document()` to docs/commands.md");
}

fn any_command() -> impl Strategy<Value = Command> {
    let date = (1000..9999i32, 1..366u32).prop_filter_map("a day", |(y, d)| NaiveDate::from_yo_opt(y, d));
    let when = prop_oneof![
        (1..=260u32).prop_map(When::BusinessDays),
        (1..=52u32).prop_map(When::Weeks),
        date.prop_map(When::Date),
        (0..7u8).prop_map(|day| When::Weekday(Weekday::try_from(day).unwrap())),
        Just(When::Today),
        Just(When::Tomorrow),
    ];
    let outcome = prop::sample::select(vec![Outcome::Withdrawn, Outcome::Deadlocked, Outcome::NotADispute]);
    prop_oneof![
        Just(Command::Take),
        Just(Command::Note),
        Just(Command::Resolve),
        when.prop_map(Command::Promise),
        outcome.prop_map(Command::Close),
        Just(Command::Help(None)),
        prop::sample::select(COMMANDS).prop_map(|spec| Command::Help(Some(spec))),
    ]
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(command in any_command(), upper: bool) {
        let line = command.to_string();
        let line = if upper { line.to_uppercase() } else { line };
        prop_assert_eq!(commands(&line), vec![command]);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "(#|##|take|promise|close|\"|=|[ \n\r\u{a0}]|.){0,60}") {
        let parsed = parse(&text);
        for line in &parsed.lines {
            if let Err(error) = &line.result {
                prop_assert!(caret(&line.text, &error.caret).contains('^'));
                prop_assert!(error.caret.start <= line.text.chars().count());
            }
        }
        prop_assert!(!parsed.body.starts_with('\n'));
    }
}

#[test]
fn a_command_in_disguise_is_found_and_prose_is_not() {
    let found = |text: &str| {
        let body =
            parse(text).body.lines().filter(|line| !line.starts_with('>')).collect::<Vec<_>>().join("\n");
        !hidden(text, &body).is_empty()
    };
    for text in [
        "*#note*\nliar",
        "* #note\nliar",
        "\"#note\"\nliar",
        "[#note]\nliar",
        "Hi, #note he is a liar",
        "> #note\nliar",
        "♯note\nliar",
        "- #take",
    ] {
        assert!(found(text), "{text}");
    }
    for text in [
        "#note\nliar",
        "Dear Ada,\n\nyour order #1188 is on its way.",
        "Yes.\n> To keep it inside, write #note on its first line.\n> #take  you have it",
    ] {
        assert!(!found(text), "{text}");
    }
    assert_eq!(hidden("", "Yes.\n\nYour reply goes to the customer.\nBefore this").len(), 1);
}

#[test]
fn the_sentences_by_which_an_uncut_quote_is_known_are_those_of_the_letters() {
    let words = include_str!("../../templates/en/words.toml").to_owned()
        + include_str!("../../templates/en/partials/goes.txt.hbs");
    for sentence in ["Your reply goes to the customer.", "Your reply stays inside."] {
        assert!(words.contains(sentence), "{sentence}");
    }
}
