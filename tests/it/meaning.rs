//! What customers mean, held against tables of texts that people write: `tests/corpus/{meaning,first-lines,language}`.
//! Silence is a miss and is bounded; a wrong statement is none too few.
use std::{collections::BTreeMap, fs, path::Path};

use redress::{
    command::customer::{Asked, Said, Word, is_plain_thanks, said},
    mail::{language, meaning},
};

/// Who signs the first lines.
const AUTHOR: &str = "Jo Miller, Ute Kern, Jeanne Petit, Pilar Ruiz";

const LANGUAGES: [&str; 4] = ["en", "de", "fr", "es"];

/// The rows of a table: its fields, the last of them a text in which `\n` is a new line.
fn rows(area: &str, name: &str, fields: usize) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpus/{area}/{name}.tsv"));
    let text = fs::read_to_string(&path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let row: Vec<String> = line.splitn(fields, '\t').map(|field| field.replace("\\n", "\n")).collect();
        assert_eq!(row.len(), fields, "{}: {line}", path.display());
        row
    });
    rows.collect()
}

/// Shares in percent, rounded down.
fn percent(part: usize, whole: usize) -> usize {
    part * 100 / whole.max(1)
}

/// One labelled first line.
struct Line {
    language: &'static str,
    label: String,
    asked: Asked,
    text: String,
}

fn first_lines() -> Vec<Line> {
    let mut lines = Vec::new();
    for language in LANGUAGES {
        for row in rows("first-lines", language, 3) {
            let [label, asked, text] = <[String; 3]>::try_from(row).unwrap();
            let asked = match asked.as_str() {
                "none" => Asked::Nothing,
                "resolution" => Asked::Resolution,
                "offer" => Asked::Offer,
                "survey" => Asked::Survey,
                other => panic!("no question is called {other}"),
            };
            assert!(LABELS.contains(&label.as_str()), "no label is called {label}");
            lines.push(Line { language, label, asked, text });
        }
    }
    lines
}

const LABELS: [&str; 12] = [
    "thanks",
    "yes",
    "no",
    "accept",
    "decline",
    "status",
    "withdraw",
    "escalate",
    "more time",
    "rating",
    "unclear",
    "prose",
];

/// The label that the desk gives.
fn read(line: &Line) -> &'static str {
    match said(&line.text, line.asked, AUTHOR) {
        Said::Word(Word::Yes) => "yes",
        Said::Word(Word::No) => "no",
        Said::Word(Word::Accept) => "accept",
        Said::Word(Word::Decline) => "decline",
        Said::Word(Word::Status) => "status",
        Said::Word(Word::Withdraw) => "withdraw",
        Said::Word(Word::Rating(_)) => "rating",
        Said::Word(Word::Escalate) => "escalate",
        Said::Word(Word::MoreTime) => "more time",
        Said::Unclear(_) => "unclear",
        Said::Prose if is_plain_thanks(&line.text, AUTHOR) => "thanks",
        Said::Prose => "prose",
    }
}

#[test]
fn there_are_enough_first_lines() {
    let lines = first_lines();
    for language in LANGUAGES {
        let count = lines.iter().filter(|line| line.language == language).count();
        assert!(count >= 150, "{language}: {count}");
    }
}

#[test]
fn none_is_wrongly_taken_for_consent() {
    // What binds: consent above all, but nobody is refused, withdrawn or rated by a slip either.
    let binds = ["yes", "accept", "withdraw", "no", "decline", "rating"];
    let wrong: Vec<String> = first_lines()
        .iter()
        .filter(|line| binds.contains(&read(line)) && read(line) != line.label)
        .map(|line| format!("{} {}, read as {}: {:?}", line.language, line.label, read(line), line.text))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let unasked =
        first_lines().into_iter().filter(|line| matches!(line.asked, Asked::Nothing | Asked::Survey));
    for line in unasked {
        assert!(!["yes", "accept"].contains(&read(&line)), "nothing asks for consent here: {:?}", line.text);
    }
}

#[test]
fn a_reservation_is_never_taken_for_consent() {
    let reservations = [
        " but",
        ", but not all",
        "?",
        " if you pay",
        ", when?",
        " and no",
        " / no",
        " not",
        "\nbut not all of it",
        "\n\nWhere is the rest?",
        " aber",
        ", wenn das Geld da ist",
        "\naber nicht alles",
        " mais",
        ", si vous payez",
        "\nmais pas tout",
        " pero",
        ", si pagan",
        "\npero no todo",
        " oder nein",
        " ou non",
        " o no",
        " unter Vorbehalt",
        " sous réserve",
        " con reservas",
        " under protest",
        "\nno",
        "\nnein",
        "\nnon",
        " to half of it",
    ];
    let consents = first_lines().into_iter().filter(|line| {
        ["yes", "accept"].contains(&line.label.as_str())
            && !line.text.contains('\n')
            && !line.text.contains("iPhone")
    });
    for line in consents {
        for reservation in reservations {
            let text = format!("{}{reservation}", line.text.trim_end_matches(['.', '!', ' ']));
            let found = said(&text, line.asked, AUTHOR);
            assert!(!matches!(found, Said::Word(Word::Yes | Word::Accept)), "{text:?}: {found:?}");
        }
    }
}

#[test]
fn at_most_two_percent_of_complaints_are_filed_as_thanks() {
    let lines = first_lines();
    for language in LANGUAGES {
        let complaints: Vec<&Line> =
            lines.iter().filter(|line| line.language == language && line.label != "thanks").collect();
        let filed: Vec<&str> = complaints
            .iter()
            .filter(|line| is_plain_thanks(&line.text, AUTHOR))
            .map(|line| line.text.as_str())
            .collect();
        assert!(filed.len() * 100 <= complaints.len() * 2, "{language}: {filed:#?}");
    }
}

#[test]
fn what_people_plainly_say_is_recognised() {
    // Of each hundred so many at the least; the others are read by a person, who loses a minute.
    let floors = [
        ("thanks", 90),
        ("yes", 90),
        ("no", 90),
        ("accept", 90),
        ("decline", 90),
        ("status", 90),
        ("withdraw", 90),
        ("rating", 90),
    ];
    let lines = first_lines();
    for language in LANGUAGES {
        for (label, floor) in floors {
            let those: Vec<&Line> =
                lines.iter().filter(|line| line.language == language && line.label == label).collect();
            let missed: Vec<&str> =
                those.iter().filter(|line| read(line) != label).map(|line| line.text.as_str()).collect();
            let share = percent(those.len() - missed.len(), those.len());
            assert!(share >= floor, "{language} {label}: {share} %, missed {missed:#?}");
        }
    }
}

#[test]
fn nothing_is_understood_that_a_mail_does_not_say() {
    for language in LANGUAGES {
        let (mut facts, mut missed, mut wrong) = (0, Vec::new(), Vec::new());
        let rows = rows("meaning", language, 4);
        assert!(rows.len() >= 40, "{language}: {}", rows.len());
        for row in rows {
            let [amount, reference, remedy, text] = <[String; 4]>::try_from(row).unwrap();
            let found = meaning::understood("", &text);
            for (expected, found) in
                [(amount, found.amount), (reference, found.reference), (remedy, found.remedy)]
            {
                facts += usize::from(expected != "-");
                match found {
                    None if expected == "-" => {}
                    None => missed.push(format!("{expected}: {text}")),
                    Some(found) if found == expected => {}
                    Some(found) => wrong.push(format!("{found}, not {expected}: {text}")),
                }
            }
        }
        assert!(wrong.is_empty(), "{language}: {wrong:#?}");
        assert!(percent(missed.len(), facts) <= 15, "{language}: of {facts} {missed:#?}");
    }
}

#[test]
fn a_language_is_told_only_where_it_is_that_language() {
    let mut told: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for row in rows("language", "complaints", 2) {
        let [expected, text] = <[String; 2]>::try_from(row).unwrap();
        let found = language::detect(&text);
        if found.is_some_and(|found| found != expected) {
            wrong.push(format!("{found:?}, not {expected}: {text}"));
        }
        let count = told.entry(expected).or_default();
        count.0 += usize::from(found.is_some());
        count.1 += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // Danish is seldom told from Norwegian by a line alone.
    let floors = [
        ("en", 80),
        ("de", 80),
        ("fr", 80),
        ("es", 80),
        ("it", 80),
        ("nl", 80),
        ("pt", 80),
        ("da", 55),
        ("sv", 80),
        ("pl", 80),
        ("ru", 80),
        ("uk", 80),
        ("bg", 80),
    ];
    for (language, floor) in floors {
        let (told, of) = told.get(language).copied().unwrap_or_default();
        assert!(of >= 25, "{language}: {of}");
        assert!(percent(told, of) >= floor, "{language}: {told} of {of}");
    }
}
