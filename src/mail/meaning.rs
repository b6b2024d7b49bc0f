//! What a complaint states for certain: an amount with its currency, an order or invoice reference, the remedy
//! sought. Only what stands there beyond doubt; two different amounts are none.
//!
//! The words of each language are a table. Deliberately absent: any guess at what is not written.
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::letter::Understood;

/// Longest text that is looked at, in characters.
const LOOKED_AT: usize = 8_000;

/// An amount beside a currency, in either order and either decimal style.
static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) (?: (?: € | \$ | £ | \b(?:EUR|USD|GBP|CHF)\b ) \s? \d{1,3}(?:[.,'\u{a0}]?\d{3})*(?:[.,]\d{2})?\b )
              | (?: \b\d{1,3}(?:[.,'\u{a0}]?\d{3})*(?:[.,]\d{2})? \s? (?: € | \$ | £ | \b(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|franken)\b ) )",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// A reference: its word, perhaps “number”, and a code that holds a digit.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?ix) \b(?: order | invoice | bill | booking | contract | bestellung | rechnung | auftrag | buchung | vertrag
                    | bestellnummer | rechnungsnummer | auftragsnummer | kundennummer )
             \s* (?: number | no\.? | nr\.? | nummer | id )? \s* [:\#]? \s*
             ( [a-z]{0,4}-?\d[\w/-]{0,24} )",
    )
    .expect("the pattern is constant and is compiled in a test")
});

/// Words that ask for a remedy, and the remedy as it is repeated to the customer.
const REMEDIES: &[(&str, &str)] = &[
    ("refund", "refund"),
    ("money back", "refund"),
    ("replacement", "replacement"),
    ("replace it", "replacement"),
    ("new one", "replacement"),
    ("discount", "discount"),
    ("apology", "apology"),
    ("rückerstattung", "Rückerstattung"),
    ("erstatten", "Rückerstattung"),
    ("erstattung", "Rückerstattung"),
    ("geld zurück", "Rückerstattung"),
    ("umtausch", "Umtausch"),
    ("ersatzlieferung", "Ersatzlieferung"),
    ("preisnachlass", "Preisnachlass"),
    ("entschuldigung", "Entschuldigung"),
];

/// Words before a remedy that turn it round.
const NEGATIONS: &[&str] = &["no ", "not ", "don't ", "kein ", "keine ", "nicht "];

/// Reads subject and new text.
pub fn understood(subject: &str, text: &str) -> Understood {
    let looked: String = format!("{subject}\n{text}").chars().take(LOOKED_AT).collect();
    Understood {
        amount: only(AMOUNT.find_iter(&looked).map(|found| found.as_str().trim().to_owned())),
        reference: only(
            REFERENCE
                .captures_iter(&looked)
                .filter_map(|found| found.get(1))
                .map(|code| code.as_str().trim_end_matches(['-', '/', '_']).to_owned()),
        ),
        remedy: remedy(&looked),
    }
}

/// The value, if all that was found says the same.
fn only(mut found: impl Iterator<Item = String>) -> Option<String> {
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn remedy(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let asked = REMEDIES.iter().filter(|(word, _)| {
        lower
            .split_once(word)
            .is_some_and(|(before, _)| !NEGATIONS.iter().any(|negation| before.ends_with(negation)))
    });
    only(asked.map(|(_, remedy)| (*remedy).to_owned()))
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
}
