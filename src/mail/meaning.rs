//! What a complaint states for certain: an amount with its currency, an order or invoice reference, the remedy
//! sought; in English, German, French and Spanish, also mixed.
//!
//! Each is a table of words and a few rules that say when a find is in doubt. One find in doubt, or two that differ,
//! and nothing is said: a customer who is told of a sum they never named has lost trust in all the rest.
//! Deliberately absent: any guess at what is not written, and what stands in quoted lines, which are not theirs.
use crate::domain::letter::Understood;

mod amount;
mod reference;
mod remedy;
mod whose;

/// Longest text that is looked at, in characters.
const LOOKED_AT: usize = 8_000;

/// Reads subject and new text.
pub fn understood(subject: &str, text: &str) -> Understood {
    let own = text.lines().filter(|line| !line.trim_start().starts_with('>'));
    let lines: Vec<&str> = std::iter::once(subject).chain(own).collect();
    let looked: String = lines.join("\n").chars().take(LOOKED_AT).collect();
    Understood {
        amount: amount::only(&looked),
        reference: reference::only(&looked),
        remedy: remedy::only(&looked),
    }
}

/// The same with the remedy in the word of another language, that of a letter; without it where there is none.
pub fn in_language(understood: Understood, language: &str) -> Understood {
    let primary = language.split('-').next().unwrap_or(language);
    let remedy = understood.remedy.and_then(|word| remedy::named_in(primary, &word)).map(str::to_owned);
    Understood { remedy, ..understood }
}

/// The text on either side of a find, up to the ends of its line.
fn around(text: &str, start: usize, end: usize) -> (&str, &str) {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    (before.rsplit('\n').next().unwrap_or_default(), after.split('\n').next().unwrap_or_default())
}

/// The last `words` words of `text`, in lower case, without the punctuation around them.
fn last_words(text: &str, words: usize) -> Vec<String> {
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let mut found: Vec<String> = text.split_whitespace().rev().take(words).map(bare).collect();
    found.reverse();
    found
}

/// The phrases of a table, which is one text with bars between them.
fn list(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.split('|').map(str::trim).filter(|phrase| !phrase.is_empty())
}

/// Whether a word is a phrase of the table.
fn is_in(table: &'static str, word: &str) -> bool {
    list(table).any(|phrase| phrase == word)
}

/// Whether the words `text` end with a phrase of the table.
fn ends_with_any(words: &[String], table: &'static str) -> bool {
    let joined = format!(" {}", words.join(" "));
    list(table).any(|phrase| joined.strip_suffix(phrase).is_some_and(|before| before.ends_with(' ')))
}

/// Whether a clause, its words between single spaces, has a phrase of the table.
fn has(clause: &str, table: &'static str) -> bool {
    list(table).any(|phrase| {
        clause.match_indices(phrase).any(|(at, _)| {
            let (before, rest) = clause.split_at_checked(at).unwrap_or_default();
            before.ends_with(' ') && rest.strip_prefix(phrase).is_some_and(|after| after.starts_with(' '))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, amount: Option<&str>, reference: Option<&str>, remedy: Option<&str>) {
        let wanted = Understood {
            amount: amount.map(str::to_owned),
            reference: reference.map(str::to_owned),
            remedy: remedy.map(str::to_owned),
        };
        assert_eq!(understood("", text), wanted, "{text}");
    }

    #[test]
    fn what_is_certain_is_understood() {
        check(
            "You charged invoice 88 twice. I want a refund of 49.90 EUR.",
            Some("49.90 EUR"),
            Some("88"),
            Some("refund"),
        );
        check(
            "Rechnung Nr. R-2231: bitte 1.249,00 € erstatten",
            Some("1.249,00 €"),
            Some("R-2231"),
            Some("Rückerstattung"),
        );
        check("order no. 4711", None, Some("4711"), None);
        check("It cost $20 and is broken", Some("$20"), None, None);
    }

    #[test]
    fn what_is_not_certain_is_left_out() {
        check("You took 20 EUR instead of 10 EUR", None, None, None);
        check("in order to help you", None, None, None);
        check("I do not want a refund, I want a replacement or an apology", None, None, None);
        check("no refund please", None, None, None);
        check("", None, None, None);
    }

    #[test]
    fn a_letter_of_another_language_has_its_own_word() {
        let asked = || understood("", "Je demande un remplacement, commande 4711-12.");
        assert_eq!(asked().remedy.as_deref(), Some("remplacement"));
        assert_eq!(in_language(asked(), "fr").remedy.as_deref(), Some("remplacement"));
        assert_eq!(in_language(asked(), "de-AT").remedy.as_deref(), Some("Umtausch"));
        let dutch = in_language(asked(), "nl");
        assert_eq!((dutch.remedy, dutch.reference.as_deref()), (None, Some("4711-12")));
    }

    #[test]
    fn quoted_lines_are_not_the_authors() {
        check("> We refund 20 EUR for order no. 4711.\nNo.", None, None, None);
    }

    #[test]
    fn a_long_text_takes_no_long_time() {
        for piece in ["1 ", "EUR", "order no. ", "please refund, ", "9.99 EUR and ", "\u{a0}1'"] {
            understood("", &piece.repeat(100_000));
        }
    }
}

#[cfg(test)]
mod properties {
    proptest::proptest! {
        #[test]
        fn no_text_breaks_it(text in "([0-9]|EUR|€|order|no\\.|refund|please|[ \n.,:/-]|.){0,60}") {
            super::understood("", &text);
        }
    }
}
