//! What letters tell customers to write is what the desk understands.
use redress::{
    command::customer::{Said, Word, first_line},
    domain::dispute::QuestionKind,
    templates::{DeskFacts, Templates},
};

#[test]
fn every_word_that_letters_offer_is_understood() {
    let desk = DeskFacts { name: "Desk".into(), address: "desk@example.test".into() };
    let templates = Templates::embedded(chrono_tz::UTC, desk);
    for language in templates.languages() {
        for (meaning, word) in templates.reply_words(language) {
            let expected = match meaning.as_str() {
                "status" => Word::Status,
                "withdraw" => Word::Withdraw,
                "yes" => Word::Yes,
                "no" => Word::No,
                other => panic!("a word of unknown meaning: {other}"),
            };
            // As printed, with the quotation marks of the letter, and in capitals.
            for written in [
                word.clone(),
                format!("\u{201c}{word}\u{201d}"),
                format!("\u{201e}{word}\u{201c}"),
                word.to_uppercase(),
            ] {
                let said = first_line(&written, Some(QuestionKind::Resolution), "");
                assert_eq!(said, Said::Word(expected), "{language}: {written}");
            }
        }
    }
}

#[test]
fn a_rating_may_be_copied_from_the_letter() {
    for (line, score) in
        [("4", 4), ("4 \u{2013} good", 4), ("2 \u{2013} nicht gut", 2), ("1\n\nIt took too long.", 1)]
    {
        assert_eq!(
            first_line(line, Some(QuestionKind::Survey), ""),
            Said::Word(Word::Rating(score)),
            "{line}"
        );
    }
}
